/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_simulation.c - the simulations of every block at every d. */
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
    int *status;  /* status[i], the worst of point i's trials */
    double *done; /* of all blocks, in the progress bar's unit */
    gst_progress *progress;
} target;

/* The sample of point i of a block: with --lambda opt each alpha has a ridge of its own, and the others'
 * are of no use. */
static size_t sample_of(const target *to, size_t i)
{
    size_t alpha = i % to->v->plan.alphas, lambda = to->v->optimise ? i : i / to->v->plan.alphas;
    return alpha * to->lambda_count + lambda;
}

/* simulation.h's emit. */
static int store(void *context, size_t replicate, int status, const gst_sample *samples)
{
    const target *to = context;
    const gst_validation *v = to->v;
    for (size_t i = 0; i < v->plan.inner; i++) {
        size_t point = to->block * v->plan.inner + i;
        size_t at = (point * v->rungs + to->rung) * v->plan.trials + replicate;
        const gst_sample *s = status < 0 ? NULL : &samples[sample_of(to, i)];
        int own = s ? s->status : GST_FAILED;
        v->sim[0][at] = s ? s->excess_risk : NAN;
        v->sim[1][at] = s ? s->train_error : NAN;
        if (to->status[i] == GST_OK || own < 0)
            to->status[i] = own;
    }
    *to->done += 1e6 * v->plan.block[to->rung * v->blocks + to->block].seconds;
    gst_progress_update(to->progress, (size_t)*to->done);
    return GST_OK;
}

static int run_block(target *to)
{
    gst_validation *v = to->v;
    gst_message message = {""};
    gst_training training;
    size_t index = to->rung * v->blocks + to->block;
    const gst_simulation_layout *layout = &v->plan.block[index].layout;
    gst_simulation s = gst_simulate_plan_block(&v->plan, index, &training);
    to->lambda_count = s.lambda_count;
    for (size_t i = 0; i < v->plan.inner; i++)
        to->status[i] = GST_OK;
    int status = gst_simulation_replicates(&s, layout, v->plan.trials, store, to, &message);
    for (size_t i = 0; i < v->plan.inner && status >= 0; i++)
        gst_flagged_add(&v->flagged, to->status[i],
                        to->status[i] < 0 ? "a simulation failed"
                                          : "a simulation lost digits to its conditioning");
    if (status >= 0)
        return 0;
    if (status != GST_INTERRUPTED)
        gst_report(0, "%s", message.text);
    return status == GST_INTERRUPTED ? GST_EXIT_SIGNAL : gst_exit_of_status(status);
}

int gst_validation_simulate(gst_validation *v)
{
    int *status = gst_alloc(v->plan.inner, sizeof *status);
    gst_progress progress;
    double done = 0;
    if (!status)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = gst_simulate_plan_prepare(&v->plan);
    if (code == 0)
        code = gst_simulate_plan_begin(&v->plan, &progress);
    for (size_t i = 0; i < v->plan.blocks && code == 0; i++) {
        target to = {.v = v,
                     .rung = i / v->blocks,
                     .block = i % v->blocks,
                     .status = status,
                     .done = &done,
                     .progress = &progress};
        code = run_block(&to);
    }
    gst_progress_end(&progress);
    free(status);
    return code;
}
