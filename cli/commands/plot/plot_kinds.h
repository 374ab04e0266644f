/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_kinds.h - what is drawn of the tables of each command, and how columns are called on axes. */
#ifndef GST_PLOT_KINDS_H
#define GST_PLOT_KINDS_H

#include "cli/commands/plot/plot_table.h"

/* LINES and MARKED (lines with marks), POINTS (with bars if there is an error), BOXES from x to the next column,
 * SEGMENTS likewise, BASE: points at height 0, MAP: a surface over x and `error' as second coordinate. */
typedef enum {
    GST_PLOT_LINES,
    GST_PLOT_MARKED,
    GST_PLOT_POINTS,
    GST_PLOT_BOXES,
    GST_PLOT_SEGMENTS,
    GST_PLOT_BASE,
    GST_PLOT_MAP
} gst_plot_style;

/* y: a column, where # stands for a number: then all columns of that form (if there are two or more, when `several');
 * of BASE also a line of the preamble with a list of x.  quantity: what has one colour in all tables, NULL: y. */
typedef struct {
    const char *y, *error;
    gst_plot_style style;
    const char *quantity, *title;
    int several;
} gst_plot_series;

enum { GST_PLOT_SERIES = 6 };

/* command, column: of tables of that command which have that column.  x: NULL, the innermost axis that varies.  by:
 * columns, separated by commas, that tell curves apart besides the axes.  ylabel: NULL, that of the first y. */
typedef struct {
    const char *command, *column, *x, *by, *ylabel;
    gst_plot_series series[GST_PLOT_SERIES];
} gst_plot_kind;

/* Of a table, NULL: none. */
const gst_plot_kind *gst_plot_kind_of(const gst_plot_table *table);

/* The axes of the grid, slowest first, NULL at the end; then d. */
extern const char *const gst_plot_axes[];

/* A column as an axis shows it: words and symbol; plain: without the marks of gnuplot's enhanced text. */
void gst_plot_axis_label(const char *column, int plain, size_t room, char *text);

/* The symbol alone, as a legend shows it. */
void gst_plot_symbol(const char *column, int plain, size_t room, char *text);

/* Text in which gnuplot's enhanced mode changes nothing, for single quotes. */
void gst_plot_escape(const char *text, int plain, size_t room, char *out);

#endif
