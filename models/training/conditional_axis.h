/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_axis.h - Gaussian averages along one axis as matrices (private to conditional*.c). */
#ifndef GST_CONDITIONAL_AXIS_H
#define GST_CONDITIONAL_AXIS_H

#include "base/arena.h"
#include "integrals/mesh.h"

/* u = c + rho s, s ~ N(0, 1), at distinct centres c, ascending.  Given centre c the nodes from[c] .. from[c] + width - 1 of a
 * rule over u ~ N(0, 1) have the weights P[c*width + i] of E[f|c], Ps those of E[f s|c], and those of the half rule. */
typedef struct {
    size_t centres, nodes, width;
    double rho, *centre;
    size_t *from;
    double *P, *Ps, *P_half, *Ps_half;
    gst_arena memory;
} gst_axis;

/* The distinct ones of n numbers, which are sorted.  GST_OK, GST_NO_MEMORY.  Clear in any case. */
int gst_axis_set_centres(gst_axis *axis, double rho, size_t n, double *centre);
void gst_axis_clear(gst_axis *axis);

/* Which centre a value is. */
size_t gst_axis_find(const gst_axis *axis, double value);

/* The rule over u and all weights, in place of those there are.  GST_OK, GST_NO_MEMORY. */
int gst_axis_set_rule(gst_axis *axis, const gst_mesh *u);

/* to[c*columns + r] = sum_u P[c][u] from[u*columns + r] with one of the axis' weights. */
void gst_axis_contract(const gst_axis *axis, const double *P, size_t columns, const double *from,
                       double *to);

#endif
