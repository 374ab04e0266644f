/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.h - a walk down the axis over all bulks: private to the solver's spectrum files. */
#ifndef GST_SUPPORT_H
#define GST_SUPPORT_H

#include "solver/spectrum/resolvent.h"

/* Points in decreasing order: density > 0 inside, 0 outside; V2[i*K + g] (support.c). */
typedef struct {
    gst_resolvent *r; /* borrowed */
    size_t count;
    double *x, *density, *V2;
    double *group; /* K: of the last look */
    gst_arena memory;
    volatile const int *stop;
} gst_walk;

/* GST_OK, GST_FAILED, GST_NO_MEMORY, GST_INTERRUPTED; clear in any case. */
int gst_walk_find(gst_walk *w, gst_resolvent *r, double atom, volatile const int *stop);
void gst_walk_clear(gst_walk *w);

static inline int gst_walk_is_inside(const gst_walk *w, size_t i)
{
    return w->density[i] > 0.0;
}

#endif
