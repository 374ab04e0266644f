/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_options.c - --covariance and --teacher-source: read, and held against other options. */
#include "cli/options/covariance_options.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "cli/options/fields.h"
#include "cli/process/report.h"

/* `steps' has a flag of the name --covariance. */
static gst_option_id option_of(const gst_settings *settings)
{
    return gst_command_takes(settings->command, GST_OPTION_INPUT_COVARIANCE)
               ? GST_OPTION_INPUT_COVARIANCE
               : GST_OPTION_COVARIANCE_OF_INPUTS;
}

static const char *text_of(const gst_settings *settings)
{
    gst_option_id id = option_of(settings);
    return gst_command_takes(settings->command, id) ? gst_setting_text(settings, id) : NULL;
}

/* The option's only value, NAN without one. */
static double only_value(const gst_settings *settings, gst_option_id id)
{
    const char *text = gst_setting_text(settings, id);
    double value;
    if (!gst_command_takes(settings->command, id) || !text)
        return NAN;
    const char *end = gst_number_read(text, &value);
    return end && *end == '\0' ? value : NAN;
}

/* d of --d, or of --width and --beta. */
static double dimension(const gst_settings *settings)
{
    double d = only_value(settings, GST_OPTION_D), width = only_value(settings, GST_OPTION_WIDTH);
    return isfinite(width) ? width / only_value(settings, GST_OPTION_BETA) : d;
}

static int check(const gst_settings *settings, gst_option_id id)
{
    if (gst_setting_text(settings, GST_OPTION_MIXTURE))
        return gst_setting_refuse(settings, id, NULL, "is excluded by --mixture");
    if (gst_setting_is_on(settings, GST_OPTION_SEPARABILITY))
        return gst_setting_refuse(settings, id, NULL, "is excluded by --separability");
    return 0;
}

int gst_covariance_options_read(gst_data **covariance, const gst_settings *settings)
{
    const char *text = text_of(settings);
    gst_option_id id = option_of(settings);
    int given = gst_setting_is_given(settings, GST_OPTION_TEACHER_SOURCE);
    gst_message message = {""}, named = {""};
    *covariance = NULL;
    if (!text)
        return given ? gst_setting_refuse(settings, GST_OPTION_TEACHER_SOURCE, NULL, "needs --%s",
                                          gst_option_table[id].name)
                     : 0;
    int status = gst_covariance_parse(
        covariance, text, given ? gst_setting_number(settings, GST_OPTION_TEACHER_SOURCE) : NAN,
        dimension(settings), &message);
    if (status != GST_OK) {
        int own = id == GST_OPTION_INPUT_COVARIANCE && strncmp(message.text, "cov", 3) == 0;
        gst_fail(&named, status, "%s%.240s", own ? "input_" : "", message.text);
        return gst_report_fields(status == GST_INVALID ? GST_EXIT_USAGE : GST_EXIT_RUNTIME,
                                 named.text);
    }
    return *covariance ? check(settings, id) : 0;
}

const char *gst_covariance_options_scaling(const gst_settings *settings)
{
    const char *text = text_of(settings);
    return text && strcmp(text, "identity") != 0
               ? "eigenvalues of mean 1; z1, z2, .. independent N(0, 1); T_j ~ mu_j "
                 "omega_j^teacher-source unless a file gives energies"
               : NULL;
}
