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

#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounding of one map, in units of the last place of each entry. */
#define ROUNDING_OF_MAP (16.0 * DBL_EPSILON)
#define RESIDUALS 4.0
/* First and last distance of a start, the first in units of the rounding. */
#define FIRST_DISTANCE 4.0
#define LAST_DISTANCE 0.1
/* The sequences are no closer than this many roundings when they meet. */
#define UNDECIDED 16.0

typedef struct {
    double rounding;                   /* r */
    double *solution, *v, *low, *high; /* L each */
} enclosure;

/* v, in the place of u. */
static int set_directions(gst_equations *e, const gst_iteration_info *info, enclosure *c)
{
    size_t K = e->moments->K;
    c->rounding = fmax(ROUNDING_OF_MAP, RESIDUALS * info->residual);
    memcpy(c->solution, e->x, e->L * sizeof *e->x);
    memset(c->v, 0, e->L * sizeof *c->v);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g), pair = gst_packed_pair(K, g, g);
        c->v[value] = e->unit[value];
        c->v[pair] = (double)K * e->unit[pair];
    }
    gst_equations_solve(e, c->v);
    return gst_equations_positive(e, c->v) ? GST_OK : GST_FAILED;
}

/* The image of a proved start above (sign = 1) or below (-1) the solution. */
static int start(gst_equations *e, const gst_scaled_point *point, double sign, const enclosure *c,
                 double *image)
{
    int status = GST_FAILED;
    for (double s = FIRST_DISTANCE * c->rounding; s < LAST_DISTANCE && status != GST_OK;
         s *= 10.0) {
        for (size_t a = 0; a < e->L; a++)
            e->x[a] = c->solution[a] + sign * s * c->v[a];
        if (gst_equations_positive(e, e->x) && gst_equations_map(e, point) == GST_OK &&
            gst_equations_ordered(e, sign, c->rounding))
            status = GST_OK;
    }
    if (status != GST_OK)
        status = gst_start_on_ray(e, point, sign, c->rounding);
    memcpy(image, e->mapped, e->L * sizeof *image);
    return status;
}

/* One map from `from` in place; e->x is used. */
static int advance(gst_equations *e, const gst_scaled_point *point, double *from)
{
    memcpy(e->x, from, e->L * sizeof *from);
    int status = gst_equations_map(e, point);
    memcpy(from, e->mapped, e->L * sizeof *from);
    return status;
}

/* Largest relative gap between the two sequences, and what rounding makes of it. */
static double relative_gap(const gst_equations *e, const enclosure *c, double *undecided)
{
    size_t K = e->moments->K;
    double worst = 0.0;
    *undecided = 0.0;
    for (size_t g = 0; g < K; g++) {
        size_t at[2] = {gst_packed_pair(K, g, g), gst_packed_value(K, g)};
        for (size_t i = 0; i < 2; i++) {
            double size = fabs(c->high[at[i]]);
            worst = fmax(worst, fabs(c->high[at[i]] - c->low[at[i]]) / size);
            *undecided = fmax(*undecided, UNDECIDED * c->rounding * c->v[at[i]] / size);
        }
    }
    return worst;
}

static int squeeze(gst_equations *e, const gst_scaled_point *point,
                   const gst_iteration_options *options, gst_iteration_info *info, enclosure *c)
{
    double undecided, gap = relative_gap(e, c, &undecided);
    while (!(gap <= fmax(0.1 * options->tol, undecided))) {
        if (info->iterations++ >= options->max_iterations) {
            info->reason = "the enclosure did not close within `max_iterations`";
            return GST_LOOSE;
        }
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        if (advance(e, point, c->low) != GST_OK || advance(e, point, c->high) != GST_OK) {
            info->reason = "the map has no positive value";
            return GST_FAILED;
        }
        gap = relative_gap(e, c, &undecided);
    }
    return GST_OK;
}

static void set_midpoint(gst_equations *e, const enclosure *c, double *gap)
{
    size_t K = e->moments->K;
    for (size_t a = 0; a < e->L; a++)
        e->x[a] = 0.5 * (c->low[a] + c->high[a]);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g);
        gap[value] = 0.5 * fabs(c->high[value] - c->low[value]) + c->rounding * c->v[value];
        for (size_t h = g; h < K; h++) {
            size_t gg = gst_packed_pair(K, g, g), hh = gst_packed_pair(K, h, h);
            double width = (0.5 * fabs(c->high[gg] - c->low[gg]) + c->rounding * c->v[gg]) *
                           (0.5 * fabs(c->high[hh] - c->low[hh]) + c->rounding * c->v[hh]);
            gap[gst_packed_pair(K, g, h)] = sqrt(width);
        }
    }
}

/* Steps 2 and 3, from Newton's solution in e->x. */
static int close_around(gst_equations *e, const gst_scaled_point *point,
                        const gst_iteration_options *options, gst_iteration_info *info,
                        enclosure *c, double *gap)
{
    int status = set_directions(e, info, c);
    if (status != GST_OK || start(e, point, -1.0, c, c->low) != GST_OK ||
        start(e, point, 1.0, c, c->high) != GST_OK) {
        info->reason = "no points below and above the solution are proved to be so";
        status = GST_LOOSE;
    } else {
        status = squeeze(e, point, options, info, c);
    }
    if (status == GST_OK)
        set_midpoint(e, c, gap);
    else
        memcpy(e->x, c->solution, e->L * sizeof *e->x);
    if (status >= 0 &&
        (gst_equations_map(e, point) != GST_OK || gst_equations_linearise(e) != GST_OK))
        status = GST_FAILED;
    info->residual = gst_equations_residual(e);
    return status;
}

int gst_solve_enclose(gst_equations *e, const gst_scaled_point *point,
                      const gst_iteration_options *options, gst_iteration_info *info, double *gap)
{
    int status = gst_solve_newton(e, point, 0, options, info);
    if (status != GST_OK)
        return status;
    double *block = gst_alloc_doubles(4 * e->L);
    if (!block)
        return GST_NO_MEMORY;
    enclosure c = {0.0, block, block + e->L, block + 2 * e->L, block + 3 * e->L};
    status = close_around(e, point, options, info, &c, gap);
    free(block);
    return status;
}
