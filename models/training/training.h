/* SPDX-License-Identifier: GPL-3.0-or-later */
/* training.h - from a training protocol to the spiked random-features model it produces (theory 7). */
#ifndef GST_TRAINING_H
#define GST_TRAINING_H

#include "models/functions/activation.h"
#include "models/training/batch.h"
#include "models/training/second_layer.h"
#include "models/training/given_spikes.h"
#include "models/functions/target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { GST_BULK_EXACT, GST_BULK_ISOTROPIC } gst_bulk_kind;

/* A network and how it was trained.  All pointers are borrowed.  spikes != NULL gives the features
 * directly: then eta, alpha0, steps, noise and bulk are ignored and layer supplies only the fractions. */
typedef struct {
    const gst_activation *activation;
    const gst_target *target;
    const gst_second_layer *layer;
    const gst_spikes *spikes;
    double eta;    /* step size, finite; 0 = untrained */
    double alpha0; /* n_0/d >= 0; 0 = untrained; INFINITY = population gradient */
    size_t steps;  /* T; 0 = untrained */
    double noise;  /* Delta >= 0 of the labels of the step (matters at finite alpha0) */
    gst_bulk_kind bulk;
} gst_training;

/* The features (theory 2): K groups, m spikes, q residual target directions, K(m+q+1) special directions
 * in the order (spikes, residuals, norm) per group.  Target coordinates: z = gamma kappa + rest s,
 * kappa ~ N(0, I_m), s ~ N(0, I_q). */
typedef struct {
    size_t K, m, q, r;
    double *pi;    /* pi[g], fractions */
    double *U;     /* U[g*m + l], spikes */
    double *c;     /* c[g] > 0, bulk variance */
    double *C;     /* C[(g*s + a)*s + b], s = m+q+1: d * covariance of the special directions */
    double *gamma; /* gamma[j*m + l] */
    double *rest;  /* rest[j*q + i], rest rest^T = I - gamma gamma^T */
} gst_features;

/* Domain checks that need no computing: GST_INVALID with the field named. */
int gst_training_validate(const gst_training *training, gst_message *message);

/* theory 7.1, 7.3, 7.5, or the spikes given.  half != 0: every quadrature by its companion.
 * GST_OK, GST_LOOSE (a quadrature missed its tolerance), GST_FAILED (c_g <= 0: rows of length zero).
 * Owner: caller, gst_features_free. */
int gst_features_train(gst_features **features, const gst_training *training, int half,
                       gst_message *message);
void gst_features_free(gst_features *features);

/* Whether the features' bulk is the exact one of a finite batch (theory 7.4). */
int gst_training_has_batch(const gst_training *training);

/* The batch's law (theory 7.4), from a label law of `nodes` nodes on a mesh of `order` intervals.  Status as
 * gst_features_train. */
int gst_batch_train(gst_batch **batch, const gst_training *training, size_t order, size_t nodes,
                    int half);

/* The same with a label law that is a mesh of `nodes` nodes (gst_label_law_mesh); also GST_UNBUILT. */
int gst_batch_train_dense(gst_batch **batch, const gst_training *training, size_t order,
                          size_t nodes, int half);

#ifdef __cplusplus
}
#endif

#endif
