/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_measure.h - a discrete measure of labels before it is reduced to a rule (private to label_*.c). */
#ifndef GST_LABEL_MEASURE_H
#define GST_LABEL_MEASURE_H

#include "models/training/label_law.h"

/* Points y of weight w, at x on the axis of the polynomials; E[s_j|point] at z[j*capacity + k] and E[s_i s_j|point],
 * i <= j, row by row, at zz[pair*capacity + k]. */
typedef struct {
    size_t n, r, capacity;
    double *y, *w, *x, *z, *zz, *block;
} gst_label_measure;

/* A law of variables z_1 .. z_r without nodes, room for n nodes of weight 0, and both, of which nothing is left on failure.
 * GST_NO_MEMORY.  Owner: gst_label_law_free. */
int gst_label_law_alloc(gst_label_law **law, size_t r);
int gst_label_law_room(gst_label_law *law, size_t n);
int gst_label_law_blank(gst_label_law **law, size_t n, size_t r);

/* Room for n points.  GST_FAILED (too many), GST_NO_MEMORY.  Owner: caller, free(block). */
int gst_label_measure_alloc(gst_label_measure *m, size_t n, size_t r);

/* The law of a measure: a rule of at most `nodes` nodes, length as in gst_label_law_given; 0: all points.  Its moments are
 * those of the measure.  GST_FAILED (they are not finite), GST_NO_MEMORY, and nothing is left. */
int gst_label_law_from(gst_label_law **law, gst_label_measure *m, size_t nodes, double length);

/* The points themselves as nodes.  GST_NO_MEMORY. */
int gst_label_take_points(gst_label_law *law, const gst_label_measure *m);

/* Nodes and weights of a law, allocated without nodes; at most `nodes` nodes.  y = scale x/sqrt(1 - x^2).
 * GST_FAILED, GST_NO_MEMORY. */
int gst_label_reduce(gst_label_law *law, const gst_label_measure *m, size_t nodes, double scale);

/* The same on panels in asinh(y/scale) as narrow as the poles next to the real axis that averages of rare labels have, ten
 * or twenty nodes for each; companion != 0: on others. */
int gst_label_reduce_panels(gst_label_law *law, const gst_label_measure *m, double scale,
                            int companion);

#endif
