/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_means.h - averages over the samples of one giant step: how it moves the rows (theory 7.4).
 *
 * A sample of a step has the coordinates x = (kappa_1 .. kappa_m, s_1 .. s_q), kappa_l = v_l.x, s_i = zeta_i.x, in the
 * basis of the rows that the step finds, z = gamma kappa + rest s, and the residual label
 *   yt = -l'(y, f0),  f0 = sum_h pi_h A_h mu0_h(U_h.kappa)                          (step_labels.h);
 * m1, m2, a2, a3, s2 of group g are averages of sigma's slopes at U_g.kappa (slope_moments.h). */
#ifndef GST_STEP_MEANS_H
#define GST_STEP_MEANS_H

#include <stddef.h>

#include "base/arena.h"
#include "models/training/step_labels.h"

typedef struct gst_features gst_features;

/* Averages this small, relative to the root mean square of yt, are the rounding of zero. */
#define GST_STEP_ROUNDING 1e-12

typedef struct {
    size_t K, s, n;        /* s = m + q coordinates; n rows of factor */
    double square;         /* E yt^2, label noise included */
    double *drift;         /* E[yt m1 x_a] at g*s + a */
    double *second;        /* E[yt m2] */
    double *second_square; /* E[yt^2 m2^2] */
    double *noise;         /* E[yt^2 s2] */
    double *factor;        /* E[yt^2 m1_g m1_h] = sum_k factor[k*K + g] factor[k*K + h] */
    int complete;          /* the following are set: */
    double *hessian;       /* E[yt m2 x_a x_b] at (g*s + a)*s + b */
    double *third;         /* E[yt a2 x_a] at g*s + a */
    double *fourth;        /* E[yt a3] */
    gst_arena memory;
} gst_step_means;

/* All zero.  GST_NO_MEMORY.  Clear in any case. */
int gst_step_means_take(gst_step_means *means, size_t K, size_t s, size_t n);
void gst_step_means_clear(gst_step_means *means);

/* The routes to the averages over the samples of a step that finds the rows f, of f->problem, whose labels are given;
 * clear in any case.  half != 0: companions of all quadratures.  GST_OK, GST_LOOSE (a quadrature missed its tolerance), GST_FAILED (averages
 * that are not finite; E[yt^2 s2] may be infinite), GST_NO_MEMORY.
 *   start       no spikes: sigma and labels separate, products of their moments; complete
 *   population  all directions within the target's (m + q = r): one r-dimensional expectation, without second_square,
 *               noise and factor; complete
 *   batch       a mesh over kappa, refined until nothing changes, and the labels' moments given kappa; complete where the
 *               inputs have nodes (models/data/data.h): then it is the only route */
int gst_step_means_start(gst_step_means *means, const gst_features *f,
                         const gst_step_labels *labels, int half);
int gst_step_means_population(gst_step_means *means, const gst_features *f,
                              const gst_step_labels *labels, int half);
int gst_step_means_batch(gst_step_means *means, const gst_features *f,
                         const gst_step_labels *labels, int half);

#endif
