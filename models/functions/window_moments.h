/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window_moments.h - moments of a function of one variable under N(s, c): of the activation given the spikes, and of
 * a target of one variable given them. */
#ifndef GST_WINDOW_MOMENTS_H
#define GST_WINDOW_MOMENTS_H

#include "models/functions/expression.h"

/* At `count` offsets s, z ~ N(0,1), F = f(s + sqrt(c) z):
 *   mu0 = E F,  mu1 = E[z F]/sqrt(c),  mu2sq = E (F - mu0 - sqrt(c) mu1 z)^2 >= 0,  nu = E[(z^2-1) F]/(2c).
 * f has one variable, c > 0.  companion != 0: from the companion partition (partition.h) and moved by what lies
 * beyond the windows, for error estimates.  Output arrays of length count.
 * GST_OK, GST_LOOSE (f is not resolved within the budget), GST_FAILED (not finite, too many kinks), GST_INVALID,
 * GST_NO_MEMORY. */
int gst_window_moments(const gst_expression *f, size_t count, const double *s, double c,
                       int companion, double *mu0, double *mu1, double *mu2sq, double *nu);

#endif
