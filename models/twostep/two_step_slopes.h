/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_slopes.h - joint averages of derivatives of the activation (private to models/). */
#ifndef GST_TWO_STEP_SLOPES_H
#define GST_TWO_STEP_SLOPES_H

#include <stddef.h>

typedef struct gst_activation gst_activation;

/* slopes[k*(order+1) + j] = E[sigma'^j sigma^(k+1)], 0 <= j <= k <= order, z ~ N(0,1), j = 0 being
 * E[He_{k+1} sigma].  *smooth: the k below which all of them were found to `tol` relative accuracy (0 for an
 * activation with kinks); above, E[sigma']^j E[sigma^(k+1)] stands in their place.  GST_OK, GST_LOOSE,
 * GST_FAILED, GST_NO_MEMORY. */
int gst_two_step_slopes(const gst_activation *activation, size_t order, double tol, double *slopes,
                        size_t *smooth);

#endif
