/* SPDX-License-Identifier: GPL-3.0-or-later */
/* averages.h - the averages over kappa of the self-consistent equations (theory 3), at order parameters placed by
 * their caller.  What they come to is read in a gst_state. */
#ifndef GST_AVERAGES_H
#define GST_AVERAGES_H

#include "models/loss/loss.h"
#include "solver/readout/state.h"

/* Owns the products of the moment tables, one state and the scratch to compute it. */
typedef struct gst_averages gst_averages;

/* moments and bulk are borrowed and must outlive the result; loss: NULL for the squared one.  GST_OK, GST_NO_MEMORY. */
int gst_averages_alloc(gst_averages **averages, const gst_moments *moments, gst_bulk *bulk,
                       const gst_loss *loss);
void gst_averages_free(gst_averages *averages);

/* The state of the last map and linearisation below; lives as long as the averages. */
const gst_state *gst_averages_state(const gst_averages *averages);

/* One plain map at x, L numbers, which may be the state's own: weights, hats, mapped = bulk map of the hats.
 * GST_OK, or GST_FAILED: the bulk has no positive solution at these hats. */
int gst_averages_map(gst_averages *averages, const gst_scaled_point *point, const double *x);

/* The same with what gst_averages_linearise needs of the tables, in one pass over them. */
int gst_averages_map_sloped(gst_averages *averages, const gst_scaled_point *point, const double *x);

/* tangent and factored system at the last map. */
int gst_averages_linearise(gst_averages *averages);

/* Relative change of V, rho E[dV/(t+V)^2]/rho E[1/(t+V)], dV = V((I - T')^{-1} u), by rounding of one map: u is
 * 16 times `residual`, which is one sample of it, or eight units in the last place if that is more, of every
 * entry.  Large where the groups' shares of V cancel.  Of a linearised state.  0 for one group. */
double gst_averages_slip(gst_averages *averages, double residual);

/* 1 if sign*(x - mapped) exceeds slack times `unit` in every V2 and K slack times `unit` on the diagonal of V1,
 * as a matrix: for slack = a bound on the relative rounding of every entry of the map, the order of x and its
 * exact image is proved.  slack < 0 lets an order pass that rounding spoils. */
int gst_averages_ordered(gst_averages *averages, double sign, double slack);

/* V1 positive definite, V2 positive, all finite, of any L numbers. */
int gst_averages_positive(gst_averages *averages, const double *x);

#endif
