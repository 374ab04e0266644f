/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_private.h - the inside of a model (private to model.c and separability.c). */
#ifndef GST_MODEL_PRIVATE_H
#define GST_MODEL_PRIVATE_H

#include "solver/readout/resolution.h"

/* Orders of the average over kappa, of the laws of the labels, and of both. */
enum {
    GST_MODEL_KAPPA = 8,
    GST_MODEL_LABELS = 4,
    GST_MODEL_ORDERS = GST_MODEL_KAPPA * GST_MODEL_LABELS
};

typedef struct {
    gst_resolution full, half;
    int built;
} gst_resolution_pair;

struct gst_model {
    gst_features *features, *features_half;
    double variance; /* Var g; 1 for labels +-1 */
    gst_orders levels;
    gst_resolution_pair pairs[GST_MODEL_ORDERS]; /* at [kappa*GST_MODEL_LABELS + labels] */
    gst_orders current;                          /* in use */
};

/* The pair of an order, made when first asked for: GST_OK, or why there is none. */
int gst_model_pair(gst_model *model, gst_orders at, gst_resolution_pair **pair);

#endif
