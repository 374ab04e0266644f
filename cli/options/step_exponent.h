/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_exponent.h - --step-exponent s: --eta is K0, and the step eta = K0 p^(s - 1/2) (theory 6.2). */
#ifndef GST_STEP_EXPONENT_H
#define GST_STEP_EXPONENT_H

#include "cli/options/grid.h"

/* Sets what gst_grid_point needs to give the steps of a grid whose axes are there, and refuses what has no width p.  0 or
 * an exit code, the message printed. */
int gst_step_exponent_apply(gst_grid *grid, const gst_settings *settings);

#endif
