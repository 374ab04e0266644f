/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - tables out: tsv, csv, json.
 *
 * tsv, csv: `# key: value` lines, one header row, rows of %.15g with inf and nan (never -nan); tsv has two
 * empty lines between curves.  json: {"columns": [...], "data": [[...], ...], "index": [0, ...], "meta":
 * {...}}, what pandas calls split, without the meta; nan and inf = null, meta's infinite: {"column": [rows]} tells them
 * apart (negative_infinite: -inf). */
#ifndef GST_TABLE_H
#define GST_TABLE_H

#include <stddef.h>

#include "cli/tables/checksum.h"
#include "cli/tables/output.h"

/* In the order of the words of --format. */
typedef enum { GST_FORMAT_TSV, GST_FORMAT_CSV, GST_FORMAT_JSON } gst_table_format;

/* table_json.c: what comes after the rows. */
typedef struct gst_table_json gst_table_json;

/* The rows of a file are summed in at most this many blocks of equal length (the last may be shorter). */
enum { GST_TABLE_BLOCKS = 8 };

/* The last number of a column, as it was written, with the separator before it. */
typedef struct {
    double number;
    size_t length; /* 0: there was none */
    char text[40];
} gst_written;

/* meta, rows: written so far.  total: rows of the whole table, 0 if they are not summed; at: where in the file
 * the sums go, 0: nowhere; block: their sums; fresh: of the rows since the caller last set it to zero.
 * last: of each of the header's columns, NULL without one: most columns of a curve keep their number for many rows. */
typedef struct {
    gst_output *output;
    gst_table_format format;
    size_t meta, rows, total;
    long at;
    gst_checksum block[GST_TABLE_BLOCKS], fresh;
    gst_table_json *json; /* of a json table, else NULL */
    gst_written *last;
} gst_table;

/* A cell: a string, or a number if text is NULL. */
typedef struct {
    const char *text;
    double number;
} gst_cell;

static inline gst_cell gst_cell_number(double number)
{
    return (gst_cell){.number = number};
}

static inline gst_cell gst_cell_text(const char *text)
{
    return (gst_cell){.text = text};
}

/* In this order: begin, meta as often as wanted, header, then rows and gaps, end, which is called whatever
 * happened. */
void gst_table_begin(gst_table *table, gst_output *output, gst_table_format format);
void gst_table_meta(gst_table *table, const char *key, const char *value);

/* The line `run.checksums' of a table of `rows` rows, for a tsv or csv file that takes its name when it is whole:
 * filled in by gst_table_end if all rows are there. */
void gst_table_checksums(gst_table *table, size_t rows);

void gst_table_header(gst_table *table, size_t columns, const char *const *names);
void gst_table_row(gst_table *table, size_t columns, const gst_cell *cells);
void gst_table_gap(gst_table *table); /* between two curves: gnuplot's `index k' is one */
void gst_table_scan(
    gst_table *table); /* between two lines of a surface, as gnuplot's splot has it */
void gst_table_end(gst_table *table);
void gst_table_drop(gst_table *table); /* instead of end: of a table that is not written */

/* Rows first <= row < gst_table_block_end(rows, first) are summed together. */
size_t gst_table_block_end(size_t rows, size_t row);

/* The sums of a row go to its block, and to `fresh`. */
void gst_table_sum(gst_table *table, size_t row, const char *text, size_t length);

/* A number as tsv and csv hold it; returns its length. */
size_t gst_number_print(double value, char text[32]);

#endif
