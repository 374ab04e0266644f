/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legendre.c - Gauss-Legendre rules.
 *
 *   1. GSL has tables of some rules, good to the last bit.  Others it iterates only until a node moves by less than
 *      1e-10, and takes the weight from the node before: that leaves errors up to 1e-11.
 *   2. Those are completed by a Newton step on P_n, which squares that error, with the three-term recurrence and
 *      P_n' = n (x P_n - P_{n-1})/(x^2 - 1);  weight 2/((1 - x^2) P_n'^2),
 *      in extended precision where there is one, since the recurrence loses a few bits.
 *   3. Node -x has the weight of x. */
#include <gsl/gsl_integration.h>

#include "integrals/partition.h"

/* P_n'(x); *value = P_n(x).  |x| < 1. */
static long double legendre_slope(size_t n, long double x, long double *value)
{
    long double before = 1, here = x;
    for (size_t j = 1; j < n; j++) {
        long double a = (long double)(2 * j + 1), b = (long double)j;
        long double next = (a * x * here - b * before) / (b + 1);
        before = here;
        here = next;
    }
    *value = here;
    return (long double)n * (x * here - before) / (x * x - 1);
}

/* Step 2 for one node. */
static void complete(size_t n, double *x, double *w)
{
    long double node = *x, value, slope = legendre_slope(n, node, &value);
    node -= value / slope;
    slope = legendre_slope(n, node, &value);
    *x = (double)node;
    *w = (double)(2 / ((1 - node * node) * slope * slope));
}

int gst_rule_legendre(size_t n, double *x, double *w)
{
    if (n == 0)
        return GST_INVALID;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(n);
    if (!rule)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < (n + 1) / 2; i++) {
        gsl_integration_glfixed_point(-1, 1, i, &x[i], &w[i], rule);
        if (!rule->precomputed)
            complete(n, &x[i], &w[i]);
        w[n - 1 - i] = w[i];
        if (i < n / 2)
            x[n - 1 - i] = -x[i];
    }
    gsl_integration_glfixed_table_free(rule);
    return GST_OK;
}
