/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.c - which option sets which field of the library's structs. */
#include "cli/options/fields.h"

#include <stddef.h>
#include <string.h>

#include "cli/options/options.h"
#include "cli/process/report.h"

typedef struct {
    const char *field;
    gst_option_id option;
} field_option;

/* Names of fields and arguments as the library's messages have them, by header. */
static const field_option table[] = {
    /* problem.h */
    {"activation", GST_OPTION_ACTIVATION},
    {"step_loss", GST_OPTION_STEP_LOSS},
    {"target", GST_OPTION_TARGET},
    {"layer", GST_OPTION_SECOND_LAYER},
    {"spikes", GST_OPTION_SPIKE},
    {"eta", GST_OPTION_ETA},
    {"alpha0", GST_OPTION_ALPHA0},
    {"steps", GST_OPTION_STEPS},
    {"reused", GST_OPTION_REUSE},
    {"noise", GST_OPTION_NOISE},
    {"bulk", GST_OPTION_BULK},
    {"labels", GST_OPTION_LABELS},
    {"loss", GST_OPTION_LOSS},
    /* mixture.h */
    {"mixture", GST_OPTION_MIXTURE},
    {"cluster_labels", GST_OPTION_CLUSTER_LABELS},
    /* covariance.h */
    {"covariance", GST_OPTION_COVARIANCE_OF_INPUTS},
    {"input_covariance", GST_OPTION_INPUT_COVARIANCE},
    {"teacher_source", GST_OPTION_TEACHER_SOURCE},
    {"explicit", GST_OPTION_EXPLICIT},
    /* given_spikes.h */
    {"spike", GST_OPTION_SPIKE},
    {"overlap", GST_OPTION_OVERLAP},
    {"bulk_variance", GST_OPTION_BULK_VARIANCE},
    /* model.h, spectrum.h */
    {"alpha", GST_OPTION_ALPHA},
    {"beta", GST_OPTION_BETA},
    {"lambda", GST_OPTION_LAMBDA},
    {"width", GST_OPTION_WIDTH},
    {"damping", GST_OPTION_DAMPING},
    {"max_iterations", GST_OPTION_MAX_ITERATIONS},
    {"tol", GST_OPTION_TOL},
    /* two_step.h */
    {"phi", GST_OPTION_PHI},
    {"phi1", GST_OPTION_PHI1},
    {"order", GST_OPTION_ORDER},
    /* simulation.h, overlap_simulation.h (whose sizes are rounded from ratios), blas.h */
    {"weights", GST_OPTION_WEIGHTS},
    {"precision", GST_OPTION_PRECISION},
    {"d", GST_OPTION_D},
    {"p", GST_OPTION_BETA},
    {"n0", GST_OPTION_ALPHA0},
    {"alphas", GST_OPTION_ALPHA},
    {"lambdas", GST_OPTION_LAMBDA},
    {"test_samples", GST_OPTION_TEST_SAMPLES},
    {"trials", GST_OPTION_TRIALS},
    {"threads", GST_OPTION_THREADS},
};

/* The option of a field whose name has `length` characters, NULL if there is none. */
static const char *option_of(const char *field, size_t length)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].field) == length && strncmp(table[i].field, field, length) == 0)
            return gst_option_table[table[i].option].name;
    return NULL;
}

static void append(gst_message *to, const char *text, size_t length)
{
    size_t used = strlen(to->text), room = sizeof to->text - 1 - used;
    length = length < room ? length : room;
    memcpy(to->text + used, text, length);
    to->text[used + length] = '\0';
}

static void append_option(gst_message *to, const char *name)
{
    append(to, "--", 2);
    append(to, name, strlen(name));
}

gst_message gst_fields_to_options(const char *text)
{
    gst_message to = {""};
    const char *open = strchr(text, '\''), *close = strrchr(text, '\''), *at = text;
    size_t length = strcspn(text, ":");
    const char *option = text[length] == ':' ? option_of(text, length) : NULL;
    if (option) {
        append_option(&to, option);
        at += length;
    }
    for (; *at != '\0'; at += length) {
        int quoted = open && at > open && at < close;
        size_t name = *at == '`' && !quoted ? strcspn(at + 1, "`") : 0;
        option = name > 0 && at[1 + name] == '`' ? option_of(at + 1, name) : NULL;
        length = option ? name + 2 : 1;
        if (option)
            append_option(&to, option);
        else
            append(&to, at, 1);
    }
    return to;
}

int gst_report_fields(int code, const char *text)
{
    return gst_report(code, "%s", gst_fields_to_options(text).text);
}
