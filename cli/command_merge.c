/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_merge.c - `giantstep merge`: the shards of a table put together.
 *
 *   1. Read all files: they must be one table's, outside `run.`; each shard of it there once, and whole.
 *   2. Write the common preamble, a `run.` of this command, the header, and the bodies in the order of the
 *      shards, byte by byte: what the run without --shard would have written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "flagged.h"
#include "memory.h"
#include "output.h"
#include "preamble.h"
#include "report.h"
#include "settings.h"
#include "stored_table.h"

enum { BLOCK = 1 << 16 };

typedef struct {
    const gst_settings *settings;
    const char *output; /* path, NULL: stdout */
    size_t count;
    const char **paths;
    gst_stored_table *tables;
    size_t *order; /* order[i]: the file of shard i + 1, as files from 1; 0: not found yet */
} merge;

/* Opened for reading; NULL with the message printed. */
static FILE *open_shard(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        gst_report(GST_EXIT_RUNTIME, "merge: '%.200s': %s", path, strerror(errno));
    return file;
}

/* Writing would destroy what is to be read. */
static int check_output(const merge *m, const char *path)
{
    struct stat in, out;
    if (m->output && stat(path, &in) == 0 && stat(m->output, &out) == 0 &&
        in.st_dev == out.st_dev && in.st_ino == out.st_ino)
        return gst_report(GST_EXIT_USAGE, "--output: '%.200s' is one of the shards", m->output);
    return 0;
}

/* A file by itself. */
static int read_shard(merge *m, size_t i)
{
    const char *path = m->paths[i];
    gst_stored_table *table = &m->tables[i];
    FILE *file = open_shard(path);
    if (!file)
        return GST_EXIT_RUNTIME;
    int code = gst_stored_table_read(table, file, "merge", path);
    fclose(file);
    if (code == 0 && !table->header)
        code = gst_report(GST_EXIT_USAGE, "merge: '%.200s' ends before its header", path);
    else if (code == 0 && table->shard.count == 0)
        code = gst_report(GST_EXIT_USAGE, "merge: '%.200s' has no run.shard: not made by --shard",
                          path);
    else if (code == 0 && table->rows != table->shard_rows)
        code = gst_report(GST_EXIT_USAGE,
                          "merge: '%.200s' has %zu of the %zu rows of shard %zu/%zu, run it again "
                          "with --resume",
                          path, table->rows, table->shard_rows, table->shard.index,
                          table->shard.count);
    else if (code == 0 && table->end != table->size)
        code = gst_report(GST_EXIT_USAGE, "merge: '%.200s' has something after its last row", path);
    return code == 0 ? check_output(m, path) : code;
}

/* A file beside the first one. */
static int place_shard(merge *m, size_t i)
{
    const gst_stored_table *first = &m->tables[0], *table = &m->tables[i];
    int code = gst_stored_table_compare(table, first, "merge", m->paths[i], m->paths[0]);
    if (code != 0)
        return code;
    if (table->shard.count != first->shard.count)
        return gst_report(GST_EXIT_USAGE,
                          "merge: '%.200s' is one of %zu shards, '%.200s' one of %zu", m->paths[i],
                          table->shard.count, m->paths[0], first->shard.count);
    if (table->shard.count > m->count)
        return 0;
    size_t *place = &m->order[table->shard.index - 1];
    if (*place > 0)
        return gst_report(GST_EXIT_USAGE, "merge: '%.200s' and '%.200s' are both shard %zu/%zu",
                          m->paths[*place - 1], m->paths[i], table->shard.index,
                          table->shard.count);
    *place = i + 1;
    return 0;
}

/* The lowest shard that no file is. */
static int report_missing(const merge *m)
{
    size_t missing = 0, found = 1;
    while (found > 0) {
        missing++;
        found = 0;
        for (size_t i = 0; i < m->count; i++)
            found += m->tables[i].shard.index == missing;
    }
    return gst_report(GST_EXIT_USAGE, "merge: shard %zu/%zu is missing", missing,
                      m->tables[0].shard.count);
}

static int read_all(merge *m)
{
    int code = 0;
    for (size_t i = 0; i < m->count && code == 0; i++)
        code = read_shard(m, i);
    for (size_t i = 0; i < m->count && code == 0; i++)
        code = place_shard(m, i);
    if (code == 0 && m->tables[0].shard.count != m->count)
        code = report_missing(m);
    return code;
}

static void write_head(const merge *m, gst_output *output)
{
    gst_table table = {.output = output, .format = GST_FORMAT_TSV};
    const char *line = m->tables[0].preamble;
    while (*line != '\0') {
        size_t length = strcspn(line, "\n") + 1;
        gst_output_add(output, "# ");
        gst_output_add_bytes(output, line, length);
        line += length;
    }
    gst_preamble_write_run(&table, m->settings, 1);
    gst_output_add(output, m->tables[0].header);
    gst_output_add(output, "\n");
}

/* Line by line, so that a full disk leaves no half row. */
static int copy_rows(const gst_stored_table *table, FILE *file, gst_output *output)
{
    char *line = NULL;
    size_t room = 0;
    long left = table->end - table->body;
    int code = fseek(file, table->body, SEEK_SET);
    while (left > 0 && code == 0) {
        ssize_t length = getline(&line, &room, file);
        if (length <= 0)
            break;
        gst_output_add_bytes(output, line, (size_t)length);
        left -= length;
        if (output->used > BLOCK || output->failed)
            code = gst_output_flush(output);
    }
    free(line);
    if (code == 0 && left > 0)
        return gst_report(GST_EXIT_RUNTIME, "merge: a shard changed while it was read");
    return code;
}

static int write_body(const merge *m, size_t i, gst_output *output)
{
    FILE *file = open_shard(m->paths[i]);
    if (!file)
        return GST_EXIT_RUNTIME;
    int code = copy_rows(&m->tables[i], file, output);
    fclose(file);
    return code;
}

static int write_all(const merge *m)
{
    gst_output output;
    gst_flagged flagged = {0};
    int code = gst_output_open(&output, m->output);
    if (code != 0)
        return code;
    write_head(m, &output);
    size_t rows = 0;
    for (size_t i = 0; i < m->count && code == 0 && !output.failed; i++) {
        const gst_stored_table *table = &m->tables[m->order[i] - 1];
        code = write_body(m, m->order[i] - 1, &output);
        rows += table->rows;
        gst_flagged_add_many(&flagged, GST_LOOSE, "in the shards", table->loose);
        gst_flagged_add_many(&flagged, GST_FAILED, "in the shards", table->failed);
    }
    if (gst_output_close(&output) != 0)
        code = GST_EXIT_RUNTIME;
    return gst_exit_worse(code, gst_flagged_report(&flagged, rows));
}

int gst_command_merge(const gst_settings *settings)
{
    size_t most = (size_t)settings->argc;
    merge m = {.settings = settings,
               .output = gst_setting_text(settings, GST_OPTION_OUTPUT),
               .count = settings->operands,
               .paths = (const char **)settings->operand,
               .tables = gst_alloc(most, sizeof *m.tables),
               .order = gst_alloc(most, sizeof *m.order)};
    int code = m.tables && m.order ? gst_output_check(m.output)
                                   : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (code == 0 && m.count == 0)
        code = gst_report(GST_EXIT_USAGE, "merge: which files?");
    if (code == 0)
        code = read_all(&m);
    if (code == 0)
        code = write_all(&m);
    for (size_t i = 0; m.tables && i < m.count; i++)
        gst_stored_table_clear(&m.tables[i]);
    free(m.tables);
    free(m.order);
    return code;
}
