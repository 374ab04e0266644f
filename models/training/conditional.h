/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional.h - the target given the spikes: E[g|kappa] and what the residual directions add. */
#ifndef GST_CONDITIONAL_H
#define GST_CONDITIONAL_H

#include <stddef.h>

#include "integrals/affine_map.h"
#include "models/functions/expression.h"
#include "giantstep/limits.h"

typedef struct gst_features gst_features;
typedef struct gst_target gst_target;

/* The target as a function of (kappa, s), z = (gamma | rest) (kappa, s), m + q variables. */
typedef struct {
    const gst_expression *g;
    gst_affine map;
    gst_kinks kinks; /* those of the map; step_target.h adds to them */
    double matrix[GST_TARGET_DIM_MAX * (GST_SPIKES_MAX + GST_TARGET_DIM_MAX)];
    size_t m, q;
    double finest;                    /* gst_target_finest_panel */
    double size;                      /* about (E g^2)^(1/2): errors relative to it do not matter */
    double h, h1[GST_TARGET_DIM_MAX]; /* of the node at work, for its second pass */
} gst_conditional_target;

/* The setup points into itself: do not copy it. */
void gst_conditional_setup(gst_conditional_target *t, const gst_features *features,
                           const gst_target *target);

/* At n points kappa[l*n + k]:
 *   h[k] = E[g|kappa],  h1[j*n + k] = E[g s_j|kappa],  rest[k] = E[(g - h - sum_j h1_j s_j)^2|kappa].
 * Status as gst_expectation; half != 0: the companion's answer. */
int gst_conditional_tabulate(gst_conditional_target *t, const gst_features *features, size_t n,
                             const double *kappa, int half, double *h, double *h1, double *rest);

#endif
