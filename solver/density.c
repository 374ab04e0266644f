/* SPDX-License-Identifier: GPL-3.0-or-later */
/* density.c - grid over the bulks, their mass, and the distribution function (docs/theory, spectrum).
 *
 * In a bulk [a, b], sqrt(x) = (sqrt a + sqrt b)/2 - (sqrt b - sqrt a)/2 cos theta.  A density that is a root at
 * its edges, or 1/sqrt(x) at a hard edge a = 0, makes f(theta) = density dx/dtheta smooth, even and
 * 2 pi-periodic with f = 0 at both ends, so
 *   1. the trapezoid rule in theta converges geometrically; the intervals are doubled until it stands still;
 *   2. f = sum_k c_k cos k theta by the same sums, mass below theta = c_0 theta + sum_k c_k sin(k theta)/k. */
#include "spectrum_private.h"

#include "memory.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#define INTERVALS_FIRST 64
#define INTERVALS_LAST 8192

double gst_grid_place(double low, double high, size_t i, size_t intervals, double *slope)
{
    double theta = M_PI * (double)i / (double)intervals;
    double a = sqrt(low), b = sqrt(high), half = sin(0.5 * theta);
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

/* ---- mass --------------------------------------------------------------------------------------- */

/* values: f at 0 .. intervals of one bulk; every second one is known if `known`. */
static int fill_bulk(gst_resolvent *r, double low, double high, size_t intervals, int known,
                     double *values)
{
    values[0] = values[intervals] = 0.0;
    for (size_t i = 1; i < intervals; i += known ? 2 : 1) {
        double slope, x = gst_grid_place(low, high, i, intervals, &slope);
        values[i] = gst_resolvent_density(r, x, NULL) * slope;
        if (!isfinite(values[i]))
            return GST_FAILED;
    }
    return GST_OK;
}

static double bulk_mass(size_t intervals, const double *values)
{
    double sum = 0.0;
    for (size_t i = 1; i < intervals; i++)
        sum += values[i];
    return sum * M_PI / (double)intervals;
}

/* All bulks at `intervals`; values + b*(INTERVALS_LAST + 1). */
static int integrate_once(gst_resolvent *r, const gst_support *support, size_t intervals, int known,
                          double *values, double *mass)
{
    *mass = 0.0;
    for (size_t b = 0; b < support->bulks; b++) {
        double *row = values + b * (INTERVALS_LAST + 1);
        for (size_t i = intervals / 2; known && i > 0; i--) /* make room */
            row[2 * i] = row[i];
        int status = fill_bulk(r, support->low[b], support->high[b], intervals, known, row);
        if (status != GST_OK)
            return status;
        *mass += bulk_mass(intervals, row);
    }
    return GST_OK;
}

/* Coefficients c_0 .. c_intervals of the cosine series through the values. */
static void transform(size_t n, const double *values, double *c)
{
    for (size_t k = 0; k <= n; k++) {
        double sum = 0.0;
        for (size_t i = 1; i < n; i++)
            sum += values[i] * cos(M_PI * (double)(i * k % (2 * n)) / (double)n);
        c[k] = sum * (k == 0 || k == n ? 1.0 : 2.0) / (double)n;
    }
}

int gst_spectrum_integrate(gst_spectrum *s)
{
    gst_support *support = &s->tables.support;
    size_t stride = INTERVALS_LAST + 1;
    double mass = NAN, last;
    double *values = gst_alloc_doubles(support->bulks * stride);
    if (!values)
        return GST_NO_MEMORY;
    int status = GST_OK;
    for (size_t intervals = INTERVALS_FIRST; intervals <= INTERVALS_LAST; intervals *= 2) {
        last = mass;
        status = integrate_once(&s->tables.r[GST_FULL], support, intervals,
                                intervals > INTERVALS_FIRST, values, &mass);
        s->intervals = intervals;
        support->mass_error = fabs(mass - last);
        if (status != GST_OK || support->mass_error <= s->tol)
            break;
    }
    support->mass = support->atom + mass;
    free(s->cumulated);
    s->cumulated = gst_alloc_doubles(support->bulks * (s->intervals + 1));
    for (size_t b = 0; s->cumulated && b < support->bulks; b++)
        transform(s->intervals, values + b * stride, s->cumulated + b * (s->intervals + 1));
    free(values);
    return s->cumulated ? status : GST_NO_MEMORY;
}

/* ---- distribution ------------------------------------------------------------------------------- */

static double bulk_below(const gst_spectrum *s, size_t b, double x)
{
    const gst_support *support = &s->tables.support;
    const double *c = s->cumulated + b * (s->intervals + 1);
    double low = sqrt(support->low[b]), high = sqrt(support->high[b]), theta = M_PI, sum;
    if (!(x > support->low[b]))
        return 0.0;
    if (x < support->high[b])
        theta = 2.0 * asin(sqrt((sqrt(x) - low) / (high - low)));
    sum = c[0] * theta;
    for (size_t k = 1; k <= s->intervals; k++)
        sum += c[k] * sin((double)k * theta) / (double)k;
    return sum;
}

int gst_spectrum_distribution(gst_spectrum *s, size_t count, const double *x, double *below)
{
    for (size_t i = 0; i < count; i++) {
        below[i] = x[i] >= 0.0 ? s->tables.support.atom : 0.0;
        for (size_t b = 0; b < s->tables.support.bulks; b++)
            below[i] += bulk_below(s, b, x[i]);
    }
    return GST_OK;
}
