/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_direct.c - the target given the spikes, at every kappa by itself.
 *
 * Polynomials: conditional_polynomial.c.  Otherwise the residual directions are integrated in two passes: first h and h1,
 * then the square of what they leave, which loses nothing to cancellation. */
#include "models/training/conditional_direct.h"

#include "integrals/expectation.h"
#include "models/functions/target_panels.h"
#include "models/training/conditional_polynomial.h"

#include <math.h>
#include <string.h>

/* Relative accuracy of the inner integrals in one and in several residual directions. */
#define INNER_TOLERANCE 1e-14
#define INNER_TOLERANCE_SEVERAL 1e-12
/* Without spikes there is one integral in all: 64 intervals in four dimensions, 256 in three. */
#define EVALUATIONS_ONCE ((size_t)20000000)

/* Components g, g s_1, .., g s_q. */
static void linear_integrand(size_t n, const double *x, double *out, void *params)
{
    const gst_conditional_target *t = params;
    gst_conditional_values(t, n, x, out);
    for (size_t j = 0; j < t->q; j++) {
        const double *s = x + (t->m + j) * n;
        for (size_t k = 0; k < n; k++)
            out[(j + 1) * n + k] = out[k] * s[k];
    }
}

/* (g - h - sum_j h1_j s_j)^2. */
static void rest_integrand(size_t n, const double *x, double *out, void *params)
{
    const gst_conditional_target *t = params;
    gst_conditional_values(t, n, x, out);
    for (size_t k = 0; k < n; k++)
        out[k] -= t->h;
    for (size_t j = 0; j < t->q; j++) {
        const double *s = x + (t->m + j) * n;
        for (size_t k = 0; k < n; k++)
            out[k] -= t->h1[j] * s[k];
    }
    for (size_t k = 0; k < n; k++)
        out[k] *= out[k];
}

/* One node: the two passes over the residual directions. */
static int condition_on(gst_conditional_target *t, const double *kappa, int half, double *h,
                        double *h1, double *rest)
{
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = t->q > 1 ? INNER_TOLERANCE_SEVERAL : INNER_TOLERANCE;
    options.epsabs = options.epsrel * t->size;
    options.spacing = gst_spacing_that_sees(t->finest);
    if (t->m == 0)
        options.evaluations = EVALUATIONS_ONCE;
    double full[1 + GST_TARGET_DIM_MAX], by_half[1 + GST_TARGET_DIM_MAX];
    gst_expectand linear = {.kinks = t->kinks,
                            .components = t->q + 1,
                            .f = linear_integrand,
                            .params = t,
                            .first = t->m};
    linear.kinks.power_g = linear.kinks.power_x = 2;
    int first = gst_expectation(&linear, kappa, &options, full, half ? by_half : NULL, NULL);
    if (first < 0)
        return first;
    const double *v = half ? by_half : full;
    *h = t->h = v[0];
    for (size_t j = 0; j < t->q; j++)
        h1[j] = t->h1[j] = v[j + 1];
    gst_expectand square = {
        .kinks = linear.kinks, .components = 1, .f = rest_integrand, .params = t, .first = t->m};
    options.epsabs = t->h * t->h + t->size * t->size;
    for (size_t j = 0; j < t->q; j++)
        options.epsabs += t->h1[j] * t->h1[j];
    options.epsabs *= options.epsrel; /* what is left of a linear target is rounding */
    int second = gst_expectation(&square, kappa, &options, full, half ? by_half : NULL, NULL);
    *rest = half ? by_half[0] : full[0];
    return second != GST_OK ? second : first;
}

int gst_conditional_each(gst_conditional_target *t, size_t n, const double *kappa, int half,
                         double *h, double *h1, double *rest)
{
    gst_polynomial_rule rule;
    int worst = gst_polynomial_rule_set(&rule, t, half);
    if (worst != GST_UNBUILT)
        return worst != GST_OK ? worst
                               : gst_polynomial_tabulate(&rule, t, n, kappa, h, h1, NULL, rest);
    worst = GST_OK;
    for (size_t k = 0; k < n; k++) {
        double at[GST_SPIKES_MAX], linear[GST_TARGET_DIM_MAX];
        for (size_t l = 0; l < t->m; l++)
            at[l] = kappa[l * n + k];
        int status = condition_on(t, at, half, &h[k], linear, &rest[k]);
        if (status < 0)
            return status;
        for (size_t j = 0; j < t->q; j++)
            h1[j * n + k] = linear[j];
        if (status != GST_OK)
            worst = status;
    }
    return worst;
}
