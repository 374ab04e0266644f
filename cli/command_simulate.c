/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_simulate.c - `giantstep simulate`: trained or drawn networks of finite size on the grid.
 *
 * Every block's sizes are checked, and how it will use memory and cores is settled, before the output is
 * opened, so that bad input leaves no trace. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "simulate.h"

gst_simulation gst_simulate_simulation(const gst_simulate *s, size_t block, gst_training *training)
{
    double axes[GST_AXES];
    int kind = (int)gst_setting_number(s->settings, GST_OPTION_WEIGHTS);
    const char *test = gst_setting_text(s->settings, GST_OPTION_TEST_SAMPLES);
    gst_weights weights = kind == 1 ? GST_WEIGHTS_GD : GST_WEIGHTS_SRF;
    gst_grid_point(&s->grid, block * s->inner, axes);
    *training = gst_problem_training(&s->problem, axes);
    return (gst_simulation){
        .training = training,
        .weights = kind == 0 ? gst_weights_choose(training) : weights,
        .d = (size_t)axes[GST_AXIS_D],
        .beta = axes[GST_AXIS_BETA],
        .alphas = s->grid.values[GST_AXIS_ALPHA],
        .alpha_count = s->alphas,
        .lambdas = s->grid.values[GST_AXIS_LAMBDA],
        .lambda_count = s->lambdas,
        .test_samples = test ? (size_t)gst_setting_number(s->settings, GST_OPTION_TEST_SAMPLES) : 0,
        .seed = (uint64_t)gst_setting_number(s->settings, GST_OPTION_SEED),
        .stop = gst_interrupt_flag(),
    };
}

static void set_shape(gst_simulate *s)
{
    const char *threads = gst_setting_text(s->settings, GST_OPTION_THREADS);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    s->lambdas = s->grid.count[GST_AXIS_LAMBDA];
    s->alphas = s->grid.count[GST_AXIS_ALPHA];
    s->inner = s->lambdas * s->alphas;
    s->blocks = s->grid.rows / s->inner;
    s->trials = (size_t)gst_setting_number(s->settings, GST_OPTION_TRIALS);
    s->raw = gst_setting_is_on(s->settings, GST_OPTION_RAW);
    s->timing = gst_setting_is_on(s->settings, GST_OPTION_TIMING);
    s->threads = cores > 0 ? (size_t)cores : 1;
    if (threads)
        s->threads = (size_t)gst_setting_number(s->settings, GST_OPTION_THREADS);
}

static int measure_block(gst_simulate *s, size_t block)
{
    gst_message message = {""};
    gst_training training;
    gst_simulation_sizes sizes;
    gst_simulation simulation = gst_simulate_simulation(s, block, &training);
    gst_simulate_block *to = &s->block[block];
    to->n = gst_alloc(s->alphas, sizeof *to->n);
    if (!to->n)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = gst_simulation_measure(&simulation, &sizes, to->n, NULL, &message);
    if (status >= 0)
        status = gst_simulation_plan(&simulation, s->trials, s->threads, &to->layout, &message);
    if (status < 0)
        return gst_setting_refuse_status(s->settings, GST_OPTION_D, status, message.text);
    to->p = sizes.p;
    to->work = sizes.flops / 1e6;
    return 0;
}

static int prepare(gst_simulate *s)
{
    const char *lambda = gst_setting_text(s->settings, GST_OPTION_LAMBDA);
    int code = gst_grid_build(&s->grid, s->settings);
    if (code == 0 && gst_words_find("opt", lambda) == 0)
        code = gst_setting_refuse(s->settings, GST_OPTION_LAMBDA, NULL,
                                  "is the theory's choice: `giantstep curve' tells its value");
    if (code == 0)
        code = gst_output_check(gst_setting_text(s->settings, GST_OPTION_OUTPUT));
    if (code == 0)
        code = gst_problem_build(&s->problem, s->settings, &s->grid);
    if (code != 0)
        return code;
    set_shape(s);
    s->block = gst_alloc(s->blocks, sizeof *s->block);
    if (!s->block)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t block = 0; block < s->blocks && code == 0; block++)
        code = measure_block(s, block);
    return code;
}

/* Seconds per 1e6 operations of one replicate, from really running the cheapest block once: too long
 * rather than too short for the others, since large matrices multiply faster. */
static int time_replicate(const gst_simulate *s, double *seconds)
{
    size_t best = 0;
    gst_message message = {""};
    gst_training training;
    for (size_t block = 1; block < s->blocks; block++)
        if (s->block[block].work < s->block[best].work)
            best = block;
    gst_simulation simulation = gst_simulate_simulation(s, best, &training);
    gst_sample *samples = gst_alloc(s->inner, sizeof *samples);
    double began = gst_seconds();
    if (!samples)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = gst_simulation_run(&simulation, 0, samples, &message);
    *seconds = (gst_seconds() - began) / s->block[best].work;
    free(samples);
    if (status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    if (status < 0 && status != GST_FAILED)
        return gst_report(gst_exit_of_status(status), "%s", message.text);
    return 0;
}

int gst_simulate_estimate(const gst_simulate *s)
{
    double rate = 0, seconds = 0;
    size_t bytes = 0;
    int code = time_replicate(s, &rate);
    if (code != 0)
        return code;
    printf("rows: %zu\n", s->grid.rows * (s->raw ? s->trials : 1));
    printf("simulations: %zu of %zu trials\n", s->blocks, s->trials);
    printf("threads: %zu\n", s->threads);
    for (size_t i = 0; i < s->blocks; i++) {
        const gst_simulate_block *block = &s->block[i];
        double axes[GST_AXES];
        gst_grid_point(&s->grid, i * s->inner, axes);
        printf("simulation: d %.0f, p %zu, replicates at once %zu, BLAS threads each %d, "
               "memory_bytes %zu\n",
               axes[GST_AXIS_D], block->p, block->layout.parallel, block->layout.blas_threads,
               block->layout.bytes);
        bytes = block->layout.bytes > bytes ? block->layout.bytes : bytes;
        double cores = (double)block->layout.parallel * (double)block->layout.blas_threads;
        double rounds = ceil((double)s->trials / (double)block->layout.parallel);
        seconds += rate * block->work * rounds * (double)block->layout.parallel / cores;
    }
    printf("memory_megabytes: %.0f\n", (double)bytes / 1e6);
    printf("seconds: %.3g\n", seconds);
    return 0;
}

int gst_command_simulate(const gst_settings *settings)
{
    gst_simulate s = {.settings = settings};
    int code = prepare(&s);
    if (code == 0)
        code = gst_setting_is_on(settings, GST_OPTION_DRY_RUN) ? gst_simulate_estimate(&s)
                                                               : gst_simulate_table(&s);
    for (size_t block = 0; s.block && block < s.blocks; block++)
        free(s.block[block].n);
    free(s.block);
    gst_problem_clear(&s.problem);
    gst_grid_clear(&s.grid);
    return code;
}
