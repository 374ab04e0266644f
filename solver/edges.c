/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edges.c - the bulks of the spectrum (docs/theory, spectrum).
 *
 *   1. Walk down from far above, where S = sum_g V2_g ~ -1/x, in constant ratios, noting inside or outside,
 *      until all mass lies above or there is a bulk down to 0.
 *   2. Outside the support every V2_g increases with x.  Where it does not between two neighbours outside, a
 *      bulk hides between them: bisect towards it.  Where the density dips between three neighbours inside,
 *      look for a gap by golden section.  Then once more on a grid over the bulks found.
 *   3. An edge lies between a point outside and one inside.  From outside, 1/(dS/dx)^2 vanishes linearly at a
 *      root edge: extrapolate it from the last two points and go nine tenths of the way; where that fails, or
 *      the edge is no root, bisect.
 *   4. Where 1 + V changes sign over kappa, outside is only where rare samples are left out: a tail, which has no
 *      edge.  A gap counts if both resolutions certify it. */
#include "spectrum_private.h"

#include "memory.h"

#include <float.h>
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
/* Beyond an edge at most this probability of kappa has the wrong sign of 1 + V; more makes a tail. */
#define SHARP 1e-14
#define TAIL_STEPS 10
#define EDGE_STEPS 80
#define EDGE_END 1e-13
/* A left edge this far below the right one is a hard edge at 0. */
#define HARD_EDGE 1e-11
/* Im V2/|V2| in a tail that counts as outside. */
#define THIN 1e-8

/* Points in decreasing order: density > 0 inside, 0 outside; V2[i*K + g]. */
typedef struct {
    gst_resolvent *r;
    size_t count;
    double *x, *density, *V2;
    double *group;
    volatile const int *stop;
} walk;

/* ---- points ------------------------------------------------------------------------------------- */

static int allocate(walk *w, gst_resolvent *r, volatile const int *stop)
{
    *w = (walk){.r = r, .stop = stop};
    w->x = gst_alloc_doubles(POINTS_MAX * (2 + r->K) + r->K);
    if (!w->x)
        return GST_NO_MEMORY;
    w->density = w->x + POINTS_MAX;
    w->V2 = w->density + POINTS_MAX;
    w->group = w->V2 + POINTS_MAX * r->K;
    return GST_OK;
}

/* sum_g Im V2_g at x, 0 outside, with Re V2 in w->group; where no branch is certified, from above (tails.c). */
static double look(walk *w, double x)
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
static int insert(walk *w, size_t i, double x, double density)
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

static int is_inside(const walk *w, size_t i)
{
    return w->density[i] > 0.0;
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
static int is_below_all(const walk *w, double x, double density, double atom)
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

static int walk_down(walk *w, double atom)
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
static int find_bulk(walk *w, size_t i)
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
static int find_gap(walk *w, size_t i)
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

static int refine_walk(walk *w)
{
    for (size_t i = 0; i + 1 < w->count; i++) {
        int status = GST_OK;
        if (!is_inside(w, i) && !is_inside(w, i + 1))
            status = find_bulk(w, i);
        else if (i > 0 && is_inside(w, i - 1) && is_inside(w, i) && is_inside(w, i + 1) &&
                 w->density[i] < w->density[i - 1] && w->density[i] < w->density[i + 1])
            status = find_gap(w, i);
        if (status != GST_OK)
            return status;
    }
    return GST_OK;
}

/* A grid over every stretch of points inside. */
static int check_bulks(walk *w)
{
    for (size_t i = 1; i + 1 < w->count; i++) {
        if (is_inside(w, i - 1) || !is_inside(w, i))
            continue;
        size_t last = i;
        while (last + 1 < w->count && is_inside(w, last + 1))
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

/* ---- edges -------------------------------------------------------------------------------------- */

/* 1/(dS/dx)^2 at the last solution. */
static double inverse_square_slope(const gst_resolvent *r)
{
    double slope = 0.0;
    for (size_t g = 0; g < r->K; g++)
        slope += creal(r->rate[gst_packed_value(r->K, g)]);
    return 1.0 / (slope * slope);
}

/* The edge between `out` and `in`, certified sides of r. */
static double refine_edge(gst_resolvent *r, double out, double in)
{
    double edge = NAN, previous, f = NAN;
    if (gst_resolvent_axis(r, out) != GST_AXIS_OUTSIDE)
        return NAN;
    f = inverse_square_slope(r);
    gst_resolvent_mark(r);
    double next = 0.5 * (out + in);
    for (int step = 0; step < EDGE_STEPS && fabs(out - in) > EDGE_END * out; step++) {
        previous = edge;
        if (gst_resolvent_axis(r, next) != GST_AXIS_OUTSIDE) {
            in = next;
            gst_resolvent_return(r);
            next = 0.5 * (out + in);
            continue;
        }
        double value = inverse_square_slope(r);
        edge = next + value * (out - next) / (value - f);
        out = next;
        f = value;
        gst_resolvent_mark(r);
        if (fabs(edge - previous) <= EDGE_END * out)
            break;
        next = edge + 0.1 * (out - edge);
        if (!((next - in) * (out - next) > 0.0))
            next = 0.5 * (out + in);
    }
    return (edge - in) * (out - edge) >= 0.0 ? edge : 0.5 * (out + in);
}

/* Where certainty ends in a tail, between `out` and `in`. */
static double cut_tail(gst_resolvent *r, double out, double in)
{
    for (int step = 0; step < TAIL_STEPS; step++) {
        double middle = sqrt(out * in);
        *(gst_resolvent_axis(r, middle) == GST_AXIS_INSIDE ? &in : &out) = middle;
    }
    return out;
}

/* Edge of both resolutions, the full one returned; a tail is cut, and has no error. */
static double edge_between(gst_resolvent *full, gst_resolvent *companion, double out, double in,
                           gst_edge_kind *kind, double *error)
{
    *kind = GST_EDGE_TAIL;
    if (gst_resolvent_axis(full, out) != GST_AXIS_OUTSIDE)
        return out;
    if (full->thin > SHARP)
        return cut_tail(full, out, in);
    *kind = GST_EDGE_ROOT;
    double edge = refine_edge(full, out, in), other = NAN;
    if (gst_resolvent_axis(companion, in) == GST_AXIS_INSIDE)
        other = refine_edge(companion, out, in);
    double difference = fabs(edge - other);
    *error = isfinite(difference) ? fmax(*error, difference) : INFINITY;
    return edge;
}

/* Whether one of the points first .. last - 1, outside, is certified so by both resolutions. */
static int is_gap(const walk *w, gst_resolvent *companion, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        if (gst_resolvent_axis(w->r, w->x[i]) == GST_AXIS_OUTSIDE &&
            gst_resolvent_axis(companion, w->x[i]) == GST_AXIS_OUTSIDE)
            return 1;
    }
    return 0;
}

/* Points outside between points inside that are no gap are a density too small for this resolution. */
static void close_gaps(walk *w, gst_resolvent *companion)
{
    size_t i = 0;
    while (i < w->count && !is_inside(w, i))
        i++;
    while (i < w->count) {
        size_t first = i, last;
        while (first < w->count && is_inside(w, first))
            first++;
        for (last = first; last < w->count && !is_inside(w, last);)
            last++;
        if (last < w->count && !is_gap(w, companion, first, last)) {
            for (size_t k = first; k < last; k++)
                w->density[k] = DBL_MIN;
        }
        i = last;
    }
}

/* The bulk whose points inside are last .. first, from above. */
static int take_bulk(const walk *w, gst_resolvent *companion, size_t first, size_t last,
                     gst_support *support)
{
    size_t b = support->bulks;
    if (b == GST_BULKS_MAX || first == 0)
        return GST_FAILED;
    support->low[b] = 0.0;
    support->low_kind[b] = GST_EDGE_HARD;
    if (last + 1 < w->count)
        support->low[b] = edge_between(w->r, companion, w->x[last + 1], w->x[last],
                                       &support->low_kind[b], &support->edge_error);
    support->high[b] = edge_between(w->r, companion, w->x[first - 1], w->x[first],
                                    &support->high_kind[b], &support->edge_error);
    if (!(support->low[b] >= HARD_EDGE * support->high[b]))
        support->low[b] = support->low[b] >= 0.0 ? 0.0 : NAN;
    if (!(support->low[b] < support->high[b]))
        return GST_FAILED;
    support->bulks++;
    return GST_OK;
}

static int collect(walk *w, gst_resolvent *companion, gst_support *support)
{
    int status = GST_OK;
    support->bulks = 0;
    support->edge_error = 0.0;
    for (size_t i = w->count; i-- > 0 && status == GST_OK;) {
        size_t last = i;
        if (!is_inside(w, i))
            continue;
        while (i > 0 && is_inside(w, i - 1))
            i--;
        status = take_bulk(w, companion, i, last, support);
    }
    return status == GST_OK && support->bulks == 0 ? GST_FAILED : status;
}

int gst_support_find(gst_resolvent *full, gst_resolvent *companion, double atom,
                     volatile const int *stop, gst_support *support)
{
    walk w;
    int status = allocate(&w, full, stop);
    if (status == GST_OK)
        status = walk_down(&w, atom);
    if (status == GST_OK)
        status = refine_walk(&w);
    if (status == GST_OK)
        status = check_bulks(&w);
    if (status == GST_OK)
        status = refine_walk(&w);
    if (status == GST_OK) {
        close_gaps(&w, companion);
        status = collect(&w, companion, support);
    }
    support->atom = atom;
    free(w.x);
    return status;
}
