/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_table.c - simulate replicate after replicate of block after block; rows are written when their
 * block, or with --raw their replicate, is finished.
 *
 * 1. The replicates are the items of a job (replicates.h).  Until the rows of a block are written its items are in the
 *    journal; with --raw each item has rows of its own, and need not be.
 * 2. Mean and squared deviations of replicates x_1, x_2, ... are updated in their order (Welford 1962),
 *    so that a table does not depend on scheduling. */
#include <math.h>
#include <stdlib.h>

#include "cli/options/fields.h"
#include "giantstep/problem.h"
#include "cli/process/farm.h"
#include "cli/tables/flagged.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/commands/simulate/replicates.h"
#include "cli/process/report.h"
#include "cli/tables/rows.h"
#include "cli/commands/simulate/simulate.h"

enum { ERRORS = 3, QUANTITIES = 7, COLUMNS_MAX = 29 };

static const char *const axis_names[] = {"eta",    "alpha0", "steps", "noise", "beta",
                                         "lambda", "alpha",  "d",     "p",     "n"};
static const char *const quantity_names[QUANTITIES][2] = {
    {"excess_risk", "excess_risk_sem"}, {"test_error", "test_error_sem"},
    {"train_error", "train_error_sem"}, {"test_loss", "test_loss_sem"},
    {"train_loss", "train_loss_sem"},   {"test_class", "test_class_sem"},
    {"train_class", "train_class_sem"}};

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
    size_t quantities; /* ERRORS, or with losses and classes all of them, which follow the status */
    gst_items items;
    gst_rows rows;
    gst_progress progress;
    tally *tallies; /* of the block's rows */
    gst_message failure;
    double done, seconds; /* progress; of the items that the tallies hold */
} state;

/* ---- rows --------------------------------------------------------------------------------------- */

static size_t set_names(const state *t, const char *names[COLUMNS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof axis_names / sizeof *axis_names; i++)
        names[count++] = axis_names[i];
    names[count++] = t->raw ? "replicate" : "trials";
    for (size_t q = 0; q < t->quantities; q++) {
        names[count++] = quantity_names[q][0];
        if (!t->raw)
            names[count++] = quantity_names[q][1];
        if (q + 1 == ERRORS)
            names[count++] = "status";
    }
    if (t->s->grid.scaled)
        names[count++] = "step_exponent";
    if (t->timing)
        names[count++] = "seconds";
    return count;
}

/* The axes and sizes of row i of the block. */
static size_t set_axes(const state *t, size_t block_index, size_t i, gst_cell *cells)
{
    static const size_t order[] = {GST_AXIS_ETA,  GST_AXIS_ALPHA0, GST_AXIS_STEPS, GST_AXIS_NOISE,
                                   GST_AXIS_BETA, GST_AXIS_LAMBDA, GST_AXIS_ALPHA, GST_AXIS_D};
    const gst_simulate_plan *s = t->s;
    const gst_simulate_block *block = &s->block[block_index];
    double axes[GST_AXES];
    size_t count = 0;
    gst_grid_point(&s->grid, block_index * s->inner + i, axes);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
        int trained =
            order[k] != GST_AXIS_ETA && order[k] != GST_AXIS_ALPHA0 && order[k] != GST_AXIS_STEPS;
        double value = trained || !s->setup.problem.training.spikes ? axes[order[k]] : NAN;
        cells[count++] = gst_cell_number(value);
    }
    cells[count++] = gst_cell_number((double)block->sizes.p);
    cells[count++] = gst_cell_number((double)block->n[i % s->alphas]);
    return count;
}

static double exponent_of(const gst_simulate_plan *s, size_t row)
{
    double axes[GST_AXES];
    gst_grid_point(&s->grid, row, axes);
    return axes[GST_AXIS_EXPONENT];
}

/* Rows between two empty lines; with --raw a curve that spans blocks is not consecutive: none. */
static size_t curve_length(const state *t)
{
    return t->raw && t->s->grid.curve > t->s->inner ? 1 : t->s->grid.curve;
}

/* Row i of the block after replicate `replicate`. */
static void write_row(state *t, size_t block, size_t replicate, size_t i)
{
    const gst_simulate_plan *s = t->s;
    const tally *row = &t->tallies[i];
    gst_cell cells[COLUMNS_MAX];
    size_t count = set_axes(t, block, i, cells),
           group = t->raw ? block * s->trials + replicate : block;
    double trials = (double)row->count;
    cells[count++] = gst_cell_number(t->raw ? (double)replicate : trials);
    for (size_t q = 0; q < t->quantities; q++) {
        double variance = row->count > 1 ? row->squares[q] / (trials - 1) : NAN;
        cells[count++] = gst_cell_number(row->status < 0 ? NAN : row->mean[q]);
        if (!t->raw)
            cells[count++] = gst_cell_number(row->status < 0 ? NAN : sqrt(variance / trials));
        if (q + 1 == ERRORS)
            cells[count++] = gst_cell_text(gst_status_name(row->status));
    }
    if (s->grid.scaled)
        cells[count++] = gst_cell_number(exponent_of(s, block * s->inner + i));
    if (t->timing)
        cells[count++] = gst_cell_number(t->seconds / (double)s->inner);
    gst_rows_write(&t->rows, group * s->inner + i, cells, row->status,
                   row->reason ? row->reason : t->failure.text);
}

static const char *failure_of(const gst_simulate_plan *s, size_t block, size_t i)
{
    double lambda = s->grid.values[GST_AXIS_LAMBDA][i / s->alphas];
    return lambda == 0 && s->block[block].n[i % s->alphas] == s->block[block].sizes.p
               ? "lambda = 0 has no limit at n = p"
               : "the normal equations are not positive definite, or not finite";
}

static void add_sample(tally *row, const gst_sample *sample, const char *failure)
{
    const double value[QUANTITIES] = {sample->excess_risk, sample->test_error, sample->train_error,
                                      sample->test_loss,   sample->train_loss, sample->test_class,
                                      sample->train_class};
    const char *said = gst_sample_reason(sample);
    row->count++;
    for (size_t q = 0; q < QUANTITIES; q++) {
        double step = value[q] - row->mean[q];
        row->mean[q] += step / (double)row->count;
        row->squares[q] += step * (value[q] - row->mean[q]);
    }
    if (sample->status == GST_OK || row->status < 0)
        return;
    row->status = sample->status;
    row->reason = *said != '\0' ? said
                  : sample->status < 0
                      ? failure
                      : "the normal equations are badly conditioned, or the exact risk missed its "
                        "tolerance (--test-samples N samples it instead)";
}

/* The rows of the block, or of a replicate, are complete. */
static int write_rows(state *t, size_t block, size_t replicate)
{
    for (size_t i = 0; i < t->s->inner; i++) {
        write_row(t, block, replicate, i);
        t->tallies[i] = (tally){0};
    }
    t->seconds = 0;
    return gst_rows_flush(&t->rows);
}

/* ---- items -------------------------------------------------------------------------------------- */

/* items.h's work. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const state *t = context;
    (void)thread;
    return gst_replicate_work(t->s, item, payload, reason);
}

/* items.h's take. */
static int take(void *context, size_t item, const gst_item *result)
{
    state *t = context;
    const gst_simulate_plan *s = t->s;
    const gst_sample *samples = result->payload;
    size_t block = item / s->trials, replicate = item % s->trials;
    if (result->status < 0)
        t->failure = *result->reason;
    for (size_t i = 0; i < s->inner; i++) {
        size_t lambda = i / s->alphas, alpha = i % s->alphas;
        add_sample(&t->tallies[i], &samples[alpha * s->lambdas + lambda], failure_of(s, block, i));
        if (result->status < 0)
            t->tallies[i].reason = NULL;
    }
    t->seconds += result->seconds;
    t->done += 1e6 * s->block[block].seconds;
    gst_progress_update(&t->progress, (size_t)t->done);
    return t->raw || replicate + 1 == s->trials ? write_rows(t, block, replicate) : GST_OK;
}

/* ---- the table ---------------------------------------------------------------------------------- */

static size_t status_column(const state *t)
{
    return sizeof axis_names / sizeof *axis_names + 1 + ERRORS * (t->raw ? 1U : 2U);
}

static int open_table(state *t)
{
    const gst_simulate_plan *s = t->s;
    const char *names[COLUMNS_MAX];
    char blas_threads[32];
    size_t count = set_names(t, names);
    gst_rows_plan plan = {
        .settings = s->settings,
        .rows = s->grid.rows * (t->raw ? s->trials : 1),
        .group = s->inner,
        .curve = curve_length(t),
        .columns = count,
        .status_column = status_column(t),
        .names = names,
        .threads = s->threads,
        .blas_threads = blas_threads,
    };
    gst_simulate_plan_blas_threads(s, blas_threads);
    return gst_rows_open(&t->rows, &plan);
}

/* Seconds of tasks first .. end-1, block by block: there may be 1e9 of them. */
static double seconds_of(const gst_simulate_plan *s, size_t first, size_t end)
{
    double seconds = 0;
    while (first < end) {
        size_t block = first / s->trials, next = (block + 1) * s->trials;
        next = next < end ? next : end;
        seconds += (double)(next - first) * s->block[block].seconds;
        first = next;
    }
    return seconds;
}

static int run_all(state *t)
{
    size_t each = t->raw ? 1 : t->s->trials, end = t->rows.end * each;
    size_t begin = t->rows.first * each;
    t->progress.total = (size_t)(1 + 1e6 * seconds_of(t->s, begin, end));
    t->progress.shown = t->progress.shown && gst_farm_rank() == 0;
    int status = gst_replicates_run(t->s, &t->items, begin, end);
    gst_progress_end(&t->progress);
    if (status < 0 && status != GST_INTERRUPTED && status != GST_IO)
        gst_report_fields(0,
                          *t->items.failure.text ? t->items.failure.text : gst_status_name(status));
    return status;
}

static int allocate(state *t)
{
    t->items.bytes = gst_replicates_bytes(t->s);
    t->items.timing = t->timing;
    t->items.work = work;
    t->items.take = take;
    t->items.context = t;
    int status = gst_items_begin(&t->items, t->raw ? NULL : &t->rows.journal, t->s->threads);
    t->tallies = gst_alloc(t->s->inner, sizeof *t->tallies);
    return status == GST_OK && t->tallies ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

int gst_simulate_table(gst_simulate_plan *plan)
{
    state t = {.s = plan,
               .raw = gst_setting_is_on(plan->settings, GST_OPTION_RAW),
               .timing = gst_setting_is_on(plan->settings, GST_OPTION_TIMING)};
    t.quantities = gst_problem_has_losses(&plan->setup.problem) ? QUANTITIES : ERRORS;
    int code = gst_simulate_plan_prepare(plan);
    if (code == 0)
        code = allocate(&t);
    if (code == 0)
        code = gst_simulate_plan_begin(plan, &t.progress);
    if (code == 0)
        code = open_table(&t);
    if (code == 0)
        code = gst_rows_close(&t.rows, run_all(&t));
    free(t.items.slot);
    free(t.tallies);
    return code;
}
