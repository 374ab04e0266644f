/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep.c - what the tables of `giantstep twostep' share. */
#include "cli/commands/twostep/twostep.h"

#include <stdint.h>
#include <stdio.h>

#include "cli/process/report.h"
#include "cli/tables/preamble.h"

gst_two_step gst_twostep_problem(const gst_twostep *t, gst_second_batch batch)
{
    return (gst_two_step){
        .target = t->target,
        .noise = t->noise,
        .phi = t->phi,
        .phi1 = t->phi1,
        .order = t->order,
        .batch = batch,
    };
}

int gst_twostep_overlaps(const gst_twostep *t, gst_two_step_overlaps overlaps[GST_TWOSTEP_BATCHES])
{
    gst_message message = {""};
    for (int batch = 0; batch < GST_TWOSTEP_BATCHES; batch++) {
        gst_two_step problem = gst_twostep_problem(t, (gst_second_batch)batch);
        int status = gst_two_step_overlaps_compute(&problem, t->tol, &overlaps[batch], &message);
        if (status < 0)
            return gst_setting_refuse_status(t->settings, GST_OPTION_TARGET, status, message.text);
    }
    return 0;
}

const char *gst_twostep_separated(double exponent)
{
    static const char *const words[] = {"no", "boundary", "yes"};
    return words[1 + gst_two_step_separated(exponent)];
}

static void write_meta(gst_table *table, const char *key, size_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", number);
    gst_table_meta(table, key, text);
}

static void warn(const gst_twostep *t)
{
    size_t all = gst_two_step_count(t->a1, t->a2, SIZE_MAX);
    if (gst_two_step_is_heavy(t->target))
        gst_report(
            0,
            "warning: --target: '%.200s' grows like |z|^3 or faster: networks approach these "
            "limits slowly",
            gst_setting_text(t->settings, GST_OPTION_TARGET));
    if (all > t->order && !gst_setting_is_on(t->settings, GST_OPTION_MAP))
        gst_report(0, "note: %zu directions separate, those above --order %zu are not shown", all,
                   t->order);
}

int gst_twostep_open(const gst_twostep *t, gst_output *output, gst_table *table, size_t rows,
                     size_t columns, const char *const *header)
{
    const gst_settings *settings = t->settings;
    int code = gst_output_open(output, settings, t->file);
    if (code != 0)
        return code;
    warn(t);
    gst_table_begin(table, output,
                    (gst_table_format)gst_setting_number(settings, GST_OPTION_FORMAT));
    gst_preamble_write(table, settings);
    if (!gst_setting_is_on(settings, GST_OPTION_MAP))
        write_meta(table, "separated_count", gst_two_step_count(t->a1, t->a2, t->order));
    gst_preamble_write_run(table, settings, 1);
    gst_table_checksums(table, rows);
    gst_table_header(table, columns, header);
    return 0;
}
