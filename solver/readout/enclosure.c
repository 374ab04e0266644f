/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enclosure.c - the fixed point of section 3 between two sequences (docs/theory, enclosure).
 *
 * The map T is increasing, so from a point with T(low) >= low and one with T(high) <= high
 *   low <= T(low) <= T(T(low)) <= ... <= solution <= ... <= T(high) <= high
 * in the order of positive semidefinite V1 and of V2.
 *   1. x by Newton's iteration, which certifies nothing; r, a bound on the relative rounding of one map: a few
 *      units in the last place, or four times the residual of x where that is more (the residual of a
 *      converged iteration is a sample of the map's rounding);
 *   2. v = (I - T')^{-1} u > 0, u the size of each entry: T(x +- s v) = x +- s v -+ s u to first order, so
 *      both orders can be proved at s a few r.  They are checked there with the rounding r counted against
 *      them, else at ten times s, and so on, and last on the rays of Newton's starts;
 *   3. the map is iterated from both until they meet within the tolerance, or within the 2 r v that rounding
 *      leaves undecided.  The rounding r v of the last map is added to the half width. */
#include "solver/readout/fixed_point.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Rounding of one map, in units of the last place of each entry. */
#define ROUNDING_OF_MAP (16.0 * DBL_EPSILON)
#define RESIDUALS 4.0
/* First and last distance of a start, the first in units of the rounding. */
#define FIRST_DISTANCE 4.0
#define LAST_DISTANCE 0.1
/* The sequences are no closer than this many roundings when they meet. */
#define UNDECIDED 16.0

/* v into f->rise, in the place of u, and r. */
static int set_directions(gst_fixed_point *f, const gst_iteration_info *info, double *rounding)
{
    const gst_state *at = f->state;
    size_t K = at->K;
    *rounding = fmax(ROUNDING_OF_MAP, RESIDUALS * info->residual);
    memcpy(f->centre, at->x, at->L * sizeof *at->x);
    memset(f->rise, 0, at->L * sizeof *f->rise);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g), pair = gst_packed_pair(K, g, g);
        f->rise[value] = at->unit[value];
        f->rise[pair] = (double)K * at->unit[pair];
    }
    gst_state_solve(at, f->rise);
    return gst_averages_positive(f->averages, f->rise) ? GST_OK : GST_FAILED;
}

/* The image of a proved start above (sign = 1) or below (-1) the solution. */
static int start(gst_fixed_point *f, const gst_scaled_point *point, double sign, double rounding,
                 double *image)
{
    int status = GST_FAILED;
    for (double s = FIRST_DISTANCE * rounding; s < LAST_DISTANCE && status != GST_OK; s *= 10.0) {
        for (size_t a = 0; a < f->state->L; a++)
            f->x[a] = f->centre[a] + sign * s * f->rise[a];
        if (gst_averages_positive(f->averages, f->x) &&
            gst_averages_map(f->averages, point, f->x) == GST_OK &&
            gst_averages_ordered(f->averages, sign, rounding))
            status = GST_OK;
    }
    if (status != GST_OK)
        status = gst_start_on_ray(f, point, sign, rounding);
    memcpy(image, f->state->mapped, f->state->L * sizeof *image);
    return status;
}

/* One map from `from` in place. */
static int advance(gst_fixed_point *f, const gst_scaled_point *point, double *from)
{
    int status = gst_averages_map(f->averages, point, from);
    memcpy(from, f->state->mapped, f->state->L * sizeof *from);
    return status;
}

/* Largest relative gap between the two sequences, and what rounding makes of it. */
static double relative_gap(const gst_fixed_point *f, double rounding, double *undecided)
{
    size_t K = f->state->K;
    double worst = 0.0;
    *undecided = 0.0;
    for (size_t g = 0; g < K; g++) {
        size_t at[2] = {gst_packed_pair(K, g, g), gst_packed_value(K, g)};
        for (size_t i = 0; i < 2; i++) {
            double size = fabs(f->high[at[i]]);
            worst = fmax(worst, fabs(f->high[at[i]] - f->low[at[i]]) / size);
            *undecided = fmax(*undecided, UNDECIDED * rounding * f->rise[at[i]] / size);
        }
    }
    return worst;
}

static int squeeze(gst_fixed_point *f, const gst_scaled_point *point,
                   const gst_iteration_options *options, gst_iteration_info *info, double rounding)
{
    double undecided, gap = relative_gap(f, rounding, &undecided);
    while (!(gap <= fmax(0.1 * options->tol, undecided))) {
        if (info->iterations++ >= options->max_iterations) {
            info->reason = "the enclosure did not close within `max_iterations`";
            return GST_LOOSE;
        }
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        if (advance(f, point, f->low) != GST_OK || advance(f, point, f->high) != GST_OK) {
            info->reason = "the map has no positive value";
            return GST_FAILED;
        }
        gap = relative_gap(f, rounding, &undecided);
    }
    return GST_OK;
}

/* The midpoint into f->x. */
static void set_midpoint(gst_fixed_point *f, double rounding, double *gap)
{
    size_t K = f->state->K;
    for (size_t a = 0; a < f->state->L; a++)
        f->x[a] = 0.5 * (f->low[a] + f->high[a]);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g);
        gap[value] = 0.5 * fabs(f->high[value] - f->low[value]) + rounding * f->rise[value];
        for (size_t h = g; h < K; h++) {
            size_t gg = gst_packed_pair(K, g, g), hh = gst_packed_pair(K, h, h);
            double width = (0.5 * fabs(f->high[gg] - f->low[gg]) + rounding * f->rise[gg]) *
                           (0.5 * fabs(f->high[hh] - f->low[hh]) + rounding * f->rise[hh]);
            gap[gst_packed_pair(K, g, h)] = sqrt(width);
        }
    }
}

/* Steps 2 and 3, from Newton's solution in the state. */
static int close_around(gst_fixed_point *f, const gst_scaled_point *point,
                        const gst_iteration_options *options, gst_iteration_info *info, double *gap)
{
    double rounding;
    int status = set_directions(f, info, &rounding);
    if (status != GST_OK || start(f, point, -1.0, rounding, f->low) != GST_OK ||
        start(f, point, 1.0, rounding, f->high) != GST_OK) {
        info->reason = "no points below and above the solution are proved to be so";
        status = GST_LOOSE;
    } else {
        status = squeeze(f, point, options, info, rounding);
    }
    if (status == GST_OK)
        set_midpoint(f, rounding, gap);
    else
        memcpy(f->x, f->centre, f->state->L * sizeof *f->x);
    if (status >= 0 && (gst_averages_map(f->averages, point, f->x) != GST_OK ||
                        gst_averages_linearise(f->averages) != GST_OK))
        status = GST_FAILED;
    info->residual = gst_state_residual(f->state);
    return status;
}

int gst_solve_enclose(gst_fixed_point *f, const gst_scaled_point *point,
                      const gst_iteration_options *options, gst_iteration_info *info, double *gap)
{
    int status = gst_solve_newton(f, point, NULL, options, info);
    return status == GST_OK ? close_around(f, point, options, info, gap) : status;
}
