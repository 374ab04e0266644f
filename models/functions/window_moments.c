/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window_moments.c - moments of a function of one variable under N(s, c) (docs/theory, features).
 *
 *   1. f is resolved on panels once for all offsets (integrals/windows.h), kinks split off;
 *   2. mu0 = sum w f, mu1 = sum w z f/sqrt(c), nu = sum w (z^2-1) f/(2c),
 *      mu2^2 = sum w (f - mu0 - sqrt(c) mu1 z)^2: centred first, a sum of squares;
 *   3. what the window [-12, 12] cuts off is the same for both partitions, and so may be rounding of f's argument:
 *      the companion's answer is moved by the size of the integrands at the ends and by what they change by when
 *      the nodes move by a unit in the last place.
 * Offsets much farther from each other than the window is wide get a partition each. */
#include "models/functions/window_moments.h"
#include "integrals/mesh.h"

#include "base/memory.h"
#include "integrals/windows.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* One partition for all offsets if they lie within this many windows per offset. */
#define SPARSE 4.0
/* The density at the ends of the window. */
#define END_DENSITY 2.1463837356630605e-32

typedef struct {
    double mu0, first, centred, second;
} sums;

/* Whether f is finite wherever its weight counts: it may overflow where the weight is nothing. */
static int is_finite(size_t n, const double *w, const double *f)
{
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(f[k]) && w[k] > END_DENSITY)
            return 0;
    }
    return 1;
}

static double product(double w, double f)
{
    return isfinite(f) ? w * f : 0.0;
}

static sums sum_window(size_t n, const double *z, const double *w, const double *f)
{
    sums s = {0};
    for (size_t k = 0; k < n; k++) {
        double wf = product(w[k], f[k]);
        s.mu0 += wf;
        s.first += wf * z[k];
        s.second += wf * (z[k] * z[k] - 1.0);
    }
    for (size_t k = 0; k < n; k++) {
        double rest = product(sqrt(w[k]), f[k] - s.mu0 - s.first * z[k]);
        s.centred += rest * rest;
    }
    return s;
}

/* The integrands at the ends of the window, added to the sums away from zero. */
static void add_ends(size_t n, const double *z, const double *f, sums *s)
{
    const size_t ends[] = {0, n - 1};
    sums at = *s;
    for (size_t i = 0; n > 0 && i < 2; i++) {
        double value = f[ends[i]], x = z[ends[i]], size = END_DENSITY * fabs(value);
        double rest = value - at.mu0 - at.first * x;
        if (!isfinite(value))
            continue;
        s->mu0 += copysign(size, at.mu0);
        s->first += copysign(size * fabs(x), at.first);
        s->second += copysign(size * (x * x - 1.0), at.second);
        s->centred += END_DENSITY * rest * rest;
    }
}

/* The integrands' rounding, change[k] that of f at node k, added to the sums away from zero. */
static void add_rounding(size_t n, const double *z, const double *w, const double *f,
                         const double *change, sums *s)
{
    sums at = *s, by = {0};
    for (size_t k = 0; k < n; k++) {
        double size = product(w[k], change[k]);
        by.mu0 += size;
        by.first += size * fabs(z[k]);
        by.second += size * fabs(z[k] * z[k] - 1.0);
        by.centred += product(2.0 * size, fabs(f[k] - at.mu0 - at.first * z[k]));
    }
    s->mu0 += copysign(by.mu0, at.mu0);
    s->first += copysign(by.first, at.first);
    s->second += copysign(by.second, at.second);
    s->centred += by.centred;
}

static int moments_in(const gst_windows *windows, size_t count, const double *s, double c,
                      const double *change, double *room, double *mu0, double *mu1, double *mu2sq,
                      double *nu)
{
    size_t n = windows->partition->n;
    for (size_t i = 0; i < count; i++) {
        size_t first, inside = gst_window_at(windows, s[i], &first, room, room + n);
        const double *z = room, *w = room + n, *f = windows->partition->values + first;
        if (!is_finite(inside, w, f))
            return GST_FAILED;
        sums sum = sum_window(inside, z, w, f);
        if (change) {
            add_ends(inside, z, f, &sum);
            add_rounding(inside, z, w, f, change + first, &sum);
        }
        mu0[i] = sum.mu0;
        mu1[i] = sum.first / sqrt(c);
        mu2sq[i] = sum.centred;
        nu[i] = sum.second / (2.0 * c);
        if (!isfinite(sum.centred + sum.second))
            return GST_FAILED;
    }
    return GST_OK;
}

static void values(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, NULL);
}

/* |f(x (1 + eps)) - f(x)| at the nodes; room for n values. */
static void changes(const gst_expression *f, const gst_partition *p, double *x, double *change)
{
    for (size_t k = 0; k < p->n; k++)
        x[k] = p->x[k] * (1.0 + DBL_EPSILON);
    gst_expression_evaluate(f, p->n, x, change, NULL);
    for (size_t k = 0; k < p->n; k++)
        change[k] = fabs(change[k] - p->values[k]);
}

/* All offsets in [low, high] by one partition. */
static int moments_between(const gst_expression *f, double low, double high, size_t count,
                           const double *s, double c, int companion, double *mu0, double *mu1,
                           double *mu2sq, double *nu)
{
    gst_windows windows;
    gst_kinks kinks = gst_expression_kinks(f);
    int quality =
        gst_windows_build(&windows, &kinks, 1, values, (void *)f, low, high, c, companion);
    if (quality < 0)
        return quality;
    size_t n = windows.partition->n;
    double *room = gst_alloc(n, 3 * sizeof *room), *change = companion ? room + 2 * n : NULL;
    if (room && companion)
        changes(f, windows.partition, room, change);
    int status =
        room ? moments_in(&windows, count, s, c, change, room, mu0, mu1, mu2sq, nu) : GST_NO_MEMORY;
    free(room);
    gst_windows_clear(&windows);
    return status != GST_OK ? status : quality;
}

int gst_window_moments(const gst_expression *f, size_t count, const double *s, double c,
                       int companion, double *mu0, double *mu1, double *mu2sq, double *nu)
{
    if (!(c > 0.0))
        return GST_INVALID;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(s[i]))
            return GST_FAILED;
        low = fmin(low, s[i]);
        high = fmax(high, s[i]);
    }
    if (count == 0)
        return GST_OK;
    if (high - low <= SPARSE * (double)count * GST_GAUSSIAN_BOX * sqrt(c))
        return moments_between(f, low, high, count, s, c, companion, mu0, mu1, mu2sq, nu);
    int worst = GST_OK;
    for (size_t i = 0; i < count && worst >= 0; i++) {
        int status = moments_between(f, s[i], s[i], 1, &s[i], c, companion, &mu0[i], &mu1[i],
                                     &mu2sq[i], &nu[i]);
        worst = status != GST_OK ? status : worst;
    }
    return worst;
}
