/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid_density.h - densities of one resolution, and where a grid has its points: private to the solver's spectrum
 * files. */
#ifndef GST_GRID_DENSITY_H
#define GST_GRID_DENSITY_H

#include "solver/spectrum/resolvent.h"

/* sum_g (1/pi) Im V2_g on the axis, zero outside; NaN if no branch is certified.  group: NULL or K. */
double gst_resolvent_density(gst_resolvent *r, double x, double *group);

/* Point i of 0 .. intervals of a bulk's grid, and dx/dtheta. */
double gst_grid_place(double low, double high, size_t i, size_t intervals, double *slope);

#endif
