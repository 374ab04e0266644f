/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_private.h - the inside of a model (private to model.c, model_layers.c and separability.c). */
#ifndef GST_MODEL_PRIVATE_H
#define GST_MODEL_PRIVATE_H

#include "giantstep/second_layer.h"
#include "giantstep/problem.h"
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

/* Rules of a second layer that is a law, and a model for each but the first, which is the model itself. */
enum { GST_MODEL_LAYERS = 7 };
typedef struct {
    gst_second_layer layer;
    int exact;
    gst_problem problem;
    gst_model *model; /* NULL until asked for */
} gst_layer_level;

struct gst_model {
    gst_features *features, *features_half;
    double variance; /* Var g; 1 for labels +-1 */
    gst_orders levels;
    gst_resolution_pair pairs[GST_MODEL_ORDERS]; /* at [kappa*GST_MODEL_LABELS + labels] */
    gst_orders current;                          /* in use */
    gst_layer_level layers[GST_MODEL_LAYERS];    /* [0] is not used */
    size_t layer;                                /* of the last answer */
};

/* The pair of an order, made when first asked for: GST_OK, or why there is none. */
int gst_model_pair(gst_model *model, gst_orders at, gst_resolution_pair **pair);

/* The public functions of these names, for the K values that problem.layer has, whether they are all or a rule. */
int gst_model_alloc_values(gst_model **model, const gst_problem *problem, gst_message *message);
void gst_model_free_values(gst_model *model);
void gst_model_reset_values(gst_model *model);
int gst_model_solve_values(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, gst_risk *risk,
                           gst_solution *solution);

/* Of excess risks, or of all errors where equations are coupled, the largest absolute difference. */
double gst_model_difference(const gst_model *model, const gst_risk *a, const gst_risk *b);

#endif
