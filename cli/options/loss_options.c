/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss_options.c - --labels, --loss, --step-loss, --criterion: read, and held against each other. */
#include "cli/options/loss_options.h"
#include "giantstep/problem.h"

#include <string.h>

#include "cli/options/mixture_options.h"
#include "cli/options/search_ranges.h"

/* An option that names a loss.  steps: only what a giant step can follow, which is all that is smooth. */
typedef struct {
    gst_option_id id;
    const char *const *names; /* ends with NULL */
    const char *text;
} loss_option;

static const char *const readout_names[] = {"squared",    "logistic", "hinge", "squared-hinge",
                                            "max-margin", "huber",    NULL};
static const char *const step_names[] = {"squared", "logistic", "huber", NULL};

static const loss_option of_readout = {
    .id = GST_OPTION_LOSS,
    .names = readout_names,
    .text = "squared, logistic, hinge, squared-hinge, max-margin, huber:DELTA"};
static const loss_option of_steps = {
    .id = GST_OPTION_STEP_LOSS, .names = step_names, .text = "squared, logistic, huber:DELTA"};

static int is_named(const loss_option *option, const char *name)
{
    for (size_t i = 0; option->names[i]; i++)
        if (strcmp(option->names[i], name) == 0)
            return 1;
    return 0;
}

/* Losses of the margin are defined for labels +-1. */
static int check_labels(const gst_settings *settings, gst_option_id id, const gst_loss *loss,
                        gst_labels labels)
{
    if (!loss->margin || labels == GST_LABELS_SIGN)
        return 0;
    return gst_setting_refuse(
        settings, id, NULL,
        "is a loss of labels +1 and -1: it needs --labels sign or --cluster-labels");
}

static int read_loss(const gst_settings *settings, const loss_option *option, gst_labels labels,
                     int *has, gst_loss *loss)
{
    const char *text = gst_setting_text(settings, option->id);
    *has = 0;
    if (!text)
        return 0;
    if (gst_loss_parse(text, loss, NULL) != GST_OK || !is_named(option, loss->name))
        return gst_setting_refuse(settings, option->id, NULL, "is not one of %s (DELTA > 0)",
                                  option->text);
    *has = !gst_loss_equal(loss, NULL);
    return check_labels(settings, option->id, loss, labels);
}

static int check_method(const gst_settings *settings, const gst_loss_options *options)
{
    int squared = !options->has_readout && options->labels == GST_LABELS_REAL;
    if (squared || !gst_command_takes(settings->command, GST_OPTION_METHOD) ||
        gst_setting_number(settings, GST_OPTION_METHOD) == GST_METHOD_NEWTON)
        return 0;
    return gst_setting_refuse(settings, GST_OPTION_METHOD, NULL,
                              "is for the squared loss of real labels: newton solves all others");
}

static int has_best_ridge(const gst_settings *settings)
{
    const char *lambda = gst_setting_text(settings, GST_OPTION_LAMBDA);
    return (lambda && strcmp(lambda, "opt") == 0) || gst_optimise_has(settings, GST_OPTION_LAMBDA);
}

static int check_criterion(const gst_settings *settings, const gst_loss_options *options)
{
    gst_option_id id = GST_OPTION_CRITERION;
    gst_criterion criterion = gst_loss_options_criterion(settings);
    int hard = options->has_readout && strcmp(options->readout.name, "max-margin") == 0;
    if (hard && has_best_ridge(settings))
        return gst_setting_refuse(settings, GST_OPTION_LOSS, NULL,
                                  "does not depend on the ridge: none is best");
    if (!gst_setting_text(settings, id))
        return 0;
    if (!has_best_ridge(settings))
        return gst_setting_refuse(settings, id, NULL, "needs --lambda opt or --optimise lambda");
    if (gst_optimise_has(settings, GST_OPTION_ETA) && criterion != GST_BEST_EXCESS_RISK)
        return gst_setting_refuse(settings, id, NULL,
                                  "is not what --optimise eta minimises, which is excess_risk");
    if (criterion == GST_BEST_TEST_CLASS && options->labels == GST_LABELS_REAL)
        return gst_setting_refuse(settings, id, NULL, "needs --labels sign or --cluster-labels");
    return 0;
}

gst_labels gst_loss_options_labels(const gst_settings *settings)
{
    return gst_mixture_has_labels(settings)
               ? GST_LABELS_SIGN
               : (gst_labels)gst_setting_number(settings, GST_OPTION_LABELS);
}

int gst_loss_options_read(gst_loss_options *options, const gst_settings *settings)
{
    *options = (gst_loss_options){.labels = gst_loss_options_labels(settings)};
    if (gst_setting_text(settings, GST_OPTION_STEP_LOSS) &&
        gst_setting_text(settings, GST_OPTION_SPIKE))
        return gst_setting_refuse(settings, GST_OPTION_STEP_LOSS, NULL, "is excluded by --spike");
    int code =
        read_loss(settings, &of_readout, options->labels, &options->has_readout, &options->readout);
    if (code == 0)
        code =
            read_loss(settings, &of_steps, options->labels, &options->has_steps, &options->steps);
    if (code == 0)
        code = check_method(settings, options);
    return code == 0 ? check_criterion(settings, options) : code;
}

gst_criterion gst_loss_options_criterion(const gst_settings *settings)
{
    return gst_setting_text(settings, GST_OPTION_CRITERION)
               ? (gst_criterion)gst_setting_number(settings, GST_OPTION_CRITERION)
               : GST_BEST_EXCESS_RISK;
}
