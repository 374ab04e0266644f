/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_merge.c - `giantstep merge`: the shards of a table put together.
 *
 *   1. Read all files: they must be one table's, outside `run.`; each shard of it there once, and whole.
 *   2. The preamble tells the settings: rows are compared with them, and with the checksums of each file.
 *   3. Write the common preamble, a `run.` of this command, the header, and the bodies in the order of the
 *      shards, byte by byte: what the run without --shard would have written.
 * Shards of a job of items (validate, spectrum, steps and twostep --simulate) are journals: then the command itself
 * is run, with all its replicates there already. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands/run.h"
#include "cli/tables/flagged.h"
#include "cli/tables/journal.h"
#include "base/memory.h"
#include "cli/tables/output.h"
#include "cli/tables/preamble.h"
#include "cli/process/report.h"
#include "cli/tables/row_check.h"
#include "cli/options/settings.h"
#include "cli/tables/stored_table.h"

enum { BLOCK = 1 << 16 };

typedef struct {
    const gst_settings *settings;
    const char *output; /* path, NULL: stdout */
    size_t count;
    const char **paths;
    gst_stored_table *tables;
    size_t *order;      /* order[i]: the file of shard i + 1, as files from 1; 0: not found yet */
    gst_settings made;  /* by which the table was made */
    gst_journal *parts; /* parts[i]: of shard i + 1 of a job of items */
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
    int code = gst_stored_table_read(table, file, "merge", path, NULL);
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

/* The rows of a file, which come after `begin` others in the whole table. */
static int check_rows(const merge *m, size_t i, size_t begin)
{
    gst_row_check check = {.settings = &m->made,
                           .option = "merge",
                           .name = m->paths[i],
                           .begin = begin,
                           .total = m->tables[i].rows};
    const gst_stored_reader reader = {
        .begin = gst_row_check_begin, .row = gst_row_check_row, .context = &check};
    gst_stored_table again = {0};
    FILE *file = open_shard(m->paths[i]);
    if (!file)
        return GST_EXIT_RUNTIME;
    int code = gst_stored_table_read(&again, file, "merge", m->paths[i], &reader);
    fclose(file);
    gst_stored_table_clear(&again);
    gst_row_check_clear(&check);
    return code;
}

static int check_part(const merge *m, size_t i, gst_journal *part)
{
    gst_stored_table again = {0};
    int code = gst_journal_read_part(part, m->paths[i], &again);
    if (code == 0 && part->items != again.shard_rows)
        code = gst_report(GST_EXIT_USAGE, "merge: '%.200s' has replicates there twice or missing",
                          m->paths[i]);
    gst_stored_table_clear(&again);
    return code;
}

/* Everything that was written, in the order of the shards. */
static int check_all(merge *m)
{
    const gst_stored_table *first = &m->tables[0];
    size_t begin = 0;
    int items = gst_journal_is_header(first->header);
    int code = gst_settings_read_preamble(&m->made, m->settings, first->preamble, m->paths[0]);
    m->parts = items ? gst_alloc(m->count, sizeof *m->parts) : NULL;
    if (items && !m->parts)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t k = 0; items && k < m->count; k++)
        m->parts[k] = (gst_journal){.file = {.fd = -1}, .output = {.fd = -1}};
    for (size_t k = 0; k < m->count && code == 0; k++) {
        size_t i = m->order[k] - 1;
        code = items ? check_part(m, i, &m->parts[k]) : check_rows(m, i, begin);
        begin += m->tables[i].rows;
    }
    return code;
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
    return code == 0 ? check_all(m) : code;
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
    int code = gst_output_open(&output, m->settings, NULL);
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
    code = gst_exit_worse(gst_output_close(&output, code == 0), code);
    if (code != 0)
        return code;
    return gst_exit_worse(code, gst_flagged_report(&flagged, rows));
}

/* The options of this command that are also those of the other. */
static int copy_option(merge *m, gst_option_id id)
{
    const gst_setting *from = &m->settings->value[id];
    gst_setting *to = &m->made.value[id];
    if (!from->text)
        return 0;
    free(to->text);
    *to = (gst_setting){.text = gst_copy_string(from->text), .number = from->number, .flag = 1};
    return to->text ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

/* The table of a job of items, made by its command. */
static int run_command(merge *m)
{
    static const gst_option_id options[] = {GST_OPTION_OUTPUT, GST_OPTION_FORCE, GST_OPTION_QUIET};
    int code = 0;
    m->made.part = m->parts;
    m->made.parts = m->count;
    for (size_t i = 0; i < sizeof options / sizeof *options && code == 0; i++)
        code = copy_option(m, options[i]);
    return code == 0 ? m->settings->run(&m->made) : code;
}

static void clear(merge *m)
{
    for (size_t i = 0; m->tables && i < m->count; i++)
        gst_stored_table_clear(&m->tables[i]);
    for (size_t i = 0; m->parts && i < m->count; i++)
        gst_journal_close(&m->parts[i], 1);
    gst_settings_clear(&m->made);
    free(m->parts);
    free(m->tables);
    free(m->order);
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
    int code = m.tables && m.order ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (code == 0 && m.count == 0)
        code = gst_report(GST_EXIT_USAGE, "merge: which files?");
    if (code == 0)
        code = read_all(&m);
    if (code == 0)
        code = gst_file_check(settings);
    if (code == 0)
        code = m.parts ? run_command(&m) : write_all(&m);
    clear(&m);
    return code;
}
