/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_read.c - a table of any command, read for a picture.
 *
 * tsv and csv line by line: `# key: value` lines, the header row, rows, empty lines that say nothing here (curves are
 * told apart by the values of their columns).  A csv cell may be quoted.  What begins with { is json. */
#include "cli/commands/plot/plot_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/commands/plot/plot_json.h"
#include "cli/process/report.h"
#include "giantstep/status.h"

/* ---- lines --------------------------------------------------------------------------------------- */

/* The cell at *at: its text (quotes taken off, in place) and length; *at goes to the next one, NULL at the end. */
static const char *take_cell(char **at, int csv, size_t *length)
{
    char *cell = *at, *out = cell, *from = cell + 1;
    if (!csv || *cell != '"') {
        *length = strcspn(cell, csv ? "," : "\t");
        *at = cell[*length] != '\0' ? cell + *length + 1 : NULL;
        return cell;
    }
    for (; *from != '\0' && (*from != '"' || from[1] == '"'); from++) {
        from += *from == '"';
        *out++ = *from;
    }
    *length = (size_t)(out - cell);
    from += *from == '"';
    *at = *from == ',' ? from + 1 : NULL;
    return cell;
}

static int read_cells(gst_plot_table *table, char *line, size_t *count,
                      int (*add)(gst_plot_table *, const char *, size_t))
{
    int status = GST_OK;
    size_t length;
    for (*count = 0; status == GST_OK && line; ++*count) {
        const char *cell = take_cell(&line, table->csv, &length);
        status = add(table, cell, length);
    }
    return status;
}

static int read_meta(gst_plot_table *table, char *line)
{
    char *value = strstr(line, ": ");
    if (strncmp(line, "# ", 2) != 0 || !value)
        return GST_OK;
    *value = '\0';
    return gst_plot_table_add_meta(table, line + 2, value + 2);
}

static int refuse(const gst_plot_table *table, const char *what)
{
    return gst_report(GST_EXIT_USAGE, "plot: '%.200s' %s", table->path, what);
}

/* 0 or an exit code. */
static int read_line(gst_plot_table *table, char *line, size_t number)
{
    size_t count = table->columns;
    int status = GST_OK;
    if (*line == '#' && table->columns == 0)
        status = read_meta(table, line);
    else if (*line == '\0' || *line == '#')
        return 0;
    else if (table->columns == 0) {
        table->csv = strchr(line, ',') && !strchr(line, '\t');
        status = read_cells(table, line, &count, gst_plot_table_add_name);
    } else
        status = read_cells(table, line, &count, gst_plot_table_add_cell);
    if (status != GST_OK)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (count != table->columns)
        return gst_report(GST_EXIT_USAGE,
                          "plot: '%.200s', line %zu: not as many columns as the header",
                          table->path, number);
    return 0;
}

static int read_lines(gst_plot_table *table, char *text)
{
    int code = 0;
    for (size_t number = 1; code == 0 && *text != '\0'; number++) {
        char *end = text + strcspn(text, "\n"), *next = end + (*end == '\n');
        *end = '\0';
        if (end > text && end[-1] == '\r')
            end[-1] = '\0';
        code = read_line(table, text, number);
        text = next;
    }
    table->rows = table->columns > 0 ? table->held / table->columns : 0;
    return code;
}

/* ---- files --------------------------------------------------------------------------------------- */

/* All of a file; NULL with *error set. */
static char *read_file(const char *path, int *error)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    size_t used = 0, room = 1 << 16;
    char *text = file ? malloc(room) : NULL;
    *error = errno;
    while (text) {
        used += fread(text + used, 1, room - used - 1, file);
        if (used + 1 < room)
            break;
        char *grown = realloc(text, room *= 2);
        if (!grown) {
            free(text);
            *error = ENOMEM;
        }
        text = grown;
    }
    if (text && ferror(file)) {
        *error = errno;
        free(text);
        text = NULL;
    }
    if (text)
        text[used] = '\0';
    if (file && file != stdin)
        fclose(file);
    return text;
}

static char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = gst_copy_string(slash ? slash + 1 : path);
    char *dot = name ? strrchr(name, '.') : NULL;
    if (dot && dot > name)
        *dot = '\0';
    return name;
}

int gst_plot_table_read(gst_plot_table *table, const char *path)
{
    int error, code;
    size_t length;
    *table = (gst_plot_table){.path = path, .base = base_of(path)};
    char *text = read_file(path, &error);
    if (!text)
        return gst_report(GST_EXIT_RUNTIME, "plot: '%.200s': %s", path, strerror(error));
    code = *text == '{' ? gst_plot_json_read(table, text) : read_lines(table, text);
    free(text);
    if (code == 0 && !gst_plot_table_value(table, "giantstep.command", &length))
        code = refuse(table, "is not a table of giantstep: it has no giantstep.command");
    if (code == 0 && table->rows == 0)
        code = refuse(table, "has no rows");
    return code == 0 && !table->base ? gst_report(GST_EXIT_RUNTIME, "not enough memory") : code;
}
