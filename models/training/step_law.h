/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_law.h - one step of a trajectory (private to trajectory.c and step_law.c). */
#ifndef GST_STEP_LAW_H
#define GST_STEP_LAW_H

#include "models/training/step_labels.h"
#include "models/training/trajectory.h"

/* What a step of size eta on a batch of phi = d/n_t of those labels does to the rows `before`: all members but those of the next state.
 * Status as gst_trajectory_build.  Clear in any case. */
int gst_step_law_build(gst_step_law *law, const gst_features *before, const gst_step_labels *labels,
                       double eta, double phi, gst_label_resolution resolution);
void gst_step_law_clear(gst_step_law *law);

#endif
