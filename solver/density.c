/* SPDX-License-Identifier: GPL-3.0-or-later */
/* density.c - grid over the bulks, their mass, and the distribution function (docs/theory, spectrum).
 *
 * In a bulk [a, b], sqrt(x) = (sqrt a + sqrt b)/2 - (sqrt b - sqrt a)/2 cos theta if a > 0.  A density that is a
 * root at both edges makes f(theta) = density dx/dtheta smooth, even, 2 pi-periodic and 0 at both ends.  At a
 * hard edge a = 0 the density is 1/sqrt(x) times powers of x, and sqrt(x) = sqrt b sin(theta/2)^3 leaves little of
 * them at theta = 0.  Hence
 *   1. the trapezoid rule in theta converges geometrically; the intervals are doubled until it stands still;
 *   2. f = sum_k c_k cos k theta by the same sums, mass below theta = c_0 theta + sum_k c_k sin(k theta)/k. */
#include "spectrum_private.h"

#include "memory.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#define INTERVALS_FIRST 64
#define INTERVALS_LAST 8192
#define INTERVALS_ROUGH 256
/* Doubling must reduce the change at least this much to go on. */
#define WORTH_WHILE 0.5
/* Nearer to a hard edge than this, relative, a density is a power of x. */
#define HARD_EDGE 1e-13

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

/* ---- mass --------------------------------------------------------------------------------------- */

/* As gst_grid_place, but cubed at a hard edge, where the density is 1/sqrt(x) times other powers of x. */
static double mass_place(double low, double high, size_t i, size_t intervals, double *slope)
{
    double theta = M_PI * (double)i / (double)intervals, half = sin(0.5 * theta);
    if (low > 0.0)
        return gst_grid_place(low, high, i, intervals, slope);
    *slope = 3.0 * high * pow(half, 5.0) * cos(0.5 * theta);
    return high * pow(half, 6.0);
}

static double density_at(gst_spectrum *s, double x)
{
    double value = NAN;
    if (!s->tables.rough)
        value = gst_resolvent_density(&s->tables.r[GST_FULL], x, NULL);
    return isfinite(value) ? value : gst_spectrum_tables_density(&s->tables, s->tol, x, NULL).value;
}

/* The density at x, by the power of x at hand nearer to a hard edge than HARD_EDGE. */
static double mass_density(gst_spectrum *s, double x, double high)
{
    double least = HARD_EDGE * high;
    if (x >= least)
        return density_at(s, x);
    double value = density_at(s, least), other = density_at(s, 10.0 * least);
    return value * pow(least / x, log10(value / other));
}

/* values: f at 0 .. intervals of one bulk; every second one is known if `known`. */
static int fill_bulk(gst_spectrum *s, double low, double high, size_t intervals, int known,
                     double *values)
{
    values[0] = values[intervals] = 0.0;
    for (size_t i = 1; i < intervals; i += known ? 2 : 1) {
        double slope, x = mass_place(low, high, i, intervals, &slope);
        values[i] = mass_density(s, x, high) * slope;
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
static int integrate_once(gst_spectrum *s, size_t intervals, int known, double *values,
                          double *mass)
{
    const gst_support *support = &s->tables.support;
    *mass = 0.0;
    for (size_t b = 0; b < support->bulks; b++) {
        double *row = values + b * (INTERVALS_LAST + 1);
        for (size_t i = intervals / 2; known && i > 0; i--) /* make room */
            row[2 * i] = row[i];
        int status = fill_bulk(s, support->low[b], support->high[b], intervals, known, row);
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
    double mass = NAN, last, change = INFINITY;
    double *values = gst_alloc_doubles(support->bulks * stride);
    if (!values)
        return GST_NO_MEMORY;
    int status = GST_OK;
    size_t most = s->tables.rough ? INTERVALS_ROUGH : INTERVALS_LAST;
    for (size_t intervals = INTERVALS_FIRST; intervals <= most; intervals *= 2) {
        last = mass;
        status = integrate_once(s, intervals, intervals > INTERVALS_FIRST, values, &mass);
        s->intervals = intervals;
        support->mass_error = fabs(mass - last);
        if (status != GST_OK || support->mass_error <= s->tol ||
            support->mass_error > WORTH_WHILE * change)
            break;
        change = isfinite(support->mass_error) ? support->mass_error : INFINITY;
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
        theta = 2.0 * asin(low > 0.0 ? sqrt((sqrt(x) - low) / (high - low)) : cbrt(sqrt(x) / high));
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
