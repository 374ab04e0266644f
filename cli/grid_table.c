/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid_table.c - a table over the grid: rows computed in chunks by several threads, written in order.
 *
 * 1. A chunk is 64 consecutive rows, started cold, so that no row depends on the number of threads.
 * 2. Its results wait in a slot until all earlier chunks have been written; then its rows are written
 *    and flushed together.
 * 3. On SIGINT or SIGTERM threads stop after the row they are at; the finished rows that follow each
 *    other from the start of the table are written. */
#include "grid_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "parallel.h"
#include "preamble.h"
#include "progress.h"
#include "report.h"
#include "table.h"
#include "flagged.h"

typedef struct {
    size_t rows; /* finished */
    int ended;   /* 0, or the status that ended the run at the next row */
    double *values;
    int status[GST_CHUNK];
    gst_message reason[GST_CHUNK];
} slot;

typedef struct {
    const gst_grid_table *job;
    size_t width; /* columns, with that of the seconds */
    size_t slots, written;
    slot *slot;
    gst_cell *cells;
    gst_output output;
    gst_table table;
    gst_progress progress;
    gst_flagged flagged;
} state;

size_t gst_grid_table_threads(const gst_settings *settings, const gst_grid *grid)
{
    size_t chunks = (grid->rows - 1) / GST_CHUNK + 1;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = cores > 0 ? (size_t)cores : 1;
    if (gst_setting_text(settings, GST_OPTION_THREADS))
        threads = (size_t)gst_setting_number(settings, GST_OPTION_THREADS);
    return threads < chunks ? threads : chunks;
}

static int compute_row(const gst_grid_table *job, size_t thread, size_t row, slot *to)
{
    size_t width = job->columns + (job->timing != 0), i = to->rows;
    double began = job->timing ? gst_seconds() : 0;
    double *values = to->values + i * width;
    to->reason[i].text[0] = '\0';
    int status = job->row(job->context, thread, row, values, &to->reason[i]);
    if (job->timing)
        values[width - 1] = gst_seconds() - began;
    to->status[i] = status;
    return status;
}

/* parallel.h's work; a status that ends the run is left in the slot, for emit_chunk, which runs in
 * order, to find. */
static int work_chunk(void *context, size_t thread, size_t chunk)
{
    state *s = context;
    slot *to = &s->slot[chunk % s->slots];
    size_t first = chunk * GST_CHUNK, end = first + GST_CHUNK;
    if (end > s->job->grid->rows)
        end = s->job->grid->rows;
    to->rows = 0;
    to->ended = 0;
    if (s->job->begin)
        s->job->begin(s->job->context, thread);
    for (size_t row = first; row < end && to->ended == 0; row++) {
        int status =
            *gst_interrupt_flag() == 0 ? compute_row(s->job, thread, row, to) : GST_INTERRUPTED;
        if (status < 0 && status != GST_FAILED)
            to->ended = status;
        else
            to->rows++;
    }
    return 0;
}

static void write_row(state *s, const slot *from, size_t i, size_t row)
{
    const double *values = from->values + i * s->width;
    for (size_t c = 0; c < s->width; c++)
        s->cells[c] = (gst_cell){NULL, values[c]};
    s->cells[s->job->status_column].text = gst_status_name(from->status[i]);
    if (row > 0 && s->job->grid->curve > 1 && row % s->job->grid->curve == 0)
        gst_table_gap(&s->table);
    gst_table_row(&s->table, s->width, s->cells);
    gst_flagged_add(&s->flagged, from->status[i], from->reason[i].text);
}

/* parallel.h's emit. */
static int emit_chunk(void *context, size_t chunk)
{
    state *s = context;
    const slot *from = &s->slot[chunk % s->slots];
    size_t first = chunk * GST_CHUNK;
    for (size_t i = 0; i < from->rows; i++)
        write_row(s, from, i, first + i);
    s->written += from->rows;
    if (gst_output_flush(&s->output) != 0)
        return GST_IO;
    gst_progress_update(&s->progress, s->written);
    if (from->ended != 0 && from->ended != GST_INTERRUPTED)
        gst_report(0, "row %zu: %s", first + from->rows + 1, from->reason[from->rows].text);
    return from->ended;
}

static int allocate(state *s, const gst_grid_table *job)
{
    *s = (state){.job = job, .slots = 4 * job->threads};
    s->width = job->columns + (job->timing != 0);
    s->cells = gst_alloc(s->width, sizeof *s->cells);
    s->slot = gst_alloc(s->slots, sizeof *s->slot);
    if (!s->cells || !s->slot)
        return 0;
    for (size_t i = 0; i < s->slots; i++)
        if (!(s->slot[i].values = gst_alloc_doubles(GST_CHUNK * s->width)))
            return 0;
    return 1;
}

static void release(state *s)
{
    for (size_t i = 0; s->slot && i < s->slots; i++)
        free(s->slot[i].values);
    free(s->slot);
    free(s->cells);
}

static int open_table(state *s)
{
    const gst_settings *settings = s->job->settings;
    int code = gst_output_open(&s->output, gst_setting_text(settings, GST_OPTION_OUTPUT));
    if (code != 0)
        return code;
    gst_table_begin(&s->table, &s->output,
                    (gst_table_format)gst_setting_number(settings, GST_OPTION_FORMAT));
    gst_preamble_write(&s->table, settings);
    gst_preamble_write_run(&s->table, settings, s->job->threads);
    gst_table_header(&s->table, s->width, s->job->names);
    return 0;
}

static int run_loop(state *s)
{
    const gst_grid_table *job = s->job;
    gst_parallel_loop loop = {
        .chunks = (job->grid->rows - 1) / GST_CHUNK + 1,
        .threads = job->threads,
        .slots = s->slots,
        .work = work_chunk,
        .emit = emit_chunk,
        .context = s,
    };
    gst_progress_begin(&s->progress, job->grid->rows,
                       gst_setting_is_on(job->settings, GST_OPTION_QUIET));
    int status = gst_parallel_run(&loop);
    gst_progress_end(&s->progress);
    return status;
}

/* The exit code of a run that ended with `status`, which has been reported already. */
static int conclude(state *s, int status)
{
    int code = gst_flagged_report(&s->flagged, s->job->grid->rows);
    if (status != GST_INTERRUPTED)
        code = gst_exit_worse(code, gst_exit_of_status(status));
    if (gst_output_close(&s->output) != 0)
        code = gst_exit_worse(code, GST_EXIT_RUNTIME);
    int signal = *gst_interrupt_flag();
    if (signal == 0)
        return code;
    gst_report(0, "interrupted after %zu of %zu rows", s->written, s->job->grid->rows);
    return GST_EXIT_SIGNAL + signal;
}

int gst_grid_table_run(const gst_grid_table *job)
{
    state s;
    int code;
    if (!allocate(&s, job))
        code = gst_report(GST_EXIT_RUNTIME, "not enough memory");
    else if ((code = open_table(&s)) == 0) {
        int status = run_loop(&s);
        if (status != GST_IO)
            gst_table_end(&s.table);
        code = conclude(&s, status);
    }
    release(&s);
    return code;
}
