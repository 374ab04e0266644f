/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_law.h - the law of the bulk that a training leaves, from which solver/bulk makes a bulk at any resolution. */
#ifndef GST_BULK_LAW_H
#define GST_BULK_LAW_H

#include <stddef.h>

#include "giantstep/status.h"

typedef struct gst_problem gst_problem;

/* order: intervals per target variable; spikes: intervals per spike that a later step finds; nodes: of the law of the
 * labels; dense: as a mesh (gst_label_mesh_given) instead of a Gauss rule; half: the companion. */
typedef struct {
    size_t order, spikes, nodes;
    int dense, half;
} gst_label_resolution;

typedef struct gst_trajectory gst_trajectory;
typedef struct gst_bulk_law gst_bulk_law;
struct gst_bulk_law {
    const char *name; /* of its row below */
    /* What the bulk needs of the steps; NULL: nothing but the features.  Status as gst_trajectory_build. */
    int (*trajectory)(gst_trajectory **trajectory, const gst_problem *problem,
                      gst_label_resolution resolution, gst_message *message);
};

/* All bulks, a row each: its law gst_bulk_law_NAME is defined where it is trained, its implementation
 * gst_bulk_NAME_alloc in solver/bulk/NAME.c.
 *   isotropic   Sigma_g = c_g I
 *   chain       Sigma_g = a product of one factor for each batch (trajectory.h)
 *   spectral    Sigma_g = Pi_g(Omega) Omega Pi_g(Omega) and what a few vectors add to it (spectral.h)
 *   coloured    the same after one finite batch (spectral_batch.c) */
#define GST_BULK_LIST(X) X(isotropic) X(chain) X(spectral) X(coloured)

#define GST_DECLARE_BULK_LAW(name) extern const gst_bulk_law gst_bulk_law_##name;
GST_BULK_LIST(GST_DECLARE_BULK_LAW)
#undef GST_DECLARE_BULK_LAW

#endif
