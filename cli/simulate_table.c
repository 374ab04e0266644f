/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_table.c - simulate block after block; rows are written when their block, or with --raw their
 * replicate, is finished.
 *
 * Mean and squared deviations of replicates x_1, x_2, ... are updated in their order (Welford 1962),
 * so that a table does not depend on scheduling. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "flagged.h"
#include "interrupt.h"
#include "memory.h"
#include "output.h"
#include "preamble.h"
#include "progress.h"
#include "report.h"
#include "simulate.h"
#include "table.h"

enum { QUANTITIES = 3, COLUMNS_MAX = 20 };

static const char *const axis_names[] = {"eta",    "alpha0", "steps", "noise", "beta",
                                         "lambda", "alpha",  "d",     "p",     "n"};
static const char *const quantity_names[QUANTITIES][2] = {{"excess_risk", "excess_risk_sem"},
                                                          {"test_error", "test_error_sem"},
                                                          {"train_error", "train_error_sem"}};

/* A row being accumulated over replicates. */
typedef struct {
    size_t count;
    double mean[QUANTITIES], squares[QUANTITIES];
    int status;
    const char *reason;
} tally;

typedef struct {
    gst_simulate_plan *s;
    int raw, timing;
    size_t block, rows;
    gst_output output;
    gst_table table;
    gst_progress progress;
    gst_flagged flagged;
    tally *tallies; /* of the block's rows */
    gst_message failure;
    double done, began; /* progress; seconds at the start of the block or replicate */
} state;

/* ---- rows --------------------------------------------------------------------------------------- */

static size_t set_names(const state *t, const char *names[COLUMNS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof axis_names / sizeof *axis_names; i++)
        names[count++] = axis_names[i];
    names[count++] = t->raw ? "replicate" : "trials";
    for (size_t q = 0; q < QUANTITIES; q++) {
        names[count++] = quantity_names[q][0];
        if (!t->raw)
            names[count++] = quantity_names[q][1];
    }
    names[count++] = "status";
    if (t->timing)
        names[count++] = "seconds";
    return count;
}

/* The axes and sizes of row i of the block. */
static size_t set_axes(const state *t, size_t i, gst_cell *cells)
{
    static const size_t order[] = {GST_AXIS_ETA,  GST_AXIS_ALPHA0, GST_AXIS_STEPS, GST_AXIS_NOISE,
                                   GST_AXIS_BETA, GST_AXIS_LAMBDA, GST_AXIS_ALPHA, GST_AXIS_D};
    const gst_simulate_plan *s = t->s;
    const gst_simulate_block *block = &s->block[t->block];
    double axes[GST_AXES];
    size_t count = 0;
    gst_grid_point(&s->grid, t->block * s->inner + i, axes);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        int trained =
            order[k] != GST_AXIS_ETA && order[k] != GST_AXIS_ALPHA0 && order[k] != GST_AXIS_STEPS;
        double value = trained || !s->problem.training.spikes ? axes[order[k]] : NAN;
        cells[count++] = (gst_cell){NULL, value};
    }
    cells[count++] = (gst_cell){NULL, (double)block->sizes.p};
    cells[count++] = (gst_cell){NULL, (double)block->n[i % s->alphas]};
    return count;
}

/* Rows between two empty lines; with --raw a curve that spans blocks is not consecutive: none. */
static size_t curve_length(const state *t)
{
    return t->raw && t->s->grid.curve > t->s->inner ? 1 : t->s->grid.curve;
}

static void write_row(state *t, size_t i, size_t label, const tally *row, double seconds)
{
    gst_cell cells[COLUMNS_MAX];
    size_t count = set_axes(t, i, cells), curve = curve_length(t);
    double trials = (double)row->count;
    cells[count++] = (gst_cell){NULL, (double)label};
    for (size_t q = 0; q < QUANTITIES; q++) {
        double variance = row->count > 1 ? row->squares[q] / (trials - 1) : NAN;
        cells[count++] = (gst_cell){NULL, row->status < 0 ? NAN : row->mean[q]};
        if (!t->raw)
            cells[count++] = (gst_cell){NULL, row->status < 0 ? NAN : sqrt(variance / trials)};
    }
    cells[count++] = (gst_cell){gst_status_name(row->status), 0};
    if (t->timing)
        cells[count++] = (gst_cell){NULL, seconds};
    if (t->rows > 0 && curve > 1 && t->rows % curve == 0)
        gst_table_gap(&t->table);
    gst_table_row(&t->table, count, cells);
    gst_flagged_add(&t->flagged, row->status, row->reason ? row->reason : t->failure.text);
    t->rows++;
}

static void add_sample(tally *row, const gst_sample *sample)
{
    const double value[QUANTITIES] = {sample->excess_risk, sample->test_error, sample->train_error};
    row->count++;
    for (size_t q = 0; q < QUANTITIES; q++) {
        double step = value[q] - row->mean[q];
        row->mean[q] += step / (double)row->count;
        row->squares[q] += step * (value[q] - row->mean[q]);
    }
    if (sample->status == GST_OK || row->status < 0)
        return;
    row->status = sample->status;
    row->reason = sample->status < 0
                      ? "the normal equations are not positive definite, or not finite"
                      : "the normal equations are badly conditioned, or the exact risk missed its "
                        "tolerance (--test-samples N samples it instead)";
}

/* The rows of the block, or of a replicate, are complete. */
static int write_rows(state *t, size_t label)
{
    const gst_simulate_plan *s = t->s;
    double now = gst_seconds(), seconds = (now - t->began) / (double)s->inner;
    for (size_t i = 0; i < s->inner; i++) {
        write_row(t, i, label, &t->tallies[i], seconds);
        t->tallies[i] = (tally){0};
    }
    t->began = now;
    return gst_output_flush(&t->output) == 0 ? GST_OK : GST_IO;
}

/* simulation.h's emit. */
static int take(void *context, size_t replicate, int status, const gst_sample *samples)
{
    state *t = context;
    const gst_simulate_plan *s = t->s;
    for (size_t i = 0; i < s->inner; i++) {
        size_t lambda = i / s->alphas, alpha = i % s->alphas;
        add_sample(&t->tallies[i], &samples[alpha * s->lambdas + lambda]);
        if (status < 0)
            t->tallies[i].reason = NULL;
    }
    t->done += 1e6 * s->block[t->block].seconds;
    gst_progress_update(&t->progress, (size_t)t->done);
    return t->raw ? write_rows(t, replicate) : GST_OK;
}

/* ---- the table ---------------------------------------------------------------------------------- */

static int open_table(state *t)
{
    const gst_settings *settings = t->s->settings;
    const char *names[COLUMNS_MAX];
    char threads[32];
    int code = gst_output_open(&t->output, gst_setting_text(settings, GST_OPTION_OUTPUT));
    if (code != 0)
        return code;
    gst_table_begin(&t->table, &t->output,
                    (gst_table_format)gst_setting_number(settings, GST_OPTION_FORMAT));
    gst_preamble_write(&t->table, settings);
    gst_preamble_write_run(&t->table, settings, t->s->threads);
    gst_simulate_plan_blas_threads(t->s, threads);
    gst_table_meta(&t->table, "run.blas_threads", threads);
    gst_table_header(&t->table, set_names(t, names), names);
    return 0;
}

static int run_block(state *t, size_t block)
{
    const gst_simulate_plan *s = t->s;
    gst_training training;
    gst_simulation simulation = gst_simulate_plan_block(s, block, &training);
    t->block = block;
    t->failure.text[0] = '\0';
    t->began = gst_seconds();
    int status = gst_simulation_replicates(&simulation, &s->block[block].layout, s->trials, take, t,
                                           &t->failure);
    return status == GST_OK && !t->raw ? write_rows(t, s->trials) : status;
}

static int run_blocks(state *t)
{
    int status = GST_OK;
    for (size_t block = 0; block < t->s->blocks && status == GST_OK; block++)
        status = *gst_interrupt_flag() == 0 ? run_block(t, block) : GST_INTERRUPTED;
    gst_progress_end(&t->progress);
    return status;
}

/* The exit code of a run that ended with `status`. */
static int conclude(state *t, int status)
{
    size_t rows = t->s->grid.rows * (t->raw ? t->s->trials : 1);
    int code = gst_flagged_report(&t->flagged, rows);
    if (status < 0 && status != GST_INTERRUPTED) {
        code = gst_exit_worse(code, gst_exit_of_status(status));
        if (status != GST_IO)
            gst_report(0, "%s", *t->failure.text ? t->failure.text : gst_status_name(status));
    }
    if (gst_output_close(&t->output) != 0)
        code = gst_exit_worse(code, GST_EXIT_RUNTIME);
    int signal = *gst_interrupt_flag();
    if (signal == 0)
        return code;
    gst_report(0, "interrupted after %zu of %zu rows", t->rows, rows);
    return GST_EXIT_SIGNAL + signal;
}

int gst_simulate_table(gst_simulate_plan *plan)
{
    state t = {.s = plan,
               .raw = gst_setting_is_on(plan->settings, GST_OPTION_RAW),
               .timing = gst_setting_is_on(plan->settings, GST_OPTION_TIMING),
               .tallies = gst_alloc(plan->inner, sizeof(tally))};
    if (!t.tallies)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = gst_simulate_plan_begin(plan, &t.progress);
    if (code == 0)
        code = open_table(&t);
    if (code == 0) {
        int status = run_blocks(&t);
        if (status != GST_IO)
            gst_table_end(&t.table);
        code = conclude(&t, status);
    }
    free(t.tallies);
    return code;
}
