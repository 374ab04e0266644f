/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bounds_separability.h - `giantstep bounds --separability'. */
#ifndef GST_BOUNDS_SEPARABILITY_H
#define GST_BOUNDS_SEPARABILITY_H

#include "cli/options/settings.h"

/* The table; returns an exit code. */
int gst_bounds_separability(const gst_settings *settings);

#endif
