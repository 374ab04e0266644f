/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis_expectation.h - gst_expectation over one variable (private to integrals/). */
#ifndef GST_AXIS_EXPECTATION_H
#define GST_AXIS_EXPECTATION_H

#include "expectation.h"

/* As gst_expectation when kinks.dim = first + 1; value, half and error are not NULL. */
int gst_axis_expectation(const gst_expectand *e, const double *fixed,
                         const gst_expectation_options *options, double *value, double *half,
                         double *error);

#endif
