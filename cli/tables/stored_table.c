/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_table.c - a tsv or csv table of this program, read back.
 *
 * Line by line: `# key: value` up to the header row, then rows and the empty lines between curves.  Every
 * row must have the header's columns and a known status.  A last line without its newline was torn by the
 * end of the process that wrote it, and is left out. */
#include "cli/tables/stored_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"
#include "giantstep/status.h"

typedef struct {
    gst_stored_table *table;
    const gst_stored_reader *more; /* may be NULL */
    const char *option, *name;
    size_t line;
} reader;

static int refuse(const reader *r, const char *what)
{
    return gst_report(GST_EXIT_USAGE, "%s: '%.200s', line %zu: %s", r->option, r->name, r->line,
                      what);
}

/* *text grows by a line of `length` characters and a newline. */
static int append(char **text, const char *line, size_t length)
{
    size_t used = *text ? strlen(*text) : 0;
    char *grown = realloc(*text, used + length + 2);
    if (!grown)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    memcpy(grown + used, line, length);
    strcpy(grown + used + length, "\n");
    *text = grown;
    return 0;
}

static int begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static const char checksums[] = "# run.checksums: ";

/* `# key: value`. */
static int read_meta(reader *r, const char *line, size_t length)
{
    if (!begins_with(line, "# ") || !strstr(line, ": "))
        return refuse(r, "not a table of giantstep");
    if (begins_with(line, "# run.shard: ") &&
        gst_shard_parse(line + strlen("# run.shard: "), &r->table->shard) != 0)
        return refuse(r, "run.shard is not i/N");
    if (begins_with(line, "# run.rows: "))
        r->table->shard_rows = strtoul(line + strlen("# run.rows: "), NULL, 10);
    if (begins_with(line, checksums) && !r->table->checksums) {
        r->table->checksums = gst_copy_string(line + strlen(checksums));
        r->table->checksums_at = r->table->size - (long)(length + 1 - strlen(checksums));
        if (!r->table->checksums)
            return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    }
    return begins_with(line, "# run.") ? 0 : append(&r->table->preamble, line + 2, length - 2);
}

static int read_header(reader *r, const char *line)
{
    gst_stored_table *table = r->table;
    const char *preamble = table->preamble ? table->preamble : "";
    table->separator = strstr(preamble, "\nformat: csv\n") && !strchr(line, '\t') ? ',' : '\t';
    if (!begins_with(preamble, "giantstep.version: "))
        return refuse(r, "not a table of giantstep");
    table->header = gst_copy_string(line);
    if (!table->header)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (const char *name = line;; name++) {
        const char *end = strchr(name, table->separator);
        size_t length = end ? (size_t)(end - name) : strlen(name);
        if (length == strlen("status") && begins_with(name, "status"))
            table->status_column = table->columns;
        if (length == strlen("verdict") && begins_with(name, "verdict"))
            table->verdict_column = table->columns;
        table->columns++;
        if (!end)
            return 0;
        name = end;
    }
}

/* 1 if the cell, up to `separator` or the end, is that word. */
static int is_word(const char *cell, char separator, const char *word)
{
    size_t length = strlen(word);
    return begins_with(cell, word) && (cell[length] == separator || cell[length] == '\0');
}

static int count_status(reader *r, const char *cell)
{
    const int known[] = {GST_OK, GST_LOOSE, GST_FAILED};
    size_t ignored = 0, *counter[] = {&ignored, &r->table->loose, &r->table->failed};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_word(cell, r->table->separator, gst_status_name(known[i]))) {
            ++*counter[i];
            return 0;
        }
    return refuse(r, "a row without its status");
}

/* What the reader says of it. */
static int ask_more(reader *r, const char *line, size_t length)
{
    gst_message fault = {""};
    if (!r->more || !r->more->row)
        return 0;
    int code = r->more->row(r->more->context, r->table, line, length, &fault);
    return code > 0 && fault.text[0] != '\0' ? refuse(r, fault.text) : code;
}

static int read_row(reader *r, const char *line, size_t length)
{
    gst_stored_table *table = r->table;
    size_t column = 0;
    const char *status = NULL, *verdict = NULL;
    int lenient = r->more && r->more->lenient;
    for (const char *c = line; c < line + length; c++) {
        if (*c == '\0')
            return lenient ? GST_STORED_END : refuse(r, "a zero byte");
        if (*c != table->separator)
            continue;
        column++;
        status = column == table->status_column ? c + 1 : status;
        verdict = column == table->verdict_column ? c + 1 : verdict;
    }
    if (column + 1 != table->columns && lenient)
        return GST_STORED_END;
    if (column + 1 != table->columns)
        return refuse(r, "not as many columns as the header");
    int code = ask_more(r, line, length);
    if (code == 0 && status)
        code = count_status(r, status);
    if (code == 0 && verdict)
        table->disagree += (size_t)is_word(verdict, table->separator, "disagree");
    table->rows += code == 0;
    return code;
}

/* A whole line, its newline replaced by 0. */
static int read_line(reader *r, const char *line, size_t length, long end)
{
    gst_stored_table *table = r->table;
    int code;
    if (!table->header && *line == '#')
        return read_meta(r, line, length);
    if (table->header && length == 0)
        return 0;
    if (table->header)
        code = read_row(r, line, length);
    else {
        code = read_header(r, line);
        table->body = end;
        if (code == 0 && r->more && r->more->begin)
            code = r->more->begin(r->more->context, table);
    }
    if (code == 0)
        table->end = end;
    return code;
}

int gst_stored_table_read(gst_stored_table *table, FILE *file, const char *option, const char *name,
                          const gst_stored_reader *more)
{
    reader r = {.table = table, .more = more, .option = option, .name = name};
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    int code = 0;
    *table = (gst_stored_table){0};
    while (code == 0 && (length = getline(&line, &room, file)) > 0) {
        table->size += length;
        r.line++;
        if (line[length - 1] != '\n')
            break;
        line[length - 1] = '\0';
        code = read_line(&r, line, (size_t)length - 1, table->size);
    }
    int error = errno;
    free(line);
    code = code == GST_STORED_END ? 0 : code;
    if (code == 0 && (ferror(file) || (length < 0 && !feof(file)))) /* or no memory for a line */
        code = gst_report(GST_EXIT_RUNTIME, "%s: '%.200s': %s", option, name, strerror(error));
    return code;
}

void gst_stored_table_clear(gst_stored_table *table)
{
    free(table->preamble);
    free(table->header);
    free(table->checksums);
    *table = (gst_stored_table){0};
}

const char *gst_stored_table_value(const gst_stored_table *table, const char *key, size_t *length)
{
    size_t known = strlen(key);
    for (const char *line = table->preamble; line && *line != '\0'; line += strcspn(line, "\n") + 1)
        if (begins_with(line, key) && begins_with(line + known, ": ")) {
            *length = strcspn(line, "\n") - known - 2;
            return line + known + 2;
        }
    return NULL;
}

/* The line at *text, "" at the end; advances. */
static const char *next_line(const char **text, size_t *length)
{
    const char *line = *text ? *text : "";
    *length = strcspn(line, "\n");
    *text = line + *length + (line[*length] == '\n');
    return line;
}

int gst_stored_table_compare(const gst_stored_table *a, const gst_stored_table *b,
                             const char *option, const char *name, const char *other)
{
    const char *left = a->preamble, *right = b->preamble;
    size_t m, n;
    do {
        const char *x = next_line(&left, &m), *y = next_line(&right, &n);
        if (m == 0 && !a->header)
            return 0;
        if (m != n || strncmp(x, y, m) != 0)
            return gst_report(GST_EXIT_USAGE, "%s: '%.200s' has `%.*s', %s has `%.*s'", option,
                              name, m < 200 ? (int)m : 200, x, other, n < 200 ? (int)n : 200, y);
    } while (m > 0);
    if (b->header && strcmp(a->header, b->header) != 0)
        return gst_report(GST_EXIT_USAGE, "%s: '%.200s' has other columns than %s", option, name,
                          other);
    return 0;
}
