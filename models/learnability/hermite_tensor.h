/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite_tensor.h - the Hermite tensors C_m = E[g H_m] of a target (theory 10). */
#ifndef GST_HERMITE_TENSOR_H
#define GST_HERMITE_TENSOR_H

#include "giantstep/learnability.h"
#include "giantstep/target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Order 1 <= m <= GST_HERMITE_ORDER_MAX, else GST_INVALID; moments: those of the target.  One Gaussian
 * expectation over r variables of (r+m-1 choose m) components, to an error of zero/4.  Status as
 * gst_expectation; on failure the tensor is all nan. */
int gst_hermite_tensor_compute(const gst_target *target, const gst_target_moments *moments,
                               size_t order, double zero, gst_hermite_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
