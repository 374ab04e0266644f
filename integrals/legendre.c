/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legendre.c - Gauss-Legendre rules.
 *
 *   1. GSL has tables of some rules, good to the last bit.  Others it iterates only until a node moves by less than
 *      1e-10, and takes the weight from the node before: that leaves errors up to 1e-11.
 *   2. Those are completed by two Newton steps on P_n, with the three-term recurrence and
 *      P_n' = n (x P_n - P_{n-1})/(x^2 - 1);  weight 2/((1 - x^2) P_n'^2). */
#include <gsl/gsl_integration.h>

#include "partition.h"

enum { newton_steps = 2 };

/* P_n'(x); *value = P_n(x).  |x| < 1. */
static double legendre_slope(size_t n, double x, double *value)
{
    double before = 1, here = x;
    for (size_t j = 1; j < n; j++) {
        double next = ((double)(2 * j + 1) * x * here - (double)j * before) / (double)(j + 1);
        before = here;
        here = next;
    }
    *value = here;
    return (double)n * (x * here - before) / (x * x - 1);
}

/* Step 2 for one node. */
static void complete(size_t n, double *x, double *w)
{
    double value;
    for (size_t i = 0; i < newton_steps; i++) {
        double slope = legendre_slope(n, *x, &value);
        *x -= value / slope;
    }
    double slope = legendre_slope(n, *x, &value);
    *w = 2 / ((1 - *x * *x) * slope * slope);
}

int gst_rule_legendre(size_t n, double *x, double *w)
{
    if (n == 0)
        return GST_INVALID;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(n);
    if (!rule)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        gsl_integration_glfixed_point(-1, 1, i, &x[i], &w[i], rule);
        if (!rule->precomputed)
            complete(n, &x[i], &w[i]);
    }
    gsl_integration_glfixed_table_free(rule);
    return GST_OK;
}
