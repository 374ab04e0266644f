/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learnability.h - which directions of a target giant steps learn, in which order, and from how much data
 * (theory 10, after Dandi et al., arXiv 2305.18270). */
#ifndef GST_LEARNABILITY_H
#define GST_LEARNABILITY_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_target gst_target;

#define GST_HERMITE_ORDER_MAX 6

/* C_m[j_1 .. j_m] = E[g H_m], entries E[g prod_j He_{k_j}(z_j)] with k_j the number of indices equal to j.
 * size = |C_m|/sqrt(m! Var g), Frobenius norm: its square is the part of the variance of g at order m, the same
 * in every basis, and all orders together give 1.  error: absolute error of size.
 * dimension directions span the left singular vectors of the unfolding r x r^{m-1}, canonical (subspace.h):
 * direction[i*r + j]; strength[i]: its singular value over sqrt(m! Var g); squares add up to size^2.  Only
 * singular values above `zero` count. */
typedef struct {
    size_t order, r, dimension;
    double size, error;
    double direction[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], strength[GST_TARGET_DIM_MAX];
    int status; /* GST_OK, or GST_LOOSE: error > zero/2 */
} gst_hermite_tensor;

/* tol, in [1e-14, 0.1]: a Hermite tensor or a gain (staircase.h), both in units of sqrt(Var g), is zero when it
 * is at most tol plus its error; floors are asked for to tol Var g.  evaluations: see staircase.h. */
typedef struct {
    double tol;
    size_t evaluations;
} gst_learnability_options;

gst_learnability_options gst_learnability_defaults(void); /* 1e-10, 1e8 */

/* U_t of the staircase: U_0 = {0}, U_{t+1} = U_t + span{ E[grad g|P_{U_t} z = u] : u }, its floor, and the gain
 * with which each direction was found.  Orthonormal rows direction[i*r + j] in order of discovery, those of one
 * step canonical (subspace.h); rows beyond `dimension` and their gains are nan. */
typedef struct {
    size_t dimension;
    double floor, error; /* absolute error of the floor */
    double direction[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], gain[GST_TARGET_DIM_MAX];
    int status;
} gst_staircase_row;

/* leap: the tensor of the lowest order m >= 1 that is not zero (order 0: none up to
 * GST_HERMITE_ORDER_MAX); its directions are what one giant step on n_0 = d^m samples with step size of order
 * d^{(m-1)/2} learns.
 * leap_exponent: m, or nan if there is none: the leap is larger than GST_HERMITE_ORDER_MAX.
 * information_exponent: the same if r = 1; nan if r > 1, where it is not defined.
 * row[0 .. rows-1]: the staircase of steps on n_t = O(d) samples, until it stops growing. */
typedef struct {
    size_t r, rows;
    double variance, information_exponent, leap_exponent;
    gst_hermite_tensor leap;
    gst_staircase_row row[GST_TARGET_DIM_MAX + 1];
    int status; /* the worst of all parts */
} gst_learnability;

/* GST_OK; GST_LOOSE: a floor misses its tolerance, or a tensor or gain cannot be told from zero, which the
 * message then names (numbers and errors returned); GST_FAILED, GST_NO_MEMORY; GST_INVALID: options.  message may
 * be NULL.  Cost: tensors up to the leap, each at most 2e7 values of g; stairs at most 2e8 each. */
int gst_learnability_compute(const gst_target *target, const gst_learnability_options *options,
                             gst_learnability *answer, gst_message *message);

#ifdef __cplusplus
}
#endif

#endif
