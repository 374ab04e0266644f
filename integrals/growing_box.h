/* SPDX-License-Identifier: GPL-3.0-or-later */
/* growing_box.h - Gaussian expectations whose integrands may need, or exceed, more than mesh.h's box. */
#ifndef GST_GROWING_BOX_H
#define GST_GROWING_BOX_H

#include "giantstep/status.h"
#include "integrals/integrand.h"

/* E F_c(z), z ~ N(0, I_r), c < components.  f as in mesh.h, at most GST_BOX_POINTS points at a time; kinks those
 * of F, kinks.dim = r.  epsabs: what is rounding in F.  scale(params, value, to) fills to[components] with what
 * the errors are measured by, from the values found. */
#define GST_BOX_POINTS 64

/* The most variables. */
#define GST_BOX_VARIABLES_MAX 4

typedef struct {
    gst_kinks kinks;
    size_t components;
    double epsabs;
    gst_integrand *f;
    void (*scale)(const void *params, const double *value, double *to);
    void *params;
} gst_growing_box;

/* value[components] and error[components] on boxes of 12, 18, 27 and 40 standard deviations, until the errors are
 * below 1e-13 of the scale or a larger box no longer helps.  GST_OK, GST_LOOSE (the best box missed that),
 * GST_INVALID (the values do not settle as the box grows, or are not finite: there is no such expectation),
 * GST_NO_MEMORY. */
int gst_growing_box_expectation(const gst_growing_box *problem, double *value, double *error);

#endif
