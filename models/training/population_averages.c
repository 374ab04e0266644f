/* SPDX-License-Identifier: GPL-3.0-or-later */
/* population_averages.c - the Gaussian averages of one giant step (docs/theory, several steps).
 *
 *   1. the derivatives of sigma averaged over xi depend on z through s = U_g.z alone: tables in s, 16
 *      Chebyshev points on intervals of length sqrt(c_g): for a convolution with a Gaussian
 *      |d^n E sigma| <= sqrt(n!) c^{-n/2} sup|sigma|, so that they interpolate to rounding;
 *   2. one r-dimensional expectation, split at the kinks of the target, of all products
 *      res (sigma', sigma'', sigma''', sigma'''') (1, z, z z^T) of all groups together, and of
 *      res^2.
 * At the start (U = 0, c = 1) sigma's averages are numbers, and E[res (1, z, z z^T)] are moments of the
 * target.
 *
 * The companion for error estimates (half != 0) starts from meshes of 3/4 of the orders and asks for less.
 */
#include "models/training/population.h"
#include "models/functions/activation_moments.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"
#include "integrals/mesh.h"

#include "integrals/chebyshev.h"
#include "models/functions/slope_moments.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS = 16, BLOCK = 256, FIRST_ORDER = 64, FIRST_ORDER_COMPANION = 48 };
/* Relative to the averages of the absolute values, of the value and of the companion. */
static const struct {
    double value, companion;
} tolerance = {.value = 1e-13, .companion = 1e-11};
/* 256 intervals in three dimensions, 64 in four. */
#define EVALUATIONS ((size_t)20000000)
/* Averages this small, relative to the root mean square of the residual, are the rounding of zero. */
#define ROUNDING 1e-12

typedef struct {
    const gst_row_law *law;
    const gst_expression *target;
    const gst_second_layer *layer;
    gst_chebyshev *table; /* of each group */
    double *slopes;       /* values of one block: [(g*GST_SLOPE_DERIVATIVES + k)*BLOCK + i] */
} averaged_step;

/* Products per group: drift r, second 1, hessian r(r+1)/2, third r, fourth 1. */
static size_t products(size_t r)
{
    return 2 + 2 * r + r * (r + 1) / 2;
}

/* ---- tables of sigma ---------------------------------------------------------------------------- */

typedef struct {
    const gst_activation *activation;
    double c;
    int half;
} sampled_group;

static int sample(size_t count, const double *s, double *out, void *params)
{
    const sampled_group *group = params;
    return gst_slope_moments(group->activation, GST_SLOPE_DERIVATIVES, count, s, group->c,
                             group->half, out);
}

static int tabulate(averaged_step *step, const gst_activation *activation, int half)
{
    const gst_row_law *law = step->law;
    int worst = GST_OK;
    for (size_t g = 0; g < law->K && worst >= 0; g++) {
        double reach =
            sqrt(law->c[g]); /* the largest |U_g.z| in the box, and something for U = 0 */
        for (size_t j = 0; j < law->r; j++)
            reach += GST_GAUSSIAN_BOX * fabs(law->U[g * law->r + j]);
        sampled_group group = {.activation = activation, .c = law->c[g], .half = half};
        int status = gst_chebyshev_fit(&step->table[g], -reach, reach, sqrt(law->c[g]), POINTS,
                                       GST_SLOPE_DERIVATIVES, sample, &group);
        if (status != GST_OK)
            worst = status;
    }
    return worst;
}

/* ---- the expectation ---------------------------------------------------------------------------- */

/* E_xi sigma^{(k)} of every group at `size` points z, res[i] = g(z) - f(z) from g(z) in res. */
static void residual_values(const averaged_step *step, size_t n, size_t size, const double *z,
                            double *res)
{
    const gst_row_law *law = step->law;
    for (size_t g = 0; g < law->K; g++) {
        double *slopes = step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK;
        double weight = step->layer->pi[g] * step->layer->A[g];
        for (size_t i = 0; i < size; i++) {
            double s = 0.0, out[GST_CHEBYSHEV_LANES];
            for (size_t j = 0; j < law->r; j++)
                s += law->U[g * law->r + j] * z[j * n + i];
            gst_chebyshev_evaluate(&step->table[g], s, out);
            for (size_t k = 0; k < GST_SLOPE_DERIVATIVES; k++)
                slopes[k * BLOCK + i] = out[k];
            res[i] -= weight * out[0];
        }
    }
}

/* The products of one group at `size` points; rows of out are n apart. */
static void multiply(size_t r, size_t n, size_t size, const double *z, const double *res,
                     const double *slopes, double *out)
{
    for (size_t i = 0; i < size; i++) {
        double first = res[i] * slopes[BLOCK + i], second = res[i] * slopes[2 * BLOCK + i];
        double third = res[i] * slopes[3 * BLOCK + i], *at = out + i;
        for (size_t j = 0; j < r; j++, at += n)
            *at = first * z[j * n + i];
        *at = second;
        at += n;
        for (size_t j = 0; j < r; j++) {
            for (size_t k = j; k < r; k++, at += n)
                *at = second * z[j * n + i] * z[k * n + i];
        }
        for (size_t j = 0; j < r; j++, at += n)
            *at = third * z[j * n + i];
        *at = res[i] * slopes[4 * BLOCK + i];
    }
}

static void integrand(size_t n, const double *z, double *out, void *params)
{
    const averaged_step *step = params;
    size_t r = step->law->r, rows = products(r);
    double packed[GST_TARGET_DIM_MAX * BLOCK], res[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t j = 0; j < r; j++) {
            for (size_t i = 0; i < size; i++)
                packed[j * size + i] = z[j * n + first + i];
        }
        gst_expression_evaluate(step->target, size, packed, res, NULL);
        residual_values(step, n, size, z + first, res);
        for (size_t g = 0; g < step->law->K; g++)
            multiply(r, n, size, z + first, res, step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK,
                     out + g * rows * n + first);
        for (size_t i = 0; i < size; i++)
            out[step->law->K * rows * n + first + i] = res[i] * res[i];
    }
}

static void unpack(size_t r, const double *value, gst_step_averages *a)
{
    for (size_t j = 0; j < r; j++)
        a->drift[j] = *value++;
    a->second = *value++;
    for (size_t j = 0; j < r; j++) {
        for (size_t k = j; k < r; k++)
            a->hessian[j * r + k] = a->hessian[k * r + j] = *value++;
    }
    for (size_t j = 0; j < r; j++)
        a->third[j] = *value++;
    a->fourth = *value;
}

static int integrate(averaged_step *step, int half, gst_step_averages *averages)
{
    size_t K = step->law->K, r = step->law->r, rows = products(r), components = K * rows + 1;
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = half ? tolerance.companion : tolerance.value;
    options.order_first = half ? FIRST_ORDER_COMPANION : FIRST_ORDER;
    options.evaluations = r < 3 ? options.evaluations : EVALUATIONS;
    gst_expectand e = {.kinks = gst_expression_kinks(step->target),
                       .components = components,
                       .f = integrand,
                       .params = step};
    double *value = gst_alloc_doubles(components);
    if (!value)
        return GST_NO_MEMORY;
    int status = gst_expectation(&e, NULL, &options, value, NULL, NULL);
    for (size_t g = 0; g < K && status >= 0; g++) {
        unpack(r, value + g * rows, &averages[g]);
        averages[g].rounding = ROUNDING * sqrt(value[K * rows]);
    }
    free(value);
    return status;
}

int gst_step_averages_at(const gst_row_law *law, const gst_activation *activation,
                         const gst_target *target, const gst_second_layer *layer, int half,
                         gst_step_averages *averages)
{
    averaged_step step = {.law = law, .target = gst_target_expression(target), .layer = layer};
    step.table = gst_alloc(law->K, sizeof *step.table);
    step.slopes = gst_alloc_doubles(law->K * GST_SLOPE_DERIVATIVES * BLOCK);
    int tables = step.table && step.slopes ? tabulate(&step, activation, half) : GST_NO_MEMORY;
    int status = tables < 0 ? tables : integrate(&step, half, averages);
    for (size_t g = 0; step.table && g < law->K; g++)
        gst_chebyshev_clear(&step.table[g]);
    free(step.table);
    free(step.slopes);
    return status != GST_OK ? status : tables;
}

/* ---- at the start ------------------------------------------------------------------------------- */

int gst_step_averages_at_start(const gst_row_law *law, const gst_activation *activation,
                               const gst_target *target, const gst_second_layer *layer, int half,
                               gst_step_averages *averages)
{
    gst_gradient_moments sigma;
    gst_target_moments g;
    int of_sigma = gst_activation_gradient_moments(activation, half, &sigma);
    int of_target = of_sigma < 0 ? of_sigma : gst_target_moments_compute(target, half, &g);
    if (of_target < 0)
        return of_target;
    double mean = g.mean - gst_second_layer_mean(layer) * sigma.mean;
    gst_step_averages a = {.second = sigma.c2 * mean, .fourth = sigma.c4 * mean};
    for (size_t j = 0; j < g.r; j++) {
        a.drift[j] = sigma.mu1 * g.c1[j];
        a.third[j] = sigma.c3 * g.c1[j];
        for (size_t k = 0; k < g.r; k++) {
            double second = g.second[j * g.r + k] + (j == k ? mean : 0.0);
            a.hessian[j * g.r + k] = sigma.c2 * second;
        }
    }
    a.rounding = ROUNDING * sqrt(g.variance + mean * mean);
    for (size_t i = 0; i < law->K; i++)
        averages[i] = a;
    return of_sigma != GST_OK ? of_sigma : of_target;
}
