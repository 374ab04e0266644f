/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_slopes.c - E[sigma'^j sigma^(k+1)] without derivatives beyond the first (theory 9).
 *
 * It is the k-th derivative at s = 0 of F_j(s) = E[sigma'(z)^j sigma'(z + s)], which is analytic where sigma
 * is:
 *   1. F_j at the n Chebyshev points of [-R, R], all in one Gaussian expectation;
 *   2. Chebyshev coefficients, differentiated k times by their recurrence, summed at 0;
 *   3. the same without the upper third of the coefficients: the difference is the error. */
#include "models/twostep/hermite_form.h"
#include "models/twostep/two_step_slopes.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"
#include "integrals/integrand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "giantstep/two_step.h"

enum { NODES = 24, KEPT = 16, CHUNK = 256 };

#define RADIUS 0.6

typedef struct {
    const gst_expression *sigma;
    size_t powers; /* j = 1 .. powers */
    double node[NODES];
} shifts;

/* Components (j - 1)*NODES + i: sigma'(z)^j sigma'(z + node_i). */
static void evaluate_chunk(const shifts *a, size_t stride, size_t n, const double *z, double *out)
{
    double value[CHUNK], slope[CHUNK], moved[CHUNK], point[CHUNK];
    gst_expression_evaluate(a->sigma, n, z, value, slope);
    for (size_t i = 0; i < NODES; i++) {
        for (size_t k = 0; k < n; k++)
            point[k] = z[k] + a->node[i];
        gst_expression_evaluate(a->sigma, n, point, value, moved);
        for (size_t j = 0; j < a->powers; j++) {
            for (size_t k = 0; k < n; k++) {
                moved[k] *= slope[k];
                out[(j * NODES + i) * stride + k] = moved[k];
            }
        }
    }
}

static void evaluate(size_t n, const double *z, double *out, void *params)
{
    for (size_t begin = 0; begin < n; begin += CHUNK)
        evaluate_chunk(params, n, n - begin < CHUNK ? n - begin : CHUNK, z + begin, out + begin);
}

/* c_m of sum c_m T_m from values at the nodes cos(pi (i + 1/2)/NODES). */
static void find_coefficients(const double *value, double *c)
{
    const double pi = acos(-1.0);
    for (size_t m = 0; m < NODES; m++) {
        double sum = 0;
        for (size_t i = 0; i < NODES; i++)
            sum += value[i] * cos(pi * (double)m * ((double)i + 0.5) / NODES);
        c[m] = (m == 0 ? 1 : 2) * sum / NODES;
    }
}

/* The k-th derivative at 0, in units of RADIUS, from the first `count` coefficients. */
static double derivative(const double *c, size_t count, size_t k)
{
    double now[NODES + 2] = {0}, next[NODES + 2];
    memcpy(now, c, count * sizeof *c);
    for (size_t step = 0; step < k; step++) {
        memset(next, 0, sizeof next);
        for (size_t m = NODES - 1; m >= 1; m--)
            next[m - 1] = next[m + 1] + 2 * (double)m * now[m];
        next[0] /= 2;
        memcpy(now, next, sizeof now);
    }
    double sum = 0;
    for (size_t m = 0; m < NODES; m += 2)
        sum += m % 4 ? -now[m] : now[m];
    return sum;
}

/* Row k of slopes from the coefficients of F_1 .. F_k; 1 if they are accurate. */
static int set_row(size_t order, size_t k, double tol, const double *c, double *slopes)
{
    double *row = slopes + k * (order + 1), unit = pow(RADIUS, (double)k), scale = 0, error = 0;
    for (size_t j = 1; j <= k; j++) {
        const double *cj = c + (j - 1) * NODES;
        double full = derivative(cj, NODES, k) / unit, part = derivative(cj, KEPT, k) / unit;
        row[j] = full;
        error = fmax(error, fabs(full - part));
        scale = fmax(scale, fabs(full));
    }
    return error <= tol * fmax(scale, fabs(row[0])) || error <= tol;
}

static int expand(const gst_expression *sigma, size_t order, double tol, double *slopes,
                  size_t *smooth)
{
    gst_expectation_options options = gst_expectation_defaults();
    gst_kinks none = {.dim = 1};
    shifts params = {.sigma = sigma, .powers = order};
    const double pi = acos(-1.0);
    double *values = gst_alloc_doubles(2 * order * NODES);
    if (!values)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < NODES; i++)
        params.node[i] = RADIUS * cos(pi * ((double)i + 0.5) / NODES);
    gst_expectand e = {
        .kinks = none, .components = order * NODES, .f = evaluate, .params = &params};
    int status = gst_expectation(&e, NULL, &options, values, NULL, NULL);
    double *c = values + order * NODES;
    for (size_t j = 0; status >= 0 && j < order; j++)
        find_coefficients(values + j * NODES, c + j * NODES);
    *smooth = 1;
    while (status >= 0 && *smooth <= order && set_row(order, *smooth, tol, c, slopes))
        (*smooth)++;
    free(values);
    return status;
}

int gst_two_step_slopes(const gst_activation *activation, size_t order, double tol, double *slopes,
                        size_t *smooth)
{
    const gst_expression *sigma = gst_activation_expression(activation);
    double hermite[GST_TWO_STEP_ORDER_MAX + 1];
    int status = gst_two_step_hermite(activation, order, hermite);
    *smooth = 0;
    for (size_t k = 0; status >= 0 && k <= order; k++)
        slopes[k * (order + 1)] = hermite[k];
    if (status >= 0 && gst_expression_kinks(sigma).count == 0)
        status = expand(sigma, order, tol, slopes, smooth);
    for (size_t k = *smooth; status >= 0 && k <= order; k++)
        for (size_t j = 1; j <= k; j++)
            slopes[k * (order + 1) + j] = pow(hermite[0], (double)j) * hermite[k];
    return status;
}
