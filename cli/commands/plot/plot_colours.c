/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_colours.c - curves that are the same thing in several tables: their colours, and what nothing tells apart. */
#include "cli/commands/plot/plot_colours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int same_key(const gst_plot_curve *a, const gst_plot_curve *b)
{
    return strcmp(a->quantity, b->quantity) == 0 && strcmp(a->outer[1], b->outer[1]) == 0;
}

/* Curves of two tables that nothing tells apart. */
static int is_twice(const gst_plot_curve *a, const gst_plot_curve *b)
{
    return a->table != b->table && a->style == b->style && a->style != GST_PLOT_BASE &&
           same_key(a, b);
}

/* The theory over a histogram, where another table has the density itself. */
static int is_superfluous(const gst_plot_figure *figure, size_t i)
{
    const gst_plot_curve *curve = &figure->curves[i];
    if (curve->style != GST_PLOT_LINES || curve->list || curve->error == curve->table->columns)
        return 0;
    for (size_t k = 0; k < figure->count; k++)
        if (is_twice(curve, &figure->curves[k]) &&
            figure->curves[k].error == figure->curves[k].table->columns)
            return 1;
    return 0;
}

static void leave_out_superfluous(gst_plot_figure *figure)
{
    for (size_t i = figure->count; i-- > 0;)
        if (is_superfluous(figure, i)) {
            free(figure->curves[i].rows);
            memmove(&figure->curves[i], &figure->curves[i + 1],
                    (--figure->count - i) * sizeof *figure->curves);
        }
}

/* Where some are twice, all get the names of their tables. */
static void name_tables(gst_plot_figure *figure)
{
    int twice = 0;
    for (size_t i = 0; i < figure->count; i++)
        for (size_t k = 0; k < i; k++)
            twice |= is_twice(&figure->curves[i], &figure->curves[k]);
    for (size_t i = 0; twice && i < figure->count; i++)
        for (int plain = 0; plain < 2; plain++) {
            char *text = figure->curves[i].outer[plain], base[200];
            size_t used = strlen(text);
            gst_plot_escape(figure->curves[i].table->base, plain, sizeof base, base);
            snprintf(text + used, 300 - used, "%s%.200s", used > 0 ? ", " : "", base);
        }
}

static void choose_colours(gst_plot_figure *figure)
{
    size_t colours = 0;
    for (size_t i = 0; i < figure->count; i++) {
        size_t k = 0, q = 0;
        while (k < i && !same_key(&figure->curves[i], &figure->curves[k]))
            k++;
        figure->curves[i].colour = k < i ? figure->curves[k].colour : colours++;
        while (q < i && strcmp(figure->curves[i].quantity, figure->curves[q].quantity) != 0)
            q++;
        figure->quantities += q == i;
        figure->map |= figure->curves[i].style == GST_PLOT_MAP;
    }
}

void gst_plot_colours(gst_plot_figure *figure)
{
    leave_out_superfluous(figure);
    name_tables(figure);
    choose_colours(figure);
}
