/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture_options.h - --mixture and --cluster-labels: read, and held against other options. */
#ifndef GST_MIXTURE_OPTIONS_H
#define GST_MIXTURE_OPTIONS_H

#include "cli/options/settings.h"
#include "giantstep/mixture.h"

typedef struct gst_target gst_target;

/* The mixture, NULL without; owner: caller, gst_mixture_free.  0 or an exit code, the message printed. */
int gst_mixture_options_read(gst_data **mixture, const gst_settings *settings);

/* Whether clusters have labels, which then are signs and take the place of a target's. */
int gst_mixture_has_labels(const gst_settings *settings);

/* The target, as a function of all the variables of a mixture (NULL: of its own). */
int gst_mixture_target(gst_target **target, const gst_data *mixture, const gst_settings *settings);

#endif
