/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap.h - what the neurons of a finite network know of the target: empirical U, c and C per group.
 *
 * Called between steps it gives, for every group, the mean over its neurons of the overlaps W* w with the
 * target's variables and their covariance, the variance of the bulk, and the norm direction: the
 * quantities that theory 7.5 predicts as U_g, c_g, C_g. */
#ifndef GST_OVERLAP_H
#define GST_OVERLAP_H

#include "validate/networks/first_layer.h"

/* Per group g of n_g = count[g] neurons, with o_i = W* w_i in R^r, f_i = w_i - mean w of the group (which takes out what
 * the neurons share, be it along the target or along the noise of a finite batch), delta_i = |f_i|^2 - mean:
 *   U[g*r + j]            = mean o_ij, the mean overlap per variable
 *   U_error[g*r + j]      its standard error, sd/sqrt(n_g)
 *   c[g], c_error[g]      = sum |f_i|^2/(n_g - 1) and its standard error
 *   C[(g*s + a)*s + b]    = d Cov of (o_i1 .. o_ir, delta_i), s = r + 1, divisor n_g - 1
 *   projection[g]         = mean |o_i|, the norm of the projection on the target space
 *   length2[g]            = mean |w_i|^2
 * One neuron has no spread: U_error, c, c_error and C are nan.
 * A group without neurons has count 0 and nan in all of them. */
typedef struct {
    size_t K, r;
    size_t *count;
    double *U, *U_error, *c, *c_error, *C, *projection, *length2;
    double *block; /* the storage of all of them */
} gst_overlaps;

/* Room for K groups and r variables, everything zero.  GST_OK or GST_NO_MEMORY.  Owner: caller,
 * gst_overlaps_clear (safe on a zeroed struct). */
int gst_overlaps_init(gst_overlaps *overlaps, size_t K, size_t r);
void gst_overlaps_clear(gst_overlaps *overlaps);

/* Fill from a network of K groups whose target has r variables.  Two passes over W.  GST_OK, GST_INVALID if K or
 * r disagree, GST_NO_MEMORY. */
int gst_overlaps_measure(gst_overlaps *overlaps, const gst_first_layer *network);

#endif
