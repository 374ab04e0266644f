/* SPDX-License-Identifier: GPL-3.0-or-later */
/* separability_options.c - the options of `bounds' that matter to --separability alone. */
#include "cli/options/separability_options.h"

static const gst_option_id wanted[] = {
    GST_OPTION_LABELS, GST_OPTION_STEP_LOSS, GST_OPTION_BULK,
    GST_OPTION_SPIKE,  GST_OPTION_OVERLAP,   GST_OPTION_BULK_VARIANCE,
    GST_OPTION_NOISE,  GST_OPTION_BETA,      GST_OPTION_WIDTH};
enum { WANTED = sizeof wanted / sizeof *wanted };

int gst_separability_misses(const gst_settings *settings, gst_option_id id)
{
    if (settings->command->letter != 'b' || gst_setting_is_on(settings, GST_OPTION_SEPARABILITY))
        return 0;
    for (size_t i = 0; i < WANTED; i++)
        if (wanted[i] == id)
            return 1;
    return 0;
}

int gst_separability_check(const gst_settings *settings)
{
    for (size_t i = 0; i < WANTED; i++)
        if (gst_setting_is_given(settings, wanted[i]) &&
            gst_separability_misses(settings, wanted[i]))
            return gst_setting_refuse(settings, wanted[i], NULL, "needs --separability");
    return 0;
}
