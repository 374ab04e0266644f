/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_table.c - a table of any command as a picture sees it: built cell by cell, and looked up. */
#include "cli/commands/plot/plot_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "cli/tables/stored_table.h"
#include "giantstep/status.h"

static char *copy(const char *text, size_t length)
{
    char *made = gst_alloc(length + 1, 1);
    if (made)
        memcpy(made, text, length);
    return made;
}

/* ---- what a table is made of --------------------------------------------------------------------- */

int gst_plot_table_add_name(gst_plot_table *table, const char *text, size_t length)
{
    char **grown = realloc(table->names, (table->columns + 1) * sizeof *grown);
    if (!grown)
        return GST_NO_MEMORY;
    table->names = grown;
    grown[table->columns] = copy(text, length);
    return grown[table->columns++] ? GST_OK : GST_NO_MEMORY;
}

int gst_plot_table_add_cell(gst_plot_table *table, const char *text, size_t length)
{
    if (table->held == table->room) {
        size_t room = 2 * table->room + 256;
        char **grown = realloc(table->cells, room * sizeof *grown);
        if (!grown)
            return GST_NO_MEMORY;
        table->cells = grown;
        table->room = room;
    }
    table->cells[table->held] = copy(text, length);
    return table->cells[table->held++] ? GST_OK : GST_NO_MEMORY;
}

int gst_plot_table_add_meta(gst_plot_table *table, const char *key, const char *value)
{
    size_t used = table->preamble ? strlen(table->preamble) : 0;
    size_t room = used + strlen(key) + strlen(value) + 4;
    char *grown = realloc(table->preamble, room);
    if (!grown)
        return GST_NO_MEMORY;
    snprintf(grown + used, room - used, "%s: %s\n", key, value);
    table->preamble = grown;
    return GST_OK;
}

void gst_plot_table_clear(gst_plot_table *table)
{
    for (size_t i = 0; i < table->columns; i++)
        free(table->names[i]);
    for (size_t i = 0; i < table->held; i++)
        free(table->cells[i]);
    free(table->names);
    free(table->cells);
    free(table->preamble);
    free(table->base);
    *table = (gst_plot_table){0};
}

/* ---- looked up ----------------------------------------------------------------------------------- */

size_t gst_plot_table_column(const gst_plot_table *table, const char *name, size_t length)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strlen(table->names[i]) == length && strncmp(table->names[i], name, length) == 0)
            return i;
    return table->columns;
}

const char *gst_plot_table_text(const gst_plot_table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

double gst_plot_table_number(const gst_plot_table *table, size_t row, size_t column)
{
    const char *text = gst_plot_table_text(table, row, column);
    double value;
    if (strcmp(text, "inf") == 0)
        return HUGE_VAL;
    if (strcmp(text, "-inf") == 0)
        return -HUGE_VAL;
    const char *end = gst_number_read(text, &value);
    return end && *end == '\0' ? value : (double)NAN;
}

const char *gst_plot_table_value(const gst_plot_table *table, const char *key, size_t *length)
{
    const gst_stored_table stored = {.preamble = table->preamble};
    return gst_stored_table_value(&stored, key, length);
}
