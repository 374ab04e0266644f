/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slope_moments.h - averages of the activation's slopes at an offset: what a step is made of once rows have moved. */
#ifndef GST_SLOPE_MOMENTS_H
#define GST_SLOPE_MOMENTS_H

#include <stddef.h>

typedef struct gst_activation gst_activation;

/* Averages over zeta ~ N(0,1) at s + h, h = sqrt(c) zeta, a row each; tau = sigma'(s + h) - m1 - m2 h. */
typedef enum {
    GST_SLOPE_VALUE,    /* mu0 = E sigma */
    GST_SLOPE_FIRST,    /* m1 = E sigma' */
    GST_SLOPE_SECOND,   /* m2 = E sigma'' */
    GST_SLOPE_THIRD,    /* a2 = E sigma''' */
    GST_SLOPE_FOURTH,   /* a3 = E sigma'''' */
    GST_SLOPE_SQUARE,   /* s2 = E tau^2 */
    GST_SLOPE_SQUARE_1, /* s21 = E[tau^2 h] */
    GST_SLOPE_SQUARE_2, /* s22 = E[tau^2 (zeta^2 - 1)] */
    GST_SLOPE_CUBE,     /* t3 = E tau^3 */
    GST_SLOPE_CUBE_1,   /* t31 = E[tau^3 h] */
    GST_SLOPE_QUARTIC,  /* t4 = E tau^4 */
    GST_SLOPE_MOMENTS
} gst_slope;

/* How many rows to ask for: sigma and four derivatives, these and s2, or all. */
enum { GST_SLOPE_DERIVATIVES = GST_SLOPE_SQUARE, GST_SLOPE_VARIANCES = GST_SLOPE_SQUARE_1 };

/* out[row*count + i], row < rows, at the offsets s[i]; c > 0; sigma may have kinks, not jumps.  Derivatives in the
 * sense of Stein, from sigma' alone: E sigma^{(k+1)} = E[He_k(zeta) sigma']/c^{k/2}.  half != 0: the companion's
 * answer.  s2 is INFINITY where it diverges, t4 too, and then s21 .. t31 mean nothing.  GST_OK, GST_LOOSE (quadrature
 * not converged), GST_FAILED (the first five rows not finite), GST_INVALID, GST_NO_MEMORY. */
int gst_slope_moments(const gst_activation *activation, size_t rows, size_t count, const double *s,
                      double c, int half, double *out);

/* The same at many offsets, through piecewise Chebyshev interpolation where that takes fewer evaluations.  A moment
 * that diverges at one offset is then infinite near it. */
int gst_slope_table(const gst_activation *activation, size_t rows, size_t count, const double *s,
                    double c, int half, double *out);

#endif
