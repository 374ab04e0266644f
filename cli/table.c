/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - tables out: tsv, csv, json. */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Number of bytes of the UTF-8 character at `c`, 0 if it is none. */
static size_t utf8_length(const unsigned char *c)
{
    size_t length = *c < 0x80   ? 1
                    : *c < 0xc2 ? 0
                    : *c < 0xe0 ? 2
                    : *c < 0xf0 ? 3
                    : *c < 0xf5 ? 4
                                : 0;
    unsigned second = length > 1 ? c[1] : 0;
    if ((*c == 0xe0 && second < 0xa0) || (*c == 0xed && second > 0x9f) ||
        (*c == 0xf0 && second < 0x90) || (*c == 0xf4 && second > 0x8f))
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static void add_json_string(gst_output *output, const char *text)
{
    gst_output_add(output, "\"");
    while (*text != '\0') {
        char piece[8] = {0};
        size_t length = utf8_length((const unsigned char *)text);
        if (length == 0)
            strcpy(piece, "\\ufffd");
        else if ((unsigned char)*text < ' ' || *text == '"' || *text == '\\' || *text == 127)
            snprintf(piece, sizeof piece, "\\u%04x", (unsigned)*text);
        else
            memcpy(piece, text, length);
        gst_output_add(output, piece);
        text += length > 0 ? length : 1;
    }
    gst_output_add(output, "\"");
}

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
        add_json_string(table->output, text);
    else if (table->format == GST_FORMAT_CSV)
        add_csv_string(table->output, text);
    else
        gst_output_add(table->output, text);
}

/* What %.15g makes of an integer of at most 15 digits, ten times faster: most cells of a sweep are such. */
static void print_integer(double value, char text[32])
{
    char digits[32], *end = digits + sizeof digits - 1, *at = end;
    unsigned long long left = (unsigned long long)fabs(value);
    *at = '\0';
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        *--at = '-';
    memcpy(text, at, (size_t)(end - at) + 1);
}

static void add_number(const gst_table *table, double value)
{
    char text[32];
    int json = table->format == GST_FORMAT_JSON;
    if (isnan(value))
        strcpy(text, json ? "null" : "nan");
    else if (isinf(value))
        snprintf(text, sizeof text, json ? "\"%sinf\"" : "%sinf", value < 0 ? "-" : "");
    else if (fabs(value) < 1e15 && value == floor(value))
        print_integer(value, text);
    else
        snprintf(text, sizeof text, "%.15g", value);
    gst_output_add(table->output, text);
}

void gst_table_begin(gst_table *table, gst_output *output, gst_table_format format)
{
    *table = (gst_table){.output = output, .format = format};
    if (format == GST_FORMAT_JSON)
        gst_output_add(output, "{\"meta\": {");
}

void gst_table_meta(gst_table *table, const char *key, const char *value)
{
    gst_output *output = table->output;
    int json = table->format == GST_FORMAT_JSON;
    gst_output_add(output, !json ? "# " : table->meta > 0 ? ",\n" : "\n");
    if (json)
        add_json_string(output, key);
    else
        gst_output_add(output, key);
    gst_output_add(output, ": ");
    if (json)
        add_json_string(output, value);
    else
        gst_output_add(output, value);
    gst_output_add(output, json ? "" : "\n");
    table->meta++;
}

static const char *separator(const gst_table *table)
{
    static const char *const separators[] = {"\t", ",", ", "};
    return separators[table->format];
}

void gst_table_header(gst_table *table, size_t columns, const char *const *names)
{
    int json = table->format == GST_FORMAT_JSON;
    gst_output_add(table->output, json ? "\n},\n\"columns\": [" : "");
    for (size_t i = 0; i < columns; i++) {
        gst_output_add(table->output, i > 0 ? separator(table) : "");
        add_string(table, names[i]);
    }
    gst_output_add(table->output, json ? "],\n\"rows\": [\n" : "\n");
}

void gst_table_row(gst_table *table, size_t columns, const gst_cell *cells)
{
    int json = table->format == GST_FORMAT_JSON;
    if (json)
        gst_output_add(table->output, table->rows > 0 ? ",\n[" : "[");
    for (size_t i = 0; i < columns; i++) {
        gst_output_add(table->output, i > 0 ? separator(table) : "");
        if (cells[i].text)
            add_string(table, cells[i].text);
        else
            add_number(table, cells[i].number);
    }
    gst_output_add(table->output, json ? "]" : "\n");
    table->rows++;
}

void gst_table_gap(gst_table *table)
{
    if (table->format == GST_FORMAT_TSV)
        gst_output_add(table->output, "\n");
}

void gst_table_end(gst_table *table)
{
    if (table->format == GST_FORMAT_JSON)
        gst_output_add(table->output, table->rows > 0 ? "\n]}\n" : "]}\n");
}
