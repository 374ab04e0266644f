/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - the rows of W before and after a giant step (theory 7.4). */
#ifndef GST_ROWS_H
#define GST_ROWS_H

#include <stddef.h>

#include "models/training/step_means.h"

typedef struct gst_features gst_features;
typedef struct gst_step gst_step;

typedef struct {
    gst_features *f; /* f->problem is set, f->bulk is not */
    int population; /* no step so far had a finite batch: f->C is more than that of rows of exact norm */
    double rounding; /* components of omega_g not above this are rounding of zero */
} gst_rows;

/* Untrained.  GST_NO_MEMORY.  Clear in any case. */
int gst_rows_start(gst_rows *rows, const gst_problem *problem);
void gst_rows_clear(gst_rows *rows);

/* The step that moves the rows so far, number `number` (from 1) of the problem's, of the averages given.  With
 * e = eta A_g, phi = d/n_t, averages as in step_means.h:
 *   omega_g <- omega_g + v_u,  v_u.x_a = e E[yt m1 x_a],  v_ug.v_uh = phi e_g e_h E[yt^2 m1_g m1_h] + sum_a (..),
 *   c_g <- c_g l2 + e^2 phi E[yt^2 s2],  l2 = (1 + e E[yt m2])^2 + e^2 phi E[yt^2 m2^2].
 * The new spikes are the left singular vectors of the omega_g, in the order of decreasing singular values, those of
 * rounding left out; largest components of gamma are positive, or of U where gamma is zero.  If all rows lie in the
 * target's space and span it, spikes are its coordinates.  As long as all batches are infinite C follows
 *   f <- (I + e E[yt m2 x x^T]) f + delta e/2 E[yt a2 x],
 *   delta <- (qg^2 + c qg e E[yt a3]) delta + 2 c qg e E[yt a2 x].f,    qg = 1 + e E[yt m2],
 * afterwards it is that of rows of exact norm.  GST_OK, GST_FAILED (a row of length zero, averages that are not
 * finite), GST_INVALID (more spikes than GST_SPIKES_MAX), GST_NO_MEMORY, with a message. */
int gst_rows_move(gst_rows *after, const gst_rows *before, const gst_step_means *means,
                  const gst_step *step, size_t number, gst_message *message);

/* The averages that step needs by the route that fits the rows, and the step.  half != 0: companions of all
 * quadratures.  Status as above and as gst_step_means_batch. */
int gst_rows_step(gst_rows *after, const gst_rows *before, const gst_step_labels *labels,
                  const gst_step *step, size_t number, int half, gst_message *message);

#endif
