/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap.h - what the neurons of a finite network know of the target: empirical U, c and C per group.
 *
 * Called between steps it gives, for every group, the mean over its neurons of the overlaps W* w with the
 * target's variables and their covariance, the variance of the bulk, and the norm direction: the
 * quantities that theory 7.5 predicts as U_g, c_g, C_g. */
#ifndef GST_OVERLAP_H
#define GST_OVERLAP_H

#include "validate/networks/first_layer.h"

/* Per group g of n_g = count[g] neurons, with o_i = W* w_i in R^r, f_i = w_i - W*^T U_g,
 * delta_i = |f_i|^2 - c_g (averages over the group):
 *   U[g*r + j]            = mean o_ij, the mean overlap per variable
 *   U_error[g*r + j]      its standard error, sd/sqrt(n_g) (nan for one neuron)
 *   c[g], c_error[g]      = mean |f_i|^2 and its standard error
 *   C[(g*s + a)*s + b]    = d Cov of (o_i1 .. o_ir, delta_i), s = r + 1, divisor n_g - 1 (nan for one)
 *   projection[g]         = mean |o_i|, the norm of the projection on the target space
 *   length2[g]            = mean |w_i|^2 (= c_g + |U_g|^2 when W* has orthonormal rows)
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

/* Fill from a network of K groups whose target has r variables.  Two passes over W, no allocation.
 * GST_OK, or GST_INVALID if K or r disagree. */
int gst_overlaps_measure(gst_overlaps *overlaps, const gst_first_layer *network);

#endif
