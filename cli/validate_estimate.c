/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_estimate.c - what a validation would cost: its simulations (simulate_estimate.c), and the theory,
 * charged as the first block's for every block, at every d and in the limit. */
#include <math.h>
#include <stdio.h>

#include "progress.h"
#include "validation.h"

/* Seconds of the theory of one block on one thread. */
static double time_theory(const gst_validation *v)
{
    double axes[GST_AXES], began = gst_seconds();
    gst_model *model = NULL;
    gst_message message;
    gst_risk risk;
    gst_validation_axes(v, 0, 0, axes);
    gst_training training = gst_problem_training(&v->plan.problem, axes);
    gst_point point = {axes[GST_AXIS_ALPHA], axes[GST_AXIS_BETA], v->lambda[0],
                       axes[GST_AXIS_NOISE], (double)v->plan.block[0].sizes.p};
    if (gst_model_alloc(&model, &training, &message) < 0)
        return 0;
    double built = gst_seconds() - began;
    gst_model_solve(model, &point, &v->options, &risk, NULL);
    gst_model_free(model);
    return built + (double)v->plan.inner * (gst_seconds() - began - built);
}

int gst_validation_estimate(gst_validation *v)
{
    size_t models = (v->rungs + 1) * v->blocks, rows = v->plan.grid.rows;
    double results = 2.0 * sizeof(double) * (double)rows * (double)v->plan.trials;
    int code = gst_simulate_plan_time(&v->plan, 1);
    if (code != 0)
        return code;
    double seconds = gst_simulate_plan_seconds(&v->plan);
    seconds += time_theory(v) * ceil((double)models / (double)v->plan.threads);
    printf("rows: %zu\npoints: %zu\ntests: %zu\n", rows, v->plan.points, 2 * v->plan.points);
    size_t bytes = gst_simulate_plan_print(&v->plan);
    printf("memory_megabytes: %.0f\n", ((double)bytes + results) / 1e6);
    printf("seconds: %.3g\n", seconds);
    return 0;
}
