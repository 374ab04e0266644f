/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite_tensor.h - the Hermite tensors C_m = E[g H_m] of a target (theory 10). */
#ifndef GST_HERMITE_TENSOR_H
#define GST_HERMITE_TENSOR_H

#include "models/functions/target.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* Order 1 <= m <= GST_HERMITE_ORDER_MAX, else GST_INVALID; moments: those of the target.  One Gaussian
 * expectation over r variables of (r+m-1 choose m) components, to an error of zero/4.  Status as
 * gst_expectation; on failure the tensor is all nan. */
int gst_hermite_tensor_compute(const gst_target *target, const gst_target_moments *moments,
                               size_t order, double zero, gst_hermite_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
