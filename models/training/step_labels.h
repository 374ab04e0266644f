/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_labels.h - the labels of the giant steps, and what the loss of the steps makes of them (theory 7.2, convex
 * losses A.9).
 *
 * A sample of label y moves the rows by its residual label yt = -l'(y, f0), f0 the network's output.  Three cases:
 *   squared loss, real labels   yt = y - f0;
 *   labels +-1, any loss        yt = offset + slope y, which two values of y make of any function;
 *   Huber's loss, real labels   yt = y - f0 cut at +-clip.
 * In the first two averages of yt follow from those of the mean label E[y|z], a target like any other. */
#ifndef GST_STEP_LABELS_H
#define GST_STEP_LABELS_H

#include "giantstep/labels.h"
#include "giantstep/limits.h"
#include "models/loss/loss.h"

typedef struct gst_target gst_target;
typedef struct gst_problem gst_problem;

typedef struct {
    gst_labels kind;
    double noise; /* Delta */
    double clip;  /* of real labels; INFINITY: not cut */
    const gst_loss *loss;
    const gst_target *mean; /* E[y|z]: g itself, or what `owned' holds */
    gst_target *owned;
} gst_step_labels;

/* Of the problem's steps; clear in any case.  GST_INVALID (a mean label that is no target: all labels are equal, too many
 * kinks), GST_NO_MEMORY, with a message. */
int gst_step_labels_init(gst_step_labels *labels, const gst_problem *problem, gst_message *message);
void gst_step_labels_clear(gst_step_labels *labels);

/* Whether yt is linear in y at a given output: then yt = offset + slope y. */
int gst_step_labels_are_linear(const gst_step_labels *labels);
void gst_step_labels_line(const gst_step_labels *labels, double f0, double *offset, double *slope);

/* E[yt|z] and E[yt^2|z] (which may be NULL) at n points of E[y|z] = y[i] and output f[i]; mean may be y. */
void gst_step_labels_average(const gst_step_labels *labels, size_t n, const double *y,
                             const double *f, double *mean, double *square);

/* The variance of labels +-1 of mean y, which may be larger than 1 by rounding. */
static inline double gst_sign_variance(double y)
{
    double variance = (1.0 - y) * (1.0 + y);
    return variance < 0.0 ? 0.0 : variance;
}

/* Where in u = g - f0 the averages over the noise bend, or turn within less than `size', the variation of g: at most
 * GST_STEP_EDGES of them. */
enum { GST_STEP_EDGES = 8 };
size_t gst_step_labels_edges(const gst_step_labels *labels, double size, double *edge);

/* E[(.)|kappa] of the samples of one kappa, s ~ N(0, I_q). */
typedef struct {
    double mean, square;                                  /* E yt, E yt^2 */
    double linear[GST_TARGET_DIM_MAX];                    /* E[yt s_i] */
    double pair[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX]; /* E[yt s_i s_j] at i*q + j */
} gst_residual_moments;

#endif
