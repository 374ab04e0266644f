/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kappa_mesh.h - the mesh over the spikes on which the moments are tabulated. */
#ifndef GST_KAPPA_MESH_H
#define GST_KAPPA_MESH_H

#include "models/training/conditional.h"
#include "integrals/mesh.h"

/* A mesh of kappa ~ N(0, I_m), m >= 1, of `order` intervals per spike (and per panel where h has kinks), a multiple of
 * 24.  For one spike finer where features or target need it, and cut into panels where they need so much that a
 * uniform mesh would not do (kappa_mesh.c).  companion != 0: shares no node with the mesh of any order.
 * Status as gst_mesh_build, or GST_LOOSE: not everything is resolved within the budget.  Owner: caller,
 * gst_mesh_clear. */
int gst_kappa_mesh(gst_mesh *mesh, const gst_features *features, gst_conditional_target *target,
                   size_t order, int companion);

#endif
