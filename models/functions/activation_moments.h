/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation_moments.h - what the library asks of an activation besides its name. */
#ifndef GST_ACTIVATION_MOMENTS_H
#define GST_ACTIVATION_MOMENTS_H

#include <stddef.h>

#include "models/functions/expression.h"

typedef struct gst_activation gst_activation;

const gst_expression *gst_activation_expression(const gst_activation *activation);

/* 1 if sigma jumps at one of its kinks, so that it has no gradient (sign, step; not z*step(z)). */
int gst_activation_is_discontinuous(const gst_activation *activation);

/* Moments of sigma(s + sqrt(c) z), z ~ N(0,1), at `count` offsets s (theory 2):
 *   mu0 = E sigma, mu1 = E[z sigma]/sqrt(c), mu2sq = E (sigma - mu0 - sqrt(c) mu1 z)^2 >= 0,
 *   nu = E[(z^2-1) sigma]/(2c).
 * c > 0.  half != 0: the companion's answer (window_moments.h), for error estimates.  Output arrays of length
 * count.  Kinks are split off, so kinked functions are as accurate as smooth ones.  GST_OK, GST_LOOSE (not resolved
 * within the budget), GST_FAILED (not finite), GST_NO_MEMORY. */
int gst_activation_moments(const gst_activation *activation, size_t count, const double *s,
                           double c, int half, double *mu0, double *mu1, double *mu2sq, double *nu);

/* What one giant step needs (theory 7): z ~ N(0,1), derivatives in the sense of Stein,
 *   mean = E sigma, mu1 = E sigma', c2 = E sigma'' = E[z sigma'], c3 = E sigma''' = E[He_2 sigma'],
 *   c4 = E sigma'''' = E[He_3 sigma'], and of tau = sigma' - mu1 - c2 z
 *   s2 = E tau^2, s21 = E[tau^2 z], s2zz = E[tau^2 z^2], t3 = E tau^3, t31 = E[tau^3 z], t4 = E tau^4.
 * s2 (only a finite batch needs it) and t4 (only the exact bulk does) are INFINITY if they diverge, as s2
 * does for sqrt(abs(z)); if t4 does, s21 .. t31 mean nothing. */
typedef struct {
    double mean, mu1, c2, c3, c4;
    double s2, s21, s2zz, t3, t31, t4;
} gst_gradient_moments;

int gst_activation_gradient_moments(const gst_activation *activation, int half,
                                    gst_gradient_moments *moments);

#endif
