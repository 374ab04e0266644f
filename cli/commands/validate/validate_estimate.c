/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_estimate.c - what a validation would cost: its simulations (simulate_estimate.c), and the theory,
 * charged as the first block's for every block, at every d and in the limit. */
#include <math.h>
#include <stdio.h>

#include "cli/process/apart.h"
#include "giantstep/problem.h"
#include "cli/process/interrupt.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "models/loss/loss.h"
#include "cli/commands/validate/validation.h"

/* Seconds after which the theory of one block is given up. */
#define PATIENCE 5.0

/* apart.h's work: seconds of the theory of one block on one thread. */
static void time_theory(void *context, void *result)
{
    const gst_validation *v = context;
    double axes[GST_AXES], began = gst_seconds(), *seconds = result;
    gst_model *model = NULL;
    gst_message message;
    gst_risk risk;
    gst_validation_axes(v, 0, 0, axes);
    gst_problem problem = gst_setup_problem(&v->plan.setup, axes);
    gst_point point = {.alpha = axes[GST_AXIS_ALPHA],
                       .beta = axes[GST_AXIS_BETA],
                       .lambda = v->lambda[0],
                       .noise = axes[GST_AXIS_NOISE],
                       .width = (double)v->plan.block[0].sizes.p};
    *seconds = 0;
    if (gst_model_alloc(&model, &problem, &message) < 0)
        return;
    double built = gst_seconds() - began;
    gst_model_solve(model, &point, &v->options, &risk, NULL);
    gst_model_free(model);
    *seconds = built + (double)v->plan.inner * (gst_seconds() - began - built);
}

/* Classes are those of labels +-1; the loss of a hard margin is infinite. */
static size_t count_tests(const gst_validation *v)
{
    const gst_problem *problem = &v->plan.setup.problem;
    size_t each = 2;
    if (v->quantities > 2) {
        each += problem->labels == GST_LABELS_SIGN;
        each += !gst_loss_equal(problem->loss, &gst_loss_max_margin);
    }
    return each * v->plan.points;
}

int gst_validation_estimate(gst_validation *v)
{
    size_t rows = v->plan.grid.rows;
    double models = ((double)v->rungs + 1) * (double)v->blocks, theory = PATIENCE;
    double results = (double)v->quantities * sizeof(double) * (double)rows * (double)v->plan.trials;
    int measured = 1;
    printf("rows: %zu\npoints: %zu\ntests: %zu\n", rows, v->plan.points, count_tests(v));
    size_t bytes = gst_simulate_plan_print(&v->plan);
    printf("memory_megabytes: %.0f\n", ((double)bytes + results) / 1e6);
    fflush(stdout);
    int code = gst_simulate_plan_time(&v->plan, &measured);
    int status = code == 0 ? gst_apart_run(time_theory, v, &theory, sizeof theory, PATIENCE)
                           : GST_INTERRUPTED;
    if (code != 0 || status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    double seconds = gst_simulate_plan_seconds(&v->plan);
    seconds += theory * ceil(models / (double)v->plan.threads);
    gst_simulate_plan_print_seconds(seconds, measured);
    if (status != GST_OK)
        printf("theory: at least %g s for each model\n", PATIENCE);
    return 0;
}
