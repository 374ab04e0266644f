/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_options.h - --covariance (of `steps', where that is a flag: --input-covariance) and --teacher-source. */
#ifndef GST_COVARIANCE_OPTIONS_H
#define GST_COVARIANCE_OPTIONS_H

#include <stddef.h>

#include "cli/options/grid.h"
#include "cli/options/settings.h"
#include "giantstep/covariance.h"

typedef struct gst_second_layer gst_second_layer;
typedef struct gst_problem gst_problem;

/* The covariance of the inputs, NULL: the identity; owner: caller, gst_covariance_free.  0 or an exit code, the message
 * printed. */
int gst_covariance_options_read(gst_data **covariance, const gst_settings *settings);

/* Every group of the layer as often as there are points of explicit eigenvectors, in place.  0 or an exit code, the message
 * printed. */
int gst_covariance_options_expand(const gst_data *covariance, gst_second_layer *layer,
                                  const gst_settings *settings);

/* What the preamble says of the scaling: NULL without a covariance. */
const char *gst_covariance_options_scaling(const gst_settings *settings);

/* A note where the spectrum is far from the proportional limit at the sizes of the grid, for some of its problems
 * (covariance_note.c); covariance may be NULL. */
void gst_covariance_note(const gst_data *covariance, const gst_settings *settings,
                         const gst_grid *grid, size_t count, const gst_problem *problems);

#endif
