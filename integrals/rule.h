/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.h - rules on one axis (private to integrals/): the trapezoid rule on the whole box and the
 * double-exponential rule on a panel between two kinks.
 *
 * Beside the weights of mesh.h every node carries `edge`: |f|*edge, summed over the nodes,
 * estimates what the rule does not see beyond the ends of the box, beyond the last node before the
 * end of a panel, and at nodes whose distance from the end of a panel is lost to rounding. */
#ifndef GST_RULE_H
#define GST_RULE_H

#include <math.h>
#include <stddef.h>

/* order + 1 nodes, ascending; the odd ones have w_half = 0.  A shifted rule (0 < shift < 1) has its nodes that
 * part of a step further on, shares none of them with the rule of shift 0, and has no half. */
typedef struct {
    double *x, *w, *w_half, *edge;
} gst_rule;

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

/* Fill the table for `order` intervals. */
void gst_panel_table_fill(size_t order, double shift, gst_panel_table *table);

/* Double-exponential rule of `order` intervals on [low, high], density included; every node lies
 * strictly between the ends. */
void gst_rule_panel(size_t order, const gst_panel_table *table, double low, double high,
                    gst_rule *rule);

#endif
