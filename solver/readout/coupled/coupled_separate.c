/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_separate.c - up to how many samples some readout separates them (docs/theory 6.1).
 *
 * The loss that forbids negative margins, at ridge 0, has no scale of its own, of V or of a: at the threshold both neither
 * grow nor shrink.  Plain passes, each at rho = 1/P(y om < 0), and after each (V1, V2) divided by sum V2, (Q0, q2)
 * by sum q2, (m, t) by its root; both divisors are 1 at the fixed point, where rho = alpha_c/beta. */
#include "solver/readout/coupled/coupled.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "solver/readout/weighted_sums.h"

#define PASSES_MOST 2000
/* Labels that so few readouts miss are separated by the means alone. */
#define NONE_MISSED 1e-13
#define AIM 1e-2
/* Of the tables of mu0, relative. */
#define ROUNDING 1e-12

static void divide(size_t n, double *x, double by)
{
    for (size_t i = 0; i < n; i++)
        x[i] /= by;
}

static double sum_of_values(const gst_coupled *c, const double *x)
{
    double sum = 0.0;
    for (size_t g = 0; g < c->K; g++)
        sum += x[gst_packed_value(c->K, g)];
    return sum;
}

/* Scales removed from u; returns how far they were from 1. */
static double normalise(const gst_coupled *c, double *u)
{
    double of_V = sum_of_values(c, u), of_Q = sum_of_values(c, u + c->L);
    divide(c->L, u, of_V);
    divide(c->L, u + c->L, of_Q);
    divide(c->N - 2 * c->L, u + 2 * c->L, sqrt(of_Q));
    return fmax(fabs(of_V - 1.0), fabs(of_Q - 1.0));
}

static double misclassified(gst_coupled *c, const double *u)
{
    double sum = 0.0;
    gst_coupled_place(c, u);
    for (size_t k = 0; k < c->active; k++) {
        double b[GST_TARGET_DIM_MAX];
        for (size_t j = 0; j < c->q; j++)
            b[j] = c->b[j * c->moments->n + k];
        gst_scalar_point at = {.V = c->V[k], .v = c->v[k], .yb = c->yb[k], .b = b};
        sum += c->moments->w[k] * gst_scalar_misclassified(&c->scalar, &c->sites, k, &at);
    }
    return sum;
}

/* One pass from u into u; the largest change, of the scales too. */
static int advance(gst_coupled *c, gst_coupled_point *point, double *u, double *change)
{
    point->rho = 1.0 / misclassified(c, u);
    int status = gst_coupled_pass(c, &gst_loss_cone, point, u, c->next);
    if (status != GST_OK)
        return status;
    *change = normalise(c, c->next);
    gst_coupled_units(c, u, c->unit);
    for (size_t i = 0; i < c->N; i++) {
        double part = fabs(c->next[i] - u[i]) / c->unit[i];
        if (!(part <= *change))
            *change = part;
    }
    memcpy(u, c->next, c->N * sizeof *u);
    return GST_OK;
}

int gst_coupled_means_separate(gst_coupled *c, double width, const double *u)
{
    const gst_label_sites *sites = &c->sites;
    const double *mean = u + gst_coupled_mean(c);
    double largest = 0.0;
    if (sites->labels != GST_LABELS_SIGN || sites->probit || c->q > 0 || isfinite(width))
        return 0;
    memset(c->yb, 0, c->active * sizeof *c->yb);
    gst_combine_rows(c->active, c->K, c->moments->n, mean, c->moments->mu0, c->yb);
    for (size_t k = 0; k < c->active; k++)
        largest = fmax(largest, fabs(c->yb[k]));
    for (size_t k = 0; k < c->active; k++) {
        double label = 2.0 * sites->nodes[k].value[0] - 1.0;
        if (fabs(label) != 1.0 || !(label * c->yb[k] > -ROUNDING * largest))
            return 0;
    }
    return 1;
}

int gst_coupled_separate(gst_coupled *c, double beta, double width,
                         const gst_coupled_options *options, double *rho, double *u,
                         gst_coupled_info *info)
{
    gst_coupled_point point = {.rho = 1.0, .beta = beta, .lambda = 0.0, .width = width};
    double aim = fmax(AIM * options->tol, 64.0 * DBL_EPSILON), before = INFINITY;
    gst_coupled_cold_start(c, 0.0, u);
    normalise(c, u);
    info->reason = "";
    for (size_t pass = 0; pass < PASSES_MOST; pass++, info->iterations++) {
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        int status = advance(c, &point, u, &info->residual);
        if (status == GST_OK &&
            (!(1.0 / point.rho > NONE_MISSED) || gst_coupled_means_separate(c, width, u))) {
            *rho = INFINITY;
            return GST_OK;
        }
        if (status != GST_OK) {
            info->reason = "the equations of separability have no positive solution";
            return status;
        }
        *rho = point.rho;
        int stuck = info->residual <= options->tol && !(info->residual < before);
        if (info->residual <= aim || stuck)
            return GST_OK;
        before = info->residual;
    }
    info->reason = "the iteration for separability did not settle";
    return GST_LOOSE;
}
