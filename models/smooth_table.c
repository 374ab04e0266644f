/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smooth_table.c - activation moments at many offsets through piecewise Chebyshev interpolation.
 *
 *   1. cut [min s, max s] into intervals of length at most sqrt(c);
 *   2. compute the four moments at the Chebyshev points (second kind) of every interval;
 *   3. interpolate by the barycentric formula, weights (-1)^j, halved at the ends. */
#include "smooth_table.h"

#include "memory.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

enum { POINTS = 16, POINTS_HALF = 12, FUNCTIONS = 4 };

typedef struct {
    double low, width;
    size_t intervals, points;
    double *node;              /* intervals x points */
    double *values[FUNCTIONS]; /* each intervals x points */
    double *block;
} table;

static int table_alloc(table *t, double low, double high, double c, int half)
{
    t->points = half ? POINTS_HALF : POINTS;
    t->low = low;
    t->intervals = (size_t)ceil((high - low) / sqrt(c)) + 1;
    t->width = (high - low) / (double)t->intervals;
    size_t total = t->intervals * t->points;
    t->block = gst_alloc_doubles((1 + FUNCTIONS) * total);
    if (!t->block)
        return GST_NO_MEMORY;
    t->node = t->block;
    for (size_t i = 0; i < FUNCTIONS; i++)
        t->values[i] = t->block + (i + 1) * total;
    for (size_t i = 0; i < t->intervals; i++) {
        for (size_t j = 0; j < t->points; j++) {
            double x = -cos(M_PI * (double)j / (double)(t->points - 1));
            t->node[i * t->points + j] = low + t->width * ((double)i + 0.5 * (1.0 + x));
        }
    }
    return GST_OK;
}

static void interpolate(const table *t, double s, double *out)
{
    size_t interval = (size_t)fmax(0.0, floor((s - t->low) / t->width));
    if (interval >= t->intervals)
        interval = t->intervals - 1;
    size_t first = interval * t->points;
    double sum[FUNCTIONS] = {0.0}, weights = 0.0;
    for (size_t j = 0; j < t->points; j++) {
        double distance = s - t->node[first + j];
        if (distance == 0.0) {
            for (size_t i = 0; i < FUNCTIONS; i++)
                out[i] = t->values[i][first + j];
            return;
        }
        double weight = (j % 2 ? -1.0 : 1.0) / distance;
        if (j == 0 || j + 1 == t->points)
            weight *= 0.5;
        weights += weight;
        for (size_t i = 0; i < FUNCTIONS; i++)
            sum[i] += weight * t->values[i][first + j];
    }
    for (size_t i = 0; i < FUNCTIONS; i++)
        out[i] = sum[i] / weights;
}

static void range(size_t count, const double *s, double *low, double *high)
{
    *low = *high = s[0];
    for (size_t k = 1; k < count; k++) {
        *low = fmin(*low, s[k]);
        *high = fmax(*high, s[k]);
    }
}

int gst_smooth_moments(const gst_activation *activation, size_t count, const double *s, double c,
                       int half, double *mu0, double *mu1, double *mu2sq, double *nu)
{
    double low, high;
    if (count == 0 || !(c > 0.0))
        return count == 0 ? GST_OK : GST_INVALID;
    range(count, s, &low, &high);
    if (!(((high - low) / sqrt(c) + 1.0) * POINTS < (double)count / 2.0) || !(high > low))
        return gst_activation_moments(activation, count, s, c, half, mu0, mu1, mu2sq, nu);
    table t;
    int status = table_alloc(&t, low, high, c, half);
    if (status == GST_OK)
        status = gst_activation_moments(activation, t.intervals * t.points, t.node, c, half,
                                        t.values[0], t.values[1], t.values[2], t.values[3]);
    for (size_t k = 0; status >= 0 && k < count; k++) {
        double out[FUNCTIONS];
        interpolate(&t, s[k], out);
        mu0[k] = out[0];
        mu1[k] = out[1];
        mu2sq[k] =
            fmax(out[2], 0.0); /* interpolation of a sum of squares: negative by rounding only */
        nu[k] = out[3];
    }
    free(t.block);
    return status;
}
