/* SPDX-License-Identifier: GPL-3.0-or-later */
/* integrand.h - functions of Gaussian variables, and how smooth they are; conventions of their arrays in mesh.h. */
#ifndef GST_INTEGRAND_H
#define GST_INTEGRAND_H

#include <limits.h>
#include <stddef.h>

/* Values of `components` functions at n points; see the conventions above. */
typedef void gst_integrand(size_t n, const double *x, double *out, void *params);

/* A bound on the degree of t -> a_c(x + t v), v 0 but in the variables of the set `moves` (bit j: variable j), as a
 * polynomial in t between the zeros of the arguments before a_c; GST_NO_POLYNOMIAL if it need not be one.
 * c = count: of the function g that has these kinks. */
#define GST_NO_POLYNOMIAL UINT_MAX
typedef unsigned gst_degree(size_t c, unsigned moves, const void *params);

/* Where functions are not smooth: at the zeros of `count` argument functions of `dim` variables
 * (arguments(n, x, out, params), out[c*n + k]).  count = 0: smooth everywhere. */
typedef struct gst_kinks {
    size_t dim, count;
    gst_integrand *arguments;
    void *params;
    gst_degree *degree; /* NULL: nothing is known */
    /* Integrands are polynomials of at most these degrees in g and in each variable; power_g = 0: nothing is known. */
    unsigned power_g, power_x;
} gst_kinks;

/* The degree of the integrands as polynomials in variable j, at most; GST_NO_POLYNOMIAL if they need not be smooth
 * along it. */
unsigned gst_integrand_degree(const gst_kinks *kinks, size_t j);

/* Whether all arguments are, between the zeros of those before them, affine along variable j. */
int gst_kinks_are_affine(const gst_kinks *kinks, size_t j);

#endif
