/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - tables out: tsv, csv, json.
 *
 * tsv, csv: `# key: value` lines, one header row, rows of %.15g with inf and nan (never -nan); tsv has an
 * empty line between curves.  json: {"meta": {...}, "columns": [...], "rows": [[...]]}, nan = null,
 * inf = "inf". */
#ifndef GST_TABLE_H
#define GST_TABLE_H

#include <stddef.h>

#include "output.h"

/* In the order of the words of --format. */
typedef enum { GST_FORMAT_TSV, GST_FORMAT_CSV, GST_FORMAT_JSON } gst_table_format;

typedef struct {
    gst_output *output;
    gst_table_format format;
    size_t meta, rows; /* written so far */
} gst_table;

/* A cell: a string, or a number if text is NULL. */
typedef struct {
    const char *text;
    double number;
} gst_cell;

/* In this order: begin, meta as often as wanted, header, then rows and gaps, end. */
void gst_table_begin(gst_table *table, gst_output *output, gst_table_format format);
void gst_table_meta(gst_table *table, const char *key, const char *value);
void gst_table_header(gst_table *table, size_t columns, const char *const *names);
void gst_table_row(gst_table *table, size_t columns, const gst_cell *cells);
void gst_table_gap(gst_table *table); /* between two curves */
void gst_table_end(gst_table *table);

#endif
