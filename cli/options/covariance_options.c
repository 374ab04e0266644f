/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_options.c - --covariance and --teacher-source: read, and held against other options. */
#include "cli/options/covariance_options.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
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

/* The top eigenvectors, where asked for. */
static int make_explicit(gst_data **covariance, const gst_settings *settings, gst_option_id id)
{
    gst_message message = {""};
    double L = gst_setting_is_given(settings, GST_OPTION_EXPLICIT)
                   ? gst_setting_number(settings, GST_OPTION_EXPLICIT)
                   : 0.0;
    if (L == 0.0)
        return 0;
    if (!*covariance)
        return gst_setting_refuse(settings, GST_OPTION_EXPLICIT, NULL, "needs --%s",
                                  gst_option_table[id].name);
    if (isnan(dimension(settings)))
        return gst_setting_refuse(settings, GST_OPTION_EXPLICIT, NULL,
                                  "needs one dimension: a finite --width and --beta, or --d");
    int status = gst_covariance_make_explicit(covariance, (size_t)L, dimension(settings), &message);
    return status == GST_OK
               ? 0
               : gst_report_fields(status == GST_INVALID ? GST_EXIT_USAGE : GST_EXIT_RUNTIME,
                                   message.text);
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
                     : make_explicit(covariance, settings, id);
    int status = gst_covariance_parse(
        covariance, text, given ? gst_setting_number(settings, GST_OPTION_TEACHER_SOURCE) : NAN,
        dimension(settings), &message);
    if (status != GST_OK) {
        int own = id == GST_OPTION_INPUT_COVARIANCE && strncmp(message.text, "cov", 3) == 0;
        gst_fail(&named, status, "%s%.240s", own ? "input_" : "", message.text);
        return gst_report_fields(status == GST_INVALID ? GST_EXIT_USAGE : GST_EXIT_RUNTIME,
                                 named.text);
    }
    int code = *covariance ? check(settings, id) : 0;
    return code == 0 ? make_explicit(covariance, settings, id) : code;
}

int gst_covariance_options_expand(const gst_data *covariance, gst_second_layer *layer,
                                  const gst_settings *settings)
{
    size_t points = covariance ? gst_covariance_points(covariance) : 1, K = layer->K * points;
    if (points == 1)
        return 0;
    if (K > GST_GROUPS_MAX)
        return gst_setting_refuse(settings, GST_OPTION_EXPLICIT, NULL,
                                  "has %zu points for each of %zu groups: more than %d", points,
                                  layer->K, GST_GROUPS_MAX);
    gst_second_layer wide = {.K = K, .A = gst_alloc_doubles(K), .pi = gst_alloc_doubles(K)};
    for (size_t g = 0; wide.A && wide.pi && g < K; g++) {
        wide.A[g] = layer->A[g / points];
        wide.pi[g] = layer->pi[g / points] * gst_covariance_point_weight(covariance, g % points);
    }
    int whole = wide.A && wide.pi;
    gst_second_layer_clear(whole ? layer : &wide);
    if (!whole)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    *layer = wide;
    return 0;
}

const char *gst_covariance_options_scaling(const gst_settings *settings)
{
    const char *text = text_of(settings);
    return text && strcmp(text, "identity") != 0
               ? "eigenvalues of mean 1; z1, z2, .. independent N(0, 1); T_j ~ mu_j "
                 "omega_j^teacher-source unless a file gives energies"
               : NULL;
}
