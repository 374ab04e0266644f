/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resume.c - `--resume`: go on with a table where its file ends.
 *
 *   1. Read the preamble this run would write in the way the file is read, and compare.
 *   2. Read the journal: it knows the sums of the rows that were written.
 *   3. Read the file's rows, compare them with the grid and the sums, and find where the last one ends.
 *   4. Cut both there and go on. */
#include "cli/tables/resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/process/report.h"
#include "cli/tables/row_check.h"
#include "cli/tables/stored_table.h"

static const char option[] = "--resume";

typedef struct {
    gst_journal *journal;
    const char *path; /* of the file that holds rows, NULL: there is none */
    int named;        /* it is NAME itself */
    size_t begin, rows;
    gst_stored_table own, stored;
    gst_row_check check;
} resuming;

/* stored_table.h's begin: other tables are refused before their rows are looked at. */
static int compare(void *context, const gst_stored_table *stored)
{
    resuming *r = context;
    r->check.option = option;
    r->check.name = r->path;
    int code = gst_stored_table_compare(stored, &r->own, option, r->path, "this run");
    if (code == 0)
        code = gst_shard_compare(&stored->shard, &r->own.shard, option, r->path);
    return code == 0 ? gst_row_check_begin(&r->check, stored) : code;
}

static int check_row(void *context, const gst_stored_table *table, const char *line, size_t length,
                     gst_message *fault)
{
    resuming *r = context;
    return gst_row_check_row(&r->check, table, line, length, fault);
}

/* The preamble in the output's buffer. */
static int read_own(gst_stored_table *own, gst_output *output)
{
    FILE *file = output->failed ? NULL : fmemopen(output->text, output->used, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = gst_stored_table_read(own, file, option, "this run", NULL);
    fclose(file);
    return code;
}

/* NAME.part, else NAME. */
static void choose_file(resuming *r)
{
    const gst_file *file = &r->journal->file;
    r->path = gst_file_has(file->part) ? file->part : NULL;
    if (r->path || access(file->name, F_OK) != 0)
        return;
    r->path = file->name;
    r->named = 1;
}

/* The rows of the file against the grid and, unless it is a whole table, the journal. */
static int read_rows(resuming *r)
{
    const gst_stored_reader reader = {.begin = compare, .row = check_row, .context = r};
    r->check.settings = r->journal->settings;
    r->check.begin = r->begin;
    r->check.total = r->rows;
    FILE *file = fopen(r->path, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "%s: '%.200s': %s", option, r->path, strerror(errno));
    int code = gst_stored_table_read(&r->stored, file, option, r->path, &reader);
    fclose(file);
    if (code == 0 && !r->stored.header)
        code = gst_stored_table_compare(&r->stored, &r->own, option, r->path, "this run");
    if (code == 0)
        gst_row_check_settle(&r->check, &r->stored);
    if (code == 0 && r->stored.rows > r->rows)
        code = gst_report(GST_EXIT_USAGE, "%s: '%.200s' has %zu rows, this run has %zu", option,
                          r->path, r->stored.rows, r->rows);
    return code;
}

/* The journal's blocks serve the check of NAME.part. */
static int read_journal(resuming *r)
{
    gst_journal *journal = r->journal;
    int known = 0, code = gst_journal_read(journal, &r->own, &known);
    if (code != 0 || !known || !r->path || r->named)
        return code;
    r->check.limited = 1;
    r->check.count = journal->blocks;
    r->check.blocks = malloc((journal->blocks + 1) * sizeof *r->check.blocks);
    if (!r->check.blocks)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    if (journal->blocks > 0)
        memcpy(r->check.blocks, journal->block, journal->blocks * sizeof *journal->block);
    return 0;
}

/* The journal as it is after the rows that count; one that did not know them is begun anew. */
static int settle_journal(resuming *r, const gst_output *output, size_t preamble)
{
    gst_journal *journal = r->journal;
    size_t whole = 0;
    while (whole < journal->blocks && journal->block[whole].end <= r->stored.rows)
        whole++;
    if (r->check.limited)
        return gst_journal_cut(journal, whole);
    if (r->path == NULL && journal->body > 0)
        return gst_journal_cut(journal, 0);
    int code = gst_journal_begin(journal, output->text, preamble);
    if (code == 0 && r->stored.rows > 0) {
        const gst_checksum all = r->check.sums.fresh;
        code = gst_journal_add_rows(journal, r->stored.rows, &all);
    }
    return code;
}

/* The file under the name NAME.part, open after its last row. */
static int continue_file(resuming *r, gst_output *output, gst_table *table)
{
    const gst_file *file = &r->journal->file;
    if (r->named && rename(file->name, file->part) != 0)
        return gst_report(GST_EXIT_RUNTIME, "%s: '%.200s': %s", option, file->name,
                          strerror(errno));
    int code = gst_output_continue(output, file, r->stored.header ? r->stored.end : 0);
    if (code != 0 || !r->stored.header)
        return code;
    output->used = 0;
    table->rows = r->stored.rows;
    table->at = r->stored.checksums_at;
    memcpy(table->block, r->check.sums.block, sizeof table->block);
    return 0;
}

static void clear(resuming *r)
{
    gst_stored_table_clear(&r->own);
    gst_stored_table_clear(&r->stored);
    gst_row_check_clear(&r->check);
}

static void report_found(const resuming *r, gst_resume *found)
{
    found->rows = r->stored.rows;
    found->loose = r->stored.loose;
    found->failed = r->stored.failed;
    found->disagree = r->stored.disagree;
}

int gst_resume_open(gst_output *output, gst_table *table, gst_journal *journal, size_t preamble,
                    size_t begin, size_t rows, gst_resume *found)
{
    resuming r = {.journal = journal, .begin = begin, .rows = rows};
    int code = read_own(&r.own, output);
    choose_file(&r);
    if (code == 0)
        code = read_journal(&r);
    if (code == 0 && r.path)
        code = read_rows(&r);
    if (code == 0 && r.stored.header)
        report_found(&r, found);
    found->complete = code == 0 && r.named && r.stored.header && r.stored.rows == rows;
    if (code == 0 && !found->complete)
        code = settle_journal(&r, output, preamble);
    if (code == 0 && !found->complete)
        code = continue_file(&r, output, table);
    clear(&r);
    return code;
}

/* NAME, which has its name since it was whole. */
static int check_whole(resuming *r)
{
    const gst_stored_reader reader = {
        .begin = gst_row_check_begin, .row = gst_row_check_row, .context = &r->check};
    gst_stored_table own = r->own, counted = {0};
    FILE *file = fopen(r->path, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "%s: '%.200s': %s", option, r->path, strerror(errno));
    int code = gst_stored_table_read(&counted, file, option, r->path, NULL);
    own.header = NULL;
    if (code == 0)
        code = gst_stored_table_compare(&own, &counted, option, "this run", r->path);
    if (code == 0)
        code = gst_shard_compare(&counted.shard, &r->own.shard, option, r->path);
    r->check.settings = r->journal->settings;
    r->check.total = counted.rows;
    r->check.option = option;
    r->check.name = r->path;
    rewind(file);
    if (code == 0 && !gst_journal_is_header(counted.header))
        code = gst_stored_table_read(&r->stored, file, option, r->path, &reader);
    fclose(file);
    gst_journal part = {.file = {.fd = -1}};
    if (code == 0 && gst_journal_is_header(counted.header))
        code = gst_journal_read_part(&part, r->path, &r->stored);
    gst_journal_close(&part, 1);
    gst_stored_table_clear(&counted);
    return code;
}

int gst_resume_items(gst_output *output, gst_journal *journal, gst_resume *found)
{
    resuming r = {.journal = journal};
    int known = 0, code = read_own(&r.own, output);
    int there = access(journal->file.name, F_OK) == 0;
    int replaced = journal->file.replace && gst_file_has(journal->file.journal);
    if (code == 0 && there && !replaced) {
        r.path = journal->file.name;
        code = check_whole(&r);
        found->complete = code == 0;
        report_found(&r, found);
    }
    if (code == 0 && !found->complete)
        code = gst_journal_read(journal, &r.own, &known);
    if (code == 0 && known)
        code = gst_journal_cut(journal, 0);
    else if (code == 0 && !found->complete)
        code = gst_journal_begin(journal, output->text, output->used);
    clear(&r);
    return code;
}
