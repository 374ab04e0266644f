/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_plan.c - what `simulate` and `validate` have to simulate, checked before anything is written. */
#include "cli/commands/simulate/simulate_plan.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cores.h"
#include "validate/networks/blas.h"
#include "cli/options/fields.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "cli/tables/items.h"
#include "base/free_memory.h"
#include "base/memory.h"
#include "cli/process/report.h"
#include "cli/tables/rows.h"

/* Of a --dry-run: samples and ridges looked at in all; a block is as much work as so many. */
#define DRY_WORK 1e6
#define DRY_BLOCK 4e3

static void set_shape(gst_simulate_plan *plan)
{
    const char *threads = gst_setting_text(plan->settings, GST_OPTION_THREADS);
    plan->lambdas = plan->grid.count[GST_AXIS_LAMBDA];
    plan->alphas = plan->grid.count[GST_AXIS_ALPHA];
    plan->inner = plan->lambdas * plan->alphas;
    plan->blocks = plan->grid.rows / plan->inner;
    plan->points = plan->grid.rows / plan->grid.count[GST_AXIS_D];
    plan->trials = (size_t)gst_setting_number(plan->settings, GST_OPTION_TRIALS);
    plan->threads = gst_cores();
    if (threads)
        plan->threads = (size_t)gst_setting_number(plan->settings, GST_OPTION_THREADS);
    plan->threads = gst_farm_threads(plan->threads);
}

size_t gst_simulate_plan_index(const gst_simulate_plan *plan, size_t i)
{
    return plan->held == plan->blocks
               ? i
               : (size_t)((double)i * (double)plan->blocks / (double)plan->held);
}

/* Blocks to look at: all, or of a --dry-run as many as take a tenth of a second. */
static size_t count_held(const gst_simulate_plan *plan)
{
    double most = DRY_WORK / ((double)plan->inner + DRY_BLOCK);
    size_t limit = most < 1 ? 1 : (size_t)most;
    int dry = gst_setting_is_on(plan->settings, GST_OPTION_DRY_RUN);
    return dry && plan->blocks > limit ? limit : plan->blocks;
}

/* Each block's numbers of samples and of rows. */
static int allocate(gst_simulate_plan *plan)
{
    size_t K = plan->setup.layer.K;
    double each = (double)(sizeof *plan->block + sizeof(size_t) * (plan->alphas + K));
    double bytes = each * (double)(plan->held = count_held(plan));
    int ok = bytes < fmin(gst_memory_available(), gst_memory_address_space());
    plan->block = ok ? gst_alloc(plan->held, sizeof *plan->block) : NULL;
    ok = plan->block != NULL;
    for (size_t i = 0; ok && i < plan->held; i++) {
        plan->block[i].n = gst_alloc(plan->alphas, sizeof(size_t));
        plan->block[i].group = gst_alloc(K, sizeof(size_t));
        ok = plan->block[i].n && plan->block[i].group;
    }
    return ok ? 0
              : gst_report(GST_EXIT_RUNTIME, "not enough memory: %.0f bytes for %zu simulations",
                           bytes, plan->held);
}

int gst_simulate_plan_build(gst_simulate_plan *plan, const gst_settings *settings)
{
    *plan = (gst_simulate_plan){.settings = settings};
    int code = gst_grid_build(&plan->grid, settings);
    if (code == 0)
        code = settings->command->letter == 'v' ? gst_items_check(settings, GST_OPTIONS)
                                                : gst_rows_check(settings);
    if (code == 0)
        code = gst_setup_build(&plan->setup, settings, &plan->grid);
    if (code != 0)
        return code;
    set_shape(plan);
    return allocate(plan);
}

void gst_simulate_plan_clear(gst_simulate_plan *plan)
{
    for (size_t i = 0; plan->block && i < plan->held; i++) {
        free(plan->block[i].n);
        free(plan->block[i].group);
    }
    free(plan->block);
    gst_setup_clear(&plan->setup);
    gst_grid_clear(&plan->grid);
}

gst_simulation gst_simulate_plan_block(const gst_simulate_plan *plan, size_t block,
                                       gst_problem *problem)
{
    double axes[GST_AXES];
    const gst_settings *settings = plan->settings;
    int kind = (int)gst_setting_number(settings, GST_OPTION_WEIGHTS);
    gst_grid_point(&plan->grid, block * plan->inner, axes);
    *problem = gst_setup_problem(&plan->setup, axes);
    gst_simulation simulation = {
        .problem = problem,
        .weights = kind == 1 ? GST_WEIGHTS_GD : GST_WEIGHTS_SRF,
        .d = (size_t)axes[GST_AXIS_D],
        .beta = axes[GST_AXIS_BETA],
        .alphas = plan->grid.values[GST_AXIS_ALPHA],
        .alpha_count = plan->alphas,
        .lambdas = plan->grid.values[GST_AXIS_LAMBDA],
        .lambda_count = plan->lambdas,
        .test_samples = (size_t)gst_setting_number(settings, GST_OPTION_TEST_SAMPLES),
        .precision = (gst_precision)gst_setting_number(settings, GST_OPTION_PRECISION),
        .seed = (uint64_t)gst_setting_number(settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
    if (kind == 0)
        simulation.weights = gst_weights_choose(problem);
    if (plan->best) {
        int dry = gst_setting_is_on(settings, GST_OPTION_DRY_RUN);
        size_t first = dry ? 0 : block * plan->inner % plan->points;
        simulation.lambdas = plan->best + first;
        simulation.lambda_count = plan->inner;
    }
    return simulation;
}

int gst_simulate_plan_measure(gst_simulate_plan *plan)
{
    gst_message message = {""};
    for (size_t i = 0; i < plan->held; i++) {
        gst_problem problem;
        size_t block = gst_simulate_plan_index(plan, i);
        gst_simulation s = gst_simulate_plan_block(plan, block, &problem);
        gst_simulate_block *to = &plan->block[i];
        int status = gst_simulation_measure(&s, &to->sizes, to->n, to->group, &message);
        if (status >= 0)
            status = gst_simulation_plan(&s, plan->trials, plan->threads, &to->layout, &message);
        if (status < 0)
            return gst_setting_refuse_status(plan->settings, GST_OPTION_D, status, message.text);
    }
    return 0;
}

int gst_simulate_plan_prepare(const gst_simulate_plan *plan)
{
    gst_message message = {""};
    size_t callers = 1;
    int threads = 1;
    for (size_t i = 0; i < plan->held; i++) {
        const gst_simulation_layout *layout = &plan->block[i].layout;
        callers = layout->parallel > callers ? layout->parallel : callers;
        threads = layout->blas_threads > threads ? layout->blas_threads : threads;
    }
    size_t most = callers > (size_t)threads ? callers : (size_t)threads;
    int status = gst_dense_prepare(most, 1, &message);
    return status < 0 ? gst_report_fields(gst_exit_of_status(status), message.text) : 0;
}

void gst_simulate_plan_blas_threads(const gst_simulate_plan *plan, char text[32])
{
    int least = plan->block[0].layout.blas_threads, most = least;
    for (size_t i = 1; i < plan->blocks; i++) {
        int threads = plan->block[i].layout.blas_threads;
        least = threads < least ? threads : least;
        most = threads > most ? threads : most;
    }
    if (least == most)
        snprintf(text, 32, "%d", least);
    else
        snprintf(text, 32, "%d,%d", least, most);
}
