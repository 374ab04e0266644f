/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slope_moments.c - averages of the activation's slopes at an offset (docs/theory, several steps).
 *
 *   1. sigma and sigma' are resolved on panels once for all offsets (integrals/windows.h), kinks split off;
 *   2. at each offset one pass gives E sigma and E[He_k(zeta) sigma'], k = 0 .. 3, a second one, with what the first
 *      found subtracted, the powers of tau;
 *   3. a power of tau diverges where a singularity of sigma', a panel that stays unresolved, makes it diverge at any
 *      offset, as the moments at the start say, or where the ends of the window hold a part of it. */
#include "models/functions/slope_moments.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "integrals/mesh.h"
#include "integrals/windows.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"

/* A moment of which the last unit of the window holds more than this part does not converge in it, unless that is next
 * to nothing: the last unit has probability 4e-28. */
static const double divergent = 0.01, nothing = 1e-20;

/* A window: `n` nodes, weights, sigma and sigma' there. */
typedef struct {
    size_t n;
    const double *zeta, *w, *value, *slope;
    double root; /* sqrt(c) */
    double size; /* of the square of sigma' */
} window;

/* sigma and sigma'. */
static void values(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, out + n);
}

static void average_derivatives(const window *at, double out[GST_SLOPE_MOMENTS])
{
    for (size_t k = 0; k < GST_SLOPE_MOMENTS; k++)
        out[k] = 0.0;
    for (size_t i = 0; i < at->n; i++) {
        double x = at->zeta[i], y = at->w[i] * at->slope[i];
        out[GST_SLOPE_VALUE] += at->w[i] * at->value[i];
        out[GST_SLOPE_FIRST] += y;
        out[GST_SLOPE_SECOND] += x * y;
        out[GST_SLOPE_THIRD] += (x * x - 1.0) * y;
        out[GST_SLOPE_FOURTH] += (x * x - 3.0) * x * y;
    }
    for (size_t k = GST_SLOPE_SECOND; k <= GST_SLOPE_FOURTH; k++)
        out[k] /= pow(at->root, (double)(k - 1));
}

/* Adds the powers of tau to the derivatives in `out`. */
static void average_remainder(const window *at, double out[GST_SLOPE_MOMENTS])
{
    double end[2] = {0.0, 0.0}, mean = out[GST_SLOPE_FIRST],
           line = out[GST_SLOPE_SECOND] * at->root;
    for (size_t i = 0; i < at->n; i++) {
        double x = at->zeta[i], tau = at->slope[i] - mean - line * x, square = at->w[i] * tau * tau;
        if (fabs(x) > GST_GAUSSIAN_BOX - 1.0) {
            end[0] += square;
            end[1] += square * tau * tau;
        }
        out[GST_SLOPE_SQUARE] += square;
        out[GST_SLOPE_SQUARE_1] += square * x;
        out[GST_SLOPE_SQUARE_2] += square * (x * x - 1.0);
        out[GST_SLOPE_CUBE] += square * tau;
        out[GST_SLOPE_CUBE_1] += square * tau * x;
        out[GST_SLOPE_QUARTIC] += square * tau * tau;
    }
    out[GST_SLOPE_SQUARE_1] *= at->root;
    out[GST_SLOPE_CUBE_1] *= at->root;
    if (!(end[0] <= fmax(divergent * out[GST_SLOPE_SQUARE], nothing * at->size)))
        out[GST_SLOPE_SQUARE] = INFINITY;
    if (!(end[1] <= fmax(divergent * out[GST_SLOPE_QUARTIC], nothing * at->size * at->size)))
        out[GST_SLOPE_QUARTIC] = INFINITY;
}

/* Moments of which singularities of sigma' leave nothing. */
static void set_divergent(const gst_gradient_moments *start, size_t rows, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++) {
        if (rows > GST_SLOPE_SQUARE && isinf(start->s2))
            out[GST_SLOPE_SQUARE * count + i] = INFINITY;
        if (rows > GST_SLOPE_QUARTIC && isinf(start->t4))
            out[GST_SLOPE_QUARTIC * count + i] = INFINITY;
    }
}

static int average_all(const gst_windows *windows, const gst_gradient_moments *start, size_t rows,
                       size_t count, const double *s, double *room, double *out)
{
    int status = GST_OK;
    double size = start->mu1 * start->mu1 + start->c2 * start->c2 + start->c3 * start->c3 +
                  start->c4 * start->c4;
    size_t n = windows->partition->n;
    for (size_t i = 0; i < count && status == GST_OK; i++) {
        double moment[GST_SLOPE_MOMENTS];
        size_t first, inside = gst_window_at(windows, s[i], &first, room, room + n);
        const double *value = windows->partition->values + first;
        const window at = {.n = inside,
                           .zeta = room,
                           .w = room + n,
                           .value = value,
                           .slope = value + n,
                           .root = windows->root,
                           .size = size};
        average_derivatives(&at, moment);
        for (size_t k = 0; k < GST_SLOPE_DERIVATIVES; k++)
            status = isfinite(moment[k]) ? status : GST_FAILED;
        if (rows > GST_SLOPE_DERIVATIVES)
            average_remainder(&at, moment);
        for (size_t k = 0; k < rows; k++)
            out[k * count + i] = moment[k];
    }
    return status;
}

int gst_slope_moments(const gst_activation *activation, size_t rows, size_t count, const double *s,
                      double c, int half, double *out)
{
    const gst_expression *sigma = gst_activation_expression(activation);
    gst_kinks kinks = gst_expression_kinks(sigma);
    gst_windows windows;
    gst_gradient_moments start;
    if (!(c > 0.0) || rows > GST_SLOPE_MOMENTS)
        return GST_INVALID;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, s[i]);
        high = fmax(high, s[i]);
    }
    if (count == 0)
        return GST_OK;
    gst_activation_gradient_moments(activation, half, &start);
    int quality = gst_windows_build(&windows, &kinks, 2, values, (void *)sigma, low, high, c, half);
    if (quality < 0)
        return quality;
    double *room = gst_alloc(windows.partition->n, 2 * sizeof *room);
    int status = room ? average_all(&windows, &start, rows, count, s, room, out) : GST_NO_MEMORY;
    free(room);
    int singular = windows.partition->unresolved > 0;
    gst_windows_clear(&windows);
    if (status == GST_OK && singular)
        set_divergent(&start, rows, count, out);
    return status != GST_OK ? status : quality;
}
