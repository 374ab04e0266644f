/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gauss_hermite.c - Gauss-Hermite rule for the standard normal density.
 *
 * The nodes are the zeros of h_n = He_n/sqrt(n!), orthonormal under N(0,1):
 *     sqrt(k+1) h_{k+1} = x h_k - sqrt(k) h_{k-1},     h_n' = sqrt(n) h_{n-1}
 * and the weights the Christoffel numbers w = 1/sum_{k<n} h_k(x)^2 (Szego, section 3.4), which are
 * sums of squares and keep full relative accuracy where those of an eigenvector do not.
 *
 *   1. GSL's rule (Golub-Welsch) gives the nodes to about 1e-14.
 *   2. Newton steps on h_n polish them; the rule is made symmetric.
 *   3. The weights are evaluated and scaled to sum to one (a correction of rounding size). */
#include <gsl/gsl_integration.h>
#include <math.h>

#include "integrals/mesh.h"

enum {
    most_points = 256, /* h_k stays below 1e112 and the weights above 1e-222 */
    newton_steps = 2   /* the start is good to rounding */
};

/* h_n/h_n' and the sum of h_k^2, k < n, at x. */
static double hermite_step(size_t n, double x, double *sum)
{
    double before = 0, here = 1;
    *sum = 0;
    for (size_t k = 0; k < n; k++) {
        double after = (x * here - sqrt((double)k) * before) / sqrt((double)(k + 1));
        *sum += here * here;
        before = here;
        here = after;
    }
    return here / (sqrt((double)n) * before);
}

/* Nodes and unscaled weights in ascending order from approximate nodes. */
static double polish(size_t n, const double *start, double *x, double *w)
{
    double total = 0;
    for (size_t i = 0; i <= (n - 1) / 2; i++) {
        double node = n % 2 && i == n / 2 ? 0 : start[i], sum;
        for (size_t step = 0; step < newton_steps; step++)
            node -= hermite_step(n, node, &sum);
        hermite_step(n, node, &sum);
        x[i] = node;
        x[n - 1 - i] = -node;
        w[i] = w[n - 1 - i] = 1 / sum;
        total += i == n - 1 - i ? w[i] : 2 * w[i];
    }
    return total;
}

int gst_rule_hermite(size_t n, double *x, double *w)
{
    if (n == 0 || n > most_points)
        return GST_INVALID;
    gsl_integration_fixed_workspace *start =
        gsl_integration_fixed_alloc(gsl_integration_fixed_hermite, n, 0, 0.5, 0, 0);
    if (!start)
        return GST_NO_MEMORY;
    double total = polish(n, gsl_integration_fixed_nodes(start), x, w);
    gsl_integration_fixed_free(start);
    for (size_t i = 0; i < n; i++)
        w[i] /= total;
    return isfinite(total) ? GST_OK : GST_FAILED;
}
