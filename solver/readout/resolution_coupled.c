/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolution_coupled.c - one point at one order of quadrature for a readout whose order parameters are all coupled
 * (docs/theory 6.1): tables of the mean label, equations, errors. */
#include "base/arena.h"
#include "base/memory.h"
#include "solver/readout/resolution.h"
#include "giantstep/features.h"
#include "giantstep/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/readout/coupled/coupled_newton.h"
#include "models/data/data.h"
#include "models/training/label_target.h"

/* Iterations go on to this change whatever the tolerance: near a threshold the solution is many changes of a pass away. */
#define SETTLED 1e-11

#define PASSES_MOST 1000

#define AT_NO_LOSS                                                                          \
    "samples are fitted without loss: lambda -> 0 is the solution of least norm that does " \
    "so, with margins of at least 1"

void gst_coupled_resolution_free(gst_coupled_resolution *coupled)
{
    if (!coupled)
        return;
    gst_coupled_clear(&coupled->equations);
    gst_target_free(coupled->mean);
    gst_arena_free(&coupled->memory);
    free(coupled);
}

/* ---- tables ------------------------------------------------------------------------------------- */

/* Intervals of a mesh over the residual directions, which is there for every node of kappa; even in three quarters.
 * Averages over two of them are smooth in one spike, not the probability of a label in them: that is averaged once and for
 * all (label_series.h), and a mesh twice as fine costs less than doubling everything once more. */
static size_t order_of_labels(const gst_features *f, size_t order)
{
    if (f->problem.labels == GST_LABELS_SIGN && f->m == 1 && f->q == 2)
        return 2 * order;
    if (f->m == 0 || f->q < 2 || f->m + f->q < 4 || order <= 32)
        return order;
    return f->m > 1 ? order / 2 : order / 3;
}

/* gst_label_variance where the tables hold E[y|x] itself. */
static int variance_of_nodes(const gst_moments *t, gst_labels labels, double noise,
                             double *variance)
{
    *variance = labels == GST_LABELS_REAL ? noise : 0.0;
    for (size_t k = 0; labels == GST_LABELS_SIGN && k < t->n; k++)
        *variance += t->w[k] * (1.0 - t->h[k]) * (1.0 + t->h[k]);
    return isfinite(*variance) ? GST_OK : GST_FAILED;
}

/* Everything that depends on the noise, anew. */
static int tabulate(gst_resolution *r, const gst_features *f, double noise)
{
    gst_coupled_resolution *c = r->coupled;
    gst_labels labels = f->problem.labels;
    gst_coupled_clear(&c->equations);
    gst_target_free(c->mean);
    gst_moments_free(r->moments);
    c->mean = NULL;
    r->moments = NULL;
    c->solved = 0;
    c->noise = NAN;
    int status = gst_label_target(&c->mean, f->problem.target, labels, noise);
    if (status != GST_OK)
        return status;
    int quality =
        gst_moments_tabulate(&r->moments, f, f->problem.activation, c->mean, c->order, c->half);
    if (quality < 0)
        return quality;
    int of_variance = gst_data_has_nodes(f->problem.data)
                          ? variance_of_nodes(r->moments, labels, noise, &c->variance)
                          : gst_label_variance(c->mean, labels, noise, c->half, &c->variance);
    quality = of_variance == GST_OK ? quality : of_variance;
    if (quality < 0)
        return quality;
    size_t order = order_of_labels(f, c->order);
    status =
        gst_coupled_init(&c->equations, f, r->moments, r->bulk, c->mean,
                         gst_label_noise_normal(noise), c->half ? order / 4 * 3 : order, c->half);
    c->noise = status == GST_OK ? noise : NAN;
    return status == GST_OK ? quality : status;
}

int gst_resolution_couple(gst_resolution *resolution, const gst_features *features, size_t order,
                          int half)
{
    gst_coupled_resolution *c = resolution->coupled = gst_alloc(1, sizeof *c);
    size_t K = features->K;
    if (!c)
        return GST_NO_MEMORY;
    c->features = features;
    c->order = order;
    c->half = half;
    size_t N = 2 * gst_packed_length(K) + K * (features->m + features->q + 2);
    const gst_array arrays[] = {GST_VECTOR(c->u, N), GST_VECTOR(c->near, N)};
    int status = gst_arena_take(&c->memory, sizeof arrays / sizeof *arrays, arrays);
    return status == GST_OK ? tabulate(resolution, features, features->problem.training.noise)
                            : status;
}

/* Tables for the point's noise. */
static int prepare(gst_resolution *r, const gst_point *point)
{
    gst_coupled_resolution *c = r->coupled;
    const gst_features *f = c->features;
    if (c->noise == point->noise)
        return GST_OK;
    if (f->problem.labels == GST_LABELS_SIGN) {
        int quality = tabulate(r, f, point->noise);
        if (quality < 0)
            return quality;
        r->quality = quality == GST_OK ? r->quality : quality;
        return GST_OK;
    }
    c->equations.sites.noise = gst_label_noise_normal(point->noise);
    c->noise = c->variance = point->noise;
    return GST_OK;
}

/* ---- one point ---------------------------------------------------------------------------------- */

static void take_errors(gst_risk *risk, const gst_coupled_errors *e, double variance)
{
    risk->excess_risk = e->excess_risk;
    risk->test_error = e->excess_risk + variance;
    risk->train_error = e->train_error;
    risk->test_loss = e->test_loss;
    risk->train_loss = e->train_loss;
    risk->test_class = e->test_class;
    risk->train_class = e->train_class;
}

static int is_error(double x)
{
    return x >= 0.0 && isfinite(x);
}

static gst_coupled_options options_of(const gst_solve_options *o)
{
    return (gst_coupled_options){.tol = fmin(o->tol, SETTLED),
                                 .max_iterations =
                                     o->max_iterations ? o->max_iterations : PASSES_MOST,
                                 .stop = o->stop};
}

static int solve(gst_resolution *r, const gst_point *point, const gst_solve_options *options,
                 const gst_resolution *start, gst_coupled_info *info, gst_risk *risk)
{
    gst_coupled_resolution *c = r->coupled;
    gst_coupled_point at = {.rho = point->alpha / point->beta,
                            .beta = point->beta,
                            .lambda = point->lambda,
                            .width = point->width};
    gst_coupled_options o = options_of(options);
    const gst_loss *loss = gst_loss_of(r->loss);
    const gst_resolution *from = start ? start : r;
    int limit;
    memcpy(c->near, from->coupled->u, c->equations.N * sizeof *c->near);
    int status = gst_coupled_solve(&c->equations, loss, &at, from->coupled->solved ? c->near : NULL,
                                   &o, c->u, &limit, info);
    if (status == GST_FAILED && o.tol < options->tol) {
        o.tol = options->tol;
        status = gst_coupled_solve(&c->equations, loss, &at, NULL, &o, c->u, &limit, info);
        if (status == GST_OK) {
            status = GST_LOOSE;
            info->reason = "the iteration does not settle much below the tolerance";
        }
    }
    c->solved = status >= 0;
    if (status < 0)
        return status;
    gst_coupled_errors e = gst_coupled_errors_at(&c->equations, loss, limit, c->u);
    take_errors(risk, &e, c->variance);
    risk->note = limit && !gst_loss_equal(loss, loss->without_loss) ? AT_NO_LOSS : "";
    if (is_error(e.excess_risk) && is_error(e.train_error))
        return status;
    info->reason = "an error is negative or not finite";
    return GST_FAILED;
}

int gst_resolution_solve_coupled(gst_resolution *resolution, const gst_point *point,
                                 const gst_solve_options *options, const gst_resolution *start,
                                 gst_risk *risk)
{
    gst_coupled_info info = {.residual = NAN, .reason = "the moment tables are not finite"};
    *risk = gst_risk_failed(point->lambda, "");
    int status = prepare(resolution, point);
    if (status == GST_OK)
        status = solve(resolution, point, options, start, &info, risk);
    resolution->unsettled = status == GST_FAILED && info.iterations > 0 && !info.none;
    if (status < 0)
        *risk = gst_risk_failed(point->lambda, info.reason);
    risk->reason = info.reason;
    risk->iterations = info.iterations;
    risk->residual = status < 0 ? NAN : info.residual;
    int lost = status >= 0 && resolution->coupled->equations.unresolved;
    resolution->rounding = lost ? fabs(risk->test_error) : 0.0;
    return risk->status = status;
}

int gst_resolution_separate(gst_resolution *resolution, const gst_point *point,
                            const gst_solve_options *options, double *alpha_c,
                            gst_coupled_info *info)
{
    gst_coupled_resolution *c = resolution->coupled;
    gst_coupled_options o = options_of(options);
    double rho = NAN;
    *info = (gst_coupled_info){.residual = NAN, .reason = "the moment tables are not finite"};
    int status = prepare(resolution, point);
    c->solved = 0;
    if (status == GST_OK)
        status =
            gst_coupled_separate(&c->equations, point->beta, point->width, &o, &rho, c->u, info);
    *alpha_c = rho * point->beta;
    return status;
}
