/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the rows of a long table on their way to its file. */
#include "cli/tables/rows.h"

#include <unistd.h>

#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "cli/tables/preamble.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/tables/resume.h"
#include "cli/tables/shard.h"

/* Rows wait at most this long, in seconds, before they are handed to the system. */
#define FLUSH_INTERVAL 0.1

/* Only lines can be appended to or concatenated. */
static int check_format(const gst_settings *settings, gst_option_id id)
{
    if (gst_setting_number(settings, GST_OPTION_FORMAT) == GST_FORMAT_JSON)
        return gst_setting_refuse(settings, id, NULL, "needs --format tsv or csv");
    if (gst_setting_is_on(settings, GST_OPTION_FUNCTIONS))
        return gst_setting_refuse(settings, id, NULL, "does not go with --functions");
    return 0;
}

int gst_rows_check(const gst_settings *settings)
{
    const char *path = gst_setting_text(settings, GST_OPTION_OUTPUT);
    int resume = gst_setting_is_on(settings, GST_OPTION_RESUME);
    gst_shard shard;
    int code = gst_shard_read(settings, &shard);
    if (code == 0 && gst_setting_text(settings, GST_OPTION_SHARD))
        code = check_format(settings, GST_OPTION_SHARD);
    if (code == 0 && resume)
        code = check_format(settings, GST_OPTION_RESUME);
    if (code == 0 && resume && !path)
        code = gst_setting_refuse(settings, GST_OPTION_RESUME, NULL, "needs --output");
    return code == 0 && gst_farm_rank() == 0 ? gst_file_check(settings) : code;
}

/* Where a group begins; the end of the table if there is none. */
static size_t row_of(const gst_rows_plan *plan, size_t group)
{
    return group * plan->group < plan->rows ? group * plan->group : plan->rows;
}

static void set_range(gst_rows *rows, const gst_shard *shard)
{
    const gst_rows_plan *plan = &rows->plan;
    gst_shard_range(shard, (plan->rows - 1) / plan->group + 1, &rows->first, &rows->end);
    rows->begin = rows->next = row_of(plan, rows->first);
    rows->stop = row_of(plan, rows->end);
}

/* Returns how much of the buffer the preamble is. */
static size_t write_preamble(gst_rows *rows)
{
    const gst_rows_plan *plan = &rows->plan;
    gst_table_begin(&rows->table, &rows->output,
                    (gst_table_format)gst_setting_number(plan->settings, GST_OPTION_FORMAT));
    gst_preamble_write(&rows->table, plan->settings);
    gst_preamble_write_job(&rows->table, plan->settings, plan->threads, plan->blas_threads,
                           rows->stop - rows->begin);
    gst_table_checksums(&rows->table, rows->stop - rows->begin);
    size_t length = rows->output.used;
    gst_table_header(&rows->table, plan->columns, plan->names);
    return length;
}

/* Go on after the rows that are in the file. */
static void skip_rows(gst_rows *rows, const gst_resume *found)
{
    rows->next = rows->begin + found->rows;
    rows->first = rows->next == rows->stop ? rows->end : rows->next / rows->plan.group;
    gst_flagged_add_many(&rows->flagged, GST_LOOSE, "in the file already", found->loose);
    gst_flagged_add_many(&rows->flagged, GST_FAILED, "in the file already", found->failed);
}

/* The file and its journal, begun or found. */
static int open_file(gst_rows *rows)
{
    const gst_settings *settings = rows->plan.settings;
    const gst_file *file = &rows->journal.file;
    int resume = gst_setting_is_on(settings, GST_OPTION_RESUME);
    gst_resume found = {0};
    if (resume && !file->name)
        return gst_report(GST_EXIT_USAGE, "--resume: '%.200s' is not a regular file",
                          gst_setting_text(settings, GST_OPTION_OUTPUT));
    rows->output.file = file->name ? file : NULL;
    size_t preamble = write_preamble(rows);
    if (resume) {
        int code = gst_resume_open(&rows->output, &rows->table, &rows->journal, preamble,
                                   rows->begin, rows->stop - rows->begin, &found);
        rows->complete = found.complete;
        skip_rows(rows, &found);
        return code;
    }
    int code = gst_output_begin(&rows->output, settings, file);
    if (code == 0 && rows->table.total > 0)
        code = gst_journal_begin(&rows->journal, rows->output.text, preamble);
    return code;
}

int gst_rows_open(gst_rows *rows, const gst_rows_plan *plan)
{
    gst_shard shard;
    *rows = (gst_rows){.plan = *plan, .output = {.fd = -1, .own = {.fd = -1}}};
    int code = gst_shard_read(plan->settings, &shard);
    set_range(rows, &shard);
    if (code != 0 || gst_farm_rank() > 0)
        return code;
    code = gst_journal_open(&rows->journal, plan->settings);
    if (code == 0)
        code = open_file(rows);
    rows->flushed = gst_seconds();
    if (code == 0 && !rows->complete)
        code = gst_output_flush(&rows->output);
    if (code != 0) {
        gst_table_end(&rows->table);
        gst_output_drop(&rows->output);
        gst_journal_close(&rows->journal, 1);
    }
    return code;
}

void gst_rows_write(gst_rows *rows, size_t row, const gst_cell *cells, int status,
                    const char *reason)
{
    const gst_rows_plan *plan = &rows->plan;
    if (row < rows->next)
        return;
    if (row > 0 && plan->curve > 1 && row % plan->curve == 0)
        gst_table_gap(&rows->table);
    gst_table_row(&rows->table, plan->columns, cells);
    gst_flagged_add(&rows->flagged, status, reason);
    rows->next++;
}

int gst_rows_flush(gst_rows *rows)
{
    gst_checksum *fresh = &rows->table.fresh;
    rows->flushed = gst_seconds();
    int code = gst_output_flush(&rows->output);
    if (code == 0 && rows->table.total > 0 && (fresh->s1 != 0 || fresh->s2 != 0))
        code = gst_journal_add_rows(&rows->journal, rows->next - rows->begin, fresh);
    *fresh = (gst_checksum){0};
    rows->failed = gst_exit_worse(rows->failed, code);
    return code == 0 ? GST_OK : GST_IO;
}

int gst_rows_flush_is_late(const gst_rows *rows)
{
    return !(gst_seconds() - rows->flushed < FLUSH_INTERVAL);
}

/* The table gets its name if all its rows are there; else what there is stays, with its journal, unless there is
 * nothing. */
static int close_file(gst_rows *rows, int status)
{
    int whole = rows->next == rows->stop && status >= 0;
    int nothing = !whole && rows->next == rows->begin && rows->journal.items == 0;
    if (status != GST_IO)
        gst_rows_flush(rows);
    gst_table_end(&rows->table);
    int code = gst_output_close(&rows->output, whole);
    if (nothing && rows->journal.file.name)
        unlink(rows->journal.file.part);
    gst_journal_close(&rows->journal, !nothing && (!whole || code != 0));
    return gst_exit_worse(code, rows->failed);
}

int gst_rows_close(gst_rows *rows, int status)
{
    const gst_settings *settings = rows->plan.settings;
    size_t count = rows->stop - rows->begin;
    gst_interrupt_seen();
    int signal = *gst_interrupt_flag();
    if (gst_farm_rank() > 0)
        return 0;
    int resumable = rows->journal.file.name &&
                    gst_setting_number(settings, GST_OPTION_FORMAT) != GST_FORMAT_JSON;
    int closed = 0;
    if (rows->complete) {
        gst_table_drop(&rows->table);
        gst_output_drop(&rows->output);
        gst_journal_close(&rows->journal, 0);
    } else
        closed = close_file(rows, status);
    int code = closed == GST_EXIT_PIPE ? 0 : gst_flagged_report(&rows->flagged, count);
    if (status != GST_INTERRUPTED && status != GST_IO)
        code = gst_exit_worse(code, gst_exit_of_status(status));
    code = gst_exit_worse(code, closed);
    if (signal == 0 || rows->next == rows->stop)
        return code;
    gst_report(0, "interrupted after %zu of %zu rows%s", rows->next - rows->begin, count,
               resumable ? "; the same command with --resume computes the others" : "");
    return gst_exit_worse(code, GST_EXIT_SIGNAL + signal);
}
