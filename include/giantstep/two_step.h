/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step.h - two gradient steps at linear width: which directions the first layer learns (theory 9).
 *
 * Network f(x) = N^{-1/2} sum_i a_i sigma(w_i.x) with a_i ~ N(0, 1/N), |w_i| = 1 and d, n, N of one order;
 * steps of size eta_1 = N^{a1}, eta_2 = N^{a2}, 0 <= a1, a2 < 1/2.  The second update is
 *   eta_2 sum_k (eta_1 mu1)^k E[sigma^(k+1)]/k! a^{o(k+1)} b_k^T + (no contribution above the bulk),
 *   b_k = (1/n) sum_mu (beta1.x_mu)^k y_mu x_mu,   beta1 = X^T y/n1 of the first batch,
 * whose term k has norm N^{a2 - k(1/2 - a1)}.  Learned direction k is b_k orthogonalised against
 * b_0, .., b_{k-1}. */
#ifndef GST_TWO_STEP_H
#define GST_TWO_STEP_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_activation gst_activation;
typedef struct gst_target gst_target;

#define GST_TWO_STEP_ORDER_MAX 20
/* b_0 .. b_L and beta1. */
#define GST_TWO_STEP_VECTORS (GST_TWO_STEP_ORDER_MAX + 2)

/* The batch of the second step. */
typedef enum { GST_BATCH_FRESH, GST_BATCH_REUSED } gst_second_batch;

/* target borrowed.  noise: variance Delta of the labels.  phi = d/n > 0 of the second batch; phi1 = d/n1 > 0
 * of the first, not used when the batch is reused, which has the one ratio phi.  order: L, the largest k. */
typedef struct {
    const gst_target *target;
    double noise, phi, phi1;
    size_t order;
    gst_second_batch batch;
} gst_two_step;

/* Exponent a2 - k (1/2 - a1) of the norm of term k. */
double gst_two_step_exponent(double a1, double a2, size_t k);

/* 1 if an exponent is above 1e-9, 0 if it is within 1e-9 of zero (decided by constants), -1 below. */
int gst_two_step_separated(double exponent);

/* Number of k >= 1 up to `order` that separate. */
size_t gst_two_step_count(double a1, double a2, size_t order);

/* overlap[k]: norm of the projection of learned direction k, a unit vector, on the span of the target's r
 * directions; error[k] its absolute error; status[k]: GST_OK if error <= tol, GST_LOOSE, or GST_FAILED where
 * b_k is, to within the accuracy of its moments, a combination of b_0, .., b_{k-1}: NaN from there on.  With
 * GST_OK an overlap within its error of 0 is 0. */
typedef struct {
    double overlap[GST_TWO_STEP_ORDER_MAX + 1], error[GST_TWO_STEP_ORDER_MAX + 1];
    int status[GST_TWO_STEP_ORDER_MAX + 1];
} gst_two_step_overlaps;

/* GST_OK (look at the status of each k), GST_INVALID (domain; moments that do not converge: message),
 * GST_NO_MEMORY. */
int gst_two_step_overlaps_compute(const gst_two_step *problem, double tol,
                                  gst_two_step_overlaps *overlaps, gst_message *message);

/* Gram matrix of b_0, .., b_L in the limit, gram[j*(L+1) + k], and projections[k*r + i] = <b_k, w*_i>, in the
 * monomials of theory 9; either may be NULL.  Status as above. */
int gst_two_step_gram(const gst_two_step *problem, double *gram, double *projections,
                      gst_message *message);

/* 1 if g grows like |z|^3 or faster along some line: limits then are reached slowly in d. */
int gst_two_step_is_heavy(const gst_target *target);

/* ---- a first layer of finite width (two_step_network.c) ------------------------------------------- */

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
