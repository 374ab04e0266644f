/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cuts.h - where an axis of a nested integral is cut (private to integrals/). */
#ifndef GST_CUTS_H
#define GST_CUTS_H

#include "integrals/line.h"

enum { GST_CUTS_MOST = 64 };

/* Panels of one axis, ends[0] = -GST_GAUSSIAN_BOX < .. < ends[panels] = GST_GAUSSIAN_BOX. */
typedef struct {
    size_t panels;
    double ends[GST_CUTS_MOST + 2];
} gst_cuts;

/* Cuts of `axis`, the axes outside it held at at[j], j < axis; the rest of at (line->kinks->dim values) is
 * overwritten.  line: from gst_line_init for twice the box; without kinks there is one panel and only line->kinks
 * is read.  GST_FAILED: more than GST_CUTS_MOST kinks, or an argument that is not finite. */
int gst_cuts_find(gst_line *line, size_t axis, double *at, gst_cuts *cuts);

#endif
