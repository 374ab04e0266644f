/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_measure.h - singular values and directions of a first layer: private to validate. */
#ifndef GST_TWO_STEP_MEASURE_H
#define GST_TWO_STEP_MEASURE_H

#include "validate/networks/two_step_simulation.h"

/* W[i*d + j], N x d.  B[k*d + j]: rows b_0 .. b_L, then beta1, L + 2 of them; they are orthonormalised.
 * Target directions are the first r axes.  Status as gst_two_step_simulation_run. */
int gst_two_step_sample_measure(size_t N, size_t d, size_t order, size_t r, const double *W,
                                double *B, gst_two_step_sample *sample);

#endif
