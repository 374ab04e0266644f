/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table_json.h - the parts of a json table that are written after its rows: their numbers, the preamble, where
 * infinities are. */
#ifndef GST_TABLE_JSON_H
#define GST_TABLE_JSON_H

#include "cli/tables/output.h"
#include "cli/tables/table.h"

/* NULL without memory. */
gst_table_json *gst_table_json_alloc(void);
void gst_table_json_free(gst_table_json *json);

/* A string in quotes. */
void gst_json_add_string(gst_output *output, const char *text);

/* `key: value` of the preamble; the columns' names, borrowed no longer than the call; that a cell is +-inf.
 * These keep what they are told; without memory gst_table_json_write fails. */
void gst_table_json_meta(gst_table_json *json, const char *key, const char *value);
void gst_table_json_columns(gst_table_json *json, size_t columns, const char *const *names);
void gst_table_json_infinite(gst_table_json *json, size_t column, size_t row, int negative);

/* `"index": ..., "meta": {...}` of a table of that many rows. */
void gst_table_json_write(gst_table_json *json, size_t rows, gst_output *output);

#endif
