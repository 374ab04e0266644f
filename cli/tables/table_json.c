/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table_json.c - the parts of a json table that are written after its rows. */
#include "cli/tables/table_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report_json.h"

/* Where an infinity is. */
typedef struct {
    size_t column, row;
    int negative;
} place;

/* meta: its text so far, an output that is never flushed. */
struct gst_table_json {
    gst_output meta;
    size_t metas, columns;
    char **names;
    place *places;
    size_t count, room;
    int failed;
};

void gst_json_add_string(gst_output *output, const char *text)
{
    gst_output_add(output, "\"");
    while (*text != '\0') {
        char piece[8] = {0};
        size_t length = gst_utf8_length((const unsigned char *)text);
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

gst_table_json *gst_table_json_alloc(void)
{
    gst_table_json *json = gst_alloc(1, sizeof *json);
    if (json)
        json->meta = (gst_output){.fd = -1, .own = {.fd = -1}, .name = "json"};
    return json;
}

void gst_table_json_free(gst_table_json *json)
{
    if (!json)
        return;
    gst_output_drop(&json->meta);
    for (size_t i = 0; json->names && i < json->columns; i++)
        free(json->names[i]);
    free(json->names);
    free(json->places);
    free(json);
}

void gst_table_json_meta(gst_table_json *json, const char *key, const char *value)
{
    gst_output_add(&json->meta, json->metas++ > 0 ? ",\n" : "\n");
    gst_json_add_string(&json->meta, key);
    gst_output_add(&json->meta, ": ");
    gst_json_add_string(&json->meta, value);
}

void gst_table_json_columns(gst_table_json *json, size_t columns, const char *const *names)
{
    json->columns = columns;
    json->names = gst_alloc(columns, sizeof *json->names);
    for (size_t i = 0; json->names && i < columns; i++) {
        json->names[i] = gst_copy_string(names[i]);
        json->failed |= !json->names[i];
    }
    json->failed |= !json->names;
}

void gst_table_json_infinite(gst_table_json *json, size_t column, size_t row, int negative)
{
    if (json->count == json->room) {
        size_t room = 2 * json->room + 64;
        place *grown = realloc(json->places, room * sizeof *grown);
        json->failed |= !grown;
        if (!grown)
            return;
        json->places = grown;
        json->room = room;
    }
    json->places[json->count++] = (place){.column = column, .row = row, .negative = negative};
}

/* 0, 1, ... */
static void add_index(gst_output *output, size_t rows)
{
    char text[32];
    for (size_t row = 0; row < rows; row++) {
        snprintf(text, sizeof text, "%s%zu", row > 0 ? ", " : "", row);
        gst_output_add(output, text);
    }
}

/* The rows in which a column is infinite; returns how many. */
static size_t add_column(const gst_table_json *json, size_t column, int negative,
                         const char *before, gst_output *output)
{
    char text[32];
    size_t found = 0;
    for (size_t i = 0; i < json->count; i++) {
        const place *p = &json->places[i];
        if (p->column != column || p->negative != negative)
            continue;
        if (found == 0) {
            gst_output_add(output, before);
            gst_json_add_string(output, json->names[column]);
            gst_output_add(output, ": [");
        }
        snprintf(text, sizeof text, "%s%zu", found++ > 0 ? ", " : "", p->row);
        gst_output_add(output, text);
    }
    gst_output_add(output, found > 0 ? "]" : "");
    return found;
}

static void add_infinite(const gst_table_json *json, int negative, gst_output *output)
{
    size_t columns = 0;
    gst_output_add(output, negative ? ",\n\"negative_infinite\": {" : ",\n\"infinite\": {");
    for (size_t c = 0; c < json->columns; c++)
        columns += add_column(json, c, negative, columns > 0 ? ", " : "", output) > 0;
    gst_output_add(output, "}");
}

void gst_table_json_write(gst_table_json *json, size_t rows, gst_output *output)
{
    int negative = 0;
    for (size_t i = 0; i < json->count; i++)
        negative |= json->places[i].negative;
    if (json->failed || json->meta.failed) {
        gst_output_fail(output);
        return;
    }
    gst_output_add(output, "\"index\": [");
    add_index(output, rows);
    gst_output_add(output, "],\n\"meta\": {");
    gst_output_add_bytes(output, json->meta.text ? json->meta.text : "", json->meta.used);
    add_infinite(json, 0, output);
    if (negative)
        add_infinite(json, 1, output);
    gst_output_add(output, "\n}}\n");
}
