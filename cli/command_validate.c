/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_validate.c - `giantstep validate`: theory against simulation over a ladder of d.
 *
 * 1. The sizes of every simulation are computed and checked (validate_simulation.c).
 * 2. Theory: the limit at the nominal ratios, and at every d that of the sizes simulated, with their width
 *    (validate_theory.c).
 * 3. Simulation (validate_simulation.c).
 * 4. Verdicts, and then the table, since its preamble counts them (validate_table.c). */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "output.h"
#include "report.h"
#include "validation.h"

void gst_validation_axes(const gst_validation *v, size_t rung, size_t point, double axes[GST_AXES])
{
    gst_grid_point(&v->grid, rung * v->points + point, axes);
}

static void set_shape(gst_validation *v)
{
    const char *lambda = gst_setting_text(v->settings, GST_OPTION_LAMBDA);
    const char *threads = gst_setting_text(v->settings, GST_OPTION_THREADS);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    v->optimise = gst_words_find("opt", lambda) == 0;
    v->rungs = v->grid.count[GST_AXIS_D];
    v->points = v->grid.rows / v->rungs;
    v->lambdas = v->grid.count[GST_AXIS_LAMBDA];
    v->alphas = v->grid.count[GST_AXIS_ALPHA];
    v->inner = v->lambdas * v->alphas;
    v->blocks = v->points / v->inner;
    v->trials = (size_t)gst_setting_number(v->settings, GST_OPTION_TRIALS);
    v->threads = cores > 0 ? (size_t)cores : 1;
    if (threads)
        v->threads = (size_t)gst_setting_number(v->settings, GST_OPTION_THREADS);
}

static int allocate(gst_validation *v)
{
    v->realised = gst_alloc(v->rungs * v->blocks, sizeof *v->realised);
    v->lambda = gst_alloc_doubles(v->points);
    v->variance = gst_alloc_doubles(v->blocks);
    v->limit = gst_alloc(v->points, sizeof *v->limit);
    v->theory = gst_alloc(v->grid.rows, sizeof *v->theory);
    v->failure = gst_alloc((v->rungs + 1) * v->blocks, sizeof *v->failure);
    int ok = v->realised && v->lambda && v->variance && v->limit && v->theory && v->failure;
    for (size_t i = 0; ok && i < v->rungs * v->blocks; i++) {
        v->realised[i].n = gst_alloc(v->alphas, sizeof(size_t));
        v->realised[i].group = gst_alloc(v->problem.layer.K, sizeof(size_t));
        ok = v->realised[i].n && v->realised[i].group;
    }
    for (size_t q = 0; ok && q < 2; q++) {
        int fits = v->trials <= SIZE_MAX / v->grid.rows;
        v->sim[q] = fits ? gst_alloc_doubles(v->grid.rows * v->trials) : NULL;
        ok = v->sim[q] != NULL;
    }
    v->found = gst_alloc(2 * v->points, sizeof *v->found);
    ok = ok && v->found;
    return ok ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

static void clear(gst_validation *v)
{
    for (size_t i = 0; v->realised && i < v->rungs * v->blocks; i++) {
        free(v->realised[i].n);
        free(v->realised[i].group);
    }
    for (size_t q = 0; q < 2; q++)
        free(v->sim[q]);
    free(v->found);
    free(v->realised);
    free(v->lambda);
    free(v->variance);
    free(v->limit);
    free(v->theory);
    free(v->failure);
    gst_problem_clear(&v->problem);
    gst_grid_clear(&v->grid);
}

/* Ridges to start from; those of --lambda opt come with the limit. */
static void set_lambdas(gst_validation *v)
{
    for (size_t point = 0; point < v->points; point++) {
        double axes[GST_AXES];
        gst_validation_axes(v, 0, point, axes);
        v->lambda[point] = v->optimise ? 1 : axes[GST_AXIS_LAMBDA];
    }
}

static int prepare(gst_validation *v)
{
    int code = gst_grid_build(&v->grid, v->settings);
    if (code == 0)
        code = gst_output_check(gst_setting_text(v->settings, GST_OPTION_OUTPUT));
    if (code == 0)
        code = gst_problem_build(&v->problem, v->settings, &v->grid);
    if (code != 0)
        return code;
    v->options = gst_problem_options(v->settings);
    v->rule = gst_verdict_defaults();
    set_shape(v);
    code = allocate(v);
    if (code != 0)
        return code;
    set_lambdas(v);
    return gst_validation_measure(v);
}

static int run(gst_validation *v)
{
    if (gst_setting_is_on(v->settings, GST_OPTION_DRY_RUN))
        return gst_validation_estimate(v);
    int code = gst_validation_solve(v);
    if (code == 0)
        code = gst_validation_simulate(v);
    if (*gst_interrupt_flag() != 0) {
        gst_report(0, "interrupted before there were verdicts, nothing written");
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    }
    return code == 0 ? gst_validation_conclude(v) : code;
}

int gst_command_validate(const gst_settings *settings)
{
    gst_validation v = {.settings = settings};
    int code = prepare(&v);
    if (code == 0)
        code = run(&v);
    clear(&v);
    return code;
}
