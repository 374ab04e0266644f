/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_columns.h - which columns are an axis of the picture, and which tell curves apart. */
#ifndef GST_PLOT_COLUMNS_H
#define GST_PLOT_COLUMNS_H

#include "cli/commands/plot/plot_kinds.h"
#include "cli/commands/plot/plot_table.h"
#include "cli/options/settings.h"

enum { GST_PLOT_BY = 16 };

/* by[by_count]: what tells the curves of a table apart. */
typedef struct {
    const gst_settings *settings;
    const gst_plot_table *tables;
    size_t count, by_count;
    char by[GST_PLOT_BY][64];
} gst_plot_columns;

/* A column that an option names must be in some table: 0 or an exit code, the message printed. */
int gst_plot_columns_check(const gst_plot_columns *columns, gst_option_id id, const char *name,
                           size_t length);

/* 1 if it has more than one value, in one table or from one to another. */
int gst_plot_columns_vary(const gst_plot_columns *columns, const char *name);

/* The innermost axis of the grid that varies; d, of a ladder, only where nothing else does. */
const char *gst_plot_columns_innermost(const gst_plot_columns *columns);

/* Sets `by' for tables of that kind (or NULL) over the column x: --by, else every axis that varies and those of the
 * kind.  0 or an exit code, the message printed. */
int gst_plot_columns_choose(gst_plot_columns *columns, const gst_plot_kind *kind, const char *x);

/* 1 if two rows are of the same curve. */
int gst_plot_columns_same(const gst_plot_columns *columns, const gst_plot_table *table, size_t row,
                          size_t other);

#endif
