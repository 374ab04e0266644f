/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the rows of a long table on their way to its file. */
#include "rows.h"

#include <stdio.h>

#include "farm.h"
#include "interrupt.h"
#include "preamble.h"
#include "progress.h"
#include "report.h"
#include "resume.h"
#include "shard.h"

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
    return code == 0 && gst_farm_rank() == 0 ? gst_output_check(path) : code;
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

static void write_preamble(gst_rows *rows)
{
    const gst_rows_plan *plan = &rows->plan;
    const char *shard = gst_setting_text(plan->settings, GST_OPTION_SHARD);
    char number[32];
    gst_table_begin(&rows->table, &rows->output,
                    (gst_table_format)gst_setting_number(plan->settings, GST_OPTION_FORMAT));
    gst_preamble_write(&rows->table, plan->settings);
    gst_preamble_write_run(&rows->table, plan->settings, plan->threads);
    if (plan->blas_threads)
        gst_table_meta(&rows->table, "run.blas_threads", plan->blas_threads);
    if (gst_farm_size() > 1) {
        snprintf(number, sizeof number, "%d", gst_farm_size());
        gst_table_meta(&rows->table, "run.processes", number);
    }
    if (shard) {
        snprintf(number, sizeof number, "%zu", rows->stop - rows->begin);
        gst_table_meta(&rows->table, "run.shard", shard);
        gst_table_meta(&rows->table, "run.rows", number);
    }
    gst_table_header(&rows->table, plan->columns, plan->names);
}

/* Go on after the rows that are in the file. */
static void skip_rows(gst_rows *rows, const gst_resume *found)
{
    rows->next = rows->begin + found->rows;
    rows->first = rows->next == rows->stop ? rows->end : rows->next / rows->plan.group;
    gst_flagged_add_many(&rows->flagged, GST_LOOSE, "in the file already", found->loose);
    gst_flagged_add_many(&rows->flagged, GST_FAILED, "in the file already", found->failed);
}

int gst_rows_open(gst_rows *rows, const gst_rows_plan *plan)
{
    const char *path = gst_setting_text(plan->settings, GST_OPTION_OUTPUT);
    gst_resume found = {0};
    gst_shard shard;
    *rows = (gst_rows){.plan = *plan, .output = {.fd = -1}};
    int code = gst_shard_read(plan->settings, &shard);
    set_range(rows, &shard);
    if (code != 0 || gst_farm_rank() > 0)
        return code;
    write_preamble(rows);
    if (gst_setting_is_on(plan->settings, GST_OPTION_RESUME)) {
        code = gst_resume_open(&rows->output, path, rows->stop - rows->begin, &found);
        skip_rows(rows, &found);
    } else
        code = gst_output_begin(&rows->output, path);
    rows->flushed = gst_seconds();
    if (code == 0 && gst_output_flush(&rows->output) != 0) {
        gst_output_close(&rows->output);
        code = GST_EXIT_RUNTIME;
    } else if (code != 0)
        gst_output_drop(&rows->output);
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
    rows->flushed = gst_seconds();
    return gst_output_flush(&rows->output) == 0 ? GST_OK : GST_IO;
}

int gst_rows_flush_is_late(const gst_rows *rows)
{
    return !(gst_seconds() - rows->flushed < FLUSH_INTERVAL);
}

int gst_rows_close(gst_rows *rows, int status)
{
    const gst_settings *settings = rows->plan.settings;
    size_t count = rows->stop - rows->begin;
    gst_interrupt_seen();
    int signal = *gst_interrupt_flag();
    if (gst_farm_rank() > 0)
        return 0;
    if (status != GST_IO)
        gst_table_end(&rows->table);
    int code = gst_flagged_report(&rows->flagged, count);
    if (status != GST_INTERRUPTED)
        code = gst_exit_worse(code, gst_exit_of_status(status));
    if (gst_output_close(&rows->output) != 0)
        code = gst_exit_worse(code, GST_EXIT_RUNTIME);
    if (signal == 0)
        return code;
    int resumable = gst_setting_text(settings, GST_OPTION_OUTPUT) &&
                    gst_setting_number(settings, GST_OPTION_FORMAT) != GST_FORMAT_JSON;
    gst_report(0, "interrupted after %zu of %zu rows%s", rows->next - rows->begin, count,
               resumable ? "; the same command with --resume computes the others" : "");
    return GST_EXIT_SIGNAL + signal;
}
