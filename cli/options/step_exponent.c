/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_exponent.c - `--step-exponent s': the width that a command's steps scale with.
 *
 *   simulate, validate   p = floor(beta d + 1/2) of the networks;
 *   curve                --width, an axis;
 *   spectrum, steps      --width, or with --simulate, if it is not given, p of the networks. */
#include "cli/options/step_exponent.h"

#include <math.h>
#include <string.h>

#include "cli/options/search_ranges.h"

/* With these no step is eta of all networks. */
static int check_companions(const gst_settings *settings)
{
    static const gst_option_id excluded[] = {GST_OPTION_SCHEDULE, GST_OPTION_SPIKE};
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
        if (gst_setting_text(settings, excluded[i]))
            return gst_setting_refuse(settings, GST_OPTION_STEP_EXPONENT, NULL,
                                      "is excluded by --%s", gst_option_table[excluded[i]].name);
    if (gst_optimise_has(settings, GST_OPTION_ETA))
        return gst_setting_refuse(settings, GST_OPTION_STEP_EXPONENT, NULL,
                                  "is excluded by --optimise eta");
    return 0;
}

/* The best ridge of `validate' is that of infinite width, where such steps are none. */
static int check_ridge(const gst_settings *settings)
{
    const char *lambda = gst_setting_text(settings, GST_OPTION_LAMBDA);
    if (settings->command->letter != 'v' || !lambda || strcmp(lambda, "opt") != 0)
        return 0;
    return gst_setting_refuse(settings, GST_OPTION_LAMBDA, NULL,
                              "is that of infinite width, which --step-exponent has not");
}

static int check_width(const gst_grid *grid, const gst_settings *settings)
{
    int simulated = gst_command_takes(settings->command, GST_OPTION_SIMULATE) &&
                    gst_setting_is_on(settings, GST_OPTION_SIMULATE);
    if (isfinite(grid->width) || !gst_command_takes(settings->command, GST_OPTION_WIDTH))
        return 0;
    for (size_t i = 0; i < grid->count[GST_AXIS_WIDTH]; i++)
        if (!isfinite(grid->values[GST_AXIS_WIDTH][i]) && !simulated)
            return gst_setting_refuse(settings, GST_OPTION_STEP_EXPONENT, NULL,
                                      "wants a finite --width p: the step is eta p^(s - 1/2)");
    return 0;
}

int gst_step_exponent_apply(gst_grid *grid, const gst_settings *settings)
{
    int takes_own = gst_command_takes(settings->command, GST_OPTION_SCALED_WIDTH);
    const char *own = takes_own ? gst_setting_text(settings, GST_OPTION_SCALED_WIDTH) : NULL;
    grid->width = own ? gst_setting_number(settings, GST_OPTION_SCALED_WIDTH) : NAN;
    grid->scaled = gst_command_takes(settings->command, GST_OPTION_STEP_EXPONENT) &&
                   gst_setting_text(settings, GST_OPTION_STEP_EXPONENT);
    if (own && !grid->scaled)
        return gst_setting_refuse(settings, GST_OPTION_SCALED_WIDTH, NULL,
                                  "has no meaning without --step-exponent");
    if (!grid->scaled)
        return 0;
    int code = check_companions(settings);
    if (code != 0)
        return code;
    if (takes_own && !own && !gst_setting_is_on(settings, GST_OPTION_SIMULATE))
        return gst_setting_refuse(settings, GST_OPTION_STEP_EXPONENT, NULL,
                                  "wants a finite --width p: the step is eta p^(s - 1/2)");
    code = check_ridge(settings);
    return code == 0 ? check_width(grid, settings) : code;
}
