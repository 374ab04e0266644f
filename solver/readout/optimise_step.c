/* SPDX-License-Identifier: GPL-3.0-or-later */
/* optimise_step.c - the step size, and with it the ridge, that minimise the excess risk.
 *
 * F(t) is the excess risk at step size eta(t), t = log eta (or eta itself if the range has values <= 0),
 * minimised over lambda if that is asked for (optimise_ridge.c).  Every eta is another training, hence another
 * model.
 *   1. F at equally spaced t, by models that are kept;
 *   2. every local minimum of these values that could be the lowest (it lies above the lowest value by no
 *      more than DEPTH times the rise to its neighbours) is refined by Brent's method; at an end of the range, a point just inside decides whether the minimum is on the boundary;
 *   3. the lowest of them is the answer.  Its error is what F, known up to quad_error, allows:
 *      sqrt(2 quad_error/F''), F'' by a central difference. */
#include "giantstep/optimise_step.h"
#include "giantstep/problem.h"

#include "base/memory.h"
#include "base/minimise.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* In units of the distance of the first points: the step inwards from a boundary; the accuracy of Brent's
 * method, whose square enters F; the step of the difference. */
#define INWARD_STEP 1e-3
#define ACCURACY 1e-6
#define DIFFERENCE_STEP 0.05
#define BRENT_EVALUATIONS 100
#define DEPTH 4.0
#define LOG_LAMBDA_STEP 0.02
#define LOG_LAMBDA_ACCURACY 1e-7
#define ROUNDING (4.0 * DBL_EPSILON)

struct gst_plane {
    gst_problem problem;
    gst_range eta, lambda;
    int nested; /* over lambda too */
    double start, step;
    double *value;      /* value[i] = F(start + i*step) */
    gst_model **models; /* of these points, NULL: not built, or cannot be */
    gst_model *best;
};

typedef struct {
    gst_plane *plane;
    const gst_point *point;
    const gst_solve_options *options;
    gst_message *message;
    int status; /* what ended the search, or GST_OK */
} search;

typedef struct {
    double t, value;
    int boundary;
    int missing; /* next to it F has no value */
} minimum;

static int is_range(const gst_range *range)
{
    return isfinite(range->low) && isfinite(range->high) && range->high > range->low &&
           range->points >= 3;
}

/* With spikes `listed` means nothing. */
static gst_problem with_eta(const gst_problem *problem, double eta)
{
    gst_problem set = *problem;
    for (size_t i = 0; i < set.training.listed && i < GST_SCHEDULE_MAX; i++)
        set.training.step[i].eta = eta;
    return set;
}

int gst_plane_alloc(gst_plane **plane, const gst_problem *problem, const gst_range *eta,
                    const gst_range *lambda, gst_message *message)
{
    *plane = NULL;
    if (!is_range(eta) || (lambda && !(is_range(lambda) && lambda->low > 0)))
        return gst_fail(message, GST_INVALID, "the range of a minimum is not one");
    gst_problem largest = with_eta(problem, eta->high > -eta->low ? eta->high : eta->low);
    int status = gst_problem_validate(&largest, message);
    if (status != GST_OK)
        return status;
    gst_plane *made = gst_alloc(1, sizeof *made);
    if (!made)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    made->problem = *problem;
    made->eta = *eta;
    made->nested = lambda != NULL;
    if (lambda)
        made->lambda = *lambda;
    int logarithmic = eta->low > 0;
    made->start = logarithmic ? log(eta->low) : eta->low;
    double end = logarithmic ? log(eta->high) : eta->high;
    made->step = (end - made->start) / (double)(eta->points - 1);
    made->value = gst_alloc_doubles(eta->points);
    made->models = gst_alloc(eta->points, sizeof *made->models);
    if (!made->value || !made->models) {
        gst_plane_free(made);
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    }
    *plane = made;
    return GST_OK;
}

void gst_plane_free(gst_plane *plane)
{
    if (!plane)
        return;
    for (size_t i = 0; plane->models && i < plane->eta.points; i++)
        gst_model_free(plane->models[i]);
    gst_model_free(plane->best);
    free(plane->models);
    free(plane->value);
    free(plane);
}

void gst_plane_reset(gst_plane *plane)
{
    for (size_t i = 0; i < plane->eta.points; i++)
        if (plane->models[i])
            gst_model_reset(plane->models[i]);
}

gst_model *gst_plane_model(const gst_plane *plane)
{
    return plane->best;
}

/* The ends of the range exactly. */
static double eta_of(const gst_plane *plane, double t)
{
    double last = plane->start + (double)(plane->eta.points - 1) * plane->step;
    if (t <= plane->start)
        return plane->eta.low;
    if (t >= last)
        return plane->eta.high;
    return plane->eta.low > 0 ? exp(t) : t;
}

static int stopped(const search *s)
{
    return s->options->stop && *s->options->stop;
}

/* F of a model, INFINITY if it could not be solved; an ending status goes to the search. */
static double solve(search *s, gst_model *model, gst_risk *risk)
{
    const gst_plane *plane = s->plane;
    int status = plane->nested
                     ? gst_model_optimise_lambda(model, s->point, plane->lambda.low,
                                                 plane->lambda.high, s->options, risk, NULL)
                     : gst_model_solve(model, s->point, s->options, risk, NULL);
    if (status < 0 && status != GST_FAILED)
        s->status = status;
    return status < 0 || isnan(risk->excess_risk) ? INFINITY : risk->excess_risk;
}

/* The model of a step size; NULL if there is none: rows of length zero, moments that diverge. */
static gst_model *build(search *s, double t)
{
    gst_problem problem = with_eta(&s->plane->problem, eta_of(s->plane, t));
    gst_model *model = NULL;
    int status = stopped(s) ? GST_INTERRUPTED : gst_model_alloc(&model, &problem, s->message);
    if (status < 0 && status != GST_FAILED && status != GST_INVALID)
        s->status = status;
    return status < 0 ? NULL : model;
}

/* F(t), INFINITY where there is none. */
static double excess_at(double t, search *s)
{
    gst_risk risk;
    if (s->status != GST_OK)
        return INFINITY;
    gst_model *model = build(s, t);
    double value = model ? solve(s, model, &risk) : INFINITY;
    gst_model_free(model);
    return value;
}

/* gst_objective: F(t). */
static int objective(double t, double *value, void *context)
{
    search *s = context;
    *value = excess_at(t, s);
    return s->status != GST_OK ? s->status : *value < INFINITY ? GST_OK : GST_FAILED;
}

static void scan(search *s)
{
    gst_plane *plane = s->plane;
    gst_risk risk;
    for (size_t i = 0; i < plane->eta.points && s->status == GST_OK; i++) {
        if (!plane->models[i])
            plane->models[i] = build(s, plane->start + (double)i * plane->step);
        plane->value[i] = plane->models[i] ? solve(s, plane->models[i], &risk) : INFINITY;
    }
}

/* Brent's method within low < t < high. */
static minimum refine(search *s, const double t[3], const double value[3])
{
    gst_bracket b = {.low = t[0],
                     .x = t[1],
                     .high = t[2],
                     .value_low = value[0],
                     .value = value[1],
                     .value_high = value[2]};
    int missing, status = gst_minimise(&b, objective, s, ACCURACY * s->plane->step,
                                       BRENT_EVALUATIONS, &missing);
    s->status = status;
    return (minimum){.t = b.x, .value = b.value, .missing = missing > 0};
}

/* The minimum near an end of the range: on it, or just inside. */
static minimum refine_end(search *s, size_t i)
{
    const gst_plane *plane = s->plane;
    double inwards = i == 0 ? plane->step : -plane->step;
    double end = plane->start + (double)i * plane->step, inside = end + INWARD_STEP * inwards;
    double value = excess_at(inside, s), next = plane->value[i == 0 ? 1 : i - 1];
    if (!(value < plane->value[i] && value < next))
        return (minimum){
            .t = end, .value = plane->value[i], .boundary = 1, .missing = !(next < INFINITY)};
    double t[3] = {end, inside, end + inwards}, values[3] = {plane->value[i], value, next};
    if (i > 0) {
        t[0] = end + inwards;
        t[2] = end;
        values[0] = next;
        values[2] = plane->value[i];
    }
    return refine(s, t, values);
}

/* Whether point i is a local minimum that may have a value below `lowest` near it. */
static int is_candidate(const gst_plane *plane, size_t i, double lowest)
{
    size_t last = plane->eta.points - 1;
    double at = plane->value[i], left = i > 0 ? plane->value[i - 1] : INFINITY;
    double right = i < last ? plane->value[i + 1] : INFINITY;
    if (!(at < INFINITY) || left < at || right < at)
        return 0;
    double rise = left > right ? left - at : right - at;
    return at - DEPTH * rise <= lowest;
}

/* The lowest of the local minima; value INFINITY if there is none. */
static minimum find(search *s)
{
    const gst_plane *plane = s->plane;
    size_t last = plane->eta.points - 1;
    double lowest = INFINITY;
    minimum best = {.t = plane->start, .value = INFINITY, .boundary = 1};
    for (size_t i = 0; i <= last; i++)
        lowest = plane->value[i] < lowest ? plane->value[i] : lowest;
    for (size_t i = 0; i <= last && s->status == GST_OK; i++) {
        const double *v = plane->value;
        double t = plane->start + (double)i * plane->step;
        if (!is_candidate(plane, i, lowest))
            continue;
        minimum found = {.t = t, .value = v[i], .boundary = 1};
        if (i == 0 || i == last)
            found = refine_end(s, i);
        else if (v[i] < v[i - 1] && v[i] < v[i + 1])
            found = refine(s, (double[]){t - plane->step, t, t + plane->step}, &v[i - 1]);
        if (found.value < best.value)
            best = found;
    }
    return best;
}

/* Distance at which a parabola through value at 0 and sides at -h, h has risen by `rise`. */
static double parabola_width(double value, double left, double right, double h, double rise)
{
    double curvature = (left - 2 * value + right) / (h * h);
    return curvature > 0 ? sqrt(2 * rise / curvature) : NAN;
}

static double own_error(const gst_risk *risk)
{
    return risk->quad_error + ROUNDING * risk->excess_risk;
}

int gst_model_lambda_error(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, const gst_risk *risk, double *error)
{
    double value[2] = {NAN, NAN};
    *error = NAN;
    for (int side = 0; side < 2; side++) {
        gst_point at = *point;
        gst_risk there;
        at.lambda = risk->lambda * exp(side ? LOG_LAMBDA_STEP : -LOG_LAMBDA_STEP);
        int status = gst_model_solve(model, &at, options, &there, NULL);
        if (status < 0 && status != GST_FAILED)
            return status;
        if (status >= 0)
            value[side] = there.excess_risk;
    }
    double width =
        parabola_width(risk->excess_risk, value[0], value[1], LOG_LAMBDA_STEP, own_error(risk));
    *error = risk->lambda * (width < LOG_LAMBDA_ACCURACY ? LOG_LAMBDA_ACCURACY : width);
    return GST_OK;
}

/* The error of a minimum within the range; of eta, so that one of log eta is multiplied by it. */
static double eta_error(search *s, const minimum *found, const gst_risk *risk)
{
    const gst_plane *plane = s->plane;
    double h = DIFFERENCE_STEP * plane->step, accuracy = ACCURACY * plane->step;
    double left = excess_at(found->t - h, s), right = excess_at(found->t + h, s);
    double width = parabola_width(risk->excess_risk, left, right, h, own_error(risk));
    if (width < accuracy)
        width = accuracy;
    return plane->eta.low > 0 ? exp(found->t) * width : width;
}

/* Solve at the minimum again, on a model that is kept. */
static int settle(search *s, const minimum *found, const gst_solve_options *options, gst_risk *risk,
                  gst_minimiser at[2])
{
    const gst_solve_options *quick = s->options;
    gst_plane *plane = s->plane;
    gst_point point = *s->point;
    plane->best = build(s, found->t);
    s->options = options;
    int solved = plane->best && solve(s, plane->best, risk) < INFINITY;
    s->options = quick;
    if (!solved)
        return s->status != GST_OK ? s->status : GST_FAILED;
    int lambda_boundary = risk->lambda == plane->lambda.low || risk->lambda == plane->lambda.high;
    at[0] = (gst_minimiser){.value = eta_of(plane, found->t), .error = NAN};
    at[1] = (gst_minimiser){.value = risk->lambda, .error = NAN};
    if (!found->boundary)
        at[0].error = eta_error(s, found, risk);
    if (plane->nested && !lambda_boundary && s->status == GST_OK)
        s->status = gst_model_lambda_error(plane->best, &point, s->options, risk, &at[1].error);
    if ((found->boundary || found->missing) && risk->status == GST_OK) {
        risk->reason = found->boundary ? "the minimum over eta is on the boundary of its range"
                                       : "next to the minimum over eta a step could not be solved";
        risk->status = GST_LOOSE;
    }
    return s->status != GST_OK ? s->status : risk->status;
}

int gst_plane_solve(gst_plane *plane, const gst_point *point, const gst_solve_options *options,
                    gst_risk *risk, gst_minimiser at[2], gst_message *message)
{
    gst_solve_options quick = *options;
    quick.rare_share = 0;
    search s = {
        .plane = plane, .point = point, .options = &quick, .message = message, .status = GST_OK};
    gst_model_free(plane->best);
    plane->best = NULL;
    at[0] = at[1] = (gst_minimiser){.value = NAN, .error = NAN};
    scan(&s);
    minimum found = find(&s);
    int status = s.status;
    if (status == GST_OK && found.value < INFINITY)
        status = settle(&s, &found, options, risk, at);
    else if (status == GST_OK)
        status = gst_fail(message, GST_FAILED, "no step size of the range could be solved");
    if (status < 0) {
        gst_model_free(plane->best);
        plane->best = NULL;
        at[0] = at[1] = (gst_minimiser){.value = NAN, .error = NAN};
    }
    return status;
}
