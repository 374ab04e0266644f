/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search_ranges.h - `--optimise eta,lambda`: axes that are searched instead of listed. */
#ifndef GST_SEARCH_RANGES_H
#define GST_SEARCH_RANGES_H

#include "giantstep/optimise_step.h"
#include "cli/options/settings.h"

/* 1 if the option is an axis named in --optimise. */
int gst_optimise_has(const gst_settings *settings, gst_option_id id);

/* The text of the range searched by default, for the preamble: NULL unless the option is an axis named in
 * --optimise to which no range was given. */
const char *gst_optimise_default(const gst_settings *settings, gst_option_id id);

/* Where such an axis is searched: between the ends of what was given to it, or by default eta in [0.01, 100]
 * and lambda in [1e-8, 1e4], first at four points a decade or more; the default one for other axes.  0 or an exit code, the message printed. */
int gst_optimise_range(const gst_settings *settings, gst_option_id id, gst_range *range);

#endif
