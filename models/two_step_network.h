/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.h - what a first layer of finite width shows of the directions of two_step.h: its leading
 * singular values and what their vectors know of the target.
 *
 * W = W_0 + S.  S = eta_1 mu1 a beta1^T + eta_2 sum_{k<=L} (eta_1 mu1)^k E[sigma^(k+1)]/k! a^{o(k+1)} b_k^T has
 * rank L + 1; W_0 is like a Gaussian matrix of variance 1/d, independent of S, whose singular values end at
 * 1 + sqrt(beta), beta = N/d. */
#ifndef GST_TWO_STEP_NETWORK_H
#define GST_TWO_STEP_NETWORK_H

#include "two_step.h"

/* coefficient[k] = mu1^k E[sigma^(k+1)]/k!, k = 0..order: the constant of term k of the second update, 0 where
 * the activation has no such term (within its error; every odd k for an odd activation).
 * E sigma^(k+1) = E[He_{k+1} sigma].  GST_OK, GST_LOOSE, GST_FAILED, GST_NO_MEMORY. */
int gst_two_step_coefficients(const gst_activation *activation, size_t order, double *coefficient);

/* The limits that do not depend on N: all that predictions need. */
typedef struct {
    size_t order, r,
        columns; /* columns: right vectors b_0 .. b_L, and beta1 if the batch is fresh */
    double coefficient[GST_TWO_STEP_ORDER_MAX + 1];
    double
        root[(GST_TWO_STEP_ORDER_MAX + 2) * (GST_TWO_STEP_ORDER_MAX + 2)]; /* Gram = R R^T, lower */
    double
        target[(GST_TWO_STEP_ORDER_MAX + 2) * GST_TARGET_DIM_MAX]; /* R^{-1} <b, w*_i> at k*r + i */
    double width[GST_TWO_STEP_ORDER_MAX +
                 1]; /* b_k = width[k] times the vector the Gram matrix is of */
} gst_two_step_network;

/* strength[k]: singular values of S, decreasing; value[k]: those of W they lead to,
 *   ((1 + s^2)(beta + s^2))^{1/2}/s  if s > beta^{1/4} (an outlier), else the edge 1 + sqrt(beta);
 * overlap[k]: norm of the projection on the target's directions of its right singular vector, NaN without an
 * outlier. */
typedef struct {
    double strength[GST_TWO_STEP_ORDER_MAX + 1], value[GST_TWO_STEP_ORDER_MAX + 1];
    double overlap[GST_TWO_STEP_ORDER_MAX + 1];
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

#endif
