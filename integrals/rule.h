/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.h - rules on one axis (private to integrals/): the trapezoid rule on the whole box, and on a panel between
 * two kinks the double-exponential rule, which stands algebraic singularities at its ends, or that of Gauss and
 * Legendre, which needs far fewer nodes where the integrand is smooth up to the ends.
 *
 * Beside the weights of mesh.h every node carries `edge`: |f|*edge, summed over the nodes,
 * estimates what the rule does not see beyond the ends of the box, beyond the last node before the
 * end of a panel, and at nodes whose distance from the end of a panel is lost to rounding. */
#ifndef GST_RULE_H
#define GST_RULE_H

#include <math.h>
#include <stddef.h>

#include "giantstep/status.h"

/* n nodes, ascending.  Trapezoid and double exponential: order + 1 nodes, the odd ones have w_half = 0.  A shifted rule (0 < shift < 1) has its nodes that
 * part of a step further on, shares none of them with the rule of shift 0, and has no half.  Exact: the same at every
 * order, so that all of its nodes are in the half mesh. */
typedef struct {
    size_t n;
    int exact;
    double *x, *w, *w_half, *edge;
} gst_rule;

/* Gauss-Legendre rules on [-1, 1] of all even numbers of nodes up to `most`, made when first asked for. */
typedef struct {
    size_t most;
    double **node; /* node[m/2]: m nodes, then m weights; NULL until asked for */
} gst_gauss_rules;

/* A panel rule before it is scaled to a panel: order + 1 entries each, node j at t = (j + shift - order/2) step;
 * fraction: distance to the nearer end / length; slope: dx/dt * step / length. */
typedef struct {
    double step, shift;
    double *fraction, *slope;
} gst_panel_table;

static inline double gst_normal_density(double x)
{
    return 0.39894228040143267794 * exp(-0.5 * x * x); /* 1/sqrt(2 pi) */
}

/* Trapezoid rule of `order` intervals on [-GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX], density included. */
void gst_rule_trapezoid(size_t order, double shift, gst_rule *rule);

/* Nodes of a Gauss-Hermite rule that is exact for polynomials of this degree, one more for the companion, which shares
 * none with it; 0 if that is no polynomial, or one of so high a degree that the trapezoid rule is better. */
size_t gst_exact_nodes(unsigned degree, int companion);

/* That rule: GST_NO_MEMORY. */
int gst_rule_exact(size_t n, gst_rule *rule);

/* Fill the table for `order` intervals. */
void gst_panel_table_fill(size_t order, double shift, gst_panel_table *table);

/* Double-exponential rule of `order` intervals on [low, high], density included; every node lies
 * strictly between the ends. */
void gst_rule_panel(size_t order, const gst_panel_table *table, double low, double high,
                    gst_rule *rule);

/* Nodes on a panel of this length: in its middle they are as dense as those of the trapezoid rule of `order`
 * intervals, and order/8 more.  Even, so that rules of different numbers share no node, and different for orders that
 * differ by 16. */
size_t gst_gauss_nodes(size_t order, double length);

/* Panels cut finer, geometrically towards those ends that are not ends of the box: ends[0] = low < .. <
 * ends[returned] = high, where all but the panel *widest have GST_GRADED_NODES nodes, since they are short.  A layer
 * at a kink, narrow as it may be, then shows against the rule that is not cut so. */
enum { GST_GRADED_LEVELS = 3, GST_GRADED_MOST = 2 * GST_GRADED_LEVELS + 1, GST_GRADED_NODES = 6 };
size_t gst_gauss_grade(double low, double high, double ends[GST_GRADED_MOST + 1], size_t *widest);

/* Rules for all panels of that order.  GST_NO_MEMORY.  Clear in any case. */
int gst_gauss_rules_init(gst_gauss_rules *rules, size_t order);
void gst_gauss_rules_clear(gst_gauss_rules *rules);

/* Gauss-Legendre rule of m nodes, even, m <= rules->most, on [low, high], density included, without half;
 * edge is at the ends of the box only.  GST_NO_MEMORY. */
int gst_rule_gauss(size_t m, gst_gauss_rules *rules, double low, double high, gst_rule *rule);

#endif
