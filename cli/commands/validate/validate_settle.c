/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_settle.c - the verdicts of `giantstep validate`.
 *
 * A test is a quantity at a point over the ladder of d.  Several steps on finite batches have no theory of
 * their own: points that differ in alpha0 alone share one test, over the ladder of (d, alpha0). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/training/regime.h"
#include "base/memory.h"
#include "cli/commands/validate/validation.h"

/* Differences up to this part of the labels' variance are rounding: errors of zero (lambda = 0) cannot
 * disagree by 1e-20. */
#define ROUNDING 1e-10

const char gst_validation_rare_reason[] = "rare samples: the theory's excess risk is made by some "
                                          "that networks of these sizes do not meet";

int gst_validation_extrapolates(const gst_validation *v, size_t point)
{
    double axes[GST_AXES];
    gst_validation_axes(v, 0, point, axes);
    gst_problem problem = gst_setup_problem(&v->plan.setup, axes);
    return gst_regime_check(&problem, NULL) != GST_OK;
}

/* Points from one alpha0 to the next. */
static size_t batch_stride(const gst_validation *v)
{
    size_t stride = 1;
    for (size_t axis = GST_AXIS_ALPHA0 + 1; axis < GST_AXES; axis++)
        stride *= v->plan.grid.count[axis];
    return stride;
}

/* The points of a test, from the first alpha0 to the last: itself, or those that differ in alpha0 alone. */
static size_t family(const gst_validation *v, size_t point, size_t *members)
{
    size_t stride = batch_stride(v), batches = v->plan.grid.count[GST_AXIS_ALPHA0], count = 0;
    size_t first = point - point / stride % batches * stride;
    if (!gst_validation_extrapolates(v, point)) {
        members[0] = point;
        return 1;
    }
    for (size_t i = 0; i < batches; i++)
        if (gst_validation_extrapolates(v, first + i * stride))
            members[count++] = first + i * stride;
    return count;
}

/* The ladder of a test: work holds d, alpha0, theory (a row each of alpha0 values x rungs), and the
 * simulations. */
static gst_ladder gather(const gst_validation *v, size_t quantity, size_t count,
                         const size_t *members, double *work)
{
    size_t rungs = v->rungs, trials = v->plan.trials, all = count * rungs;
    double *d = work, *alpha0 = d + all, *theory = alpha0 + all, *sim = theory + all;
    for (size_t i = 0; i < count; i++) {
        size_t point = members[i];
        for (size_t l = 0; l < rungs; l++) {
            const gst_risk *risk = &v->theory[l * v->plan.points + point];
            const gst_simulate_block *block = &v->plan.block[l * v->blocks + point / v->plan.inner];
            d[i * rungs + l] = v->plan.grid.values[GST_AXIS_D][l];
            alpha0[i * rungs + l] = (double)block->sizes.n0 / d[i * rungs + l];
            theory[i * rungs + l] = quantity == 0 ? risk->excess_risk : risk->train_error;
        }
        memcpy(sim + i * rungs * trials, v->sim[quantity] + point * rungs * trials,
               rungs * trials * sizeof *sim);
    }
    return (gst_ladder){.rungs = all,
                        .trials = trials,
                        .d = d,
                        .theory = theory,
                        .sim = sim,
                        .floor = ROUNDING * v->variance[members[0] / v->plan.inner],
                        .alpha0 = gst_validation_extrapolates(v, members[0]) ? alpha0 : NULL};
}

/* The largest rare_share of some points at the largest d. */
static double rare_share(const gst_validation *v, size_t count, const size_t *members)
{
    const double *d = v->plan.grid.values[GST_AXIS_D];
    size_t last = 0;
    double most = 0;
    for (size_t l = 1; l < v->rungs; l++)
        last = d[l] > d[last] ? l : last;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, v->theory[last * v->plan.points + members[i]].rare_share);
    return most;
}

static void excuse(const gst_validation *v, size_t count, const size_t *members, gst_finding *f)
{
    if (f->verdict != GST_VERDICT_DISAGREE ||
        !(rare_share(v, count, members) > GST_VALIDATION_RARE))
        return;
    f->verdict = GST_VERDICT_UNDECIDED;
    f->reason = gst_validation_rare_reason;
}

/* tested[v->tests] of the points that lead their family; then every member's finding is its leader's. */
static int settle(gst_validation *v, size_t *members, double *work, gst_finding *tested)
{
    int status = GST_OK;
    v->tests = 0;
    for (size_t i = 0; i < 2 * v->plan.points && status == GST_OK; i++) {
        size_t point = i / 2, count = family(v, point, members);
        if (members[0] != point)
            continue;
        gst_ladder ladder = gather(v, i % 2, count, members, work);
        status = gst_finding_compute(&tested[v->tests++], &ladder, &v->rule);
    }
    if (status == GST_OK)
        status = gst_verdict_settle(v->tests, tested, &v->rule);
    for (size_t i = 0, test = 0; i < 2 * v->plan.points && status == GST_OK; i++) {
        size_t count = family(v, i / 2, members);
        if (members[0] != i / 2)
            continue;
        excuse(v, count, members, &tested[test]);
        for (size_t k = 0; k < count; k++)
            v->found[2 * members[k] + i % 2] = tested[test];
        test++;
    }
    return status;
}

int gst_validation_settle(gst_validation *v)
{
    size_t batches = v->plan.grid.count[GST_AXIS_ALPHA0];
    size_t *members = gst_alloc(batches, sizeof *members);
    double *work = gst_alloc_doubles(batches * v->rungs * (3 + v->plan.trials));
    gst_finding *tested = gst_alloc(2 * v->plan.points, sizeof *tested);
    int status = members && work && tested ? settle(v, members, work, tested) : GST_NO_MEMORY;
    free(members);
    free(work);
    free(tested);
    return status;
}
