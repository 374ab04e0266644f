/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.h - what one giant step on a finite batch leaves in the rows of W (theory 7.4).
 *
 * With M1 = X^T diag(yt) X/n_0, M2 = X^T diag(yt^2) X/n_0 and v_psi = (1/n_0) sum_mu psi(yt_mu) x_mu, rows of
 * group g have, given the batch,
 *   covariance Sigma_g/d, Sigma_g = (I + b_g M1)^2 + w_g M2,
 *   d Cov(delta, f) = (I + b_g M1) q1_g + q2_g,   d Var(delta) = om_g,   delta = |f|^2 - c_g,
 *   q1_g, q2_g in the span of v_y, v_y2, v_y3. */
#ifndef GST_BATCH_H
#define GST_BATCH_H

#include "giantstep/activation.h"
#include "models/functions/activation_moments.h"
#include "models/training/label_law.h"
#include "giantstep/second_layer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GST_BATCH_POWERS 3 /* psi = yt, yt^2, yt^3 */

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
} gst_batch;

/* From the moments of sigma' and the law of yt (owned by the result if GST_OK); eta, layer and alpha0 as
 * in problem.h.  GST_FAILED: E sigma'^2 or E sigma'^4 is infinite; GST_NO_MEMORY. */
int gst_batch_build(gst_batch **batch, const gst_gradient_moments *sigma, gst_label_law *law,
                    const gst_second_layer *layer, double eta, double alpha0);
void gst_batch_free(gst_batch *batch);

/* <v_psi, v_chi> for psi = yt^i, chi = yt^j, i, j = 1..3: phi E[psi chi] + sum E[psi z].E[chi z]. */
double gst_batch_overlap(const gst_batch *batch, size_t i, size_t j);

#ifdef __cplusplus
}
#endif

#endif
