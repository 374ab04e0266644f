/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_validate.c - `giantstep validate`: theory against simulation over a ladder of d.
 *
 * 1. The sizes of every simulation are computed and checked (simulate_plan.c).
 * 2. Theory: the limit at the nominal ratios, and at every d that of the sizes simulated, with their width
 *    (validate_theory.c).
 * 3. Simulation (validate_simulation.c).
 * 4. Verdicts, and then the table, since its preamble counts them (validate_table.c). */
#include <stdint.h>
#include <stdlib.h>

#include "cli/commands/run.h"
#include "giantstep/problem.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/report.h"
#include "cli/commands/validate/validation.h"

static void set_shape(gst_validation *v)
{
    const char *lambda = gst_setting_text(v->plan.settings, GST_OPTION_LAMBDA);
    v->optimise = gst_words_find("opt", lambda) == 0;
    v->rungs = v->plan.grid.count[GST_AXIS_D];
    v->blocks = v->plan.points / v->plan.inner;
    v->quantities = gst_problem_has_losses(&v->plan.setup.problem) ? GST_VALIDATION_QUANTITIES : 2;
}

/* A --dry-run looks at the ridges of one block only. */
static size_t count_lambdas(const gst_validation *v)
{
    int dry = gst_setting_is_on(v->plan.settings, GST_OPTION_DRY_RUN);
    return dry ? v->plan.inner : v->plan.points;
}

static int allocate(gst_validation *v)
{
    size_t rows = v->plan.grid.rows, points = v->plan.points;
    v->lambda = gst_alloc_doubles(count_lambdas(v));
    if (v->lambda && gst_setting_is_on(v->plan.settings, GST_OPTION_DRY_RUN))
        return 0;
    v->variance = gst_alloc_doubles(v->blocks);
    v->limit = gst_alloc(points, sizeof *v->limit);
    v->theory = gst_alloc(rows, sizeof *v->theory);
    v->failure = gst_alloc((v->rungs + 1) * v->blocks, sizeof *v->failure);
    v->test = gst_alloc(v->quantities * points, sizeof *v->test);
    v->found = gst_alloc(v->quantities * points, sizeof *v->found);
    v->verdict = gst_alloc(points, sizeof *v->verdict);
    int ok = v->lambda && v->variance && v->limit && v->theory && v->failure && v->test &&
             v->found && v->verdict;
    for (size_t q = 0; ok && q < v->quantities; q++) {
        int fits = v->plan.trials <= SIZE_MAX / rows;
        v->sim[q] = fits ? gst_alloc_doubles(rows * v->plan.trials) : NULL;
        ok = v->sim[q] != NULL;
    }
    return ok ? 0 : gst_report(GST_EXIT_RUNTIME, "not enough memory");
}

static void clear(gst_validation *v)
{
    for (size_t q = 0; q < v->quantities; q++)
        free(v->sim[q]);
    free(v->test);
    free(v->found);
    free(v->verdict);
    free(v->lambda);
    free(v->variance);
    free(v->limit);
    free(v->theory);
    free(v->failure);
    gst_simulate_plan_clear(&v->plan);
}

/* Ridges to start from; those of --lambda opt come with the limit. */
static void set_lambdas(gst_validation *v)
{
    for (size_t point = 0; point < count_lambdas(v); point++) {
        double axes[GST_AXES];
        gst_validation_axes(v, 0, point, axes);
        v->lambda[point] = v->optimise ? 1 : axes[GST_AXIS_LAMBDA];
    }
}

static int prepare(gst_validation *v, const gst_settings *settings)
{
    int code = gst_simulate_plan_build(&v->plan, settings);
    if (code != 0)
        return code;
    v->options = gst_setup_options(settings);
    v->rule = gst_verdict_defaults();
    set_shape(v);
    code = allocate(v);
    if (code != 0)
        return code;
    set_lambdas(v);
    if (v->optimise)
        v->plan.best = v->lambda;
    return gst_simulate_plan_measure(&v->plan);
}

/* 1 if this process needs the theory: it writes the table, or the ridges are the theory's choice. */
static int wants_theory(const gst_validation *v)
{
    return v->optimise || (gst_farm_rank() == 0 && !v->items.partial);
}

static int run(gst_validation *v)
{
    int table = 0;
    if (gst_setting_is_on(v->plan.settings, GST_OPTION_DRY_RUN))
        return gst_validation_estimate(v);
    int code = gst_validation_open(v);
    if (code != 0 || v->items.complete)
        return code != 0 ? code : v->items.exit_code;
    if (wants_theory(v))
        code = gst_validation_solve(v);
    if (*gst_interrupt_flag() != 0) {
        gst_report(0, "interrupted before there were verdicts, nothing written");
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    }
    if (code == 0)
        code = gst_validation_simulate(v, &table);
    return code == 0 && table ? gst_validation_conclude(v) : code;
}

int gst_command_validate(const gst_settings *settings)
{
    gst_validation v = {0};
    int code = prepare(&v, settings);
    if (code == 0)
        code = run(&v);
    gst_items_close(&v.items, code);
    clear(&v);
    return code;
}
