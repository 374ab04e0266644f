/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_simulate.c - `giantstep simulate`: trained or drawn networks of finite size on the grid.
 *
 * Every block's sizes are checked, and how it will use memory and cores is settled, before the output is
 * opened, so that bad input leaves no trace. */
#include <stdio.h>

#include "cli/commands/run.h"
#include "cli/process/report.h"
#include "cli/commands/simulate/simulate.h"

static int prepare(gst_simulate_plan *plan, const gst_settings *settings)
{
    if (gst_words_find("opt", gst_setting_text(settings, GST_OPTION_LAMBDA)) == 0)
        return gst_setting_refuse(settings, GST_OPTION_LAMBDA, NULL,
                                  "is the theory's choice: `giantstep curve' tells its value");
    int code = gst_simulate_plan_build(plan, settings);
    return code == 0 ? gst_simulate_plan_measure(plan) : code;
}

/* --dry-run: sizes and memory as `key: value` lines at once, then time. */
static int estimate(gst_simulate_plan *plan)
{
    int raw = gst_setting_is_on(plan->settings, GST_OPTION_RAW), measured = 1;
    printf("rows: %zu\n", plan->grid.rows * (raw ? plan->trials : 1));
    size_t bytes = gst_simulate_plan_print(plan);
    printf("memory_megabytes: %.0f\n", (double)bytes / 1e6);
    fflush(stdout);
    int code = gst_simulate_plan_time(plan, &measured);
    if (code == 0)
        gst_simulate_plan_print_seconds(gst_simulate_plan_seconds(plan), measured);
    return code;
}

int gst_command_simulate(const gst_settings *settings)
{
    gst_simulate_plan plan = {0};
    int code = prepare(&plan, settings);
    if (code == 0)
        code = gst_setting_is_on(settings, GST_OPTION_DRY_RUN) ? estimate(&plan)
                                                               : gst_simulate_table(&plan);
    gst_simulate_plan_clear(&plan);
    return code;
}
