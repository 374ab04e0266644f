/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_simulation.c - the simulations of every block at every d: a job of items (replicates.h). */
#include <math.h>
#include <stdlib.h>

#include "cli/process/farm.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "cli/commands/simulate/replicates.h"
#include "cli/process/report.h"
#include "cli/commands/validate/validation.h"

/* status[i]: the worst of point i's trials, of the block being taken; done: in the progress bar's unit. */
typedef struct {
    gst_validation *v;
    int *status;
    double done;
    gst_progress progress;
} target;

/* items.h's work. */
static int work(void *context, size_t thread, size_t item, void *payload, gst_message *reason)
{
    const target *to = context;
    (void)thread;
    return gst_replicate_work(&to->v->plan, item, payload, reason);
}

/* The sample of point i of a block: with --lambda opt each alpha has a ridge of its own, and the others'
 * are of no use. */
static size_t sample_of(const gst_validation *v, size_t i)
{
    size_t alpha = i % v->plan.alphas, lambda = v->optimise ? i : i / v->plan.alphas;
    return alpha * gst_replicates_lambdas(&v->plan) + lambda;
}

/* The block is complete. */
static void flag_rows(target *to)
{
    for (size_t i = 0; i < to->v->plan.inner; i++) {
        gst_flagged_add(&to->v->flagged, to->status[i],
                        to->status[i] < 0 ? "a simulation failed"
                                          : "a simulation lost digits to its conditioning");
        to->status[i] = GST_OK;
    }
}

/* items.h's take. */
static int take(void *context, size_t item, const gst_item *result)
{
    target *to = context;
    const gst_validation *v = to->v;
    const gst_sample *samples = result->payload;
    size_t index = item / v->plan.trials, replicate = item % v->plan.trials;
    size_t rung = index / v->blocks, block = index % v->blocks;
    for (size_t i = 0; i < v->plan.inner; i++) {
        size_t at = ((block * v->plan.inner + i) * v->rungs + rung) * v->plan.trials + replicate;
        const gst_sample *s = result->status < 0 ? NULL : &samples[sample_of(v, i)];
        int own = s ? s->status : GST_FAILED;
        const double values[GST_VALIDATION_QUANTITIES] = {
            s ? s->excess_risk : NAN, s ? s->train_error : NAN, s ? s->test_loss : NAN,
            s ? s->test_class : NAN};
        for (size_t q = 0; q < v->quantities; q++)
            v->sim[q][at] = values[q];
        if (to->status[i] == GST_OK || own < 0)
            to->status[i] = own;
    }
    if (replicate + 1 == v->plan.trials)
        flag_rows(to);
    return GST_OK;
}

/* items.h's advance. */
static void advance(void *context, size_t item)
{
    target *to = context;
    to->done += 1e6 * to->v->plan.block[item / to->v->plan.trials].seconds;
    gst_progress_update(&to->progress, (size_t)to->done);
}

int gst_validation_open(gst_validation *v)
{
    char threads[32];
    v->items.bytes = gst_replicates_bytes(&v->plan);
    v->items.work = work;
    v->items.take = take;
    v->items.advance = advance;
    gst_simulate_plan_blas_threads(&v->plan, threads);
    return gst_items_open(&v->items, v->plan.settings, v->plan.blocks * v->plan.trials,
                          v->plan.threads, threads);
}

int gst_validation_simulate(gst_validation *v, int *table)
{
    target to = {.v = v, .status = gst_alloc(v->plan.inner, sizeof *to.status)};
    *table = 0;
    if (!to.status)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    v->items.context = &to;
    int code = gst_simulate_plan_prepare(&v->plan);
    if (code == 0)
        code = gst_simulate_plan_begin(&v->plan, &to.progress);
    to.progress.shown = to.progress.shown && gst_farm_rank() == 0;
    if (code == 0) {
        int status = gst_replicates_run(&v->plan, &v->items, 0, v->plan.blocks * v->plan.trials);
        gst_progress_end(&to.progress);
        code = gst_items_end(&v->items, status, table);
    }
    free(to.status);
    return code;
}
