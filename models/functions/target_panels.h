/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_panels.h - where a target is resolved: what meshes over its variables have to see. */
#ifndef GST_TARGET_PANELS_H
#define GST_TARGET_PANELS_H

#include "models/functions/expression.h"
#include "integrals/partition.h"

/* g, of one variable, resolved on the Gaussian box, kinks split off; companion as in partition.h.  Status as
 * gst_partition_resolve, GST_FAILED for too many kinks.  Owner: caller, gst_partition_free. */
int gst_target_panels(gst_partition **panels, const gst_expression *g, int companion);

/* The length of the shortest panel on which g is resolved along any of its variables, the others held at a few
 * generic values; panels that crowd at a kink are left out, since meshes are cut there.  INFINITY if g does not
 * depend on more than its kinks.  *pole: g has a pole on one of these lines, so that its moments diverge. */
int gst_target_finest(const gst_expression *g, double *length, int *pole);

/* A trapezoid rule on the box sees every feature of a function with panels no shorter than `length` when it has at
 * least this many intervals: one node per quarter panel. */
double gst_order_that_sees(double length);

/* The same for the first samples of an adaptive rule along one axis. */
double gst_spacing_that_sees(double length);

#endif
