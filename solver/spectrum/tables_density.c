/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables_density.c - the density of one order's tables, with its error: on the axis, or from above it. */
#include "solver/spectrum/spectrum_private.h"
#include "giantstep/limits.h"
#include "solver/spectrum/grid_density.h"

#include <gsl/gsl_math.h>
#include <math.h>

/* Share of the tolerance at which a density from above is good enough. */
#define TAIL_SHARE 0.3

gst_spectral_value gst_spectral_judge(double value, double error, double tolerance)
{
    if (!isfinite(value))
        return (gst_spectral_value){.value = NAN, .error = NAN, .status = GST_FAILED};
    return (gst_spectral_value){
        .value = value, .error = error, .status = error <= tolerance ? GST_OK : GST_LOOSE};
}

/* Density from above the axis, if that is surer than `error`. */
static void take_tail(gst_spectrum_tables *t, double x, double enough, double *value, double *error,
                      double *group)
{
    double complex V2[GST_GROUPS_MAX];
    size_t K = t->r[GST_FULL].K;
    double other = gst_resolvent_tail(&t->r[GST_FULL], &t->r[GST_COMPANION], x,
                                      enough * M_PI / (double)K, V2) /
                   M_PI;
    if (!((double)K * other < *error))
        return;
    *error = (double)K * other;
    *value = 0.0;
    for (size_t g = 0; g < K; g++) { /* a density below its error may come out negative */
        double density = fmax(cimag(V2[g]) / M_PI, 0.0);
        *value += density;
        if (group)
            group[g] = density;
    }
}

/* On the axis. */
static gst_spectral_value on_axis(gst_spectrum_tables *t, double tol, double x, double *group)
{
    double value = gst_resolvent_density(&t->r[GST_FULL], x, group);
    double other = gst_resolvent_density(&t->r[GST_COMPANION], x, NULL);
    double error = fabs(value - other) + t->r[GST_FULL].error * value;
    if (!(value > 0.0)) /* what a tail that was left out may hold */
        error += t->r[GST_FULL].rho * t->r[GST_FULL].thin / x;
    if (!isfinite(error))
        error = INFINITY;
    return (gst_spectral_value){
        .value = value,
        .error = error,
        .status = error <= GST_DENSITY_LOSS * tol * (value + t->unit) ? GST_OK : GST_LOOSE};
}

gst_spectral_value gst_spectrum_tables_density(gst_spectrum_tables *t, double tol, double x,
                                               double *group)
{
    gst_spectral_value v = {.value = NAN, .error = INFINITY, .status = GST_LOOSE};
    if (!gst_spectrum_tables_in_tail(t, x))
        v = on_axis(t, tol, x, group);
    if (v.status != GST_OK && !gst_resolvent_sees_tails(&t->r[GST_FULL]))
        take_tail(t, x, TAIL_SHARE * GST_DENSITY_LOSS * tol * t->unit, &v.value, &v.error, group);
    return gst_spectral_judge(v.value, v.error, GST_DENSITY_LOSS * tol * (v.value + t->unit));
}

/* ---- tails -------------------------------------------------------------------------------------- */

enum { GRID = 100 };
#define SURE 1e-3

/* Where densities on the axis end, from grid point `from` of bulk b in direction `step`; `end': nowhere. */
static double tail_from(gst_spectrum_tables *t, double tol, size_t b, size_t from, int step,
                        double end)
{
    for (size_t i = from; i > 0 && i < GRID; i += (size_t)step) {
        double x = gst_grid_place(t->support.low[b], t->support.high[b], i, GRID, NULL);
        gst_spectral_value v = on_axis(t, tol, x, NULL);
        if (!(v.error <= SURE * GST_DENSITY_LOSS * tol * (v.value + t->unit)))
            return x;
    }
    return end;
}

/* The first point of the grid of bulk b beyond the mean eigenvalue. */
static size_t middle(const gst_spectrum_tables *t, size_t b)
{
    size_t i = 1;
    while (i + 1 < GRID &&
           gst_grid_place(t->support.low[b], t->support.high[b], i, GRID, NULL) < 1.0 / t->unit)
        i++;
    return i;
}

void gst_spectrum_tables_find_tails(gst_spectrum_tables *t, double tol)
{
    for (size_t b = 0; b < t->support.bulks; b++) {
        t->tail_below[b] = 0.0;
        t->tail_above[b] = INFINITY;
        if (gst_resolvent_sees_tails(&t->r[GST_FULL]))
            continue;
        if (t->support.low_kind[b] == GST_EDGE_TAIL)
            t->tail_below[b] = tail_from(t, tol, b, middle(t, b), -1, 0.0);
        if (t->support.high_kind[b] == GST_EDGE_TAIL)
            t->tail_above[b] = tail_from(t, tol, b, middle(t, b), 1, INFINITY);
        t->rough |= t->tail_below[b] > 0.0 || t->tail_above[b] < INFINITY;
    }
}

int gst_spectrum_tables_in_tail(const gst_spectrum_tables *t, double x)
{
    for (size_t b = 0; b < t->support.bulks; b++)
        if (x >= t->support.low[b] && x <= t->support.high[b])
            return x <= t->tail_below[b] || x >= t->tail_above[b];
    return 0;
}

double gst_spectrum_tables_above(gst_spectrum_tables *t, double tol, double x)
{
    double value = NAN, error = INFINITY;
    if (!gst_resolvent_sees_tails(&t->r[GST_FULL]))
        take_tail(t, x, TAIL_SHARE * GST_DENSITY_LOSS * tol * t->unit, &value, &error, NULL);
    return value;
}
