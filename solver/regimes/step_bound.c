/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_bound.c - what one giant step of the best size can reach by its mean features alone (Ba et al. 2205.01445, tau*; docs/theory,
 * every step size).
 *
 * tau(k) = E(h - mu0(k kappa))^2 + E rest + sum_j E h1_j^2, h = E[g|kappa], kappa = e.z, mu0(s) = E sigma(s + x).
 *   1. tau on both signs of k, log-spaced: every bracket of the lowest value is refined by Brent's method, k = 0 included;
 *   2. the error is the difference from the companions' tau at the same k. */
#include "solver/regimes/regime_private.h"

#include "base/memory.h"
#include "base/minimise.h"
#include "models/functions/activation_moments.h"
#include "models/training/smooth_table.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* |k| on the grid, and how close Brent's method goes: its square enters tau. */
#define LEAST 0.02
#define MOST 100.0
enum { POINTS = 80, EVALUATIONS = 100 };
#define ACCURACY 1e-9

typedef struct {
    const gst_expression *sigma;
    gst_moments *tables;
    int half;
    double rest;
    double *s, *mu0, *mu1, *mu2sq, *nu;
} curve;

static int curve_make(curve *c, const gst_regimes *r, const double *e, int half)
{
    *c = (curve){.sigma = gst_activation_expression(r->problem.activation), .half = half};
    int status = gst_regime_tables(&c->tables, &r->problem, e, r->intervals, half);
    if (status < 0)
        return status;
    size_t n = c->tables->n;
    c->s = gst_alloc_doubles(5 * n);
    if (!c->s)
        return GST_NO_MEMORY;
    c->mu0 = c->s + n;
    c->mu1 = c->mu0 + n;
    c->mu2sq = c->mu1 + n;
    c->nu = c->mu2sq + n;
    for (size_t k = 0; k < n; k++) {
        c->rest += c->tables->w[k] * c->tables->rest[k];
        for (size_t j = 0; j < c->tables->q; j++)
            c->rest += c->tables->w[k] * pow(c->tables->h1[j * n + k], 2.0);
    }
    return GST_OK;
}

static void curve_clear(curve *c)
{
    gst_moments_free(c->tables);
    free(c->s);
}

/* gst_objective: tau(k). */
static int tau_at(double k, double *value, void *context)
{
    curve *c = context;
    const gst_moments *t = c->tables;
    for (size_t i = 0; i < t->n; i++)
        c->s[i] = k * t->kappa[i];
    int status =
        gst_smooth_moments(c->sigma, t->n, c->s, 1.0, c->half, c->mu0, c->mu1, c->mu2sq, c->nu);
    *value = c->rest;
    for (size_t i = 0; i < t->n && status >= 0; i++) {
        double left = t->h[i] - c->mu0[i];
        *value += t->w[i] * left * left;
    }
    return status == GST_NO_MEMORY ? status : isfinite(*value) && status >= 0 ? GST_OK : GST_FAILED;
}

/* Point i of 0 .. 2 POINTS: from -MOST through 0 to MOST. */
static double grid_point(size_t i)
{
    if (i == POINTS)
        return 0.0;
    size_t j = i > POINTS ? i - POINTS : POINTS - i;
    double size = LEAST * pow(MOST / LEAST, (double)(j - 1) / (POINTS - 1));
    return i > POINTS ? size : -size;
}

static int minimise(curve *c, double *k, double *tau)
{
    double value[2 * POINTS + 1];
    size_t best = 0;
    int missing = 0;
    for (size_t i = 0; i <= 2 * POINTS; i++) {
        int status = tau_at(grid_point(i), &value[i], c);
        if (status != GST_OK && status != GST_FAILED)
            return status;
        value[i] = status == GST_OK ? value[i] : INFINITY;
        best = value[i] < value[best] ? i : best;
    }
    *k = grid_point(best);
    *tau = value[best];
    if (best == 0 || best == 2 * POINTS)
        return isfinite(*tau) ? GST_LOOSE : GST_FAILED;
    gst_bracket b = {.low = grid_point(best - 1),
                     .x = *k,
                     .high = grid_point(best + 1),
                     .value_low = value[best - 1],
                     .value = *tau,
                     .value_high = value[best + 1]};
    int status = gst_minimise(&b, tau_at, c, ACCURACY, EVALUATIONS, &missing);
    *k = b.x;
    *tau = b.value;
    return status;
}

static int solve(const gst_regimes *r, const double *e, gst_step_bound *bound)
{
    curve full, half = {.tables = NULL};
    double other = INFINITY;
    int status = curve_make(&full, r, e, 0);
    if (status == GST_OK)
        status = curve_make(&half, r, e, 1);
    if (status == GST_OK)
        status = minimise(&full, &bound->argument, &bound->tau);
    int known = status >= 0 ? tau_at(bound->argument, &other, &half) : status;
    bound->error = fabs(bound->tau - (known == GST_OK ? other : INFINITY)) +
                   8.0 * DBL_EPSILON * r->full.variance;
    curve_clear(&full);
    curve_clear(&half);
    return status;
}

int gst_regimes_bound(const gst_regimes *r, gst_step_bound *bound)
{
    double e[GST_TARGET_DIM_MAX];
    *bound = (gst_step_bound){.tau = NAN,
                              .argument = NAN,
                              .kernel = r->full.variance - r->full.c1 * r->full.c1,
                              .error = NAN,
                              .reason = ""};
    if (!gst_regime_direction(&r->problem, e)) {
        bound->reason = "the target has no linear part, and with it no direction";
        return bound->status = GST_FAILED;
    }
    int status = solve(r, e, bound);
    if (status < 0) {
        bound->tau = bound->argument = bound->error = NAN;
        bound->reason = "the moments of the activation are not finite";
        return bound->status = status;
    }
    int ok = bound->error <= r->tol * (bound->tau + r->full.variance);
    bound->reason = status != GST_OK ? "tau decreases up to |k| = 100"
                    : ok             ? ""
                                     : "the quadrature error misses the tolerance";
    return bound->status = status == GST_OK && ok ? GST_OK : GST_LOOSE;
}
