/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_dynamics.c - `giantstep steps`: U and c of every group after each step, with --covariance the
 * covariance of the special directions, with --simulate the same of trained networks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "models/training/population.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/options/fields.h"
#include "cli/process/report.h"
#include "cli/commands/steps/steps.h"
#include "cli/commands/steps/steps_laws.h"

/* ---- theory ------------------------------------------------------------------------------------- */

static void keep_law(const gst_steps *s, const gst_row_law *law, double *laws)
{
    size_t r = s->r, square = (r + 1) * (r + 1);
    for (size_t g = 0; g < s->K; g++) {
        double *to = gst_steps_record(s, laws, law->steps, g);
        memcpy(to, law->U + g * r, r * sizeof *to);
        to[r] = law->c[g];
        memcpy(to + r + 1, law->C + g * square, square * sizeof *to);
    }
}

/* The laws from step t on are no better than this. */
static void lower_quality(gst_steps *s, size_t t, int status)
{
    for (; status == GST_LOOSE && t <= s->T; t++)
        s->quality[t] = GST_LOOSE;
}

static int follow_population(gst_steps *s, int half, double *laws)
{
    gst_row_law *law;
    int status = gst_row_law_alloc(&law, s->K, s->r);
    if (status != GST_OK)
        return status;
    keep_law(s, law, laws);
    while (law->steps < s->T && status >= 0) {
        status = gst_row_law_step(law, s->problem.activation, s->problem.target, s->problem.layer,
                                  gst_training_step(&s->problem.training, law->steps)->eta, half);
        lower_quality(s, law->steps, status);
        if (status >= 0)
            keep_law(s, law, laws);
    }
    gst_row_law_free(law);
    return status;
}

/* One step on a finite batch: the mean overlaps U gamma with the target's variables, and c. */
static int follow_batch(gst_steps *s, int half, double *laws)
{
    gst_row_law *law;
    gst_features *features;
    int status = gst_row_law_alloc(&law, s->K, s->r);
    if (status != GST_OK)
        return status;
    keep_law(s, law, laws);
    gst_row_law_free(law);
    status = gst_features_train(&features, &s->problem, half, NULL);
    for (size_t g = 0; status >= 0 && g < s->K; g++) {
        double *to = gst_steps_record(s, laws, 1, g);
        for (size_t j = 0; j < s->r; j++)
            to[j] = features->U[g] * features->gamma[j];
        to[s->r] = features->c[g];
    }
    gst_features_free(features);
    lower_quality(s, 1, status);
    return status;
}

static int compute_theory(gst_steps *s)
{
    int (*follow)(gst_steps *, int, double *) = s->population ? follow_population : follow_batch;
    int full = follow(s, 0, s->theory), half = full < 0 ? full : follow(s, 1, s->companion);
    if (half < 0 && half != GST_FAILED)
        return gst_report(gst_exit_of_status(half), "%s", gst_status_name(half));
    if (half < 0)
        return gst_report(GST_EXIT_RUNTIME,
                          "a step leaves a row of length zero or weights that are not finite");
    return 0;
}

/* ---- simulation --------------------------------------------------------------------------------- */

/* items.h's work, take and advance. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const gst_steps *s = context;
    (void)thread;
    return gst_overlap_replicate(&s->simulation, item, payload, reason);
}

static int take(void *context, size_t item, const gst_item *result)
{
    gst_steps *s = context;
    if (result->status < 0)
        s->items.failure = *result->reason;
    else
        gst_overlap_add(gst_overlap_size(&s->simulation), item, result->payload, s->mean, s->sem);
    return result->status;
}

static void advance(void *context, size_t item)
{
    gst_steps *s = context;
    (void)item;
    gst_progress_update(&s->progress, ++s->done);
}

static int open_items(gst_steps *s)
{
    double axes[GST_AXES];
    gst_message message = {""};
    gst_grid_point(&s->grid, 0, axes);
    s->simulation = (gst_overlap_simulation){
        .problem = &s->problem,
        .d = (size_t)axes[GST_AXIS_D],
        .p = (size_t)floor(axes[GST_AXIS_BETA] * axes[GST_AXIS_D] + 0.5),
        .n0 = (size_t)floor(axes[GST_AXIS_ALPHA0] * axes[GST_AXIS_D] + 0.5),
        .trials = (size_t)gst_setting_number(s->settings, GST_OPTION_TRIALS),
        .seed = (uint64_t)gst_setting_number(s->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
    int status = gst_overlap_check(&s->simulation, &message);
    if (status < 0)
        return gst_setting_refuse_status(s->settings, GST_OPTION_D, status, message.text);
    s->items.bytes = gst_overlap_size(&s->simulation) * sizeof(double);
    s->items.work = work;
    s->items.take = take;
    s->items.advance = advance;
    s->items.context = s;
    double weights = (double)s->simulation.p * (double)s->simulation.d;
    s->parallel = gst_items_threads(s->settings, s->simulation.trials, weights, &s->blas_threads);
    return gst_items_open(&s->items, s->settings, s->simulation.trials, s->parallel, NULL);
}

static int compute_simulation(gst_steps *s, int *table)
{
    size_t trials = s->simulation.trials;
    gst_message message = {""};
    *table = 0;
    if (gst_dense_prepare(s->parallel, s->blas_threads, &message) < 0)
        return gst_report_fields(GST_EXIT_RUNTIME, message.text);
    gst_progress_begin(&s->progress, trials,
                       gst_setting_is_on(s->settings, GST_OPTION_QUIET) || gst_farm_rank() > 0);
    s->progress.unit = "replicates";
    int status = gst_items_run(&s->items, 0, trials, s->parallel);
    gst_progress_end(&s->progress);
    gst_overlap_sem(gst_overlap_size(&s->simulation), trials, s->sem);
    return gst_items_end(&s->items, status, table);
}

/* ------------------------------------------------------------------------------------------------- */

/* One parameter point, and sizes that fit together. */
static int check(gst_steps *s)
{
    double axes[GST_AXES];
    int code = gst_grid_check_point(&s->grid, s->settings);
    if (code != 0)
        return code;
    gst_grid_point(&s->grid, 0, axes);
    double alpha0 = axes[GST_AXIS_ALPHA0];
    s->covariance = gst_setting_is_on(s->settings, GST_OPTION_COVARIANCE);
    s->simulate = gst_setting_is_on(s->settings, GST_OPTION_SIMULATE);
    s->T = alpha0 > 0.0 ? (size_t)axes[GST_AXIS_STEPS] : 0;
    s->population = isinf(alpha0) || s->T != 1 || (s->simulate && s->covariance);
    if (s->simulate && !(alpha0 > 0.0 && isfinite(alpha0)))
        return gst_setting_refuse(s->settings, GST_OPTION_ALPHA0, NULL,
                                  "is no batch that --simulate could draw");
    if (s->covariance && !s->simulate && !s->population)
        return gst_setting_refuse(s->settings, GST_OPTION_ALPHA0, NULL,
                                  "is finite, --covariance needs inf");
    return 0;
}

/* With --simulate the networks' batches are finite, but several steps' theory is that of alpha0 = inf. */
static int build_problem(gst_steps *s)
{
    double axes[GST_AXES], *alpha0 = s->grid.values[GST_AXIS_ALPHA0], kept = *alpha0;
    if (s->simulate && s->population)
        *alpha0 = INFINITY;
    int code = gst_setup_build(&s->setup, s->settings, &s->grid);
    *alpha0 = kept;
    gst_grid_point(&s->grid, 0, axes);
    if (code == 0) {
        s->problem = gst_setup_problem(&s->setup, axes);
        s->K = s->setup.layer.K;
        s->r = gst_target_dim(s->setup.target);
        s->numbers = gst_overlap_numbers(s->r);
        s->shown = s->covariance ? s->numbers : s->r + 1;
    }
    return code;
}

static int allocate(gst_steps *s)
{
    size_t size = (s->T + 1) * s->K * s->numbers;
    s->theory = gst_alloc_doubles(4 * size);
    s->quality = gst_alloc(s->T + 1, sizeof *s->quality);
    if (!s->theory || !s->quality)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->companion = s->theory + size;
    s->mean = s->companion + size;
    s->sem = s->mean + size;
    return 0;
}

static int run(gst_steps *s)
{
    int table = 1, code = s->simulate ? open_items(s) : 0;
    if (code != 0 || s->items.complete)
        return code != 0 ? code : s->items.exit_code;
    if (gst_farm_rank() == 0 && !s->items.partial)
        code = compute_theory(s);
    if (code == 0 && s->simulate)
        code = compute_simulation(s, &table);
    return code == 0 && table ? gst_steps_table(s) : code;
}

int gst_steps_dynamics(const gst_settings *settings)
{
    gst_steps s = {.settings = settings};
    int code = gst_grid_build(&s.grid, settings);
    if (code == 0)
        code = check(&s);
    if (code == 0)
        code = gst_items_check(settings, GST_OPTION_SIMULATE);
    if (code == 0)
        code = build_problem(&s);
    if (code == 0)
        code = allocate(&s);
    if (code == 0)
        code = run(&s);
    gst_items_close(&s.items, code);
    free(s.theory);
    free(s.quality);
    gst_setup_clear(&s.setup);
    gst_grid_clear(&s.grid);
    return code;
}
