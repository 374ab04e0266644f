/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validate_settle.c - the verdicts of `giantstep validate`: a test is a quantity at a point over the ladder of d. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/commands/validate/validation.h"

/* Differences up to this part of the labels' variance are rounding: errors of zero (lambda = 0) cannot
 * disagree by 1e-20. */
#define ROUNDING 1e-10

const char gst_validation_rare_reason[] = "rare samples: the theory's excess risk is made by some "
                                          "that networks of these sizes do not meet";

/* The ladder of a test; theory: room for its rungs. */
static gst_ladder gather(const gst_validation *v, size_t quantity, size_t point, double *theory)
{
    for (size_t l = 0; l < v->rungs; l++) {
        const gst_risk *risk = &v->theory[l * v->plan.points + point];
        theory[l] = gst_validation_theory(risk, quantity);
    }
    return (gst_ladder){.rungs = v->rungs,
                        .trials = v->plan.trials,
                        .d = v->plan.grid.values[GST_AXIS_D],
                        .theory = theory,
                        .sim = v->sim[quantity] + point * v->rungs * v->plan.trials,
                        .floor = ROUNDING * v->variance[point / v->plan.inner]};
}

/* rare_share of a point at the largest d. */
static double rare_share(const gst_validation *v, size_t point)
{
    const double *d = v->plan.grid.values[GST_AXIS_D];
    size_t last = 0;
    for (size_t l = 1; l < v->rungs; l++)
        last = d[l] > d[last] ? l : last;
    return v->theory[last * v->plan.points + point].rare_share;
}

static void excuse(const gst_validation *v, size_t point, gst_finding *f)
{
    if (f->verdict != GST_VERDICT_DISAGREE || !(rare_share(v, point) > GST_VALIDATION_RARE))
        return;
    f->verdict = GST_VERDICT_UNDECIDED;
    f->reason = gst_validation_rare_reason;
}

/* Whether the theory has no such number at the point, though it solved it: everywhere, or at some d. */
static int is_undefined(const gst_validation *v, size_t quantity, size_t point)
{
    for (size_t l = 0; l < v->rungs; l++) {
        const gst_risk *risk = &v->theory[l * v->plan.points + point];
        if (risk->status >= 0 && isnan(gst_validation_theory(risk, quantity)))
            return 1;
    }
    return 0;
}

static void list_tests(gst_validation *v)
{
    v->tests = 0;
    for (size_t point = 0; point < v->plan.points; point++)
        for (size_t q = 0; q < v->quantities; q++)
            if (q < 2 || !is_undefined(v, q, point))
                v->test[v->tests++] = (gst_validation_test){.quantity = q, .point = point};
}

static void join_verdicts(gst_validation *v)
{
    for (size_t point = 0; point < v->plan.points; point++)
        v->verdict[point] = GST_VERDICT_AGREE;
    for (size_t i = 0; i < v->tests; i++) {
        gst_verdict *to = &v->verdict[v->test[i].point];
        *to = gst_verdict_join(*to, v->found[i].verdict);
    }
}

int gst_validation_settle(gst_validation *v)
{
    double *theory = gst_alloc_doubles(v->rungs);
    int status = theory ? GST_OK : GST_NO_MEMORY;
    list_tests(v);
    for (size_t i = 0; i < v->tests && status == GST_OK; i++) {
        gst_ladder ladder = gather(v, v->test[i].quantity, v->test[i].point, theory);
        status = gst_finding_compute(&v->found[i], &ladder, &v->rule);
    }
    if (status == GST_OK)
        status = gst_verdict_settle(v->tests, v->found, &v->rule);
    for (size_t i = 0; i < v->tests && status == GST_OK; i++)
        excuse(v, v->test[i].point, &v->found[i]);
    if (status == GST_OK)
        join_verdicts(v);
    free(theory);
    return status;
}
