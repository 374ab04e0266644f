/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid_table.c - a table over the grid: rows computed in chunks by several threads, written in order.
 *
 * 1. A chunk is 64 consecutive rows, started cold, so that no row depends on the number of threads.
 * 2. Its results wait in a slot until all earlier chunks have been written; then its rows are written
 *    and flushed together.
 * 3. The thread whose chunk is the next to be written does not wait for its end: what it has finished is
 *    written every tenth of a second, so that slow rows are not lost when the process is killed.
 * 4. On SIGINT or SIGTERM threads stop after the row they are at; the finished rows that follow each
 *    other from the start of the table are written. */
#include "cli/tables/grid_table.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cores.h"
#include "cli/options/fields.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/tables/rows.h"

/* Results of a chunk.  values[i*width + column]. */
typedef struct {
    size_t rows;    /* finished */
    size_t written; /* of these, as long as the chunk is worked on */
    int ended;      /* 0, or the status that ended the run at the next row */
    int status[GST_CHUNK];
    gst_message reason[GST_CHUNK];
    double values[];
} slot;

typedef struct {
    const gst_grid_table *job;
    size_t width; /* columns, with that of the seconds */
    size_t slots, slot_bytes;
    char *slot; /* slots * slot_bytes */
    gst_cell *cells;
    gst_rows rows;
    gst_progress progress;
    int told;           /* why the run ended has been reported */
    atomic_size_t next; /* the chunk to be written next: who works on it may write */
} state;

size_t gst_grid_table_threads(const gst_settings *settings, const gst_grid *grid)
{
    size_t chunks = (grid->rows - 1) / GST_CHUNK + 1;
    size_t threads = gst_cores();
    if (gst_setting_text(settings, GST_OPTION_THREADS))
        threads = (size_t)gst_setting_number(settings, GST_OPTION_THREADS);
    return gst_farm_threads(threads < chunks ? threads : chunks);
}

/* parallel.h's slot. */
static void *slot_of(void *context, size_t chunk)
{
    state *s = context;
    return s->slot + chunk % s->slots * s->slot_bytes;
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

/* Write the finished rows of the chunk that is next: GST_OK or GST_IO. */
static int write_rows(state *s, slot *from, size_t chunk)
{
    size_t first = chunk * GST_CHUNK;
    for (; from->written < from->rows; from->written++) {
        size_t i = from->written;
        const double *values = from->values + i * s->width;
        for (size_t c = 0; c < s->width; c++)
            s->cells[c] = gst_cell_number(values[c]);
        s->cells[s->job->status_column].text = gst_status_name(from->status[i]);
        if (s->job->seen)
            s->job->seen(s->job->context, values, from->status[i], from->reason[i].text);
        gst_rows_write(&s->rows, first + i, s->cells, from->status[i], from->reason[i].text);
    }
    gst_progress_update(&s->progress, first - s->rows.first * GST_CHUNK + from->rows);
    return gst_rows_flush(&s->rows);
}

/* parallel.h's work; a status that ends the run is left in the slot, for emit_chunk, which runs in
 * order, to find. */
static int work_chunk(void *context, size_t thread, size_t chunk)
{
    state *s = context;
    slot *to = slot_of(s, chunk);
    size_t first = chunk * GST_CHUNK, end = first + GST_CHUNK;
    if (end > s->job->grid->rows)
        end = s->job->grid->rows;
    to->rows = to->written = 0;
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
        if (atomic_load_explicit(&s->next, memory_order_acquire) == chunk &&
            gst_rows_flush_is_late(&s->rows))
            write_rows(s, to, chunk);
    }
    return 0;
}

/* parallel.h's emit. */
static int emit_chunk(void *context, size_t chunk)
{
    state *s = context;
    slot *from = slot_of(s, chunk);
    if (write_rows(s, from, chunk) != GST_OK)
        return GST_IO;
    s->told = from->ended != 0 && from->ended != GST_INTERRUPTED;
    if (s->told)
        gst_report(0, "row %zu: %s", chunk * GST_CHUNK + from->rows + 1,
                   gst_fields_to_options(from->reason[from->rows].text).text);
    atomic_store_explicit(&s->next, chunk + 1, memory_order_release);
    return from->ended;
}

static int allocate(state *s, const gst_grid_table *job)
{
    *s = (state){.job = job, .slots = gst_farm_slots(job->threads), .next = SIZE_MAX};
    s->width = job->columns + (job->timing != 0);
    s->slot_bytes = sizeof(slot) + GST_CHUNK * s->width * sizeof(double);
    s->cells = gst_alloc(s->width, sizeof *s->cells);
    s->slot = gst_alloc(s->slots, s->slot_bytes);
    return s->cells && s->slot;
}

static int run_loop(state *s)
{
    const gst_grid_table *job = s->job;
    gst_parallel_loop loop = {
        .first = s->rows.first,
        .chunks = s->rows.end,
        .threads = job->threads,
        .slots = s->slots,
        .work = work_chunk,
        .emit = emit_chunk,
        .slot = slot_of,
        .slot_bytes = s->slot_bytes,
        .context = s,
    };
    gst_progress_begin(&s->progress, s->rows.stop - s->rows.first * GST_CHUNK,
                       gst_setting_is_on(job->settings, GST_OPTION_QUIET) || gst_farm_rank() > 0);
    if (gst_farm_rank() == 0)
        atomic_store(&s->next, loop.first);
    int status = gst_farm_run(&loop);
    gst_progress_end(&s->progress);
    if (status == GST_NO_MEMORY && !s->told)
        gst_report(0, "not enough memory");
    return status;
}

int gst_grid_table_run(const gst_grid_table *job)
{
    state s;
    gst_rows_plan plan = {
        .settings = job->settings,
        .rows = job->grid->rows,
        .group = GST_CHUNK,
        .curve = job->grid->curve,
        .columns = job->columns + (job->timing != 0),
        .status_column = job->status_column,
        .names = job->names,
        .threads = job->threads,
    };
    int code;
    if (!allocate(&s, job))
        code = gst_report(GST_EXIT_RUNTIME, "not enough memory");
    else if ((code = gst_rows_open(&s.rows, &plan)) == 0)
        code = gst_rows_close(&s.rows, run_loop(&s));
    free(s.slot);
    free(s.cells);
    return code;
}
