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

#include "interrupt.h"
#include "memory.h"
#include "report.h"
#include "simulate_plan.h"

/* Operations of a timed replicate; seconds per operation where nothing is timed; seconds from which a bar
 * is worth the timing. */
#define BUDGET 4e9
#define USUAL_RATE 1e-10
#define LONG_RUN 10.0

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

/* Seconds per operation that a replicate adds to the run. */
static int time_block(const gst_simulate_plan *plan, size_t block, double *rate)
{
    gst_message message = {""};
    gst_training training;
    gst_simulation simulation = gst_simulate_plan_block(plan, block, &training);
    gst_simulation_sizes sizes = plan->block[block].sizes;
    gst_simulation_layout layout = plan->block[block].layout;
    reduce(&simulation, &sizes);
    double began = gst_seconds();
    int status =
        gst_simulation_replicates(&simulation, &layout, layout.parallel, ignore, NULL, &message);
    *rate = (gst_seconds() - began) / ((double)layout.parallel * sizes.flops);
    if (status == GST_INTERRUPTED)
        return GST_EXIT_SIGNAL + *gst_interrupt_flag();
    return status < 0 ? gst_report(gst_exit_of_status(status), "%s", message.text) : 0;
}

static double block_d(const gst_simulate_plan *plan, size_t block)
{
    double axes[GST_AXES];
    gst_grid_point(&plan->grid, block * plan->inner, axes);
    return axes[GST_AXIS_D];
}

int gst_simulate_plan_time(gst_simulate_plan *plan, int measured)
{
    size_t first = 0;
    while (first < plan->blocks) {
        size_t end = first, most = first;
        double rate = USUAL_RATE;
        for (; end < plan->blocks && block_d(plan, end) == block_d(plan, first); end++)
            if (plan->block[end].sizes.flops > plan->block[most].sizes.flops)
                most = end;
        int code = measured ? time_block(plan, most, &rate) : 0;
        if (code != 0)
            return code;
        for (; first < end; first++)
            plan->block[first].seconds = rate * plan->block[first].sizes.flops;
    }
    return 0;
}

double gst_simulate_plan_seconds(const gst_simulate_plan *plan)
{
    double seconds = 0;
    for (size_t i = 0; i < plan->blocks; i++) {
        double parallel = (double)plan->block[i].layout.parallel;
        double rounds = ceil((double)plan->trials / parallel);
        seconds += plan->block[i].seconds * rounds * parallel;
    }
    return seconds;
}

int gst_simulate_plan_begin(gst_simulate_plan *plan, gst_progress *progress)
{
    int quiet = gst_setting_is_on(plan->settings, GST_OPTION_QUIET);
    int code = gst_simulate_plan_time(plan, 0);
    gst_progress_begin(progress, 1, quiet);
    int measured = progress->shown && gst_simulate_plan_seconds(plan) > LONG_RUN;
    if (code == 0 && measured)
        code = gst_simulate_plan_time(plan, 1);
    double total = 0;
    for (size_t i = 0; i < plan->blocks; i++)
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
    for (size_t i = 0; i < plan->blocks; i++) {
        const gst_simulate_block *block = &plan->block[i];
        printf("simulation: d %.0f, p %zu, replicates at once %zu, BLAS threads each %d, "
               "memory_bytes %zu\n",
               block_d(plan, i), block->sizes.p, block->layout.parallel, block->layout.blas_threads,
               block->layout.bytes);
        bytes = block->layout.bytes > bytes ? block->layout.bytes : bytes;
    }
    return bytes;
}
