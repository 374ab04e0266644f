/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite_form.h - Hermite coefficients of an activation's derivative, as two steps at linear width need them. */
#ifndef GST_HERMITE_FORM_H
#define GST_HERMITE_FORM_H

#include <stddef.h>

typedef struct gst_activation gst_activation;

/* hermite[k] = E[sigma^(k+1)] = E[He_{k+1} sigma], k = 0..order; 0 if it is within its error of 0.  GST_OK,
 * GST_LOOSE, GST_FAILED, GST_NO_MEMORY. */
int gst_two_step_hermite(const gst_activation *activation, size_t order, double *hermite);

#endif
