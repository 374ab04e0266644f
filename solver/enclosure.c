/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enclosure.c - the fixed point of section 3 between two sequences (docs/theory, enclosure).
 *
 * The map T is increasing, so from a point with T(low) >= low and one with T(high) <= high
 *   low <= T(low) <= T(T(low)) <= ... <= solution <= ... <= T(high) <= high
 * in the order of positive semidefinite V1 and of V2.  The iteration stops when the two meet within the
 * tolerance.  Rounding of one map, amplified by (I - T')^{-1}, is added to the half width. */
#include "self_consistent.h"

#include "memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounding of one map, in units of the last place of each entry. */
#define ROUNDING_OF_MAP (16.0 * DBL_EPSILON)

/* One map from `from` in place; e->x is used. */
static int advance(gst_equations *e, const gst_scaled_point *point, double *from)
{
    memcpy(e->x, from, e->L * sizeof *from);
    int status = gst_equations_map(e, point);
    memcpy(from, e->mapped, e->L * sizeof *from);
    return status;
}

/* Largest relative gap between the two sequences. */
static double relative_gap(const gst_equations *e, const double *low, const double *high)
{
    size_t K = e->moments->K;
    double worst = 0.0;
    for (size_t g = 0; g < K; g++) {
        size_t at[2] = {gst_packed_pair(K, g, g), gst_packed_value(K, g)};
        for (size_t i = 0; i < 2; i++)
            worst = fmax(worst, fabs(high[at[i]] - low[at[i]]) / fabs(high[at[i]]));
    }
    return worst;
}

static int squeeze(gst_equations *e, const gst_scaled_point *point,
                   const gst_iteration_options *options, gst_iteration_info *info, double *low,
                   double *high)
{
    double gap = relative_gap(e, low, high), before = INFINITY;
    while (gap > 0.1 * options->tol && (gap > 64.0 * DBL_EPSILON || gap < before)) {
        if (info->iterations++ >= options->max_iterations) {
            info->reason = "the enclosure did not close within --max-iterations";
            return GST_LOOSE;
        }
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        if (advance(e, point, low) != GST_OK || advance(e, point, high) != GST_OK) {
            info->reason = "the map has no positive value";
            return GST_FAILED;
        }
        before = gap;
        gap = relative_gap(e, low, high);
    }
    return GST_OK;
}

static void set_midpoint(gst_equations *e, const double *low, const double *high, double *gap)
{
    size_t K = e->moments->K;
    for (size_t a = 0; a < e->L; a++)
        e->x[a] = 0.5 * (low[a] + high[a]);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g);
        gap[value] = 0.5 * fabs(high[value] - low[value]);
        for (size_t h = g; h < K; h++) {
            size_t gg = gst_packed_pair(K, g, g), hh = gst_packed_pair(K, h, h);
            gap[gst_packed_pair(K, g, h)] =
                0.5 * sqrt(fabs(high[gg] - low[gg]) * fabs(high[hh] - low[hh]));
        }
    }
}

static int add_rounding(gst_equations *e, const gst_scaled_point *point, double *gap,
                        gst_iteration_info *info, double *work)
{
    if (gst_equations_map(e, point) != GST_OK || gst_equations_linearise(e) != GST_OK)
        return GST_FAILED;
    info->residual = gst_equations_residual(e);
    for (size_t a = 0; a < e->L; a++)
        work[a] = ROUNDING_OF_MAP * e->unit[a];
    gst_equations_solve(e, work);
    for (size_t a = 0; a < e->L; a++)
        gap[a] += fabs(work[a]);
    return GST_OK;
}

int gst_solve_enclose(gst_equations *e, const gst_scaled_point *point,
                      const gst_iteration_options *options, gst_iteration_info *info, double *gap)
{
    *info = (gst_iteration_info){0, INFINITY, ""};
    double *low = gst_alloc_doubles(3 * e->L);
    if (!low)
        return GST_NO_MEMORY;
    double *high = low + e->L, *work = high + e->L;
    int status = gst_start_below(e, point, info);
    if (status == GST_OK) {
        memcpy(low, e->mapped, e->L * sizeof *low);
        status = gst_start_above(e, point, info);
        memcpy(high, e->mapped, e->L * sizeof *high);
    }
    if (status == GST_OK)
        status = squeeze(e, point, options, info, low, high);
    if (status >= 0) {
        set_midpoint(e, low, high, gap);
        if (add_rounding(e, point, gap, info, work) != GST_OK)
            status = GST_FAILED;
    }
    free(low);
    return status;
}
