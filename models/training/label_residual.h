/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_residual.h - laws of the residual labels that a step's loss makes of labels +-1, and of real ones that it cuts. */
#ifndef GST_LABEL_RESIDUAL_H
#define GST_LABEL_RESIDUAL_H

#include "models/training/label_law.h"
#include "models/training/step_labels.h"

/* Labels +-1 at output f0: two nodes.  y: E y, E[y s_i], E[y s_i s_j] given kappa, of q coordinates s; its square is not
 * read; one: the same of y = 1, or NULL if they are N(0, 1).  GST_NO_MEMORY.  Owner: gst_label_law_free. */
int gst_label_law_signs(gst_label_law **law, const gst_step_labels *labels, double f0, size_t q,
                        const gst_residual_moments *y, const gst_residual_moments *one);

/* E y, E[y s_i], E[y s_i s_j] at one kappa from the mesh of a source of the mean label; one: NULL, or the same of y = 1.
 * Status as gst_label_points_build. */
int gst_label_source_means(gst_label_source *source, const double *kappa, gst_residual_moments *y,
                           gst_residual_moments *one);

/* Real labels that are cut, the arguments as of gst_label_law_given, the source's mesh split where the loss bends
 * (step_target.h).  dense != 0: a mesh of at least `nodes` nodes, as of gst_label_mesh_given. */
int gst_label_law_cut(gst_label_law **law, gst_label_source *source, const gst_step_labels *labels,
                      const double *kappa, double f0, size_t nodes, double length, int dense);

#endif
