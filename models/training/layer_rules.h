/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_rules.h - memory of a second layer, private to it. */
#ifndef GST_LAYER_RULES_H
#define GST_LAYER_RULES_H

#include <stddef.h>

typedef struct gst_second_layer gst_second_layer;

/* Groups of the first rule of a law. */
enum { GST_LAYER_FIRST_RULE = 6 };

/* Room for K values and fractions, in place of nothing.  GST_OK, GST_NO_MEMORY. */
int gst_second_layer_alloc(gst_second_layer *layer, size_t K);

#endif
