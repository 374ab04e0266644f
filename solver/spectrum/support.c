/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.c - points inside and outside the bulks, in decreasing order (docs/theory, spectrum).
 *
 *   1. Walk down from far above, where S = sum_g V2_g ~ -1/x, in constant ratios, noting inside or outside,
 *      until all mass lies above or there is a bulk down to 0.
 *   2. Outside the support every V2_g increases with x.  Where it does not between two neighbours outside, a
 *      bulk hides between them: bisect towards it.  Where the density dips between three neighbours inside,
 *      look for a gap by golden section.  Then once more on a grid over the bulks found. */
#include "solver/spectrum/support.h"
#include "giantstep/limits.h"
#include "solver/spectrum/grid_density.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define POINTS_MAX 4096
#define WALK_RATIO 0.87
#define WALK_END 1e-24
#define HEADROOM 1e3
/* The walk ends when this share of the mass at most lies below. */
#define MASS_BELOW 1e-3
/* After so many points in a row where nothing can be certified, the averages are too coarse. */
#define LOST_MOST 12
#define SEARCH_STEPS 60
#define GOLDEN 0.381966011250105
#define GOLDEN_END 1e-7
#define CHECK_POINTS 48
/* A left edge this far below the right one is a hard edge at 0. */
#define HARD_EDGE 1e-11
/* Im V2/|V2| in a tail that counts as outside. */
#define THIN 1e-8

/* ---- points ------------------------------------------------------------------------------------- */

static int allocate(gst_walk *w, gst_resolvent *r, volatile const int *stop)
{
    *w = (gst_walk){.r = r, .stop = stop};
    const gst_array arrays[] = {GST_VECTOR(w->x, POINTS_MAX), GST_VECTOR(w->density, POINTS_MAX),
                                GST_MATRIX(w->V2, POINTS_MAX, r->K), GST_VECTOR(w->group, r->K)};
    return gst_arena_take(&w->memory, sizeof arrays / sizeof *arrays, arrays);
}

/* sum_g Im V2_g at x, 0 outside, with Re V2 in w->group; where no branch is certified, from above (complex_tails.c). */
static double look(gst_walk *w, double x)
{
    double complex V2[GST_GROUPS_MAX];
    size_t K = w->r->K;
    gst_axis_side side = gst_resolvent_axis(w->r, x);
    double sum = 0.0, size = 0.0, error = 0.0;
    for (size_t g = 0; g < K; g++)
        V2[g] = gst_resolvent_value(w->r, g);
    if (side == GST_AXIS_UNKNOWN && gst_resolvent_sees_tails(w->r))
        return NAN;
    if (side == GST_AXIS_UNKNOWN)
        error = gst_resolvent_tail(w->r, NULL, x, THIN / x, V2);
    for (size_t g = 0; g < K; g++) {
        w->group[g] = creal(V2[g]);
        size += cabs(V2[g]);
        sum += cimag(V2[g]);
    }
    if (side == GST_AXIS_OUTSIDE || (sum < THIN * size && error < THIN * size))
        return 0.0;
    return sum > error ? sum : NAN;
}

/* Puts a point behind place i - 1. */
static int insert(gst_walk *w, size_t i, double x, double density)
{
    size_t K = w->r->K;
    if (w->count == POINTS_MAX)
        return GST_FAILED;
    for (size_t j = w->count; j > i; j--) {
        w->x[j] = w->x[j - 1];
        w->density[j] = w->density[j - 1];
        for (size_t g = 0; g < K; g++)
            w->V2[j * K + g] = w->V2[(j - 1) * K + g];
    }
    w->x[i] = x;
    w->density[i] = density;
    for (size_t g = 0; g < K; g++)
        w->V2[i * K + g] = w->group[g];
    w->count++;
    return GST_OK;
}

/* ---- the walk ----------------------------------------------------------------------------------- */

/* A value well above every eigenvalue: bulk variances of the features, times what samples can add. */
static double far_above(const gst_resolvent *r)
{
    const gst_moments *t = r->tables->moments;
    double largest = 0.0;
    for (size_t g = 0; g < r->K; g++) {
        double sum = 0.0;
        for (size_t k = 0; k < t->n; k++)
            sum += t->w[k] * (r->bulk->c[g] * t->mu1[g * t->n + k] * t->mu1[g * t->n + k] +
                              t->mu2sq[g * t->n + k]);
        largest = fmax(largest, sum);
    }
    return HEADROOM * largest * (1.0 + r->rho) * (1.0 + r->beta);
}

/* x S -> - mass below x while x is far above it and far below the rest. */
static int is_below_all(const gst_walk *w, double x, double density, double atom)
{
    double sum = 0.0;
    int positive = 1;
    for (size_t g = 0; g < w->r->K; g++) {
        sum += w->group[g];
        positive = positive && w->group[g] > 0.0;
    }
    if (density > 0.0)
        return 0;
    return atom > 0.0 ? fabs(x * sum + atom) <= MASS_BELOW * fmin(atom, 1.0 - atom) : positive;
}

static int walk_down(gst_walk *w, double atom)
{
    double high = far_above(w->r), highest = high;
    int lost = 0;
    for (double x = high; x > WALK_END * high; x *= WALK_RATIO) {
        double density = look(w, x);
        if (w->stop && *w->stop)
            return GST_INTERRUPTED;
        if (!isfinite(density)) {
            if (++lost == LOST_MOST && gst_resolvent_sees_tails(w->r))
                return GST_FAILED;
            continue;
        }
        lost = 0;
        if (density > 0.0 && highest == high)
            highest = x;
        if (insert(w, w->count, x, density) != GST_OK)
            return GST_FAILED;
        if (is_below_all(w, x, density, atom) ||
            (density > 0.0 && x < HARD_EDGE * WALK_RATIO * highest))
            return GST_OK;
    }
    return GST_OK;
}

/* ---- hidden bulks and gaps ---------------------------------------------------------------------- */

/* Whether some V2_g does not increase from the point with values `low` to the one with `high`. */
static int decreases(size_t K, const double *low, const double *high)
{
    for (size_t g = 0; g < K; g++) {
        if (!(low[g] < high[g]))
            return 1;
    }
    return 0;
}

/* Between points i (above) and i+1, both outside: bisect to a point inside, if there is one. */
static int find_bulk(gst_walk *w, size_t i)
{
    size_t K = w->r->K;
    for (int step = 0; step < SEARCH_STEPS; step++) {
        if (!decreases(K, w->V2 + (i + 1) * K, w->V2 + i * K))
            return GST_OK;
        double x = sqrt(w->x[i] * w->x[i + 1]), density = look(w, x);
        if (!(isfinite(density) && x < w->x[i] && x > w->x[i + 1]))
            return GST_OK;
        int above = !(density > 0.0) && decreases(K, w->group, w->V2 + i * K);
        if (insert(w, i + 1, x, density) != GST_OK)
            return GST_FAILED;
        if (density > 0.0)
            return GST_OK;
        i += above ? 0 : 1;
    }
    return GST_OK;
}

/* Points i-1, i, i+1 inside with the least density at i: golden section for a point outside. */
static int find_gap(gst_walk *w, size_t i)
{
    double a = log(w->x[i + 1]), c = log(w->x[i - 1]), b = log(w->x[i]), lowest = w->density[i];
    while (c - a > GOLDEN_END) {
        double t = c - b > b - a ? b + GOLDEN * (c - b) : b - GOLDEN * (b - a);
        double x = exp(t), density = look(w, x);
        if (!isfinite(density))
            return GST_OK;
        if (!(density > 0.0)) {
            size_t place = x > w->x[i] ? i : i + 1;
            return insert(w, place, x, 0.0);
        }
        if (density < lowest) {
            *(t > b ? &a : &c) = b;
            b = t;
            lowest = density;
        } else {
            *(t > b ? &c : &a) = t;
        }
    }
    return GST_OK;
}

static int refine_walk(gst_walk *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        int status = GST_OK;
        if (!gst_walk_is_inside(w, i) && !gst_walk_is_inside(w, i + 1))
            status = find_bulk(w, i);
        else if (i > 0 && gst_walk_is_inside(w, i - 1) && gst_walk_is_inside(w, i) &&
                 gst_walk_is_inside(w, i + 1) && w->density[i] < w->density[i - 1] &&
                 w->density[i] < w->density[i + 1])
            status = find_gap(w, i);
        if (status != GST_OK)
            return status;
    }
    return GST_OK;
}

/* A grid over every stretch of points inside. */
static int check_bulks(gst_walk *w)
{
    for (size_t i = 1; i + 1 < w->count; i++) {
        if (gst_walk_is_inside(w, i - 1) || !gst_walk_is_inside(w, i))
            continue;
        size_t last = i;
        while (last + 1 < w->count && gst_walk_is_inside(w, last + 1))
            last++;
        double high = w->x[i - 1], low = last + 1 < w->count ? w->x[last + 1] : 0.0;
        size_t place = i;
        for (size_t k = CHECK_POINTS - 1; k > 0; k--) {
            double x = gst_grid_place(low, high, k, CHECK_POINTS, NULL), density = look(w, x);
            if (!isfinite(density))
                continue;
            while (place < w->count && w->x[place] > x)
                place++;
            if (place < w->count && w->x[place] == x)
                continue;
            if (insert(w, place, x, density) != GST_OK)
                return GST_FAILED;
            last++;
        }
        i = last + 1;
    }
    return GST_OK;
}

/* ------------------------------------------------------------------------------------------------- */

int gst_walk_find(gst_walk *w, gst_resolvent *r, double atom, volatile const int *stop)
{
    int status = allocate(w, r, stop);
    if (status == GST_OK)
        status = walk_down(w, atom);
    if (status == GST_OK)
        status = refine_walk(w);
    if (status == GST_OK)
        status = check_bulks(w);
    return status == GST_OK ? refine_walk(w) : status;
}

void gst_walk_clear(gst_walk *w)
{
    gst_arena_free(&w->memory);
}
