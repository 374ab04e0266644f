/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smooth_table.c - moments of a function at many offsets through piecewise Chebyshev interpolation. */
#include "models/training/smooth_table.h"
#include "models/functions/expression.h"

#include "integrals/chebyshev.h"

#include <math.h>
#include <string.h>

enum { POINTS = 16, POINTS_HALF = 12, FUNCTIONS = 4, BLOCK = 256 };

typedef struct {
    const gst_expression *function;
    double c;
    int half;
} sampled_moments;

/* chebyshev.h's functions: mu0, mu1, mu2^2, nu. */
static int sample(size_t count, const double *s, double *out, void *params)
{
    const sampled_moments *of = params;
    return gst_window_moments(of->function, count, s, of->c, of->half, out, out + count,
                              out + 2 * count, out + 3 * count);
}

static void range(size_t count, const double *s, double *low, double *high)
{
    *low = *high = s[0];
    for (size_t k = 1; k < count; k++) {
        *low = fmin(*low, s[k]);
        *high = fmax(*high, s[k]);
    }
}

static void evaluate(const gst_chebyshev *table, size_t count, const double *s, double *mu0,
                     double *mu1, double *mu2sq, double *nu)
{
    double out[FUNCTIONS * BLOCK];
    for (size_t first = 0; first < count; first += BLOCK) {
        size_t n = count - first < BLOCK ? count - first : BLOCK, size = n * sizeof *out;
        gst_chebyshev_rows(table, n, s + first, BLOCK, out);
        memcpy(mu0 + first, out, size);
        memcpy(mu1 + first, out + BLOCK, size);
        for (size_t k = 0; k < n; k++) { /* a sum of squares: negative by rounding only */
            double square = out[2 * BLOCK + k];
            mu2sq[first + k] = square < 0.0 ? 0.0 : square;
        }
        memcpy(nu + first, out + 3 * BLOCK, size);
    }
}

int gst_smooth_moments(const gst_expression *function, size_t count, const double *s, double c,
                       int half, double *mu0, double *mu1, double *mu2sq, double *nu)
{
    double low, high;
    if (count == 0 || !(c > 0.0))
        return count == 0 ? GST_OK : GST_INVALID;
    range(count, s, &low, &high);
    if (!(((high - low) / sqrt(c) + 1.0) * POINTS < (double)count / 2.0) || !(high > low))
        return gst_window_moments(function, count, s, c, half, mu0, mu1, mu2sq, nu);
    gst_chebyshev table;
    sampled_moments of = {.function = function, .c = c, .half = half};
    int status = gst_chebyshev_fit(&table, low, high, sqrt(c), half ? POINTS_HALF : POINTS,
                                   FUNCTIONS, sample, &of);
    if (status >= 0)
        evaluate(&table, count, s, mu0, mu1, mu2sq, nu);
    gst_chebyshev_clear(&table);
    return status;
}
