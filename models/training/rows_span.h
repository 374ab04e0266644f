/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_span.h - the directions that the mean rows span (private to rows*.c). */
#ifndef GST_ROWS_SPAN_H
#define GST_ROWS_SPAN_H

#include <stddef.h>

typedef struct gst_features gst_features;

/* The mean rows omega_g as columns in an orthonormal frame, omega[i*K + g], of which the first s axes are those of the
 * rows before, n >= K axes in all; destroyed. */
typedef struct {
    size_t K, n, s, r;
    double *omega;
    const double *target; /* w*_j on the first s axes: target[j*s + a] */
    double rounding;      /* singular values not above this are zero */
    int whole; /* if they span the target's space, and that is all, take its own coordinates */
} gst_rows_frame;

/* Features of the rows' directions alone: m, q, U, gamma, rest are set.  GST_OK, GST_FAILED, GST_NO_MEMORY, GST_INVALID
 * (more than GST_SPIKES_MAX; *m tells how many). */
int gst_rows_span(gst_features **features, gst_rows_frame *frame, size_t *m);

#endif
