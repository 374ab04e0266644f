/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smooth_table.h - moments of a function at many offsets through piecewise Chebyshev interpolation. */
#ifndef GST_SMOOTH_TABLE_H
#define GST_SMOOTH_TABLE_H

#include "models/functions/window_moments.h"
#include "models/functions/expression.h"

/* The same as gst_window_moments.  The moments are convolutions with a Gaussian of variance c, so
 * |f^(k)| <= sqrt(k!) c^{-k/2} sup|f| and 16 Chebyshev points on an interval of length sqrt(c)
 * interpolate to rounding (12 points, to 1e-11, for the half answer).  Used when that takes fewer
 * evaluations than the offsets themselves; otherwise each offset is computed. */
int gst_smooth_moments(const gst_expression *function, size_t count, const double *s, double c,
                       int half, double *mu0, double *mu1, double *mu2sq, double *nu);

#endif
