/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_simulation.c - the simulations of every block at every d: their sizes, and their errors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "memory.h"
#include "progress.h"
#include "report.h"
#include "validation.h"

/* Where the samples of one block at one d go. */
typedef struct {
    gst_validation *v;
    size_t rung, block, lambda_count;
    int *status; /* status[i], the worst of point i's trials */
    double flops;
    double *done; /* of all blocks, in the progress bar's unit */
    gst_progress *progress;
} target;

gst_simulation gst_validation_simulation(const gst_validation *v, size_t rung, size_t block,
                                         gst_training *training)
{
    double axes[GST_AXES];
    int kind = (int)gst_setting_number(v->settings, GST_OPTION_WEIGHTS);
    gst_validation_axes(v, rung, block * v->inner, axes);
    *training = gst_problem_training(&v->problem, axes);
    return (gst_simulation){
        .training = training,
        .weights = kind == 0   ? gst_weights_choose(training)
                   : kind == 1 ? GST_WEIGHTS_GD
                               : GST_WEIGHTS_SRF,
        .d = (size_t)axes[GST_AXIS_D],
        .beta = axes[GST_AXIS_BETA],
        .alphas = v->grid.values[GST_AXIS_ALPHA],
        .alpha_count = v->alphas,
        .lambdas = v->optimise ? v->lambda + block * v->inner : v->grid.values[GST_AXIS_LAMBDA],
        .lambda_count = v->optimise ? v->inner : v->lambdas,
        .test_samples = (size_t)gst_setting_number(v->settings, GST_OPTION_TEST_SAMPLES),
        .seed = (uint64_t)gst_setting_number(v->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
}

int gst_validation_measure(gst_validation *v)
{
    gst_message message = {""};
    for (size_t i = 0; i < v->rungs * v->blocks; i++) {
        gst_training training;
        gst_simulation s = gst_validation_simulation(v, i / v->blocks, i % v->blocks, &training);
        gst_realised *to = &v->realised[i];
        int status = gst_simulation_measure(&s, &to->sizes, to->n, to->group, &message);
        if (status >= 0)
            status = gst_simulation_plan(&s, v->trials, v->threads, &to->layout, &message);
        if (status < 0)
            return gst_report(gst_exit_of_status(status), "%s", message.text);
    }
    return 0;
}

/* The sample of point i of a block: with --lambda opt each alpha has a ridge of its own, and the others'
 * are of no use. */
static size_t sample_of(const target *to, size_t i)
{
    size_t alpha = i % to->v->alphas, lambda = to->v->optimise ? i : i / to->v->alphas;
    return alpha * to->lambda_count + lambda;
}

/* simulation.h's emit. */
static int store(void *context, size_t replicate, int status, const gst_sample *samples)
{
    const target *to = context;
    const gst_validation *v = to->v;
    for (size_t i = 0; i < v->inner; i++) {
        size_t point = to->block * v->inner + i;
        size_t at = (point * v->rungs + to->rung) * v->trials + replicate;
        const gst_sample *s = status < 0 ? NULL : &samples[sample_of(to, i)];
        int own = s ? s->status : GST_FAILED;
        v->sim[0][at] = s ? s->excess_risk : NAN;
        v->sim[1][at] = s ? s->train_error : NAN;
        if (to->status[i] == GST_OK || own < 0)
            to->status[i] = own;
    }
    *to->done += to->flops;
    gst_progress_update(to->progress, (size_t)*to->done);
    return GST_OK;
}

static int run_block(target *to)
{
    gst_validation *v = to->v;
    gst_message message = {""};
    gst_training training;
    const gst_simulation_layout *layout = &v->realised[to->rung * v->blocks + to->block].layout;
    gst_simulation s = gst_validation_simulation(v, to->rung, to->block, &training);
    to->lambda_count = s.lambda_count;
    for (size_t i = 0; i < v->inner; i++)
        to->status[i] = GST_OK;
    int status = gst_simulation_replicates(&s, layout, v->trials, store, to, &message);
    for (size_t i = 0; i < v->inner && status >= 0; i++)
        gst_flagged_add(&v->flagged, to->status[i],
                        to->status[i] < 0 ? "a simulation failed"
                                          : "a simulation lost digits to its conditioning");
    if (status >= 0)
        return 0;
    if (status != GST_INTERRUPTED)
        gst_report(0, "%s", message.text);
    return status == GST_INTERRUPTED ? GST_EXIT_SIGNAL : gst_exit_of_status(status);
}

/* Floating point operations of all trials, in units of 1e6. */
static double total_work(const gst_validation *v)
{
    double sum = 0;
    for (size_t i = 0; i < v->rungs * v->blocks; i++)
        sum += (double)v->trials * v->realised[i].sizes.flops / 1e6;
    return sum;
}

int gst_validation_simulate(gst_validation *v)
{
    int code = 0, *status = gst_alloc(v->inner, sizeof *status);
    gst_progress progress;
    double done = 0;
    if (!status)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    gst_progress_begin(&progress, (size_t)total_work(v) + 1,
                       gst_setting_is_on(v->settings, GST_OPTION_QUIET));
    progress.unit = NULL;
    for (size_t i = 0; i < v->rungs * v->blocks && code == 0; i++) {
        target to = {.v = v,
                     .rung = i / v->blocks,
                     .block = i % v->blocks,
                     .status = status,
                     .flops = v->realised[i].sizes.flops / 1e6,
                     .done = &done,
                     .progress = &progress};
        code = run_block(&to);
    }
    gst_progress_end(&progress);
    free(status);
    return code;
}
