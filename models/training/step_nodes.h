/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_nodes.h - the spike coordinates of the samples of a step: nodes of kappa, and sigma's averages there. */
#ifndef GST_STEP_NODES_H
#define GST_STEP_NODES_H

#include "base/arena.h"
#include "models/data/latent.h"
#include "models/functions/slope_moments.h"
#include "models/training/step_target.h"

/* Expectations over kappa are sum_k w[k] F(k).  Without spikes: one node of weight one.  Where the inputs have nodes
 * (models/data/data.h) kappa are all m + q coordinates and there is no s; or, with gst_step_nodes_together and without
 * spikes, none, and a node is all samples of one bulk. */
typedef struct {
    size_t K, m, q, rows, n; /* m of kappa, q of s */
    double *w;
    double *kappa;  /* kappa[l*n + k] */
    double *slope;  /* slope_moments.h of group g at U_g.kappa: [(g*rows + row)*n + k] */
    double *f0;     /* the network's output, sum_g pi_g A_g mu0_g */
    double *mean;   /* E[yt|kappa]; these three from gst_step_nodes_labels */
    double *square; /* E[yt^2|kappa], label noise included */
    double *linear; /* E[yt s_i|kappa] at i*n + k */
    gst_latent
        latent; /* nodes of the inputs, of which node k has from[k] .. to[k]-1; none: n = 0 */
    size_t *from, *to;
    double *bulk;
    gst_arena memory;
} gst_step_nodes;

/* A mesh of `order` intervals per spike (kappa_mesh.h), with the first `rows` of sigma's averages.  target: set up
 * for the rows f.  half != 0: its companion.  Status as gst_kappa_mesh, gst_slope_table.  Clear in any case. */
int gst_step_nodes_build(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                         size_t order, size_t rows, int half);
int gst_step_nodes_together(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                            size_t order, size_t rows, int half);
void gst_step_nodes_clear(gst_step_nodes *nodes);

/* The labels' moments given kappa.  Status as gst_step_target_tabulate. */
int gst_step_nodes_labels(gst_step_nodes *nodes, gst_step_target *target, int half);

#endif
