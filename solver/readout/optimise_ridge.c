/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimise_ridge.c - the ridge that minimises the excess risk, or another error.
 *
 *   1. log-spaced scan of [low, high], four points a decade: the best of them and its neighbours bracket
 *      a minimum (the error may have several in lambda; the scan decides between them);
 *   2. at an end of the range, a point just inside decides whether the minimum is on the boundary;
 *   3. Brent's method on log lambda within the bracket (minimise.c).
 * A ridge that cannot be solved counts as infinitely bad; where one is next to the minimum, that is said. */
#include "base/minimise.h"
#include "giantstep/model.h"

#include <math.h>

#define POINTS_PER_DECADE 4.0
/* A boundary minimum is one that a step of this size in log lambda does not improve. */
#define INWARD_STEP 1e-3
/* Brent stops here: the minimum's own error is the square of it. */
#define LOG_LAMBDA_TOLERANCE 1e-8
#define BRENT_EVALUATIONS 200

typedef struct {
    gst_model *model;
    gst_point point;
    const gst_solve_options *options;
} search;

static double criterion_of(const gst_risk *risk, gst_criterion criterion)
{
    return criterion == GST_BEST_TEST_LOSS    ? risk->test_loss
           : criterion == GST_BEST_TEST_CLASS ? risk->test_class
                                              : risk->excess_risk;
}

/* gst_objective: the criterion at a logarithm of lambda. */
static int criterion_at(double log_lambda, double *value, void *context)
{
    search *s = context;
    gst_risk risk;
    s->point.lambda = exp(log_lambda);
    int status = gst_model_solve(s->model, &s->point, s->options, &risk, NULL);
    *value = status >= 0 ? criterion_of(&risk, s->options->criterion) : INFINITY;
    if (isnan(*value))
        return GST_INVALID;
    return status >= 0 ? GST_OK : status;
}

/* The same where a failure is a value. */
static int try_criterion(search *s, double log_lambda, double *value)
{
    int status = criterion_at(log_lambda, value, s);
    return status == GST_FAILED ? GST_OK : status;
}

/* The smallest of `count` values from `start` on, and which one it is. */
static int scan(search *s, double start, double step, size_t count, double *smallest, size_t *best)
{
    *smallest = INFINITY;
    *best = 0;
    for (size_t i = 0; i < count; i++) {
        double value;
        int status = try_criterion(s, start + step * (double)i, &value);
        if (status != GST_OK)
            return status;
        if (value < *smallest) {
            *smallest = value;
            *best = i;
        }
    }
    return GST_OK;
}

/* The minimum at the end of the range, *boundary = 1, or a bracket just inside. */
static int bracket_end(search *s, int first, double step, double smallest, gst_bracket *b,
                       int *boundary)
{
    double sign = first ? 1.0 : -1.0, end = b->x, inside = end + sign * INWARD_STEP, value, outer;
    int status = try_criterion(s, inside, &value);
    *boundary = !(value < smallest);
    if (status != GST_OK || *boundary)
        return status;
    status = try_criterion(s, end + sign * step, &outer);
    *b = first ? (gst_bracket){.low = end,
                               .x = inside,
                               .high = end + step,
                               .value_low = smallest,
                               .value = value,
                               .value_high = outer}
               : (gst_bracket){.low = end - step,
                               .x = inside,
                               .high = end,
                               .value_low = outer,
                               .value = value,
                               .value_high = smallest};
    return status;
}

static int find_bracket(search *s, double low, double high, gst_bracket *b, int *boundary)
{
    double length = log(high / low), smallest;
    size_t count = 2 + (size_t)ceil(POINTS_PER_DECADE * length / log(10.0)), best;
    double step = length / (double)(count - 1), start = log(low);
    int status = scan(s, start, step, count, &smallest, &best);
    *boundary = 0;
    b->x = start + step * (double)best;
    if (status != GST_OK)
        return status;
    if (best == 0 || best + 1 == count)
        return bracket_end(s, best == 0, step, smallest, b, boundary);
    *b = (gst_bracket){.low = b->x - step, .x = b->x, .high = b->x + step, .value = smallest};
    status = try_criterion(s, b->low, &b->value_low);
    return status == GST_OK ? try_criterion(s, b->high, &b->value_high) : status;
}

static void flag(gst_risk *risk, int *status, const char *reason)
{
    if (*status != GST_OK)
        return;
    risk->reason = reason;
    risk->status = *status = GST_LOOSE;
}

int gst_model_optimise_lambda(gst_model *model, const gst_point *point, double low, double high,
                              const gst_solve_options *options, gst_risk *risk,
                              gst_solution *solution)
{
    if (!(low > 0.0 && high > low && isfinite(high)))
        return GST_INVALID;
    gst_solve_options quick = *options;
    quick.rare_share = 0;
    search s = {.model = model, .point = *point, .options = &quick};
    gst_bracket b;
    int boundary, missing = 0, status = find_bracket(&s, low, high, &b, &boundary);
    if (status == GST_OK && !boundary)
        status =
            gst_minimise(&b, criterion_at, &s, LOG_LAMBDA_TOLERANCE, BRENT_EVALUATIONS, &missing);
    if (status != GST_OK)
        return status;
    gst_point at = *point;
    at.lambda = boundary ? (b.x > 0.5 * log(low * high) ? high : low) : exp(b.x);
    status = gst_model_solve(model, &at, options, risk, solution);
    if (boundary)
        flag(risk, &status, "the minimum over lambda is on the boundary of its range");
    if (missing > 0)
        flag(risk, &status, "next to the minimum over lambda a ridge could not be solved");
    return status;
}
