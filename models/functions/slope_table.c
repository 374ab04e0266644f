/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slope_table.c - averages of slopes at many offsets, interpolated.
 *
 * The derivatives are convolutions with a Gaussian of variance c, F, |F^(k)| <= sqrt(k!) c^{-k/2} sup|F|: 16 Chebyshev
 * points on an interval of length sqrt(c) interpolate to rounding.  Moments of tau are made of products of up to four
 * of these, which vary twice as fast: intervals half as long. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/chebyshev.h"
#include "models/functions/slope_moments.h"

enum { POINTS = 16, POINTS_HALF = 12 };

typedef struct {
    const gst_activation *activation;
    size_t first, rows; /* rows first .. rows-1 are wanted */
    double c;
    int half;
} sampled;

/* chebyshev.h's functions. */
static int sample(size_t count, const double *s, double *out, void *params)
{
    sampled *of = params;
    double *moment = gst_alloc(of->rows, count * sizeof *moment);
    int status =
        moment ? gst_slope_moments(of->activation, of->rows, count, s, of->c, of->half, moment)
               : GST_NO_MEMORY;
    if (status >= 0)
        memcpy(out, moment + of->first * count, (of->rows - of->first) * count * sizeof *out);
    free(moment);
    return status;
}

/* Rows first .. rows-1 on intervals of the length given. */
static int interpolate(sampled *of, double low, double high, double length, size_t count,
                       const double *s, double *out)
{
    gst_chebyshev table;
    int status = gst_chebyshev_fit(&table, low, high, length, of->half ? POINTS_HALF : POINTS,
                                   of->rows - of->first, sample, of);
    for (size_t k = 0; status >= 0 && k < count; k++) {
        double at[GST_CHEBYSHEV_LANES];
        gst_chebyshev_evaluate(&table, s[k], at);
        for (size_t row = of->first; row < of->rows; row++)
            out[row * count + k] = at[row - of->first];
    }
    if (status >= 0)
        gst_chebyshev_clear(&table);
    return status;
}

/* An average of squares is negative by rounding only, and not a number where samples are infinite. */
static void clip(size_t rows, size_t row, size_t count, double *out)
{
    for (size_t k = 0; row < rows && k < count; k++) {
        double *value = &out[row * count + k];
        *value = isfinite(*value) ? fmax(*value, 0.0) : INFINITY;
    }
}

int gst_slope_table(const gst_activation *activation, size_t rows, size_t count, const double *s,
                    double c, int half, double *out)
{
    double low = INFINITY, high = -INFINITY;
    if (count == 0 || !(c > 0.0) || rows > GST_SLOPE_MOMENTS)
        return count == 0 ? GST_OK : GST_INVALID;
    for (size_t k = 0; k < count; k++) {
        low = fmin(low, s[k]);
        high = fmax(high, s[k]);
    }
    size_t split = rows < GST_SLOPE_DERIVATIVES ? rows : GST_SLOPE_DERIVATIVES;
    double pieces = 3.0 * (high - low) / sqrt(c) + 2.0;
    if (!(pieces * POINTS < (double)count / 2.0) || !(high > low))
        return gst_slope_moments(activation, rows, count, s, c, half, out);
    sampled of = {.activation = activation, .rows = split, .c = c, .half = half};
    int first = interpolate(&of, low, high, sqrt(c), count, s, out);
    if (first < 0 || rows == split)
        return first;
    of.first = split;
    of.rows = rows;
    int second = interpolate(&of, low, high, 0.5 * sqrt(c), count, s, out);
    if (second >= 0) {
        clip(rows, GST_SLOPE_SQUARE, count, out);
        clip(rows, GST_SLOPE_QUARTIC, count, out);
    }
    return second != GST_OK ? second : first;
}
