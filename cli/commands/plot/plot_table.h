/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_table.h - a table of any command as a picture sees it: texts by row and column. */
#ifndef GST_PLOT_TABLE_H
#define GST_PLOT_TABLE_H

#include <stddef.h>

/* preamble: lines `key: value'; names[columns]; cells[row*columns + column], `held' of them; base: the file's name without folder and
 * ending. */
typedef struct {
    const char *path;
    char *preamble, *base;
    size_t columns, rows, held, room;
    char **names, **cells;
    int csv;
} gst_plot_table;

void gst_plot_table_clear(gst_plot_table *table);

/* Append a cell or a name, or a line `key: value'; GST_OK or GST_NO_MEMORY. */
int gst_plot_table_add_name(gst_plot_table *table, const char *text, size_t length);
int gst_plot_table_add_cell(gst_plot_table *table, const char *text, size_t length);
int gst_plot_table_add_meta(gst_plot_table *table, const char *key, const char *value);

/* The column of that name; `columns` if there is none. */
size_t gst_plot_table_column(const gst_plot_table *table, const char *name, size_t length);

const char *gst_plot_table_text(const gst_plot_table *table, size_t row, size_t column);

/* The number in a cell, infinities too; NAN of what is none. */
double gst_plot_table_number(const gst_plot_table *table, size_t row, size_t column);

/* The value of a preamble line, *length characters; NULL if there is none. */
const char *gst_plot_table_value(const gst_plot_table *table, const char *key, size_t *length);

#endif
