/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_estimate.c - what a validation would cost.
 *
 * The cheapest simulation is really run once; the others take its time in proportion to their floating
 * point operations, which is too long rather than too short: large matrices multiply faster.  The theory is
 * charged as the first block's, for every block and every d. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "memory.h"
#include "progress.h"
#include "report.h"
#include "validation.h"

static size_t cheapest(const gst_validation *v)
{
    size_t best = 0;
    for (size_t i = 1; i < v->rungs * v->blocks; i++)
        if (v->realised[i].sizes.flops < v->realised[best].sizes.flops)
            best = i;
    return best;
}

/* Seconds per floating point operation of one replicate on one thread. */
static int time_replicate(const gst_validation *v, double *seconds)
{
    size_t i = cheapest(v);
    gst_message message = {""};
    gst_training training;
    gst_simulation s = gst_validation_simulation(v, i / v->blocks, i % v->blocks, &training);
    gst_sample *samples = gst_alloc(s.alpha_count * s.lambda_count, sizeof *samples);
    if (!samples)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    double began = gst_seconds();
    int status = gst_simulation_run(&s, 0, samples, &message);
    *seconds = (gst_seconds() - began) / v->realised[i].sizes.flops;
    free(samples);
    if (status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    if (status < 0 && status != GST_FAILED)
        return gst_report(gst_exit_of_status(status), "%s", message.text);
    return 0;
}

/* Seconds of the theory of one block on one thread. */
static double time_theory(const gst_validation *v)
{
    double axes[GST_AXES], began = gst_seconds();
    gst_model *model = NULL;
    gst_message message;
    gst_risk risk;
    gst_validation_axes(v, 0, 0, axes);
    gst_training training = gst_problem_training(&v->problem, axes);
    gst_point point = {axes[GST_AXIS_ALPHA], axes[GST_AXIS_BETA], v->lambda[0],
                       axes[GST_AXIS_NOISE], (double)v->realised[0].sizes.p};
    if (gst_model_alloc(&model, &training, &message) < 0)
        return 0;
    double built = gst_seconds() - began;
    gst_model_solve(model, &point, &v->options, &risk, NULL);
    gst_model_free(model);
    return built + (double)v->inner * (gst_seconds() - began - built);
}

/* Seconds of all trials of one simulation. */
static double simulation_seconds(const gst_validation *v, const gst_realised *sizes, double rate)
{
    double parallel = (double)sizes->layout.parallel;
    double rounds = ceil((double)v->trials / parallel);
    return rate * sizes->sizes.flops * rounds / (double)sizes->layout.blas_threads;
}

int gst_validation_estimate(gst_validation *v)
{
    double rate = 0, seconds = 0, threads = (double)v->threads;
    size_t bytes = 0, models = (v->rungs + 1) * v->blocks;
    int code = time_replicate(v, &rate);
    if (code != 0)
        return code;
    printf("rows: %zu\npoints: %zu\ntests: %zu\n", v->grid.rows, v->points, 2 * v->points);
    printf("simulations: %zu of %zu trials\n", v->rungs * v->blocks, v->trials);
    printf("threads: %zu\n", v->threads);
    for (size_t i = 0; i < v->rungs * v->blocks; i++) {
        const gst_realised *r = &v->realised[i];
        printf("simulation: d %.0f, p %zu, replicates at once %zu, BLAS threads each %d, "
               "memory_bytes %zu\n",
               v->grid.values[GST_AXIS_D][i / v->blocks], r->sizes.p, r->layout.parallel,
               r->layout.blas_threads, r->layout.bytes);
        bytes = r->layout.bytes > bytes ? r->layout.bytes : bytes;
        seconds += simulation_seconds(v, r, rate);
    }
    seconds += time_theory(v) * ceil((double)models / threads);
    double results = 2.0 * sizeof(double) * (double)v->grid.rows * (double)v->trials;
    printf("memory_megabytes: %.0f\n", ((double)bytes + results) / 1e6);
    printf("seconds: %.3g\n", seconds);
    return 0;
}
