/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exposed.h - features all of whose special directions count as spikes (docs/theory, mixtures). */
#ifndef GST_EXPOSED_H
#define GST_EXPOSED_H

#include <stddef.h>

typedef struct gst_target gst_target;
typedef struct gst_features gst_features;
typedef struct gst_latent gst_latent;

/* A copy with m + q spikes and no residual directions: the last q columns of U are zero, gamma is (gamma | rest), C, whose
 * directions come in the same order, is the same.  GST_INVALID (more than GST_SPIKES_MAX directions), GST_NO_MEMORY.
 * Owner: caller, gst_features_free. */
int gst_features_expose(gst_features **exposed, const gst_features *features);

/* Nodes of the special coordinates of exposed features whose inputs have nodes (models/data/data.h), with E[y|x].  mean:
 * gst_label_target.  Status as gst_mesh_build.  Clear in any case. */
int gst_exposed_nodes(gst_latent *latent, const gst_features *exposed, const gst_target *mean,
                      size_t order, int companion);

#endif
