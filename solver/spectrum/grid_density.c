/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid_density.c - grid over the bulks, and the density of one resolvent (docs/theory, spectrum).
 *
 * In a bulk [a, b], sqrt(x) = (sqrt a + sqrt b)/2 - (sqrt b - sqrt a)/2 cos theta, finer at the edges. */
#include "solver/spectrum/spectrum_private.h"
#include "solver/spectrum/grid_density.h"

#include <gsl/gsl_math.h>
#include <math.h>

double gst_grid_place(double low, double high, size_t i, size_t intervals, double *slope)
{
    double theta = M_PI * (double)i / (double)intervals;
    double a = sqrt(low), b = sqrt(high), half = sin(0.5 * theta);
    if (!(low > 0.0)) {
        if (slope)
            *slope = 0.5 * high * sin(theta);
        return high * half * half;
    }
    double root = a + (b - a) * half * half;
    if (slope)
        *slope = root * (b - a) * sin(theta);
    return root * root;
}

size_t gst_spectrum_grid(const gst_support *support, size_t intervals, double *x)
{
    for (size_t b = 0; x && b < support->bulks; b++) {
        for (size_t i = 1; i < intervals; i++)
            *x++ = gst_grid_place(support->low[b], support->high[b], i, intervals, NULL);
    }
    return support->bulks * (intervals - 1);
}

double gst_resolvent_density(gst_resolvent *r, double x, double *group)
{
    gst_axis_side side = gst_resolvent_axis(r, x);
    double sum = side == GST_AXIS_UNKNOWN ? NAN : 0.0;
    for (size_t g = 0; g < r->K; g++) {
        double density = side == GST_AXIS_INSIDE ? cimag(gst_resolvent_value(r, g)) / M_PI : sum;
        if (group)
            group[g] = density;
        if (side == GST_AXIS_INSIDE)
            sum += density;
    }
    return sum;
}
