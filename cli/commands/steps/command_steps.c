/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_steps.c - `giantstep steps`: spikes and bulk after each giant step, or what of the target can be
 * learned. */
#include "cli/commands/run.h"
#include "cli/commands/steps/steps.h"

int gst_command_steps(const gst_settings *settings)
{
    return gst_setting_is_on(settings, GST_OPTION_LEARNABILITY) ? gst_steps_learnability(settings)
                                                                : gst_steps_dynamics(settings);
}
