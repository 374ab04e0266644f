/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edges.c - the bulks of the spectrum and what ends them (docs/theory, spectrum).
 *
 *   1. Points inside and outside (support.c).  A gap counts if both resolutions certify a point of it.
 *   2. An edge lies between a point outside and one inside.  From outside, 1/(dS/dx)^2 vanishes linearly at a
 *      root edge: extrapolate it from the last two points and go nine tenths of the way; where that fails, or
 *      the edge is no root, bisect.
 *   3. Where 1 + V changes sign over kappa, outside is only where rare samples are left out: a tail, which has no
 *      edge. */
#include "solver/spectrum/edges.h"
#include "solver/spectrum/grid_density.h"

#include "solver/spectrum/support.h"

#include <float.h>
#include <math.h>

#define EDGE_STEPS 80
#define EDGE_END 1e-13
/* Beyond an edge at most this probability of kappa has the wrong sign of 1 + V; more makes a tail. */
#define SHARP 1e-14
#define TAIL_STEPS 10
/* A left edge this far below the right one is a hard edge at 0. */
#define HARD_EDGE 1e-11

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
static double cut_tail(gst_resolvent *r, double out, double *in)
{
    for (int step = 0; step < TAIL_STEPS; step++) {
        double middle = sqrt(out * *in);
        *(gst_resolvent_axis(r, middle) == GST_AXIS_INSIDE ? in : &out) = middle;
    }
    return out;
}

/* Mass beyond a cut: of the samples that are left out, and what a factor e in x holds at the last density. */
static double beyond_cut(gst_resolvent *r, double out, double in)
{
    double thin = gst_resolvent_axis(r, out) == GST_AXIS_OUTSIDE ? r->rho * r->thin : 0.0;
    return fmax(thin, in * gst_resolvent_density(r, in, NULL));
}

/* Edge of both resolutions, the full one returned; a tail is cut, and has no error. */
static double edge_between(gst_resolvent *full, gst_resolvent *companion, double out, double in,
                           gst_edge_kind *kind, gst_support *support)
{
    *kind = GST_EDGE_ROOT;
    if (gst_resolvent_axis(full, out) != GST_AXIS_OUTSIDE || full->thin > SHARP) {
        *kind = GST_EDGE_TAIL;
        if (gst_resolvent_sees_tails(full))
            out = cut_tail(full, out, &in);
        support->left_out += beyond_cut(full, out, in);
        return out;
    }
    double edge = refine_edge(full, out, in), other = NAN;
    if (gst_resolvent_axis(companion, in) == GST_AXIS_INSIDE)
        other = refine_edge(companion, out, in);
    double difference = fabs(edge - other);
    support->edge_error = isfinite(difference) ? fmax(support->edge_error, difference) : INFINITY;
    return edge;
}

/* Whether one of the points first .. last - 1, outside, is certified so by both resolutions. */
static int is_gap(const gst_walk *w, gst_resolvent *companion, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        if (gst_resolvent_axis(w->r, w->x[i]) == GST_AXIS_OUTSIDE &&
            gst_resolvent_axis(companion, w->x[i]) == GST_AXIS_OUTSIDE)
            return 1;
    }
    return 0;
}

/* Points outside between points inside that are no gap are a density too small for this resolution. */
static void close_gaps(gst_walk *w, gst_resolvent *companion)
{
    size_t i = 0;
    while (i < w->count && !gst_walk_is_inside(w, i))
        i++;
    while (i < w->count) {
        size_t first = i, last;
        while (first < w->count && gst_walk_is_inside(w, first))
            first++;
        for (last = first; last < w->count && !gst_walk_is_inside(w, last);)
            last++;
        if (last < w->count && !is_gap(w, companion, first, last)) {
            for (size_t k = first; k < last; k++)
                w->density[k] = DBL_MIN;
        }
        i = last;
    }
}

/* The bulk whose points inside are last .. first, from above. */
static int take_bulk(const gst_walk *w, gst_resolvent *companion, size_t first, size_t last,
                     gst_support *support)
{
    size_t b = support->bulks;
    if (b == GST_BULKS_MAX || first == 0)
        return GST_FAILED;
    support->low[b] = 0.0;
    support->low_kind[b] = GST_EDGE_HARD;
    if (last + 1 < w->count)
        support->low[b] = edge_between(w->r, companion, w->x[last + 1], w->x[last],
                                       &support->low_kind[b], support);
    support->high[b] = edge_between(w->r, companion, w->x[first - 1], w->x[first],
                                    &support->high_kind[b], support);
    if (!(support->low[b] >= HARD_EDGE * support->high[b]))
        support->low[b] = support->low[b] >= 0.0 ? 0.0 : NAN;
    if (!(support->low[b] < support->high[b]))
        return GST_FAILED;
    support->bulks++;
    return GST_OK;
}

static int collect(gst_walk *w, gst_resolvent *companion, gst_support *support)
{
    int status = GST_OK;
    support->bulks = 0;
    support->edge_error = support->left_out = 0.0;
    for (size_t i = w->count; i-- > 0 && status == GST_OK;) {
        size_t last = i;
        if (!gst_walk_is_inside(w, i))
            continue;
        while (i > 0 && gst_walk_is_inside(w, i - 1))
            i--;
        status = take_bulk(w, companion, i, last, support);
    }
    return status == GST_OK && support->bulks == 0 ? GST_FAILED : status;
}

int gst_support_find(gst_resolvent *full, gst_resolvent *companion, double atom,
                     volatile const int *stop, gst_support *support)
{
    gst_walk w;
    int status = gst_walk_find(&w, full, atom, stop);
    if (status == GST_OK) {
        close_gaps(&w, companion);
        status = collect(&w, companion, support);
    }
    support->atom = atom;
    gst_walk_clear(&w);
    return status;
}
