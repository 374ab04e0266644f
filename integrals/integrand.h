/* SPDX-License-Identifier: GPL-3.0-or-later */
/* integrand.h - functions of Gaussian variables, and where they are not smooth; conventions of their arrays in mesh.h. */
#ifndef GST_INTEGRAND_H
#define GST_INTEGRAND_H

#include <stddef.h>

/* Values of `components` functions at n points; see the conventions above. */
typedef void gst_integrand(size_t n, const double *x, double *out, void *params);

/* Where functions are not smooth: at the zeros of `count` argument functions of `dim` variables
 * (arguments(n, x, out, params), out[c*n + k]).  count = 0: smooth everywhere. */
typedef struct gst_kinks {
    size_t dim, count;
    gst_integrand *arguments;
    void *params;
} gst_kinks;

#endif
