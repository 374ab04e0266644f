/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_aligned.h - the target given the spikes when residual directions are partly aligned with them
 * (private to conditional*.c). */
#ifndef GST_CONDITIONAL_ALIGNED_H
#define GST_CONDITIONAL_ALIGNED_H

#include "giantstep/features.h"
#include "giantstep/limits.h"
#include "models/training/conditional.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

/* The problem with u in the place of kappa, and its tables on a mesh of u. */
typedef struct {
    gst_features
        f; /* m = directions of u, gamma = their axes; q = directions orthogonal to the spikes */
    double gamma[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    double pull[GST_TARGET_DIM_MAX *
                GST_SPIKES_MAX];    /* E[u_i|kappa] = sum_l pull[i*spikes + l] kappa_l */
    double rho[GST_TARGET_DIM_MAX]; /* its standard deviation */
    size_t spikes;
    gst_mesh mesh;
    double *H, *Hi, *R; /* tables: H[k], Hi[i*n + k], R[k] */
    /* the `count` nodes that matter at one kappa: node near[c], weights of full and half rule times the
     * ratio of the densities of u given kappa and of u, s[i*n + c] = (u_i - E[u_i|kappa])/rho_i */
    size_t count, *near;
    double *weight, *weight_half, *s;
    double *block;
} gst_aligned;

/* Whether all residual directions are orthogonal to all spikes and span the target's space: nothing depends on kappa. */
int gst_target_is_unpulled(const gst_features *f);

/* Splits the residual directions: orthogonal to all spikes, or partly aligned, of length rho < 1.  0 if there is nothing to gain or a direction too thin for a shared mesh. */
int gst_aligned_setup(gst_aligned *a, const gst_features *f);

/* gst_conditional_tabulate by a mesh of u shared by all kappa; clears *a. */
int gst_aligned_tabulate(gst_aligned *a, const gst_expression *g, double finest, size_t n,
                         const double *kappa, int half, double *h, double *h1, double *rest);

#endif
