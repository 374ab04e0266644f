/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.h - the last solutions along a curve, and where they lead: starts for Newton's iteration at the next point. */
#ifndef GST_PATH_H
#define GST_PATH_H

#include "base/arena.h"
#include "solver/readout/state.h"

enum { GST_PATH_POINTS = 4 };

/* Solutions (V1, V2) at `count` points, the newest first.  All members zero: there are none. */
typedef struct {
    size_t L, count;
    gst_scaled_point at[GST_PATH_POINTS];
    double *x; /* count x L, each in the scaling of its point */
    gst_arena memory;
} gst_path;

/* GST_OK, GST_NO_MEMORY. */
int gst_path_alloc(gst_path *path, size_t L);
void gst_path_clear(gst_path *path);

/* The solution x at that point is the newest; one at the same place is forgotten. */
void gst_path_add(gst_path *path, const gst_scaled_point *point, const double *x);

/* What the newest solution is near `to`, into x: itself, or with the same V = x/t on the other side of n = p.  GST_FAILED:
 * there is none that is finite. */
int gst_path_nearest(const gst_path *path, const gst_scaled_point *to, double *x);

/* The same, and from there along the polynomial through those of the last solutions that lie with it on one line through
 * `to`, as far as its terms, in units of unit[a] > 0, get smaller. */
int gst_path_ahead(const gst_path *path, const gst_scaled_point *to, const double *unit, double *x);

#endif
