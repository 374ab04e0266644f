/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_options.h - --second-layer: read, with the file it may name, and held against what commands can do with it. */
#ifndef GST_LAYER_OPTIONS_H
#define GST_LAYER_OPTIONS_H

#include "cli/options/grid.h"
#include "giantstep/second_layer.h"

/* The layer of the settings.  0 or an exit code, the message printed; on any return the caller clears the layer. */
int gst_layer_option_read(const gst_settings *settings, gst_second_layer *layer);

/* Refuses a law of more values than there is a theory for, and where there is none: at infinite width.  0 or an
 * exit code. */
int gst_layer_option_check(const gst_settings *settings, const gst_second_layer *layer,
                           const gst_grid *grid);

/* Says on stderr that gaussian:K is a quadrature. */
void gst_layer_option_note(const gst_settings *settings);

#endif
