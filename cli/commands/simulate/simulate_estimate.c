/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_estimate.c - how long simulations take.
 *
 * A replicate's floating point operations are known (simulation.h); what an operation takes depends on
 * the machine, its load and the size of the matrices.  So, for each d of the grid:
 *   1. Of the blocks with that d, take the one with the most operations.
 *   2. Reduce d at fixed ratios until a replicate has at most BUDGET operations.  They go like d^3, and
 *      matrices of that size already multiply at nearly full speed.
 *   3. Run as many replicates at once as the layout has: seconds per replicate and operation, shared cores
 *      and memory included. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/process/apart.h"
#include "validate/networks/blas.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/report.h"
#include "cli/commands/simulate/simulate_plan.h"

/* Operations of a timed replicate; seconds per operation where nothing is timed; seconds from which a bar
 * is worth the timing. */
#define BUDGET 1e9
#define REDUCED_MOST 8
#define USUAL_RATE 1e-10
#define LONG_RUN 10.0

/* Seconds after which the timing is given up; none is begun after a quarter of them. */
#define PATIENCE 1.5

/* The simulation at a smaller d.  Ratios that would round to nothing there: a larger one. */
static void reduce(gst_simulation *simulation, gst_simulation_sizes *sizes)
{
    gst_message ignored;
    size_t full = simulation->d, test = simulation->test_samples;
    double part = cbrt(BUDGET / sizes->flops);
    if (!(part < 1))
        return;
    size_t d = (size_t)(part * (double)full);
    for (int status = GST_INVALID; status < 0; d *= 2) {
        simulation->d = d < 64 ? 64 : d;
        if (simulation->d > full)
            simulation->d = full;
        simulation->test_samples = (test * simulation->d + full - 1) / full;
        status = gst_simulation_measure(simulation, sizes, NULL, NULL, &ignored);
        if (simulation->d == full)
            return;
    }
}

/* simulation.h's emit: only the time is wanted. */
static int ignore(void *context, size_t replicate, int status, const gst_sample *samples)
{
    (void)context;
    (void)replicate;
    (void)status;
    (void)samples;
    return GST_OK;
}

/* Seconds per operation that a replicate adds to the run.  GST_LOOSE: it cannot be reduced to what may be timed. */
static int time_block(const gst_simulate_plan *plan, size_t i, double *rate)
{
    gst_message message = {""};
    gst_problem problem;
    size_t block = gst_simulate_plan_index(plan, i);
    gst_simulation simulation = gst_simulate_plan_block(plan, block, &problem);
    gst_simulation_sizes sizes = plan->block[i].sizes;
    gst_simulation_layout layout = plan->block[i].layout;
    reduce(&simulation, &sizes);
    if (sizes.flops > REDUCED_MOST * BUDGET)
        return GST_LOOSE;
    double began = gst_seconds();
    int status =
        gst_simulation_replicates(&simulation, &layout, layout.parallel, ignore, NULL, &message);
    *rate = (gst_seconds() - began) / ((double)layout.parallel * sizes.flops);
    return status;
}

static double block_d(const gst_simulate_plan *plan, size_t i)
{
    double axes[GST_AXES];
    gst_grid_point(&plan->grid, gst_simulate_plan_index(plan, i) * plan->inner, axes);
    return axes[GST_AXIS_D];
}

/* The next run of blocks of equal d, from `first`; *most: that with the most operations.  Returns its end. */
static size_t next_run(const gst_simulate_plan *plan, size_t first, size_t *most)
{
    size_t end = first;
    *most = first;
    for (; end < plan->held && block_d(plan, end) == block_d(plan, first); end++)
        if (plan->block[end].sizes.flops > plan->block[*most].sizes.flops)
            *most = end;
    return end;
}

/* apart.h's work: seconds per operation of each run of blocks, in rate[first block]; one that cannot be timed, or
 * that the time no longer suffices for, has the one before it, 0 if there is none. */
static void time_runs(void *context, void *result)
{
    const gst_simulate_plan *plan = context;
    double *rate = result, began = gst_seconds(), last = 0;
    gst_message message;
    int ready = gst_dense_prepare(plan->threads, 1, &message) == GST_OK;
    for (size_t first = 0, end, most; first < plan->held; first = end) {
        end = next_run(plan, first, &most);
        rate[first] = last;
        if (ready && gst_seconds() - began < PATIENCE / 4 &&
            time_block(plan, most, &rate[first]) != GST_OK)
            rate[first] = last;
        last = rate[first];
    }
}

int gst_simulate_plan_time(gst_simulate_plan *plan, int *measured)
{
    double *rate = gst_alloc_doubles(plan->held);
    if (!rate)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int status = *measured && gst_farm_size() == 1
                     ? gst_apart_run(time_runs, plan, rate, plan->held * sizeof *rate, PATIENCE)
                     : GST_LOOSE;
    *measured = status == GST_OK;
    for (size_t first = 0, end, most; first < plan->held; first = end) {
        end = next_run(plan, first, &most);
        int timed = status == GST_OK && rate[first] > 0;
        double seconds = timed ? rate[first] : USUAL_RATE;
        *measured = *measured && timed;
        for (size_t i = first; i < end; i++)
            plan->block[i].seconds = seconds * plan->block[i].sizes.flops;
    }
    free(rate);
    return status == GST_INTERRUPTED ? GST_EXIT_SIGNAL + *gst_interrupt_flag() : 0;
}

double gst_simulate_plan_seconds(const gst_simulate_plan *plan)
{
    double seconds = 0;
    for (size_t i = 0; i < plan->held; i++) {
        double parallel = (double)plan->block[i].layout.parallel;
        double rounds = ceil((double)plan->trials / parallel);
        seconds += plan->block[i].seconds * rounds * parallel;
    }
    return seconds * (double)plan->blocks / (double)plan->held;
}

int gst_simulate_plan_begin(gst_simulate_plan *plan, gst_progress *progress)
{
    int quiet = gst_setting_is_on(plan->settings, GST_OPTION_QUIET);
    int measured = 0, code = gst_simulate_plan_time(plan, &measured);
    gst_progress_begin(progress, 1, quiet);
    measured = progress->shown && gst_simulate_plan_seconds(plan) > LONG_RUN;
    if (code == 0 && measured)
        code = gst_simulate_plan_time(plan, &measured);
    double total = 0;
    for (size_t i = 0; i < plan->held; i++)
        total += 1e6 * (double)plan->trials * plan->block[i].seconds;
    gst_progress_begin(progress, (size_t)total + 1, quiet);
    progress->unit = NULL;
    if (code == 0 && measured)
        gst_progress_expect(progress, gst_simulate_plan_seconds(plan));
    return code;
}

size_t gst_simulate_plan_print(const gst_simulate_plan *plan)
{
    size_t bytes = 0;
    printf("simulations: %zu of %zu trials\n", plan->blocks, plan->trials);
    printf("threads: %zu\n", plan->threads);
    if (plan->held < plan->blocks)
        printf("simulations_listed: %zu, evenly spaced\n", plan->held);
    for (size_t i = 0; i < plan->held; i++) {
        const gst_simulate_block *block = &plan->block[i];
        printf("simulation: d %.0f, p %zu, replicates at once %zu, BLAS threads each %d, "
               "memory_bytes %zu\n",
               block_d(plan, i), block->sizes.p, block->layout.parallel, block->layout.blas_threads,
               block->layout.bytes);
        bytes = block->layout.bytes > bytes ? block->layout.bytes : bytes;
    }
    return bytes;
}

void gst_simulate_plan_print_seconds(double seconds, int measured)
{
    printf("seconds: %.3g\n", seconds);
    if (!measured)
        printf("estimate: from the number of operations, measuring took too long\n");
}
