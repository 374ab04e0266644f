/* SPDX-License-Identifier: GPL-3.0-or-later */
/* panel_cuts.h - panels cut where labels are cut (private to models/training). */
#ifndef GST_PANEL_CUTS_H
#define GST_PANEL_CUTS_H

#include "models/training/conditional.h"

/* Cuts `panels` panels between ends[0] < .. < ends[panels] at the kinks of target along one of its coordinates (kappa, s)
 * that are not kinks of g alone, the coordinates before it held at `fixed`; nothing if there are none.  *ends is replaced.
 * GST_OK, GST_FAILED (too many kinks), GST_NO_MEMORY. */
int gst_panels_cut(const gst_conditional_target *target, size_t axis, const double *fixed,
                   size_t *panels, double **ends);

#endif
