/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimise.c - the ridge that minimises the excess risk.
 *
 *   1. log-spaced scan of [low, high], four points a decade: the best of them and its neighbours bracket
 *      a minimum (the excess risk may have several in lambda; the scan decides between them);
 *   2. at an end of the range, a point just inside decides whether the minimum is on the boundary;
 *   3. Brent's method on log lambda within the bracket. */
#include "model.h"

#include "memory.h"

#include <gsl/gsl_min.h>
#include <math.h>
#include <stdlib.h>

#define POINTS_PER_DECADE 4.0
/* A boundary minimum is one that a step of this size in log lambda does not improve. */
#define INWARD_STEP 1e-3
/* Brent stops here: the minimum's own error is the square of it. */
#define LOG_LAMBDA_TOLERANCE 1e-8
#define BRENT_ITERATIONS 200

typedef struct {
    gst_model *model;
    gst_point point;
    const gst_solve_options *options;
    int status; /* worst failure met */
} search;

static double excess_at(double log_lambda, void *params)
{
    search *s = params;
    gst_risk risk;
    s->point.lambda = exp(log_lambda);
    int status = gst_model_solve(s->model, &s->point, s->options, &risk, NULL);
    if (status >= 0)
        return risk.excess_risk;
    if (status != GST_FAILED)
        s->status = status;
    return INFINITY;
}

typedef struct {
    double low, best, high;
    double value_low, value_best, value_high;
} bracket;

/* 1 if the minimum is on the boundary, then it is b->best. */
static int scan(search *s, double low, double high, bracket *b)
{
    double length = log(high / low);
    size_t count = 2 + (size_t)ceil(POINTS_PER_DECADE * length / log(10.0)), best = 0;
    double step = length / (double)(count - 1), start = log(low), smallest = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double value = excess_at(start + step * (double)i, s);
        if (value < smallest) {
            smallest = value;
            best = i;
        }
    }
    double at = start + step * (double)best;
    *b = (bracket){.low = at - step, .best = at, .high = at + step, .value_best = smallest};
    if (best != 0 && best + 1 != count) {
        b->value_low = excess_at(b->low, s);
        b->value_high = excess_at(b->high, s);
        return 0;
    }
    double inside = best == 0 ? at + INWARD_STEP : at - INWARD_STEP;
    double value = excess_at(inside, s);
    if (!(value < smallest))
        return 1;
    double outer = best == 0 ? b->high : b->low, value_outer = excess_at(outer, s);
    *b = best == 0 ? (bracket){at, inside, outer, smallest, value, value_outer}
                   : (bracket){outer, inside, at, value_outer, value, smallest};
    return 0;
}

static int refine(search *s, bracket *b)
{
    gsl_function f = {excess_at, s};
    gsl_min_fminimizer *minimizer = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    if (!minimizer)
        return GST_NO_MEMORY;
    int failed = !(b->value_best < b->value_low && b->value_best < b->value_high) ||
                 gsl_min_fminimizer_set_with_values(minimizer, &f, b->best, b->value_best, b->low,
                                                    b->value_low, b->high, b->value_high);
    for (int i = 0; !failed && i < BRENT_ITERATIONS; i++) {
        if (gsl_min_fminimizer_iterate(minimizer))
            break;
        double low = gsl_min_fminimizer_x_lower(minimizer);
        double high = gsl_min_fminimizer_x_upper(minimizer);
        if (high - low < LOG_LAMBDA_TOLERANCE)
            break;
    }
    if (!failed)
        b->best = gsl_min_fminimizer_x_minimum(minimizer);
    gsl_min_fminimizer_free(minimizer);
    return GST_OK;
}

int gst_model_optimise_lambda(gst_model *model, const gst_point *point, double low, double high,
                              const gst_solve_options *options, gst_risk *risk, double *order)
{
    if (!(low > 0.0 && high > low && isfinite(high)))
        return GST_INVALID;
    search s = {model, *point, options, GST_OK};
    bracket b;
    int boundary = scan(&s, low, high, &b);
    if (!boundary && s.status == GST_OK)
        s.status = refine(&s, &b);
    if (s.status != GST_OK)
        return s.status;
    gst_point at = *point;
    at.lambda = boundary ? (b.best > 0.5 * log(low * high) ? high : low) : exp(b.best);
    int status = gst_model_solve(model, &at, options, risk, order);
    if (boundary && status == GST_OK) {
        risk->reason = "the minimum over lambda is on the boundary of its range";
        risk->status = status = GST_LOOSE;
    }
    return status;
}
