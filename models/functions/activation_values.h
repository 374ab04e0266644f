/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation_values.h - sigma and sigma' over large arrays. */
#ifndef GST_ACTIVATION_VALUES_H
#define GST_ACTIVATION_VALUES_H

#include <stddef.h>

typedef struct gst_activation gst_activation;

/* value[k] = sigma(z[k]); derivative[k] = sigma'(z[k]) unless it is NULL.  value may be z.  NaN where sigma is
 * not finite.  Elementary functions run on vectors (4 ulp each); an expression of more than 64 operations
 * goes through its own evaluator. */
void gst_activation_values(const gst_activation *activation, size_t n, const double *z,
                           double *value, double *derivative);

/* The same, each rounded to single precision. */
void gst_activation_values_single(const gst_activation *activation, size_t n, const float *z,
                                  float *value, float *derivative);

#endif
