/* SPDX-License-Identifier: GPL-3.0-or-later */
/* giant_step.h - gradient steps of a network of finite size. */
#ifndef GST_GIANT_STEP_H
#define GST_GIANT_STEP_H

#include "validate/networks/first_layer.h"

/* From its initial W, the steps of its training, each on its own n0 = gst_step_samples samples, fresh ones or those of
 * the step before:
 *   w_i <- w_i + eta A_g(i) (1/n0) sum_mu (y_mu - f(x_mu; W)) sigma'(w_i . x_mu) x_mu,
 *   f(x; W) = (1/p) sum_i A_g(i) sigma(w_i . x).
 * Steps that do nothing are left out.  The batch is streamed: besides W, a gradient (p x d) and blocks of gst_step_block
 * rows.  GST_OK, GST_FAILED (W is not finite), GST_INVALID (a step that acts has no samples: alpha0 d rounds to 0, or is
 * infinite), GST_NO_MEMORY, GST_INTERRUPTED (stop became non-zero; may be NULL). */
int gst_giant_steps(gst_first_layer *network, volatile const int *stop);

/* One of them: the step number `step`, from 0, with the draws of its batch. */
int gst_giant_step(gst_first_layer *network, size_t step, volatile const int *stop);

/* Rows of a block: memory of gst_giant_steps is p*d + block*(d + 2p)
 * numbers of its precision and 2 block + p + d doubles. */
size_t gst_step_block(size_t n0);

#endif
