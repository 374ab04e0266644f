/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derivatives.c - averaged derivatives of the activation (docs/theory, several steps).
 *
 * sigma and sigma' are resolved on panels once for all offsets (integrals/windows.h), kinks split off; the five
 * averages come from the same samples of both. */
#include "models/functions/derivatives.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include "base/memory.h"
#include "integrals/windows.h"

#include <math.h>
#include <stdlib.h>

/* sigma and sigma'. */
static void values(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, out + n);
}

/* E sigma, then E[He_k(xi) sigma'] over powers of the scale, k = 0 .. 3, at one offset. */
static void average(size_t n, const double *xi, const double *w, const double *sigma,
                    const double *slope, double scale, double out[GST_DERIVATIVES])
{
    for (size_t k = 0; k < GST_DERIVATIVES; k++)
        out[k] = 0.0;
    for (size_t i = 0; i < n; i++) {
        double x = xi[i], y = w[i] * slope[i];
        out[0] += w[i] * sigma[i];
        out[1] += y;
        out[2] += x * y;
        out[3] += (x * x - 1.0) * y;
        out[4] += (x * x - 3.0) * x * y;
    }
    for (size_t k = 2; k < GST_DERIVATIVES; k++)
        out[k] /= pow(scale, (double)(k - 1));
}

int gst_activation_derivatives(const gst_activation *activation, size_t count, const double *s,
                               double c, int half, double *out)
{
    const gst_expression *sigma = gst_activation_expression(activation);
    gst_kinks kinks = gst_expression_kinks(sigma);
    gst_windows windows;
    if (!(c > 0.0))
        return GST_INVALID;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, s[i]);
        high = fmax(high, s[i]);
    }
    if (count == 0)
        return GST_OK;
    int quality = gst_windows_build(&windows, &kinks, 2, values, (void *)sigma, low, high, c, half);
    if (quality < 0)
        return quality;
    size_t n = windows.partition->n;
    double *room = gst_alloc(n, 2 * sizeof *room);
    int status = room ? GST_OK : GST_NO_MEMORY;
    for (size_t i = 0; i < count && status == GST_OK; i++) {
        double at[GST_DERIVATIVES];
        size_t first, inside = gst_window_at(&windows, s[i], &first, room, room + n);
        const double *value = windows.partition->values + first;
        average(inside, room, room + n, value, value + n, sqrt(c), at);
        for (size_t k = 0; k < GST_DERIVATIVES; k++) {
            out[k * count + i] = at[k];
            status = isfinite(at[k]) ? status : GST_FAILED;
        }
    }
    free(room);
    gst_windows_clear(&windows);
    return status != GST_OK ? status : quality;
}
