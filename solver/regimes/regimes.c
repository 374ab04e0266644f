/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regimes.c - the limits of a step of any size, each with its error (docs/theory, every step size): from the moments and from those
 * of companions of all quadratures, at an order of the average over kappa that is doubled until they agree. */
#include "giantstep/regimes.h"
#include "giantstep/problem.h"

#include "base/memory.h"
#include "solver/regimes/regime_private.h"
#include "solver/regimes/stage_fit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { FIRST_ORDER = 128, LAST_ORDER = 4096 };
/* Rounding of sums of order one. */
#define ROUNDING (8.0 * DBL_EPSILON)

static int check(const gst_problem *problem, const gst_point *point, size_t order,
                 gst_message *message)
{
    const gst_training *t = &problem->training;
    gst_point at = *point;
    at.width = INFINITY;
    int status = gst_problem_validate(problem, message);
    if (status == GST_OK)
        status = gst_point_validate(&at, message);
    if (status != GST_OK)
        return status;
    if (t->spikes || t->steps != 1 || t->listed != 1 || gst_problem_has_losses(problem))
        return gst_fail(message, GST_INVALID,
                        "steps: regimes are those of one step and ridge regression");
    if (!(t->step[0].alpha0 > 0.0))
        return gst_fail(message, GST_INVALID, "alpha0: 0 is no step");
    if (order < 1 || order > GST_REGIMES_ORDER_MAX)
        return gst_fail(message, GST_INVALID, "order: %zu is not in 1 to %d", order,
                        GST_REGIMES_ORDER_MAX);
    return GST_OK;
}

/* Both data at one order, and how far stage 0 is from settled. */
static int fill(gst_regimes *r, size_t order, double *miss)
{
    gst_stage full, half;
    int status = gst_regime_data_fill(&r->full, &r->problem, order, 0);
    if (status >= 0)
        status = gst_regime_data_fill(&r->half, &r->problem, order, 1);
    if (status < 0)
        return status;
    *miss = 0.0;
    for (size_t l = 0; l <= r->order; l++) {
        if (gst_stage_fit(&r->full, &r->point, r->K0, l, 0, &full) == GST_OK &&
            gst_stage_fit(&r->half, &r->point, r->K0, l, 0, &half) == GST_OK)
            *miss = fmax(*miss, fabs(full.excess_risk - half.excess_risk) /
                                    (full.excess_risk + r->full.variance));
    }
    return GST_OK;
}

int gst_regimes_alloc(gst_regimes **regimes, const gst_problem *problem, const gst_point *point,
                      size_t order, double tol, gst_message *message)
{
    *regimes = NULL;
    int status = check(problem, point, order, message);
    if (status != GST_OK)
        return status;
    gst_regimes *r = gst_alloc(1, sizeof *r);
    if (!r)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    *r = (gst_regimes){.problem = *problem,
                       .point = *point,
                       .K0 = problem->training.step[0].eta,
                       .order = order,
                       .tol = tol};
    double miss = INFINITY;
    for (r->intervals = FIRST_ORDER; status == GST_OK; r->intervals *= 2) {
        status = fill(r, r->intervals, &miss);
        if (miss <= tol || 2 * r->intervals > LAST_ORDER)
            break;
    }
    if (status < 0) {
        free(r);
        return gst_fail(message, status, "the moments of the step: %s", gst_status_name(status));
    }
    *regimes = r;
    return GST_OK;
}

void gst_regimes_free(gst_regimes *regimes)
{
    free(regimes);
}

int gst_regimes_stage(const gst_regimes *r, size_t l, int threshold, gst_stage *stage)
{
    gst_stage half;
    if (l > r->order || (threshold && l == 0))
        return GST_INVALID;
    int status = gst_stage_fit(&r->full, &r->point, r->K0, l, threshold, stage);
    if (status == GST_OK)
        status = gst_stage_fit(&r->half, &r->point, r->K0, l, threshold, &half);
    if (status != GST_OK)
        return stage->status = GST_FAILED;
    double size = stage->excess_risk + r->full.variance;
    stage->error = fabs(stage->excess_risk - half.excess_risk) + ROUNDING * size;
    int ok = stage->error <= r->tol * size && stage->residual <= r->tol;
    stage->reason = ok ? "" : "the quadrature error misses the tolerance";
    return stage->status = ok ? GST_OK : GST_LOOSE;
}
