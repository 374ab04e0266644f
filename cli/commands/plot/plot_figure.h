/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_figure.h - tables sorted into the curves of a picture. */
#ifndef GST_PLOT_FIGURE_H
#define GST_PLOT_FIGURE_H

#include "cli/commands/plot/plot_kinds.h"
#include "cli/commands/plot/plot_table.h"
#include "cli/options/settings.h"

/* rows[count] of `table', or count numbers of the text `list' (a line of the preamble); column numbers, `columns' of
 * the table for none; outer: the values that tell it from other curves of its quantity, as the legend has them, in
 * enhanced text and plain. */
typedef struct {
    const gst_plot_table *table;
    gst_plot_style style;
    size_t x, y, error, count, *rows;
    const char *list, *title;
    size_t list_length;
    char quantity[64], outer[2][300];
    size_t colour; /* from 0: curves of one quantity and the same outer values have the same */
} gst_plot_curve;

/* xlabel, ylabel: columns; log_x, log_y: scales; low, high: range of a logarithmic y axis. */
typedef struct {
    size_t count;
    gst_plot_curve *curves;
    const char *xlabel, *ylabel;
    double low, high;
    int log_x, log_y, map, quantities, tables;
} gst_plot_figure;

/* What the settings (--x, --y, --by, --log) and the tables' commands make of `count' tables.  0 or an exit code, the
 * message printed; on any return the caller clears the figure. */
int gst_plot_figure_build(gst_plot_figure *figure, const gst_settings *settings,
                          const gst_plot_table *tables, size_t count);
void gst_plot_figure_clear(gst_plot_figure *figure);

#endif
