/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.h - the spiked random-features model that a training leaves (theory 2, 7). */
#ifndef GST_FEATURES_H
#define GST_FEATURES_H

#include "giantstep/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What solver/bulk makes a bulk from (models/training/bulk_law.h). */
typedef struct gst_bulk_law gst_bulk_law;
/* Rows over the nodes of a spectrum (models/training/spectral.h). */
typedef struct gst_spectral gst_spectral;

/* K groups, m spikes, q residual target directions, K(m+q+1) special directions in the order (spikes, residuals, norm)
 * per group.  Target coordinates: z = gamma kappa + rest s, kappa ~ N(0, I_m), s ~ N(0, I_q). */
typedef struct gst_features {
    size_t K, m, q, r;
    double *pi;    /* pi[g], fractions */
    double *U;     /* U[g*m + l], spikes */
    double *c;     /* c[g] > 0, bulk variance */
    double *C;     /* C[(g*s + a)*s + b], s = m+q+1: d * covariance of the special directions */
    double *gamma; /* gamma[j*m + l] */
    double *rest;  /* rest[j*q + i], rest rest^T = I - gamma gamma^T */
    gst_problem problem;      /* whose features they are; its pointers are borrowed */
    const gst_bulk_law *bulk; /* of W - U */
    gst_spectral *spectral; /* where the inputs' covariance is not the identity, else NULL; owned */
} gst_features;

/* theory 7.1, 7.3, 7.5, or the spikes given.  half != 0: every quadrature by its companion.
 * GST_OK, GST_LOOSE (a quadrature missed its tolerance), GST_FAILED (c_g <= 0: rows of length zero), GST_INVALID
 * (no theory of this training).  Owner: caller, gst_features_free. */
int gst_features_train(gst_features **features, const gst_problem *problem, int half,
                       gst_message *message);
void gst_features_free(gst_features *features);

#ifdef __cplusplus
}
#endif

#endif
