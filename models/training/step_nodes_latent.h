/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_nodes_latent.h - nodes of a step whose samples have nodes of all special coordinates: private to step_nodes.c. */
#ifndef GST_STEP_NODES_LATENT_H
#define GST_STEP_NODES_LATENT_H

#include "models/training/step_nodes.h"

/* The coordinates of samples for rows f, with E[y|x].  Status as gst_exposed_nodes, GST_INVALID (too many directions). */
int gst_step_nodes_latent(gst_latent *latent, const gst_features *f, const gst_step_labels *labels,
                          size_t order, int half);

/* Number of nodes, those of the law or, together, one for each bulk; places these: w, kappa, bulk, from, to. */
size_t gst_step_nodes_latent_count(const gst_latent *latent, int together);
void gst_step_nodes_latent_place(gst_step_nodes *nodes, int together);

/* slope and f0; mean, square and linear. */
int gst_step_nodes_latent_slopes(gst_step_nodes *nodes, const gst_features *f, int half);
void gst_step_nodes_latent_labels(gst_step_nodes *nodes, const gst_step_labels *labels);

#endif
