/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_json.c - a json table of this program, read back.
 *
 * One object with the members columns, data, index and meta in any order.  Texts become cells as they are, numbers as
 * they are written, null becomes nan, and then inf where meta's infinite (or negative_infinite) names column and row. */
#include "cli/commands/plot/plot_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"
#include "giantstep/status.h"

/* bad: the text is not such a table; failed: no memory. */
typedef struct {
    gst_plot_table *table;
    char *at, *infinite, *negative;
    int bad, failed;
} reader;

static void skip_space(reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

/* 1 if the next character is that one, which is then passed. */
static int take(reader *r, char wanted)
{
    skip_space(r);
    if (*r->at != wanted)
        return 0;
    r->at++;
    return 1;
}

static void want(reader *r, char wanted)
{
    r->bad |= !take(r, wanted);
}

/* A string, undone in place and ended by 0: what we write escapes as \uXXXX, and as \\ and \" only. */
static char *take_string(reader *r)
{
    want(r, '"');
    char *begin = r->at, *out = begin;
    while (!r->bad && *r->at != '"' && *r->at != '\0') {
        unsigned code = 0;
        if (*r->at == '\\' && r->at[1] == 'u' && sscanf(r->at + 2, "%4x", &code) == 1) {
            *out++ = code < 128 ? (char)code : '?';
            r->at += 6;
        } else {
            r->at += *r->at == '\\' && r->at[1] != '\0';
            *out++ = *r->at++;
        }
    }
    want(r, '"');
    *out = '\0';
    return begin;
}

static void skip_string(reader *r)
{
    for (r->at++; *r->at != '"' && *r->at != '\0'; r->at++)
        r->at += *r->at == '\\' && r->at[1] != '\0';
    want(r, '"');
}

/* Pass over any value, which is not changed. */
static void skip_value(reader *r)
{
    int depth = 0;
    do {
        skip_space(r);
        if (*r->at == '"') {
            skip_string(r);
            continue;
        }
        depth += (*r->at == '[' || *r->at == '{') - (*r->at == ']' || *r->at == '}');
        r->at += *r->at != '\0';
        while (depth == 0 && *r->at != '\0' && !strchr(",]} \n", *r->at))
            r->at++;
    } while (!r->bad && depth > 0 && *r->at != '\0');
}

static void read_columns(reader *r)
{
    for (want(r, '['); !r->bad && !r->failed && !take(r, ']'); take(r, ',')) {
        const char *name = take_string(r);
        r->failed |= gst_plot_table_add_name(r->table, name, strlen(name)) != GST_OK;
    }
}

static void read_cell(reader *r)
{
    skip_space(r);
    const char *text = r->at;
    size_t length = strcspn(text, ",] \r\n");
    if (*text == '"') {
        text = take_string(r);
        length = strlen(text);
    } else
        r->at += length;
    int null = length == 4 && strncmp(text, "null", 4) == 0;
    r->bad |= length == 0 && text == r->at;
    r->failed |= gst_plot_table_add_cell(r->table, null ? "nan" : text, null ? 3 : length) < 0;
}

static void read_data(reader *r)
{
    for (want(r, '['); !r->bad && !r->failed && !take(r, ']'); take(r, ','))
        for (want(r, '['); !r->bad && !r->failed && !take(r, ']'); take(r, ','))
            read_cell(r);
}

static void read_meta(reader *r)
{
    for (want(r, '{'); !r->bad && !r->failed && !take(r, '}'); take(r, ',')) {
        const char *key = take_string(r);
        want(r, ':');
        skip_space(r);
        if (*r->at == '"')
            r->failed |= gst_plot_table_add_meta(r->table, key, take_string(r)) != GST_OK;
        else {
            r->infinite = strcmp(key, "infinite") == 0 ? r->at : r->infinite;
            r->negative = strcmp(key, "negative_infinite") == 0 ? r->at : r->negative;
            skip_value(r);
        }
    }
}

/* {"column": [rows], ...} */
static void read_infinite(reader *r, char *at, const char *text)
{
    if (!at)
        return;
    r->at = at;
    for (want(r, '{'); !r->bad && !r->failed && !take(r, '}'); take(r, ',')) {
        const char *name = take_string(r);
        size_t column = gst_plot_table_column(r->table, name, strlen(name));
        want(r, ':');
        for (want(r, '['); !r->bad && !r->failed && !take(r, ']'); take(r, ',')) {
            size_t row = strtoul(r->at, &r->at, 10);
            r->bad |= column == r->table->columns || row >= r->table->rows;
            if (r->bad)
                return;
            char **cell = &r->table->cells[row * r->table->columns + column];
            free(*cell);
            *cell = gst_copy_string(text);
            r->failed |= !*cell;
        }
    }
}

int gst_plot_json_read(gst_plot_table *table, char *text)
{
    reader r = {.table = table, .at = text};
    for (want(&r, '{'); !r.bad && !r.failed && !take(&r, '}'); take(&r, ',')) {
        const char *key = take_string(&r);
        want(&r, ':');
        if (strcmp(key, "columns") == 0)
            read_columns(&r);
        else if (strcmp(key, "data") == 0)
            read_data(&r);
        else if (strcmp(key, "meta") == 0)
            read_meta(&r);
        else
            skip_value(&r);
    }
    r.bad |= table->columns == 0 || table->held % table->columns != 0;
    table->rows = table->columns > 0 ? table->held / table->columns : 0;
    if (!r.bad && !r.failed) {
        read_infinite(&r, r.infinite, "inf");
        read_infinite(&r, r.negative, "-inf");
    }
    if (r.failed)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (r.bad)
        return gst_report(GST_EXIT_USAGE, "plot: '%.200s' is not a json table of giantstep",
                          table->path);
    return 0;
}
