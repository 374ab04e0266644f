/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation.h - the activation sigma of the network: a function of one variable. */
#ifndef GST_ACTIVATION_H
#define GST_ACTIVATION_H

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_activation gst_activation;

/* Compile a name or an expression in z; table:FILE is a function by numbers (docs/usage.md).  GST_INVALID: not an expression in z alone, constant, or not
 * finite on the real line near 0. */
int gst_activation_compile(gst_activation **activation, const char *text, gst_message *message);
void gst_activation_free(gst_activation *activation);

/* The text it was compiled from. */
const char *gst_activation_text(const gst_activation *activation);

#ifdef __cplusplus
}
#endif

#endif
