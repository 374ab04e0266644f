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

gst_spectral_value gst_spectrum_tables_density(gst_spectrum_tables *t, double tol, double x,
                                               double *group)
{
    double value = gst_resolvent_density(&t->r[GST_FULL], x, group);
    double other = gst_resolvent_density(&t->r[GST_COMPANION], x, NULL);
    double error = fabs(value - other) + t->r[GST_FULL].error * value;
    if (!(value > 0.0)) /* what a tail that was left out may hold */
        error += t->r[GST_FULL].rho * t->r[GST_FULL].thin / x;
    if (!isfinite(error))
        error = INFINITY;
    if (!(error <= GST_DENSITY_LOSS * tol * (value + t->unit)) &&
        !gst_resolvent_sees_tails(&t->r[GST_FULL]))
        take_tail(t, x, TAIL_SHARE * GST_DENSITY_LOSS * tol * t->unit, &value, &error, group);
    return gst_spectral_judge(value, error, GST_DENSITY_LOSS * tol * (value + t->unit));
}

double gst_spectrum_tables_above(gst_spectrum_tables *t, double tol, double x)
{
    double value = NAN, error = INFINITY;
    if (!gst_resolvent_sees_tails(&t->r[GST_FULL]))
        take_tail(t, x, TAIL_SHARE * GST_DENSITY_LOSS * tol * t->unit, &value, &error, NULL);
    return value;
}
