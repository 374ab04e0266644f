/* SPDX-License-Identifier: GPL-3.0-or-later */
/* partition.h - an interval cut into panels on each of which given functions of one variable are resolved:
 * polynomials of degree GST_PARTITION_POINTS - 1 through the values at a panel's Gauss-Legendre nodes agree
 * with the functions at points that share nothing with the nodes.
 *
 * Fast oscillation and narrow features cost panels, wherever they are.  On resolved panels the Gauss rule
 * integrates the functions, their products and their products with smooth weights: what interpolation leaves
 * is rho^-n, what the rule leaves rho^-2n (Trefethen, Approximation Theory and Approximation Practice,
 * chapter 19). */
#ifndef GST_PARTITION_H
#define GST_PARTITION_H

#include "giantstep/status.h"
#include "integrals/integrand.h"

enum { GST_PARTITION_POINTS = 16 };

/* f: `functions` functions of one variable, out[c*n + k] at x[k] (mesh.h). */
typedef struct {
    size_t functions;
    gst_integrand *f;
    void *params;
    double low, high;
    const double *breaks; /* where f is not smooth: sorted, strictly inside; borrowed */
    size_t break_count;
    double longest; /* no panel is longer */
    double reach;   /* errors count relative to the largest |f_c| within this distance of a panel;
                     * INFINITY: the largest anywhere */
    double natural; /* or relative to the largest |f_c| at |x| <= natural: 0, or where the arguments
                     * of f are of order one, so that differences like 1 - tanh^2 round there as
                     * everywhere */
    double spacing; /* f is sampled about once per spacing: narrower features may be missed */
    double tolerance; /* interpolation error of a resolved panel over the largest |f_c| on it */
    double absolute;  /* errors up to this never matter */
    size_t panels_most;
    int companion; /* not 0: other cuts, other points, for an answer that shares nothing with the first */
    volatile const int *stop; /* NULL, or a flag that ends the work when it becomes non-zero */
} gst_partition_problem;

/* low, high and f as given; longest = high - low, reach = INFINITY, spacing 0.01, tolerance 1e-10, 40,000
 * panels. */
gst_partition_problem gst_partition_defaults(size_t functions, gst_integrand *f, void *params,
                                             double low, double high);

typedef struct {
    size_t functions, panels, n; /* n = panels*GST_PARTITION_POINTS nodes */
    double *ends;                /* panels + 1, ascending */
    double *x, *w;  /* nodes, ascending, and weights: sum_k w_k f(x_k) = integral of f */
    double *values; /* values[c*n + k] = f_c(x_k); not finite where f is not */
    double
        *doubt; /* per function: sum over unresolved panels of length times interpolation error */
    size_t unresolved; /* panels where a function jumps or diverges, or past the budget */
    int exhausted;     /* panels_most was reached: nothing in `doubt` is small by construction */
} gst_partition;

/* GST_OK (see unresolved and doubt), GST_LOOSE (exhausted), GST_INVALID, GST_NO_MEMORY, GST_INTERRUPTED.
 * Values that are not finite count as unresolved, with no share in doubt.  Owner: caller,
 * gst_partition_free. */
int gst_partition_resolve(gst_partition **partition, const gst_partition_problem *problem);
void gst_partition_free(gst_partition *partition);

/* Gauss-Legendre nodes, ascending, and weights on [-1, 1], 1 <= n: GST_INVALID, GST_NO_MEMORY. */
int gst_rule_legendre(size_t n, double *x, double *w);

#endif
