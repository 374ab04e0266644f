/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.c - `--schedule eta:alpha0,eta:alpha0,...`: steps, each of its own size and batch. */
#include "cli/options/schedule.h"
#include "giantstep/problem.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/options/search_ranges.h"
#include "cli/process/report.h"

static const gst_option_id replaced[] = {GST_OPTION_ETA, GST_OPTION_ALPHA0, GST_OPTION_STEPS};
enum { REPLACED = sizeof replaced / sizeof *replaced };

int gst_schedule_replaces(const gst_settings *settings, gst_option_id id)
{
    if (!gst_setting_text(settings, GST_OPTION_SCHEDULE))
        return 0;
    for (size_t i = 0; i < REPLACED; i++)
        if (replaced[i] == id)
            return 1;
    return 0;
}

static int check_excluded(const gst_settings *settings)
{
    for (size_t i = 0; i < REPLACED; i++)
        if (gst_setting_is_given(settings, replaced[i]))
            return gst_setting_refuse(settings, replaced[i], NULL, "is excluded by --schedule");
    if (gst_setting_is_given(settings, GST_OPTION_SPIKE))
        return gst_setting_refuse(settings, GST_OPTION_SPIKE, NULL, "is excluded by --schedule");
    if (gst_optimise_has(settings, GST_OPTION_ETA))
        return gst_setting_refuse(settings, GST_OPTION_OPTIMISE, NULL,
                                  "has no meaning with --schedule, which excludes --eta");
    return 0;
}

/* One number of a step, by the rule of its own option. */
static int read_number(const gst_settings *settings, const char *item, gst_option_id id,
                       const char *text, double *value)
{
    const char *fault = gst_rule_read(gst_option_table[id].rule, text, value);
    return fault
               ? gst_setting_refuse(settings, GST_OPTION_SCHEDULE, item, "has %s '%.60s', which %s",
                                    gst_option_table[id].name, text, fault)
               : 0;
}

/* `eta:alpha0`. */
static int read_step(const gst_settings *settings, const char *item, gst_step *step)
{
    char eta[64];
    size_t length = strcspn(item, ":");
    const char *alpha0 = item + length + 1;
    if (*item == '\0')
        return gst_setting_refuse(settings, GST_OPTION_SCHEDULE, NULL, "has an empty step");
    if (item[length] == '\0' || strchr(alpha0, ':') || length >= sizeof eta)
        return gst_setting_refuse(settings, GST_OPTION_SCHEDULE, item,
                                  "is not a step of the form eta:alpha0");
    memcpy(eta, item, length);
    eta[length] = '\0';
    int code = read_number(settings, item, GST_OPTION_ETA, eta, &step->eta);
    return code == 0 ? read_number(settings, item, GST_OPTION_ALPHA0, alpha0, &step->alpha0) : code;
}

/* The steps of a text whose commas become ends of strings. */
static int read_steps(const gst_settings *settings, char *text, size_t count,
                      gst_training *training)
{
    for (char *at = text; *at != '\0'; at++)
        if (*at == ',')
            *at = '\0';
    for (size_t i = 0; i < count; i++, text += strlen(text) + 1) {
        training->step[i].reused = 0;
        int code = read_step(settings, text, &training->step[i]);
        if (code != 0)
            return code;
    }
    training->steps = training->listed = count;
    return 0;
}

int gst_schedule_read(const gst_settings *settings, gst_training *training)
{
    const char *text = gst_setting_text(settings, GST_OPTION_SCHEDULE);
    size_t count = 1;
    if (!text)
        return 0;
    int code = check_excluded(settings);
    for (const char *at = text; *at != '\0'; at++)
        count += *at == ',';
    if (code == 0 && count > GST_SCHEDULE_MAX)
        code = gst_setting_refuse(settings, GST_OPTION_SCHEDULE, NULL,
                                  "has %zu steps, more than %d", count, GST_SCHEDULE_MAX);
    char *copy = code == 0 ? gst_copy_string(text) : NULL;
    if (code == 0)
        code = copy ? read_steps(settings, copy, count, training)
                    : gst_report(GST_EXIT_RUNTIME, "not enough memory");
    free(copy);
    return code;
}
