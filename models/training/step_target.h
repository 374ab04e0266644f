/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_target.h - the residual labels of a step as functions of the coordinates (kappa, s) of its samples, and their
 * averages given kappa. */
#ifndef GST_STEP_TARGET_H
#define GST_STEP_TARGET_H

#include "base/arena.h"
#include "integrals/chebyshev.h"
#include "models/training/conditional.h"
#include "models/training/step_labels.h"

/* It points into itself: do not copy it. */
typedef struct {
    const gst_step_labels *labels;
    const gst_features *f;
    gst_conditional_target y; /* E[y|z] */
    gst_kinks kinks;          /* its own, and the edges of the cut: for functions of s at a kappa */
    size_t edges;             /* g - f0 = edge[i] at them */
    double edge[GST_STEP_EDGES];
    gst_chebyshev *table; /* mu0 of the groups, for f0(kappa); NULL without edges */
    double f0;            /* of the kappa at work, for the averages */
    gst_arena memory;
} gst_step_target;

/* For a step that finds the rows f.  half != 0: companions.  Status as gst_slope_moments, GST_NO_MEMORY.  Clear in any
 * case. */
int gst_step_target_setup(gst_step_target *target, const gst_features *f,
                          const gst_step_labels *labels, int half);
void gst_step_target_clear(gst_step_target *target);

/* At n points kappa[l*n + k], f0[k] the output there: mean[k] = E[yt|kappa], square[k] = E[yt^2|kappa],
 * linear[i*n + k] = E[yt s_i|kappa].  Status as gst_conditional_tabulate. */
int gst_step_target_tabulate(gst_step_target *target, size_t n, const double *kappa,
                             const double *f0, int half, double *mean, double *square,
                             double *linear);

/* All moments, without spikes.  Status as gst_expectation. */
int gst_step_target_start(gst_step_target *target, double f0, int half, gst_residual_moments *out);

/* E[y], E[y s_i], E[y s_i s_j] without spikes, z = rest s, of labels that are not cut: as moments of the mean label. */
int gst_mean_label_start(const gst_step_target *target, int half, gst_residual_moments *out);

#endif
