/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_spectrum.c - `giantstep spectrum`: density, Stieltjes transform, outliers or simulated eigenvalues
 * of the features' covariance at one parameter point. */
#include <math.h>
#include <stdlib.h>

#include "cli/commands/run.h"
#include "giantstep/problem.h"
#include "cli/options/fields.h"
#include "cli/process/interrupt.h"
#include "cli/process/report.h"
#include "cli/commands/spectrum/spectrum_job.h"

/* What the table may hold; at most one of these is asked for, the density if none. */
static const struct {
    gst_option_id option;
    int (*write)(gst_spectrum_job *job);
} kinds[] = {
    {GST_OPTION_MOMENTS, gst_spectrum_write_moments},
    {GST_OPTION_OUTLIERS, gst_spectrum_write_outliers},
    {GST_OPTION_SIMULATE, gst_spectrum_write_simulation},
    {GST_OPTION_X, gst_spectrum_write_density},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static int is_asked(const gst_settings *settings, gst_option_id id)
{
    if (gst_option_table[id].kind == GST_KIND_FLAG)
        return gst_setting_is_on(settings, id);
    return gst_setting_text(settings, id) != NULL;
}

/* The kind asked for, KINDS if none, in *kind. */
static int choose_kind(const gst_settings *settings, size_t *kind)
{
    *kind = KINDS;
    for (size_t i = 0; i < KINDS; i++) {
        if (!is_asked(settings, kinds[i].option))
            continue;
        if (*kind < KINDS)
            return gst_setting_refuse(settings, kinds[i].option, NULL, "is excluded by --%s",
                                      gst_option_table[kinds[*kind].option].name);
        *kind = i;
    }
    return 0;
}

static int check_outliers(const gst_spectrum_job *job)
{
    if (!is_asked(job->settings, GST_OPTION_OUTLIERS) || isfinite(job->axes[GST_AXIS_WIDTH]))
        return 0;
    return gst_setting_refuse(job->settings, GST_OPTION_WIDTH, NULL,
                              "is not finite, --outliers wants a finite --width");
}

static int read_list(gst_spectrum_job *job, size_t kind)
{
    if (kind == KINDS || gst_option_table[kinds[kind].option].kind != GST_KIND_LIST)
        return 0;
    return gst_axis_read(job->settings, kinds[kind].option, &job->count, &job->list);
}

static int prepare(gst_spectrum_job *job, size_t *kind)
{
    const gst_settings *settings = job->settings;
    int code = choose_kind(settings, kind);
    if (code == 0)
        code = gst_grid_build(&job->grid, settings);
    if (code == 0)
        code = gst_grid_check_point(&job->grid, job->settings);
    if (code != 0)
        return code;
    gst_grid_point(&job->grid, 0, job->axes);
    code = check_outliers(job);
    if (code == 0)
        code = read_list(job, *kind);
    if (code == 0)
        code = gst_items_check(settings, GST_OPTION_SIMULATE);
    if (code == 0)
        code = gst_setup_build(&job->setup, settings, &job->grid);
    return code;
}

static int build_spectrum(gst_spectrum_job *job)
{
    gst_message message = {""};
    job->problem = gst_setup_problem(&job->setup, job->axes);
    int status = gst_spectrum_alloc(
        &job->spectrum, &job->problem, job->axes[GST_AXIS_ALPHA], job->axes[GST_AXIS_BETA],
        gst_setting_number(job->settings, GST_OPTION_TOL), gst_interrupt_flag(), &message);
    if (status == GST_FAILED)
        return gst_report_fields(GST_EXIT_RUNTIME, message.text);
    if (status < 0)
        return gst_report_fields(gst_exit_of_status(status), message.text);
    gst_spectrum_shape(job->spectrum, &job->K, &job->m);
    return 0;
}

int gst_command_spectrum(const gst_settings *settings)
{
    gst_spectrum_job job = {.settings = settings};
    size_t kind;
    int code = prepare(&job, &kind);
    if (code == 0)
        code = build_spectrum(&job);
    if (code == 0)
        code = kind < KINDS ? kinds[kind].write(&job) : gst_spectrum_write_density(&job);
    int signal = *gst_interrupt_flag();
    gst_spectrum_free(job.spectrum);
    free(job.list);
    gst_setup_clear(&job.setup);
    gst_grid_clear(&job.grid);
    return signal ? GST_EXIT_SIGNAL + signal : code;
}
