/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch.h - what one giant step on a finite batch leaves in the rows of W, in the form it has for one step alone:
 * for tests of the trajectory, which has it in another.
 *
 * With M1 = X^T diag(yt) X/n_0, M2 = X^T diag(yt^2) X/n_0 and v_psi = (1/n_0) sum_mu psi(yt_mu) x_mu, rows of
 * group g have, given the batch,
 *   covariance Sigma_g/d, Sigma_g = (I + b_g M1)^2 + w_g M2,
 *   d Cov(delta, f) = (I + b_g M1) q1_g + q2_g,   d Var(delta) = om_g,   delta = |f|^2 - c_g,
 *   q1_g, q2_g in the span of v_y, v_y2, v_y3. */
#ifndef TESTS_ONE_BATCH_H
#define TESTS_ONE_BATCH_H

#include "giantstep/activation.h"
#include "models/functions/activation_moments.h"
#include "models/training/label_law.h"
#include "giantstep/problem.h"

#define ONE_BATCH_POWERS 3 /* psi = yt, yt^2, yt^3 */

typedef struct {
    size_t K, r;
    double phi;      /* d/n_0 */
    double norm;     /* |v_y| */
    double *b, *w;   /* K each */
    double *q1, *q2; /* coefficient of v_{yt^{k+1}} in group g: q1[g*3 + k] */
    double *om;      /* K */
    int linear;      /* 1 if some b_g != 0: Sigma_g contains M1 */
    gst_label_law *law;
    double *block;
} one_batch;

/* From the moments of sigma' and the law of yt (owned by the result if GST_OK); eta, layer and alpha0 as
 * in problem.h.  GST_FAILED: E sigma'^2 or E sigma'^4 is infinite; GST_NO_MEMORY. */
int one_batch_build(one_batch **batch, const gst_gradient_moments *sigma, gst_label_law *law,
                    const gst_second_layer *layer, double eta, double alpha0);
void one_batch_free(one_batch *batch);

/* That of a network's first step, its law of `nodes` nodes on a mesh of `order` intervals; the test fails without. */
one_batch *one_batch_of(const gst_problem *problem, size_t order, size_t nodes);

/* <v_psi, v_chi> for psi = yt^i, chi = yt^j, i, j = 1..3: phi E[psi chi] + sum E[psi z].E[chi z]. */
double one_batch_overlap(const one_batch *batch, size_t i, size_t j);

#endif
