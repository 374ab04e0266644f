/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture_options.c - --mixture and --cluster-labels: read, and held against other options. */
#include "cli/options/mixture_options.h"

#include "cli/options/fields.h"
#include "cli/process/report.h"
#include "giantstep/problem.h"
#include "giantstep/target.h"

int gst_mixture_has_labels(const gst_settings *settings)
{
    return gst_setting_text(settings, GST_OPTION_CLUSTER_LABELS) != NULL;
}

static int check_labels(const gst_settings *settings)
{
    const gst_option_id id = GST_OPTION_CLUSTER_LABELS;
    if (!gst_mixture_has_labels(settings))
        return 0;
    if (!gst_setting_text(settings, GST_OPTION_MIXTURE))
        return gst_setting_refuse(settings, id, NULL, "needs --mixture");
    if (gst_setting_is_given(settings, GST_OPTION_TARGET))
        return gst_setting_refuse(settings, GST_OPTION_TARGET, NULL,
                                  "is excluded by --cluster-labels");
    if (gst_setting_text(settings, GST_OPTION_LABELS) &&
        gst_setting_number(settings, GST_OPTION_LABELS) != GST_LABELS_SIGN)
        return gst_setting_refuse(settings, GST_OPTION_LABELS, NULL,
                                  "is excluded by --cluster-labels, which are signs");
    return 0;
}

/* What knows the law of N(0, I) only. */
static int check_part(const gst_settings *settings)
{
    static const gst_option_id alone[] = {GST_OPTION_LEARNABILITY};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (gst_setting_is_on(settings, alone[i]))
            return gst_setting_refuse(settings, GST_OPTION_MIXTURE, NULL,
                                      "has no theory of --%s, which is for Gaussian inputs",
                                      gst_option_table[alone[i]].name);
    if (settings->command->letter == 'b' && !gst_setting_is_on(settings, GST_OPTION_SEPARABILITY))
        return gst_setting_refuse(settings, GST_OPTION_MIXTURE, NULL,
                                  "needs --separability: bounds are for Gaussian inputs");
    return 0;
}

int gst_mixture_options_read(gst_data **mixture, const gst_settings *settings)
{
    const char *text = gst_setting_text(settings, GST_OPTION_MIXTURE);
    gst_message message = {""};
    *mixture = NULL;
    int code = check_labels(settings);
    if (code != 0 || !text)
        return code;
    code = check_part(settings);
    if (code != 0)
        return code;
    int status = gst_mixture_parse(mixture, text,
                                   gst_setting_text(settings, GST_OPTION_CLUSTER_LABELS), &message);
    if (status == GST_OK)
        return 0;
    return gst_report_fields(status == GST_INVALID ? GST_EXIT_USAGE : GST_EXIT_RUNTIME,
                             message.text);
}

int gst_mixture_target(gst_target **target, const gst_data *mixture, const gst_settings *settings)
{
    gst_message message = {""};
    const char *text =
        gst_mixture_has_labels(settings) ? "z1" : gst_setting_text(settings, GST_OPTION_TARGET);
    int status =
        gst_target_compile_of(target, text, mixture ? gst_mixture_dim(mixture) : 0, &message);
    return status < 0 ? gst_setting_refuse_status(settings, GST_OPTION_TARGET, status, message.text)
                      : 0;
}
