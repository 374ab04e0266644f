/* SPDX-License-Identifier: GPL-3.0-or-later */
/* separability_options.h - the options of `bounds' that matter to --separability alone. */
#ifndef GST_SEPARABILITY_OPTIONS_H
#define GST_SEPARABILITY_OPTIONS_H

#include "cli/options/settings.h"

/* 1 if the command is `bounds' without --separability, and the option says nothing to it: absent from the preamble. */
int gst_separability_misses(const gst_settings *settings, gst_option_id id);

/* Refuse such options where they were given.  0 or an exit code, the message printed. */
int gst_separability_check(const gst_settings *settings);

#endif
