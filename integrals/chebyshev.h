/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chebyshev.h - piecewise Chebyshev interpolation of smooth functions of one variable.
 *
 * For functions F_0 .. F_{functions-1} that cost much to evaluate and are wanted at many points. */
#ifndef GST_CHEBYSHEV_H
#define GST_CHEBYSHEV_H

#include <stddef.h>

#include "giantstep/status.h"

/* Values out[i*count + k] = F_i(s[k]); returns a status, usable if >= 0. */
typedef int gst_sampled_functions(size_t count, const double *s, double *out, void *params);

enum { GST_CHEBYSHEV_LANES = 8 }; /* most functions of one table */

typedef struct {
    double low, width; /* interval i is [low + i width, low + (i+1) width] */
    size_t intervals, points, functions;
    double *
        coefficients; /* of T_j on interval i of function f: [(i*points + j)*LANES + f], others 0 */
} gst_chebyshev;

/* Interpolate on [low, high], low < high, by `points` >= 2 Chebyshev points of the first kind on each of
 * the fewest equal intervals of length at most `length`; 1 to 8 functions.  Returns the status of `sample` (a negative one
 * leaves nothing behind), GST_INVALID, GST_NO_MEMORY.  Owner: caller, gst_chebyshev_clear. */
int gst_chebyshev_fit(gst_chebyshev *table, double low, double high, double length, size_t points,
                      size_t functions, gst_sampled_functions *sample, void *params);
void gst_chebyshev_clear(gst_chebyshev *table);

/* out[f] = F_f(s), f < LANES, by Clenshaw's recurrence; s outside [low, high] extrapolates the end interval. */
void gst_chebyshev_evaluate(const gst_chebyshev *table, double s, double *out);

/* The same at n points: out[f*stride + i] = F_f(s[i]), f < functions, to the same bits. */
void gst_chebyshev_rows(const gst_chebyshev *table, size_t n, const double *s, size_t stride,
                        double *out);

#endif
