/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_source.h - the labels of a batch given the spike coordinates of its samples, before any average.
 *
 * A sample has kappa_l = v_l.x and coordinates s_i = zeta_i.x of the residual directions, z = gamma kappa + rest s;
 * given kappa its label is g(z), s ~ N(0, I_q). */
#ifndef GST_LABEL_SOURCE_H
#define GST_LABEL_SOURCE_H

#include <stddef.h>

#include "integrals/partition.h"
#include "integrals/mesh.h"
#include "models/training/conditional.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_latent gst_latent;

/* It points into itself: do not copy it. */
typedef struct {
    gst_conditional_target g;
    gst_partition *
        panels; /* NULL, or those of g, one variable, which the trapezoid rule of `order` does not see */
    size_t order;
    int companion;
    const gst_latent *latent; /* or the points are its nodes from .. to-1, */
    size_t from, to, axes;    /* s all their coordinates, or none: then axes = 0 */
} gst_label_source;

/* Meshes of s of `order` intervals per variable or, for one variable, of panels on which g is resolved, with at least
 * `order` nodes.  features: K, U, c, C are not read; NULL: no spikes, z = s.  companion != 0: they share no node with
 * those of any order.  Status as gst_target_panels.  Clear in any case. */
int gst_label_source_setup(gst_label_source *source, const gst_target *target,
                           const gst_features *features, size_t order, int companion);
void gst_label_source_clear(gst_label_source *source);

/* Points that are nodes of a latent law, borrowed, s = x/bulk if coordinates != 0; from and to are set by hand. */
gst_label_source gst_label_source_of(const gst_latent *latent, int coordinates, int companion);

/* A mesh of s, kinks of g at this kappa split off, and g at its nodes. */
typedef struct {
    size_t q;
    gst_mesh mesh; /* the last q of its variables are s */
    double *g;
} gst_label_points;

/* Coordinate s_i of node k. */
static inline double gst_label_point(const gst_label_points *points, size_t i, size_t k)
{
    const gst_mesh *mesh = &points->mesh;
    return mesh->x[(mesh->dim - points->q + i) * mesh->n + k];
}

/* kappa: m values.  Status as gst_mesh_build.  Owner: caller, gst_label_points_clear. */
int gst_label_points_build(gst_label_points *points, gst_label_source *source, const double *kappa);
void gst_label_points_clear(gst_label_points *points);

#ifdef __cplusplus
}
#endif

#endif
