/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep_simulate.c - `giantstep twostep --simulate`: first layers after two real steps beside the theory, for
 * every d.
 *
 * Overlaps are averaged with their sign (directions and vectors are turned to one side), so that they are
 * not biased by the d^{-1/2} of a direction that knows nothing.  The replicates are the items of a job
 * (items.h), item = rung*trials + replicate; rows of a d are written when it is done. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cores.h"
#include "giantstep/target.h"
#include "validate/networks/blas.h"
#include "cli/options/fields.h"
#include "cli/process/farm.h"
#include "cli/tables/flagged.h"
#include "cli/process/interrupt.h"
#include "cli/tables/items.h"
#include "base/free_memory.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/commands/twostep/twostep.h"
#include "validate/networks/two_step_simulation.h"

enum {
    COLUMNS = 26,
    BATCHES = GST_TWOSTEP_BATCHES,
    NUMBERS = sizeof(gst_two_step_sample) / sizeof(double)
};

/* Replicates run side by side up to this dimension times width, one after another with all threads above. */
#define SIDE_BY_SIDE 1e6
/* Part of the machine's memory that may be used. */
#define MEMORY_PART 0.8

static const char *const names[COLUMNS] = {"d",
                                           "width",
                                           "n",
                                           "batch",
                                           "k",
                                           "exponent",
                                           "separated",
                                           "overlap",
                                           "sim_overlap",
                                           "sim_overlap_sem",
                                           "singular_value",
                                           "sim_singular_value",
                                           "sim_singular_value_sem",
                                           "vector_overlap",
                                           "sim_vector_overlap",
                                           "sim_vector_overlap_sem",
                                           "outliers",
                                           "sim_outliers",
                                           "sim_outliers_sem",
                                           "edge",
                                           "sim_edge",
                                           "trials",
                                           "error",
                                           "status",
                                           "singular_value_error",
                                           "singular_value_status"};

/* Mean and sum of squared deviations of every number of a sample (Welford 1962). */
typedef struct {
    size_t count;
    double mean[NUMBERS], squares[NUMBERS];
} tally;

/* What is run at a d, and how many replicates side by side. */
typedef struct {
    gst_two_step_simulation simulation;
    gst_two_step_sizes sizes;
    size_t parallel;
} rung_plan;

typedef struct {
    gst_twostep t;
    gst_two_step problem;
    gst_two_step_overlaps overlaps[BATCHES];
    gst_two_step_network networks[BATCHES];
    size_t trials, threads, rungs, done;
    rung_plan *rung;
    gst_items items;
    tally tallies[BATCHES]; /* of the rung being taken */
    gst_progress progress;
    gst_flagged flagged;
    gst_output output;
    gst_table table;
} state;

/* ---- replicates --------------------------------------------------------------------------------- */

/* items.h's work. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const state *s = context;
    const rung_plan *rung = &s->rung[item / s->trials];
    (void)thread;
    int status = gst_two_step_simulation_run(&rung->simulation, item % s->trials, payload);
    if (status < 0)
        gst_fail(reason, status, "d = %zu: %s", rung->simulation.d, gst_status_name(status));
    return status;
}

static void add_samples(state *s, const gst_two_step_sample *samples)
{
    for (size_t batch = 0; batch < BATCHES; batch++) {
        double value[NUMBERS];
        tally *t = &s->tallies[batch];
        memcpy(value, samples + batch, sizeof value);
        t->count++;
        for (size_t i = 0; i < NUMBERS; i++) {
            double step = value[i] - t->mean[i];
            t->mean[i] += step / (double)t->count;
            t->squares[i] += step * (value[i] - t->mean[i]);
        }
    }
}

/* items.h's advance. */
static void advance(void *context, size_t item)
{
    state *s = context;
    (void)item;
    gst_progress_update(&s->progress, ++s->done);
}

static int set_rung(state *s, size_t index)
{
    const gst_twostep *t = &s->t;
    gst_message message = {""};
    rung_plan *rung = &s->rung[index];
    rung->simulation = (gst_two_step_simulation){
        .problem = &s->problem,
        .activation = t->activation,
        .a1 = t->a1,
        .a2 = t->a2,
        .beta = t->beta,
        .d = (size_t)t->grid.values[GST_AXIS_D][index],
        .loss = (gst_two_step_loss)gst_setting_number(t->settings, GST_OPTION_GRADIENT_LOSS),
        .seed = (uint64_t)gst_setting_number(t->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
    int status = gst_two_step_simulation_measure(&rung->simulation, &rung->sizes, &message);
    if (status < 0)
        return gst_setting_refuse_status(t->settings, GST_OPTION_D, status, message.text);
    double memory = MEMORY_PART * gst_memory_available();
    if (!(rung->sizes.bytes <= memory))
        return gst_setting_refuse(t->settings, GST_OPTION_D, NULL,
                                  "needs %.0f bytes of memory at d = %zu, %.0f may be used",
                                  rung->sizes.bytes, rung->simulation.d, memory);
    rung->parallel = s->threads < s->trials ? s->threads : s->trials;
    if ((double)rung->simulation.d * (double)rung->sizes.N > SIDE_BY_SIDE ||
        (double)rung->parallel * rung->sizes.bytes > memory)
        rung->parallel = 1;
    return 0;
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* Norm of the mean of r numbers at `first`, and the error of that mean. */
static double norm_of(const tally *t, size_t first, size_t r, double *sem)
{
    double square = 0, variance = 0, trials = (double)t->count;
    for (size_t i = first; i < first + r; i++) {
        square += t->mean[i] * t->mean[i];
        variance += t->count > 1 ? t->squares[i] / (trials - 1) : NAN;
    }
    *sem = sqrt(variance / trials);
    return sqrt(square);
}

#define FIRST(member) (offsetof(gst_two_step_sample, member) / sizeof(double))

static void write_row(state *s, const rung_plan *rung, size_t batch, size_t k,
                      const gst_two_step_prediction *p)
{
    const gst_twostep *t = &s->t;
    const tally *found = &s->tallies[batch];
    const gst_two_step_overlaps *theory = &s->overlaps[batch];
    size_t r = gst_target_dim(t->target);
    double exponent = gst_two_step_exponent(t->a1, t->a2, k), sem[4];
    double overlap = norm_of(found, FIRST(overlap) + k * r, r, &sem[0]);
    double value = norm_of(found, FIRST(value) + k, 1, &sem[1]);
    double vector = norm_of(found, FIRST(vector) + k * r, r, &sem[2]);
    double outliers = norm_of(found, FIRST(outliers), 1, &sem[3]);
    gst_cell cells[COLUMNS] = {
        gst_cell_number((double)rung->simulation.d),
        gst_cell_number((double)rung->sizes.N),
        gst_cell_number((double)rung->sizes.n),
        gst_cell_text(gst_twostep_batch_names[batch]),
        gst_cell_number((double)k),
        gst_cell_number(exponent),
        gst_cell_text(gst_twostep_separated(exponent)),
        gst_cell_number(theory->overlap[k]),
        gst_cell_number(overlap),
        gst_cell_number(sem[0]),
        gst_cell_number(p->value[k]),
        gst_cell_number(value),
        gst_cell_number(sem[1]),
        gst_cell_number(p->overlap[k]),
        gst_cell_number(vector),
        gst_cell_number(sem[2]),
        gst_cell_number((double)p->outliers),
        gst_cell_number(outliers),
        gst_cell_number(sem[3]),
        gst_cell_number(p->edge),
        gst_cell_number(found->mean[FIRST(edge)]),
        gst_cell_number((double)found->count),
        gst_cell_number(theory->error[k]),
        gst_cell_text(gst_status_name(theory->status[k])),
        gst_cell_number(p->error[k]),
        gst_cell_text(gst_status_name(p->status[k])),
    };
    int flag_value = theory->status[k] == GST_OK;
    gst_table_row(&s->table, COLUMNS, cells);
    gst_flagged_add(&s->flagged, theory->status[k], "the theory's overlap, see the table of terms");
    if (flag_value) /* a row is flagged once */
        gst_flagged_add(&s->flagged, p->status[k], gst_twostep_unsettled);
}

/* GST_OK or GST_IO, the message printed. */
static int write_rung(state *s, size_t rung)
{
    for (size_t batch = 0; batch < BATCHES; batch++) {
        gst_two_step_prediction p;
        if (gst_twostep_prediction(&s->t, &s->networks[batch], rung, &p) != 0)
            return GST_IO;
        for (size_t k = 0; k <= s->t.order; k++)
            write_row(s, &s->rung[rung], batch, k, &p);
    }
    memset(s->tallies, 0, sizeof s->tallies);
    return gst_output_flush(&s->output) == 0 ? GST_OK : GST_IO;
}

/* items.h's take. */
static int take(void *context, size_t item, const gst_item *result)
{
    state *s = context;
    if (result->status < 0) {
        s->items.failure = *result->reason;
        return result->status;
    }
    add_samples(s, result->payload);
    return (item + 1) % s->trials == 0 ? write_rung(s, item / s->trials) : GST_OK;
}

/* ---- the table ---------------------------------------------------------------------------------- */

static int is_same_layout(const rung_plan *a, const rung_plan *b)
{
    return (a->parallel > 1) == (b->parallel > 1);
}

static int run_rungs(state *s)
{
    int status = GST_OK;
    for (size_t rung = 0, end; rung < s->rungs && status == GST_OK; rung = end) {
        const rung_plan *first = &s->rung[rung];
        for (end = rung + 1; end < s->rungs && is_same_layout(first, &s->rung[end]);)
            end++;
        gst_dense_set_threads(first->parallel > 1 ? 1 : (int)s->threads);
        status = gst_items_run(&s->items, rung * s->trials, end * s->trials, first->parallel);
    }
    return status;
}

static int run_all(state *s)
{
    size_t rows = s->rungs * BATCHES * (s->t.order + 1);
    int writes = gst_farm_rank() == 0 && !s->items.partial, table = 0, code = 0;
    s->t.file = gst_items_file(&s->items);
    if (writes)
        code = gst_twostep_open(&s->t, &s->output, &s->table, rows, COLUMNS, names);
    if (code != 0)
        return code;
    gst_progress_begin(&s->progress, s->rungs * s->trials,
                       gst_setting_is_on(s->t.settings, GST_OPTION_QUIET) || gst_farm_rank() > 0);
    s->progress.unit = "networks";
    int status = run_rungs(s);
    gst_progress_end(&s->progress);
    if (writes && s->output.failed)
        code = s->output.failed;
    else
        code = gst_items_end(&s->items, status, &table);
    if (!writes)
        return code;
    gst_table_end(&s->table);
    code = gst_exit_worse(gst_output_close(&s->output, table), code);
    return code != 0 ? code : gst_flagged_report(&s->flagged, rows);
}

static int open_items(state *s)
{
    s->items.bytes = BATCHES * sizeof(gst_two_step_sample);
    s->items.work = work;
    s->items.take = take;
    s->items.advance = advance;
    s->items.context = s;
    return gst_items_open(&s->items, s->t.settings, s->rungs * s->trials, s->threads, NULL);
}

static int prepare(state *s)
{
    const gst_settings *settings = s->t.settings;
    gst_message message = {""};
    s->trials = (size_t)gst_setting_number(settings, GST_OPTION_TRIALS);
    s->threads = gst_cores();
    if (gst_setting_text(settings, GST_OPTION_THREADS))
        s->threads = (size_t)gst_setting_number(settings, GST_OPTION_THREADS);
    s->threads = gst_farm_threads(s->threads);
    s->problem = gst_twostep_problem(&s->t, GST_BATCH_FRESH);
    s->rungs = s->t.grid.count[GST_AXIS_D];
    s->rung = gst_alloc(s->rungs, sizeof *s->rung);
    if (!s->rung)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = gst_twostep_overlaps(&s->t, s->overlaps);
    if (code == 0)
        code = gst_twostep_networks(&s->t, s->networks);
    for (size_t rung = 0; rung < s->rungs && code == 0; rung++)
        code = set_rung(s, rung);
    if (code == 0 && gst_dense_prepare(s->threads, 1, &message) < 0)
        code = gst_report_fields(GST_EXIT_RUNTIME, message.text);
    return code;
}

int gst_twostep_simulate(const gst_twostep *t)
{
    state *s = gst_alloc(1, sizeof *s);
    if (!s)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->t = *t;
    int code = prepare(s);
    if (code == 0)
        code = open_items(s);
    if (code == 0)
        code = s->items.complete ? s->items.exit_code : run_all(s);
    gst_items_close(&s->items, code);
    free(s->rung);
    free(s);
    return code;
}
