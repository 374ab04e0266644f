/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_newton.h - coordinates in which solutions are followed (private to coupled*.c). */
#ifndef GST_COUPLED_NEWTON_H
#define GST_COUPLED_NEWTON_H

#include "solver/readout/coupled/coupled.h"

/* An iteration stopped at a residual above this has no usable value. */
#define GST_COUPLED_UNUSABLE 1e-4

/* w from u and back: logarithms of what is positive, ratios of the rest (coupled_newton.c). */
void gst_coupled_to_log(const gst_coupled *c, const double *u, double *w);
void gst_coupled_from_log(const gst_coupled *c, const double *w, double *u);

#endif
