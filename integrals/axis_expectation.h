/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis_expectation.h - gst_expectation over one variable (private to integrals/). */
#ifndef GST_AXIS_EXPECTATION_H
#define GST_AXIS_EXPECTATION_H

#include "integrals/expectation.h"

/* As gst_expectation when kinks.dim = first + 1; value, half and error are not NULL.  compare = 0: without the
 * companion, which is half of the work; half is then the value, and the error only what is not resolved. */
int gst_axis_expectation(const gst_expectand *e, const double *fixed,
                         const gst_expectation_options *options, int compare, double *value,
                         double *half, double *error);

#endif
