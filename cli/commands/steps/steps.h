/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps.h - the two tables of `giantstep steps`.  Each returns an exit code, its messages printed. */
#ifndef GST_STEPS_H
#define GST_STEPS_H

#include "cli/options/settings.h"

/* Spikes and bulk after each step. */
int gst_steps_dynamics(const gst_settings *settings);

/* --learnability: the directions of the target learned at each step. */
int gst_steps_learnability(const gst_settings *settings);

#endif
