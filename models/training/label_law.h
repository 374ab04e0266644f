/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_law.h - the law of the residual labels of a batch, as a one-dimensional rule.
 *
 * The bulk of a network trained on finite batches depends on the residual yt = g(z) + sqrt(Delta) xi - f0
 * alone given the spikes, through averages E[f F(yt)] of analytic functions F with weights f made of yt and z.  All
 * of them share one Gauss rule in x = yt/sqrt(s^2 + yt^2), s^2 = E yt^2 or more:
 *   sum_i weight_f[i] F(y_i),   exact when F is a polynomial in x of degree below n (2n for f = 1). */
#ifndef GST_LABEL_LAW_H
#define GST_LABEL_LAW_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "models/training/label_source.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_target gst_target;

/* Powers of yt known by their mean: E yt^k, k = 0 .. GST_LABEL_MOMENTS - 1. */
#define GST_LABEL_MOMENTS 9

typedef struct {
    size_t n, r, terms;
    double *y;      /* nodes */
    double *weight; /* weight[f*n + i]; f from gst_label_term_* */
    double moment[GST_LABEL_MOMENTS];
    double linear[3 * GST_TARGET_DIM_MAX]; /* E[yt^k z_j] at (k-1)*r + j, k = 1..3 */
    double square[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX]; /* E[yt z_i z_j] at i*r + j */
    double *block;
} gst_label_law;

/* Indices of the weights: f = 1; yt^k, k = 1..6; yt^k z_j, k = 1..3; z_j; z_i z_j. */
size_t gst_label_term_one(void);
size_t gst_label_term_power(size_t k);
size_t gst_label_term_linear(const gst_label_law *law, size_t k, size_t j);
size_t gst_label_term_mean(const gst_label_law *law, size_t j);
size_t gst_label_term_square(const gst_label_law *law, size_t i, size_t j);

/* Given kappa (label_source.h), its variables z are the coordinates s and its r is q.  A rule of at most `nodes` nodes
 * (fewer if yt takes fewer values) from the source's mesh; f0: the network's output at kappa.  weight: of kappa, points
 * are left out whose own weight times it is negligible.  length: over which the averaged functions vary in yt; s
 * above is as long, within 2 and 30 root mean squares, since the longer it is the fewer nodes do; 0: s^2 = E yt^2.
 * Moments are those of the mesh, noise added; without kappa (NULL) those of the measure that is reduced last.
 * GST_OK, GST_FAILED (values that are not finite, kinks that cannot be split, a mesh too large),
 * GST_NO_MEMORY.  Owner: gst_label_law_free. */
int gst_label_law_given(gst_label_law **law, gst_label_source *source, const double *kappa,
                        double weight, double f0, double noise, size_t nodes, double length);
/* The same law as Gauss rules on narrow panels of yt (label_panels.c), whatever the number of variables. */
int gst_label_law_panels(gst_label_law **law, gst_label_source *source, const double *kappa,
                         double f0, double noise);
/* The same law as a mesh (label_mesh.c): for averages of functions with poles near the real axis, of which a Gauss rule
 * sees nothing.  With noise, of `nodes` nodes; without, the nodes of the source; of two variables without spikes, on panels.
 * GST_UNBUILT: more nodes would be needed. */
int gst_label_mesh_given(gst_label_law **law, gst_label_source *source, const double *kappa,
                         double f0, double noise, size_t nodes);
void gst_label_law_free(gst_label_law *law);

/* Without spikes: a rule of at most `nodes` nodes (fewer if yt takes fewer values) from the target's mesh of `order`
 * intervals per variable and, if noise > 0, one for xi.  f0: output at initialisation.
 * GST_OK, GST_FAILED (values that are not finite, kinks that cannot be split, a mesh too large),
 * GST_NO_MEMORY.  Owner: gst_label_law_free. */
int gst_label_law_build(gst_label_law **law, const gst_target *target, double f0, double noise,
                        size_t order, size_t nodes, int companion);
/* The same law as a mesh of about `nodes` nodes, nowhere coarser. */
int gst_label_law_mesh(gst_label_law **law, const gst_target *target, double f0, double noise,
                       size_t order, size_t nodes, int companion);

#ifdef __cplusplus
}
#endif

#endif
