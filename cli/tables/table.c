/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - tables out: tsv, csv, json. */
#include "base/memory.h"
#include "base/number.h"
#include "cli/tables/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tables/table_json.h"

static void add_csv_string(gst_output *output, const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        gst_output_add(output, text);
        return;
    }
    gst_output_add(output, "\"");
    for (; *text != '\0'; text++) {
        char piece[3] = {*text, *text == '"' ? '"' : '\0', '\0'};
        gst_output_add(output, piece);
    }
    gst_output_add(output, "\"");
}

static void add_string(const gst_table *table, const char *text)
{
    if (table->format == GST_FORMAT_JSON)
        gst_json_add_string(table->output, text);
    else if (table->format == GST_FORMAT_CSV)
        add_csv_string(table->output, text);
    else
        gst_output_add(table->output, text);
}

size_t gst_number_print(double value, char text[32])
{
    return gst_number_write(isnan(value) ? NAN : value == 0 ? 0 : value, text);
}

void gst_table_begin(gst_table *table, gst_output *output, gst_table_format format)
{
    *table = (gst_table){.output = output, .format = format};
    if (format != GST_FORMAT_JSON)
        return;
    table->json = gst_table_json_alloc();
    if (!table->json)
        gst_output_fail(output);
}

void gst_table_meta(gst_table *table, const char *key, const char *value)
{
    gst_output *output = table->output;
    table->meta++;
    if (table->json) {
        gst_table_json_meta(table->json, key, value);
        return;
    }
    gst_output_add(output, "# ");
    gst_output_add(output, key);
    gst_output_add(output, ": ");
    gst_output_add(output, value);
    gst_output_add(output, "\n");
}

/* ---- checksums ---------------------------------------------------------------------------------- */

size_t gst_table_block_end(size_t rows, size_t row)
{
    size_t length = (rows - 1) / GST_TABLE_BLOCKS + 1, end = (row / length + 1) * length;
    return end < rows ? end : rows;
}

static size_t block_of(const gst_table *table, size_t row)
{
    return row / ((table->total - 1) / GST_TABLE_BLOCKS + 1);
}

void gst_table_sum(gst_table *table, size_t row, const char *text, size_t length)
{
    gst_checksum_add(&table->block[block_of(table, row)], row, text, length);
    gst_checksum_add(&table->fresh, row, text, length);
}

void gst_table_checksums(gst_table *table, size_t rows)
{
    static const char key[] = "run.checksums";
    char room[GST_TABLE_BLOCKS * (GST_CHECKSUM_DIGITS + 1)] = "";
    if (rows == 0 || table->format == GST_FORMAT_JSON || !table->output->file)
        return;
    table->total = rows;
    size_t length = (block_of(table, rows - 1) + 1) * (GST_CHECKSUM_DIGITS + 1) - 1;
    memset(room, '.', length);
    table->at = (long)(table->output->used + strlen("# ") + strlen(key) + strlen(": "));
    gst_table_meta(table, key, room);
}

static void fill_checksums(gst_table *table)
{
    char text[GST_TABLE_BLOCKS * (GST_CHECKSUM_DIGITS + 1)] = "", *end = text;
    for (size_t i = 0; i <= block_of(table, table->total - 1); i++) {
        if (i > 0)
            *end++ = ' ';
        gst_checksum_print(&table->block[i], end);
        end += GST_CHECKSUM_DIGITS;
    }
    gst_output_patch(table->output, table->at, text);
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* Before a cell. */
static const char *separator(const gst_table *table, size_t column)
{
    static const char *const separators[] = {"\t", ",", ", "};
    return column > 0 ? separators[table->format] : "";
}

void gst_table_header(gst_table *table, size_t columns, const char *const *names)
{
    int json = table->json != NULL;
    table->last = gst_alloc(columns, sizeof *table->last);
    gst_output_add(table->output, json ? "{\"columns\": [" : "");
    if (json)
        gst_table_json_columns(table->json, columns, names);
    for (size_t i = 0; i < columns; i++) {
        gst_output_add(table->output, separator(table, i));
        add_string(table, names[i]);
    }
    gst_output_add(table->output, json ? "],\n\"data\": [\n" : "\n");
}

static void write_number(const gst_table *table, size_t column, double value, gst_written *to)
{
    char *end = to->text;
    for (const char *from = separator(table, column); *from != '\0'; from++)
        *end++ = *from;
    to->number = value;
    if (table->json && !isfinite(value))
        end += strlen(strcpy(end, "null"));
    else
        end += gst_number_print(value, end);
    to->length = (size_t)(end - to->text);
}

static int holds(const gst_written *last, double value)
{
    return last->length > 0 && memcmp(&last->number, &value, sizeof value) == 0;
}

static void add_number(const gst_table *table, size_t column, double value)
{
    gst_written once = {.length = 0}, *last = table->last ? &table->last[column] : &once;
    if (table->json && isinf(value))
        gst_table_json_infinite(table->json, column, table->rows, value < 0);
    if (!holds(last, value)) {
        int twin = column > 1 && table->last && holds(last - 1, value); /* no noise: test_error */
        if (twin)
            *last = last[-1];
        else
            write_number(table, column, value, last);
    }
    char *to = gst_output_room(table->output, sizeof last->text);
    if (!to)
        return;
    memcpy(to, last->text, sizeof last->text); /* of a length known to the compiler */
    table->output->used += last->length;
}

static void add_text(const gst_table *table, size_t column, const char *text)
{
    gst_output_add(table->output, separator(table, column));
    add_string(table, text);
}

void gst_table_row(gst_table *table, size_t columns, const gst_cell *cells)
{
    int json = table->format == GST_FORMAT_JSON;
    size_t began = table->output->used;
    if (json)
        gst_output_add(table->output, table->rows > 0 ? ",\n[" : "[");
    for (size_t i = 0; i < columns; i++) {
        if (cells[i].text)
            add_text(table, i, cells[i].text);
        else
            add_number(table, i, cells[i].number);
    }
    if (table->total > 0 && table->output->used > began)
        gst_table_sum(table, table->rows, table->output->text + began, table->output->used - began);
    gst_output_add(table->output, json ? "]" : "\n");
    table->rows++;
}

void gst_table_gap(gst_table *table)
{
    if (table->format == GST_FORMAT_TSV)
        gst_output_add(table->output, "\n\n");
}

void gst_table_scan(gst_table *table)
{
    if (table->format == GST_FORMAT_TSV)
        gst_output_add(table->output, "\n");
}

void gst_table_drop(gst_table *table)
{
    gst_table_json_free(table->json);
    free(table->last);
    table->json = NULL;
    table->last = NULL;
}

void gst_table_end(gst_table *table)
{
    if (table->json) {
        gst_output_add(table->output, table->rows > 0 ? "\n],\n" : "],\n");
        gst_table_json_write(table->json, table->rows, table->output);
    }
    gst_table_drop(table);
    if (table->at > 0 && table->rows == table->total)
        fill_checksums(table);
}
