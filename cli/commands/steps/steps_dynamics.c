/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_dynamics.c - `giantstep steps`: U and c of every group after each step, with --covariance the covariance of the
 * special directions, and the network's own error; with --simulate the same of trained networks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/options/fields.h"
#include "giantstep/simulation.h"
#include "giantstep/target.h"
#include "cli/process/report.h"
#include "cli/commands/steps/steps.h"
#include "cli/commands/steps/steps_laws.h"

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
        .problem = &s->simulated,
        .d = (size_t)axes[GST_AXIS_D],
        .p = (size_t)floor(axes[GST_AXIS_BETA] * axes[GST_AXIS_D] + 0.5),
        .own_error = 1,
        .trials = (size_t)gst_setting_number(s->settings, GST_OPTION_TRIALS),
        .precision = (gst_precision)gst_setting_number(s->settings, GST_OPTION_PRECISION),
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

/* Steps that --simulate cannot take. */
static int check_batches(const gst_steps *s, const double axes[GST_AXES])
{
    const gst_training *t = &s->setup.problem.training;
    double alpha0 = axes[GST_AXIS_ALPHA0];
    for (size_t i = 0; i < t->listed; i++)
        if (gst_step_acts(&t->step[i]) && !isfinite(t->step[i].alpha0))
            return gst_setting_refuse(s->settings, GST_OPTION_SCHEDULE, NULL,
                                      "has step %zu at alpha0 inf, no batch that --simulate could "
                                      "draw",
                                      i + 1);
    if (t->listed == 0 && !(alpha0 > 0.0 && isfinite(alpha0)))
        return gst_setting_refuse(s->settings, GST_OPTION_ALPHA0, NULL,
                                  "is no batch that --simulate could draw");
    return 0;
}

/* The networks, and the theory of the batches they get. */
static int build_problem(gst_steps *s)
{
    double axes[GST_AXES];
    int code = gst_setup_build(&s->setup, s->settings, &s->grid);
    gst_grid_point(&s->grid, 0, axes);
    s->covariance = gst_setting_is_on(s->settings, GST_OPTION_COVARIANCE);
    s->simulate = gst_setting_is_on(s->settings, GST_OPTION_SIMULATE);
    if (code == 0 && s->simulate)
        code = check_batches(s, axes);
    if (code != 0)
        return code;
    s->simulated = s->problem = gst_setup_problem(&s->setup, axes);
    if (s->simulate)
        s->problem.training =
            gst_training_realised(&s->simulated.training, (size_t)axes[GST_AXIS_D]);
    s->T = axes[GST_AXIS_ALPHA0] == 0.0 ? 0 : s->problem.training.steps;
    s->K = s->setup.layer.K;
    s->r = gst_target_dim(s->setup.target);
    s->numbers = gst_overlap_numbers(s->r);
    s->shown = s->covariance ? s->numbers : s->r + 1;
    return 0;
}

static int allocate(gst_steps *s)
{
    size_t size = (s->T + 1) * s->K * s->numbers, simulated = size + s->T + 1;
    s->theory = gst_alloc_doubles(2 * (size + simulated));
    s->state = gst_alloc(s->T + 1, sizeof *s->state);
    if (!s->theory || !s->state)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    s->companion = s->theory + size;
    s->mean = s->companion + size;
    s->sem = s->mean + simulated;
    return 0;
}

static int run(gst_steps *s)
{
    int table = 1, code = s->simulate ? open_items(s) : 0;
    if (code != 0 || s->items.complete)
        return code != 0 ? code : s->items.exit_code;
    if (gst_farm_rank() == 0 && !s->items.partial)
        code = gst_steps_theory(s);
    if (code == 0 && s->simulate)
        code = compute_simulation(s, &table);
    return code == 0 && table ? gst_steps_table(s) : code;
}

int gst_steps_dynamics(const gst_settings *settings)
{
    gst_steps s = {.settings = settings};
    int code = gst_grid_build(&s.grid, settings);
    if (code == 0)
        code = gst_grid_check_point(&s.grid, settings);
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
    free(s.state);
    gst_setup_clear(&s.setup);
    gst_grid_clear(&s.grid);
    return code;
}
