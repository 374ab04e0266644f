/* SPDX-License-Identifier: GPL-3.0-or-later */
/* orders.c - orders of quadrature, and the search for those that meet a tolerance. */
#include "solver/readout/orders.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"
#include "giantstep/problem.h"
#include "models/training/bulk_law.h"
#include "solver/bulk/bulk.h"

#include <math.h>

/* First order and number of doublings of an average over so many axes. */
static const struct {
    size_t order, levels;
} kappa_orders[GST_SPIKES_MAX + 1] = {{8, 1}, {96, 8}, {64, 4}, {64, 2}, {32, 1}};

/* Doublings where the law of the labels is a mesh over more than one direction beside the spikes as well: its nodes are
 * those over kappa times those over s. */
static const size_t label_levels[] = {8, 8, 4, 2, 1};
/* Where that is one direction beside one spike: 3072 nodes of each, the last that take seconds. */
enum { LEVELS_ONE_EACH = 6 };
enum { LABEL_AXES_MOST = sizeof label_levels / sizeof *label_levels - 1 };

/* Doubling pays if it leaves less than this; twice in a row it may not, once beyond the largest law of the labels. */
#define PAYS 0.5

/* ---- levels ------------------------------------------------------------------------------------- */

/* Axes whose orders are doubled: the spikes, or without spikes the residual directions where labels are averaged over
 * them node by node. */
static size_t axes_of(const gst_features *f)
{
    int labels = f->m == 0 && gst_problem_has_losses(&f->problem);
    return !labels ? f->m : f->q < GST_SPIKES_MAX ? f->q : GST_SPIKES_MAX;
}

static size_t levels_of(const gst_features *f)
{
    size_t levels = kappa_orders[axes_of(f)].levels, both = f->m + f->q;
    if (!gst_problem_has_losses(&f->problem) || f->q == 0 || (f->q == 1 && f->m != 1))
        return levels;
    size_t most =
        f->q == 1 ? LEVELS_ONE_EACH : label_levels[both < LABEL_AXES_MOST ? both : LABEL_AXES_MOST];
    return levels < most ? levels : most;
}

gst_orders gst_orders_levels(const gst_features *features)
{
    return (gst_orders){.kappa = levels_of(features),
                        .labels =
                            features->bulk->trajectory ? gst_bulk_resolution_count(features) : 1};
}

size_t gst_orders_count(const gst_features *features)
{
    gst_orders levels = gst_orders_levels(features);
    return levels.labels > levels.kappa ? levels.labels : levels.kappa;
}

/* `index`, or the last of `levels`. */
static size_t capped(size_t index, size_t levels)
{
    return index < levels ? index : levels - 1;
}

gst_orders gst_orders_doubled(const gst_features *features, size_t index)
{
    gst_orders levels = gst_orders_levels(features);
    return (gst_orders){.kappa = capped(index, levels.kappa),
                        .labels = capped(index, levels.labels)};
}

size_t gst_orders_intervals(const gst_features *features, gst_orders orders)
{
    return kappa_orders[axes_of(features)].order << orders.kappa;
}

/* ---- search ------------------------------------------------------------------------------------- */

/* What to double: flags. */
enum { KAPPA = 1, LABELS = 2, BOTH = 3 };

static int room(const gst_order_search *s, gst_orders at)
{
    return (at.kappa + 1 < s->levels.kappa ? KAPPA : 0) |
           (at.labels + 1 < s->levels.labels ? LABELS : 0);
}

gst_order_search gst_order_search_from(const gst_features *features, gst_orders levels,
                                       gst_orders first)
{
    return (gst_order_search){.at = first,
                              .levels = levels,
                              .before = INFINITY,
                              .doubled = KAPPA,
                              .has_laws = features->bulk->trajectory != NULL};
}

/* Goes on from the last orders. */
static void move_on(gst_order_search *s, double error)
{
    s->from = s->at;
    s->before = error;
    s->failed = 0;
}

int gst_order_search_next(gst_order_search *s, double error, int coarse)
{
    int paid = error < PAYS * s->before;
    int more_laws = !s->has_laws || (room(s, s->at) & LABELS);
    s->failed += (size_t)!paid;
    if (paid) {
        move_on(s, error);
        s->idle = 0;
        s->doubled = s->doubled == BOTH && !coarse ? KAPPA : s->doubled;
    } else if (coarse || s->idle > 0 || s->failed > 2 || room(s, s->from) != BOTH) {
        s->idle = coarse ? 0 : s->idle + 1;
        move_on(s, error);
        s->doubled = BOTH;
    } else {
        s->at = s->from;
        s->doubled = s->failed == 1 ? BOTH - s->doubled : BOTH;
    }
    int can = room(s, s->at), next = can & s->doubled ? can & s->doubled : can;
    if (s->idle > (size_t)(more_laws != 0) || next == 0)
        return 0;
    s->doubled = next;
    s->at.kappa += (size_t)((next & KAPPA) != 0);
    s->at.labels += (size_t)((next & LABELS) != 0);
    return 1;
}
