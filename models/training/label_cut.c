/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_cut.c - the law of residual labels yt = u + sqrt(Delta) xi cut at +-clip, u = g - f0 (docs/theory, convex losses).
 *
 *   without noise   the points of the source's mesh, cut;
 *   with noise      masses P(yt = -clip), P(yt = clip) of every point u, and between them the density N(yt; u, Delta):
 *                   one set of nodes for all points, Gauss-Legendre panels of a few sqrt(Delta) wherever some point is
 *                   within reach;
 * a discrete measure, reduced to a Gauss rule (label_rule.c) unless it is wanted as it is. */
#include "models/training/label_residual.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "integrals/partition.h"
#include "models/training/label_measure.h"

enum { PER_PANEL = GST_PARTITION_POINTS };

/* Points of less weight are left out. */
static const double negligible = 1e-22;
/* In standard deviations of the noise: how far its density reaches, the longest panel. */
static const double reach = 9.0, panel_of_noise = 2.5;
/* The longest panel in units of the cut, and of the length over which averaged functions vary. */
static const double panel_of_clip = 0.5, panel_of_length = 2.0;

/* ---- nodes between the masses ------------------------------------------------------------------- */

typedef struct {
    double clip, sd, longest;
    size_t panels, room;
    double *low, *high; /* of the panels */
} panel_list;

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Panels of [low, high], equal ones; with lists that are NULL they are only counted. */
static void add_interval(panel_list *list, double low, double high)
{
    double parts = ceil((high - low) / list->longest);
    for (double i = 0.0; i < parts; i++, list->panels++) {
        if (!list->low)
            continue;
        list->low[list->panels] = low + (high - low) * (i / parts);
        list->high[list->panels] = low + (high - low) * ((i + 1.0) / parts);
    }
}

/* Panels of what is within reach of any of n sorted points, and within the cut. */
static void add_intervals(panel_list *list, size_t n, const double *u)
{
    double far = reach * list->sd, low = 0.0, high = -INFINITY;
    list->panels = 0;
    for (size_t k = 0; k < n; k++) {
        double from = fmax(u[k] - far, -list->clip), to = fmin(u[k] + far, list->clip);
        if (!(from < to))
            continue;
        if (from > high) {
            if (high > low)
                add_interval(list, low, high);
            low = from;
        }
        high = fmax(high, to);
    }
    if (high > low)
        add_interval(list, low, high);
}

static int list_panels(panel_list *list, const gst_label_points *points, double f0)
{
    size_t n = points->mesh.n;
    double *u = gst_alloc_doubles(n);
    if (!u)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < n; k++)
        u[k] = points->g[k] - f0;
    qsort(u, n, sizeof *u, compare);
    add_intervals(list, n, u);
    list->low = gst_alloc_doubles(2 * list->panels);
    list->high = list->low + list->panels;
    if (list->low)
        add_intervals(list, n, u);
    free(u);
    return list->low ? GST_OK : GST_NO_MEMORY;
}

/* ---- the measure -------------------------------------------------------------------------------- */

/* Adds a share of point k of the mesh to point `at' of the measure, sums for now. */
static void add_share(gst_label_measure *m, size_t at, double share, const gst_label_points *points,
                      size_t k)
{
    m->w[at] += share;
    for (size_t i = 0, pair = 0; i < m->r; i++) {
        double first = share * gst_label_point(points, i, k);
        m->z[i * m->capacity + at] += first;
        for (size_t j = i; j < m->r; j++, pair++)
            m->zz[pair * m->capacity + at] += first * gst_label_point(points, j, k);
    }
}

/* Sums become means; points of no weight are left out. */
static void settle(gst_label_measure *m, size_t n)
{
    size_t pairs = m->r * (m->r + 1) / 2;
    for (size_t k = 0; k < n; k++) {
        double w = m->w[k];
        if (!(w > negligible))
            continue;
        size_t at = m->n++;
        m->y[at] = m->y[k];
        m->w[at] = w;
        for (size_t i = 0; i < m->r; i++)
            m->z[i * m->capacity + at] = m->z[i * m->capacity + k] / w;
        for (size_t i = 0; i < pairs; i++)
            m->zz[i * m->capacity + at] = m->zz[i * m->capacity + k] / w;
    }
}

static void fill_noiseless(gst_label_measure *m, const gst_label_points *points, double f0,
                           double clip)
{
    for (size_t k = 0; k < points->mesh.n; k++) {
        m->y[k] = fmin(fmax(points->g[k] - f0, -clip), clip);
        add_share(m, k, points->mesh.w[k], points, k);
    }
    settle(m, points->mesh.n);
}

/* Point k of the mesh: masses at the ends, the density at the nodes within reach. */
static void spread_point(gst_label_measure *m, const panel_list *list, const double *weight,
                         const gst_label_points *points, size_t k, double f0)
{
    size_t inside = list->panels * PER_PANEL;
    double w = points->mesh.w[k], u = points->g[k] - f0, sd = list->sd;
    add_share(m, inside, w * 0.5 * erfc(M_SQRT1_2 * (list->clip + u) / sd), points, k);
    add_share(m, inside + 1, w * 0.5 * erfc(M_SQRT1_2 * (list->clip - u) / sd), points, k);
    for (size_t i = 0; i < list->panels; i++) {
        if (!(list->high[i] > u - reach * sd && list->low[i] < u + reach * sd))
            continue;
        double scale = w * 0.5 * (list->high[i] - list->low[i]) / (sd * M_SQRT2 * M_SQRTPI);
        for (size_t j = 0; j < PER_PANEL; j++) {
            double t = (m->y[i * PER_PANEL + j] - u) / sd;
            add_share(m, i * PER_PANEL + j, scale * weight[j] * exp(-0.5 * t * t), points, k);
        }
    }
}

static int fill_noisy(gst_label_measure *m, const panel_list *list, const gst_label_points *points,
                      double f0)
{
    double x[PER_PANEL], weight[PER_PANEL];
    size_t inside = list->panels * PER_PANEL;
    int status = gst_rule_legendre(PER_PANEL, x, weight);
    if (status != GST_OK)
        return status;
    for (size_t i = 0; i < list->panels; i++)
        for (size_t j = 0; j < PER_PANEL; j++)
            m->y[i * PER_PANEL + j] =
                0.5 * (list->low[i] + list->high[i]) + 0.5 * (list->high[i] - list->low[i]) * x[j];
    m->y[inside] = -list->clip;
    m->y[inside + 1] = list->clip;
    for (size_t k = 0; k < points->mesh.n; k++)
        if (points->mesh.w[k] > negligible)
            spread_point(m, list, weight, points, k, f0);
    settle(m, inside + 2);
    return GST_OK;
}

/* ------------------------------------------------------------------------------------------------- */

/* The measure of the points, its memory the caller's. */
static int make_measure(gst_label_measure *m, const gst_label_points *points,
                        const gst_step_labels *labels, double f0, double longest)
{
    panel_list list = {.clip = labels->clip, .sd = sqrt(labels->noise)};
    if (!(labels->noise > 0.0)) {
        int made = gst_label_measure_alloc(m, points->mesh.n, points->q);
        if (made == GST_OK)
            fill_noiseless(m, points, f0, labels->clip);
        return made;
    }
    list.longest = fmin(panel_of_noise * list.sd, longest);
    int status = list_panels(&list, points, f0);
    if (status == GST_OK)
        status = gst_label_measure_alloc(m, list.panels * PER_PANEL + 2, points->q);
    if (status == GST_OK)
        status = fill_noisy(m, &list, points, f0);
    free(list.low);
    return status;
}

int gst_label_law_cut(gst_label_law **law, gst_label_source *source, const gst_step_labels *labels,
                      const double *kappa, double f0, size_t nodes, double length, int dense)
{
    gst_label_points points;
    gst_label_measure m = {0};
    double longest = panel_of_clip * labels->clip;
    *law = NULL;
    if (dense && !(labels->noise > 0.0) && source->g.q > 1)
        return GST_UNBUILT;
    if (dense)
        longest = fmin(longest, 2.0 * labels->clip * PER_PANEL / (double)nodes);
    if (length > 0.0)
        longest = fmin(longest, panel_of_length * length);
    int status = gst_label_points_build(&points, source, kappa);
    if (status != GST_OK)
        return status;
    status = make_measure(&m, &points, labels, f0, longest);
    if (status == GST_OK)
        status = gst_label_law_from(law, &m, dense ? 0 : nodes, length);
    free(m.block);
    gst_label_points_clear(&points);
    return status;
}
