/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime.h - which theory a training has: the one place where that is decided. */
#ifndef GST_REGIME_H
#define GST_REGIME_H

#include <stddef.h>

#include "giantstep/status.h"
#include "models/training/bulk_law.h"

typedef struct gst_problem gst_problem;
typedef struct gst_training gst_training;

typedef struct gst_features gst_features;

/* A row of the table.  The first that applies is the regime. */
typedef struct {
    const char *name;
    int (*applies)(const gst_problem *problem);
    /* The features, as gst_features_train; NULL: there is no theory, */
    int (*train)(gst_features **features, const gst_problem *problem, int half,
                 gst_message *message);
    /* and this says why: GST_INVALID. */
    int (*why_not)(const gst_problem *problem, gst_message *message);
    const gst_bulk_law *bulk; /* of its features */
} gst_regime;

/* There is always one. */
const gst_regime *gst_regime_of(const gst_problem *problem);

/* GST_INVALID with the reason where there is no theory of the training. */
int gst_regime_check(const gst_problem *problem, gst_message *message);

/* Whether any step changes the weights: without, and without spikes, they are as they were drawn. */
int gst_training_changes(const gst_training *training);

/* Whether a step that changes the weights has a finite batch, whose labels matter. */
int gst_training_has_batch(const gst_training *training);

/* All zero, for K groups, m spikes, q residual directions of r.  GST_NO_MEMORY. */
int gst_features_alloc(gst_features **features, size_t K, size_t m, size_t q, size_t r);

/* C_g of rows of exact norm: diag(c_g, .., c_g, 0). */
void gst_features_fix_norms(gst_features *features);

/* The rows' own files. */
int gst_features_given(gst_features **features, const gst_problem *problem, int half,
                       gst_message *message);
int gst_features_untrained(gst_features **features, const gst_problem *problem, int half,
                           gst_message *message);
int gst_features_trained(gst_features **features, const gst_problem *problem, int half,
                         gst_message *message);

#endif
