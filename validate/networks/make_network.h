/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make_network.h - the first layer of one replicate: drawn, or drawn and trained. */
#ifndef GST_MAKE_NETWORK_H
#define GST_MAKE_NETWORK_H

#include "validate/networks/first_layer.h"
#include "giantstep/simulation.h"

/* p rows in d dimensions.  *drawn: 1 if they come from their law (GST_WEIGHTS_SRF of a training that changes them, or
 * of spikes): then spikes are the first axes.  GST_OK, GST_FAILED (a row without length, values that are not finite),
 * GST_INVALID, GST_NO_MEMORY, GST_INTERRUPTED.  Owner: caller, gst_first_layer_clear, on any return. */
int gst_make_network(gst_first_layer *network, const gst_problem *problem, gst_weights weights,
                     size_t d, size_t p, gst_precision precision, gst_random random,
                     volatile const int *stop, int *drawn, gst_message *message);

#endif
