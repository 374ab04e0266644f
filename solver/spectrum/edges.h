/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edges.h - where bulks end: private to the solver's spectrum files. */
#ifndef GST_EDGES_H
#define GST_EDGES_H

#include "giantstep/spectrum.h"
#include "solver/spectrum/resolvent.h"

/* Bulks of the full resolvent, edges compared with the companion's (edges.c).  atom: the mass at 0. */
int gst_support_find(gst_resolvent *full, gst_resolvent *companion, double atom,
                     volatile const int *stop, gst_support *support);

#endif
