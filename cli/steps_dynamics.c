/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_dynamics.c - spikes and bulk after each step: not built yet. */
#include "report.h"
#include "steps.h"

int gst_steps_dynamics(const gst_settings *settings)
{
    (void)settings;
    return gst_report(GST_EXIT_USAGE, "steps: not built yet");
}
