/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.h - what the activation does with the directions of two_step.h. */
#ifndef GST_TWO_STEP_NETWORK_H
#define GST_TWO_STEP_NETWORK_H

#include "two_step.h"

/* coefficient[k] = mu1^k E[sigma^(k+1)]/k!, k = 0..order: the constant of term k of the second update, 0 where
 * the activation has no such term (within its error; every odd k for an odd activation).
 * E sigma^(k+1) = E[He_{k+1} sigma].  GST_OK, GST_LOOSE, GST_FAILED, GST_NO_MEMORY. */
int gst_two_step_coefficients(const gst_activation *activation, size_t order, double *coefficient);

#endif
