/* SPDX-License-Identifier: GPL-3.0-or-later */
/* function_table.c - values and slopes of a table: its panel by bisection, its sum by Clenshaw's recurrence. */
#include "models/functions/function_table.h"

#include <math.h>
#include <stdlib.h>

/* The panel of z, or NULL; a panel owns its lower end, the last one both. */
static const gst_function_panel *find(const gst_function_table *table, double z)
{
    size_t low = 0, high = table->panel_count;
    if (!(z >= table->panels[0].low && z <= table->panels[high - 1].high))
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z >= table->panels[middle].low)
            low = middle;
        else
            high = middle;
    }
    return &table->panels[low];
}

/* sum_j c_j T_j(u), count >= 1. */
static double clenshaw(size_t count, const double *c, double u)
{
    double b1 = 0, b2 = 0;
    for (size_t j = count - 1; j > 0; j--) {
        double b = 2 * u * b1 - b2 + c[j];
        b2 = b1;
        b1 = b;
    }
    return u * b1 - b2 + c[0];
}

void gst_function_table_apply(const gst_function_table *table, size_t n, double *a, double *da)
{
    for (size_t k = 0; k < n; k++) {
        const double z = a[k];
        const gst_function_panel *p = find(table, z);
        const double u = p ? ((z - p->low) - (p->high - z)) / (p->high - p->low) : 0;
        a[k] = p ? clenshaw(p->values, table->numbers + p->value, u) : NAN;
        if (da && !p)
            da[k] = NAN;
        else if (da && da[k] != 0)
            da[k] *= clenshaw(p->slopes, table->numbers + p->slope, u);
    }
}

void gst_function_table_free(gst_function_table *table)
{
    while (table) {
        gst_function_table *next = table->next;
        free(table->panels);
        free(table->numbers);
        free(table->kinks);
        free(table);
        table = next;
    }
}
