/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.h - what a first layer of finite width shows of the directions of two_step.h: its leading
 * singular values and what their vectors know of the target.
 *
 * W = W_0 + S.  S = eta_1 mu1 a beta1^T + eta_2 sum_{k<=L} (eta_1 mu1)^k E[sigma^(k+1)]/k! a^{o(k+1)} b_k^T has
 * rank L + 1; W_0 is like a Gaussian matrix independent of S, beta = N/d, whose rows have the variances below.
 *
 * When the batch is reused, the neuron's own response to a sample is in its weights: w_i moved by eta_1 a_i
 * y_mu sigma'(w_i.x_mu) x_mu/n, and sigma'(w_i.x_mu) is not its mean.  Then (mu1 beta1.x)^k E[sigma^(k+1)] of
 * term k becomes sum_j binom(k, j) (mu1 kappa)^{k-j} (phi y)^j E[sigma'^j sigma^(k+1)], kappa = beta1.x - phi y;
 * the predictions use this form (docs/theory). */
#ifndef GST_TWO_STEP_NETWORK_H
#define GST_TWO_STEP_NETWORK_H

#include "two_step.h"

#ifdef __cplusplus
extern "C" {
#endif

/* hermite[k] = E[sigma^(k+1)] = E[He_{k+1} sigma], k = 0..order; 0 if it is within its error of 0.  GST_OK,
 * GST_LOOSE, GST_FAILED, GST_NO_MEMORY. */
int gst_two_step_hermite(const gst_activation *activation, size_t order, double *hermite);

/* coefficient[k] = mu1^k E[sigma^(k+1)]/k!, k = 0..order: the constant of term k of the second update, 0 where
 * the activation has no such term (every odd k for an odd activation).  Status as above. */
int gst_two_step_coefficients(const gst_activation *activation, size_t order, double *coefficient);

/* The limits that do not depend on N: all that predictions need. */
typedef struct {
    size_t order, r;
    size_t columns; /* right vectors: those of the terms, and beta1 if the batch is fresh */
    gst_second_batch batch;
    double phi, phi1;
    double mean, Y2;       /* E y, E y^2 */
    double bend, variance; /* E sigma'', Var sigma' */
    double response;       /* E[z sigma' sigma''] */
    size_t smooth; /* reused: terms from this one on (order + 1: none) have the mean slope */
    double coefficient[GST_TWO_STEP_VECTORS]; /* of the vectors the Gram matrix is of */
    double root[GST_TWO_STEP_VECTORS * GST_TWO_STEP_VECTORS]; /* Gram = R R^T, lower */
    double target[GST_TWO_STEP_VECTORS * GST_TARGET_DIM_MAX]; /* R^{-1} <v, w*_i> at k*r + i */
} gst_two_step_network;

/* edge: end of the bulk, of rows of variance (e_t = N^{a_t} a_i, a_i cut at (2 log N/N)^{1/2})
 *   c_i = (1 + (e_1 + e_2) E sigma'' E y)^2 + V Var sigma' Y2,
 *   V = e_1^2 phi1 + e_2^2 phi (fresh) or (e_1 + e_2)^2 phi (reused),
 * if reused plus 2 e_1 e_2 phi Y2 E[z sigma' sigma'']; 1 + sqrt(beta) as N -> inf.
 * strength[k]: singular values of S, decreasing; value[k]: those of W they lead to (an outlier), else the edge;
 * with equal rows ((1 + s^2)(beta + s^2))^{1/2}/s if s > beta^{1/4};
 * overlap[k]: norm of the projection on the target's directions of its right singular vector, NaN without an
 * outlier.
 * series[k]: what those of the last two terms of the sum that come after k change value[k] by, one after the other.
 * Own slopes multiply term k by powers of phi y: with large phi and small N the sum does not converge.
 * status[k]: GST_OK, or GST_LOOSE for all k if some series[k] is above N^{2 a1 - 1} value[k], or order = 1 leaves
 * nothing to compare: the sum has not settled.
 * error[k] = series[k] (not settled: the largest of them or value[k], whichever is more) + N^{2 a1 - 1} value[k], the
 * order that strengths leave out, + |edge - 1 - beta^{1/2}|, which is of first order in what rows differ by, and
 * without an outlier + min(N, d)^{-2/3} edge, fluctuations of the largest singular value: an estimate, not a bound. */
typedef struct {
    double strength[GST_TWO_STEP_ORDER_MAX + 1], value[GST_TWO_STEP_ORDER_MAX + 1];
    double overlap[GST_TWO_STEP_ORDER_MAX + 1];
    double series[GST_TWO_STEP_ORDER_MAX + 1], error[GST_TWO_STEP_ORDER_MAX + 1];
    int status[GST_TWO_STEP_ORDER_MAX + 1];
    double edge;
    size_t outliers;
} gst_two_step_prediction;

/* Status as gst_two_step_overlaps_compute, and GST_FAILED if the activation's coefficients do not converge. */
int gst_two_step_network_prepare(const gst_two_step *problem, const gst_activation *activation,
                                 gst_two_step_network *network, gst_message *message);

/* N neurons in d dimensions, exponents a1, a2.  GST_OK, GST_FAILED (the singular value routine failed),
 * GST_NO_MEMORY. */
int gst_two_step_network_predict(const gst_two_step_network *network, double a1, double a2,
                                 double N, double d, gst_two_step_prediction *prediction);

#ifdef __cplusplus
}
#endif

#endif
