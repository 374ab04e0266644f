/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite.c - Hermite polynomials and the Hermite coefficients of a function.
 *
 *     He_0 = 1,  He_{k+1}(x) = x He_k(x) - k He_{k-1}(x),     E[He_j He_k] = k! [j = k]
 *     c_k = E[f(z) He_k(z)],                                  f = sum_k c_k He_k/k!
 *
 * The products f He_k obey the same recurrence, so one vector integrand started from f gives all
 * coefficients from one set of values of f. */
#include <stddef.h>

#include "integrals/expectation.h"

typedef struct {
    const gst_expectand *f;
    size_t order;
} gst_hermite_problem;

/* Rows 1..order of out from row 0. */
static void recur(size_t order, size_t n, const double *x, double *out)
{
    for (size_t i = 0; order > 0 && i < n; i++)
        out[n + i] = x[i] * out[i];
    for (size_t k = 1; k < order; k++) {
        const double *before = out + (k - 1) * n, *here = out + k * n;
        double *after = out + (k + 1) * n;
        for (size_t i = 0; i < n; i++)
            after[i] = x[i] * here[i] - (double)k * before[i];
    }
}

void gst_hermite_polynomials(size_t order, size_t n, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = 1;
    recur(order, n, x, out);
}

static void products(size_t n, const double *x, double *out, void *params)
{
    const gst_hermite_problem *problem = params;
    problem->f->f(n, x, out, problem->f->params);
    recur(problem->order, n, x, out);
}

int gst_hermite_coefficients(const gst_expectand *f, size_t order,
                             const gst_expectation_options *options, double *value, double *error)
{
    gst_hermite_problem problem = {.f = f, .order = order};
    gst_expectand e = {
        .kinks = f->kinks, .components = order + 1, .f = products, .params = &problem};
    if (f->components != 1 || f->kinks.dim != 1 || f->first != 0)
        return GST_INVALID;
    return gst_expectation(&e, NULL, options, value, NULL, error);
}
