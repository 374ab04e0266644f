/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep_simulate.c - `giantstep twostep --simulate`: first layers after two real steps beside the theory, for
 * every d.
 *
 * Overlaps are averaged with their sign (directions and vectors are turned to one side), so that they are
 * not biased by the d^{-1/2} of a direction that knows nothing.  Rows of a d are written when it is done. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cores.h"
#include "dense.h"
#include "flagged.h"
#include "interrupt.h"
#include "memory.h"
#include "parallel.h"
#include "progress.h"
#include "report.h"
#include "twostep.h"
#include "two_step_simulation.h"

enum {
    COLUMNS = 24,
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
                                           "status"};

/* Mean and sum of squared deviations of every number of a sample (Welford 1962). */
typedef struct {
    size_t count;
    double mean[NUMBERS], squares[NUMBERS];
} tally;

typedef struct {
    const gst_twostep *t;
    gst_two_step problem;
    gst_two_step_overlaps overlaps[BATCHES];
    gst_two_step_network networks[BATCHES];
    size_t trials, threads, rung, parallel, done;
    gst_two_step_simulation simulation; /* of the rung */
    gst_two_step_sizes sizes;
    gst_two_step_sample *samples; /* of the replicates in work, by slot, batch */
    int *status;
    tally tallies[BATCHES];
    gst_progress progress;
    gst_flagged flagged;
    gst_output output;
    gst_table table;
} state;

/* ---- replicates --------------------------------------------------------------------------------- */

static size_t slots_of(const state *s)
{
    return 2 * s->parallel;
}

static int work(void *context, size_t thread, size_t replicate)
{
    state *s = context;
    size_t slot = replicate % slots_of(s);
    (void)thread;
    s->status[slot] =
        gst_two_step_simulation_run(&s->simulation, replicate, s->samples + slot * BATCHES);
    return s->status[slot] < 0 ? s->status[slot] : 0;
}

static int deliver(void *context, size_t replicate)
{
    state *s = context;
    for (size_t batch = 0; batch < BATCHES; batch++) {
        double value[NUMBERS];
        tally *t = &s->tallies[batch];
        memcpy(value, s->samples + replicate % slots_of(s) * BATCHES + batch, sizeof value);
        t->count++;
        for (size_t i = 0; i < NUMBERS; i++) {
            double step = value[i] - t->mean[i];
            t->mean[i] += step / (double)t->count;
            t->squares[i] += step * (value[i] - t->mean[i]);
        }
    }
    gst_progress_update(&s->progress, ++s->done);
    return 0;
}

static int set_rung(state *s, size_t rung)
{
    const gst_twostep *t = s->t;
    gst_message message = {""};
    s->rung = rung;
    s->simulation = (gst_two_step_simulation){
        .problem = &s->problem,
        .activation = t->activation,
        .a1 = t->a1,
        .a2 = t->a2,
        .beta = t->beta,
        .d = (size_t)t->grid.values[GST_AXIS_D][rung],
        .loss = (gst_loss)gst_setting_number(t->settings, GST_OPTION_LOSS),
        .seed = (uint64_t)gst_setting_number(t->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
    int status = gst_two_step_simulation_measure(&s->simulation, &s->sizes, &message);
    if (status < 0)
        return gst_setting_refuse_status(t->settings, GST_OPTION_D, status, message.text);
    double memory = MEMORY_PART * gst_memory_available();
    if (!(s->sizes.bytes <= memory))
        return gst_setting_refuse(t->settings, GST_OPTION_D, NULL,
                                  "needs %.0f bytes of memory at d = %zu, %.0f may be used",
                                  s->sizes.bytes, s->simulation.d, memory);
    s->parallel = s->threads < s->trials ? s->threads : s->trials;
    if ((double)s->simulation.d * (double)s->sizes.N > SIDE_BY_SIDE ||
        (double)s->parallel * s->sizes.bytes > memory)
        s->parallel = 1;
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

static void write_row(state *s, size_t batch, size_t k, const gst_two_step_prediction *p)
{
    const gst_twostep *t = s->t;
    const tally *found = &s->tallies[batch];
    const gst_two_step_overlaps *theory = &s->overlaps[batch];
    size_t r = gst_target_dim(t->target);
    double exponent = gst_two_step_exponent(t->a1, t->a2, k), sem[4];
    double overlap = norm_of(found, FIRST(overlap) + k * r, r, &sem[0]);
    double value = norm_of(found, FIRST(value) + k, 1, &sem[1]);
    double vector = norm_of(found, FIRST(vector) + k * r, r, &sem[2]);
    double outliers = norm_of(found, FIRST(outliers), 1, &sem[3]);
    gst_cell cells[COLUMNS] = {
        {NULL, (double)s->simulation.d},
        {NULL, (double)s->sizes.N},
        {NULL, (double)s->sizes.n},
        {gst_twostep_batch_names[batch], 0},
        {NULL, (double)k},
        {NULL, exponent},
        {gst_twostep_separated(exponent), 0},
        {NULL, theory->overlap[k]},
        {NULL, overlap},
        {NULL, sem[0]},
        {NULL, p->value[k]},
        {NULL, value},
        {NULL, sem[1]},
        {NULL, p->overlap[k]},
        {NULL, vector},
        {NULL, sem[2]},
        {NULL, (double)p->outliers},
        {NULL, outliers},
        {NULL, sem[3]},
        {NULL, p->edge},
        {NULL, found->mean[FIRST(edge)]},
        {NULL, (double)found->count},
        {NULL, theory->error[k]},
        {gst_status_name(theory->status[k]), 0},
    };
    gst_table_row(&s->table, COLUMNS, cells);
    gst_flagged_add(&s->flagged, theory->status[k], "the theory's overlap, see the table of terms");
}

static int write_rung(state *s)
{
    for (size_t batch = 0; batch < BATCHES; batch++) {
        gst_two_step_prediction p;
        int code = gst_twostep_prediction(s->t, &s->networks[batch], s->rung, &p);
        if (code != 0)
            return code;
        for (size_t k = 0; k <= s->t->order; k++)
            write_row(s, batch, k, &p);
    }
    return gst_output_flush(&s->output);
}

/* ---- the table ---------------------------------------------------------------------------------- */

static int run_rung(state *s, size_t rung)
{
    gst_parallel_loop loop = {.chunks = s->trials, .work = work, .emit = deliver, .context = s};
    int code = set_rung(s, rung);
    if (code != 0)
        return code;
    loop.threads = s->parallel;
    loop.slots = slots_of(s);
    memset(s->tallies, 0, sizeof s->tallies);
    gst_dense_set_threads(s->parallel > 1 ? 1 : (int)s->threads);
    int status = gst_parallel_run(&loop);
    if (*gst_interrupt_flag() != 0)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    if (status < 0)
        return gst_report(GST_EXIT_RUNTIME, "d = %zu: %s", s->simulation.d,
                          gst_status_name(status));
    return write_rung(s);
}

static int run_all(state *s)
{
    size_t rungs = s->t->grid.count[GST_AXIS_D];
    int code = gst_twostep_open(s->t, &s->output, &s->table, COLUMNS, names);
    if (code != 0)
        return code;
    gst_progress_begin(&s->progress, rungs * s->trials,
                       gst_setting_is_on(s->t->settings, GST_OPTION_QUIET));
    s->progress.unit = "networks";
    for (size_t rung = 0; rung < rungs && code == 0; rung++)
        code = run_rung(s, rung);
    gst_progress_end(&s->progress);
    gst_table_end(&s->table);
    code = gst_exit_worse(code, gst_output_close(&s->output));
    return code != 0 ? code : gst_flagged_report(&s->flagged, rungs * BATCHES * (s->t->order + 1));
}

static int prepare(state *s)
{
    const gst_settings *settings = s->t->settings;
    gst_message message = {""};
    s->trials = (size_t)gst_setting_number(settings, GST_OPTION_TRIALS);
    s->threads = gst_cores();
    if (gst_setting_text(settings, GST_OPTION_THREADS))
        s->threads = (size_t)gst_setting_number(settings, GST_OPTION_THREADS);
    s->problem = gst_twostep_problem(s->t, GST_BATCH_FRESH);
    int code = gst_twostep_overlaps(s->t, s->overlaps);
    if (code == 0)
        code = gst_twostep_networks(s->t, s->networks);
    for (size_t rung = 0; rung < s->t->grid.count[GST_AXIS_D] && code == 0; rung++)
        code = set_rung(s, rung);
    if (code == 0 && gst_dense_prepare(s->threads, 1, &message) < 0)
        code = gst_report(GST_EXIT_RUNTIME, "%s", message.text);
    return code;
}

int gst_twostep_simulate(const gst_twostep *t)
{
    state *s = gst_alloc(1, sizeof *s);
    if (!s)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->t = t;
    int code = prepare(s);
    if (code == 0) {
        s->samples = gst_alloc(2 * s->threads * BATCHES, sizeof *s->samples);
        s->status = gst_alloc(2 * s->threads, sizeof *s->status);
        code = s->samples && s->status ? run_all(s)
                                       : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    }
    free(s->samples);
    free(s->status);
    free(s);
    return code;
}
