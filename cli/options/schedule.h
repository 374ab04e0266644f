/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.h - `--schedule eta:alpha0,eta:alpha0,...`: steps, each of its own size and batch. */
#ifndef GST_SCHEDULE_H
#define GST_SCHEDULE_H

#include "cli/options/settings.h"
#include "giantstep/status.h"

typedef struct gst_training gst_training;

/* Fill steps, listed and step; without --schedule they stay as they are.  What it excludes must not be given.  0 or an
 * exit code, the message printed. */
int gst_schedule_read(const gst_settings *settings, gst_training *training);

/* 1 if --schedule takes the place of that option, whose default then means nothing. */
int gst_schedule_replaces(const gst_settings *settings, gst_option_id id);

#endif
