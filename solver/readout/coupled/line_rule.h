/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line_rule.h - averages over one standard normal variable zeta of functions that are analytic in a strip, or are cut.
 *
 *   1. analytic within |Im zeta| < d, and growing there like exp(slope^2 Im^2/2) at most (the probability of a label):
 *      the trapezoid rule of step h errs by exp(-2 pi d/h + (1 + slope^2) d^2/2), with d no more than the best;
 *   2. where that asks for too many nodes, or at cuts: Gauss-Legendre panels between these, no longer than
 *      a Gaussian allows.
 * The finer rule shares no node with the other: steps are shorter and shifted, panels shorter and of more nodes. */
#ifndef GST_LINE_RULE_H
#define GST_LINE_RULE_H

#include <stddef.h>

#include "base/arena.h"

enum { GST_LINE_CUTS_MAX = 192, GST_LINE_NODES_MAX = 6400 };

typedef struct {
    int finer;
    size_t steps;               /* trapezoid rules, of steps decreasing by fixed ratios */
    double *step;               /* steps */
    size_t *first;              /* steps + 1: rule i is at nodes first[i] .. */
    double *node, *node_weight; /* of all of them */
    size_t points;              /* of a panel */
    double *gauss, *gauss_weight;
    double longest;         /* panel */
    double *cut;            /* GST_LINE_CUTS_MAX + 2: sorted, scratch */
    double *panel, *weight; /* GST_LINE_NODES_MAX: the rule by panels last made */
    gst_arena memory;
} gst_line_rule;

/* GST_OK, GST_NO_MEMORY.  Clear in any case. */
int gst_line_rule_init(gst_line_rule *rule, int finer);
void gst_line_rule_clear(gst_line_rule *rule);

/* The trapezoid rule for a strip of half width `strip` > 0 (INFINITY: entire); NULL: none is fine enough.  Number of nodes
 * in *n, weights with the density in *weight. */
const double *gst_line_trapezoid(const gst_line_rule *rule, double strip, double slope, size_t *n,
                                 const double **weight);

/* Panels between `count` cuts, in any order, those beyond the tails ignored; count <= GST_LINE_CUTS_MAX.  Valid until
 * the next call. */
const double *gst_line_panels(gst_line_rule *rule, size_t count, const double *cut, size_t *n,
                              const double **weight);

#endif
