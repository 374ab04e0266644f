/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replicates.c - the replicates of all blocks of a plan as a job of items. */
#include "cli/commands/simulate/replicates.h"

#include "validate/networks/blas.h"

size_t gst_replicates_lambdas(const gst_simulate_plan *plan)
{
    return plan->best ? plan->inner : plan->lambdas;
}

size_t gst_replicates_bytes(const gst_simulate_plan *plan)
{
    return plan->alphas * gst_replicates_lambdas(plan) * sizeof(gst_sample);
}

int gst_replicate_work(const gst_simulate_plan *plan, size_t item, void *payload,
                       gst_message *reason)
{
    gst_problem problem;
    gst_simulation simulation = gst_simulate_plan_block(plan, item / plan->trials, &problem);
    return gst_simulation_run(&simulation, item % plan->trials, payload, reason);
}

static int is_same_layout(const gst_simulate_plan *plan, size_t a, size_t b)
{
    return plan->block[a].layout.parallel == plan->block[b].layout.parallel &&
           plan->block[a].layout.blas_threads == plan->block[b].layout.blas_threads;
}

int gst_replicates_run(const gst_simulate_plan *plan, gst_items *items, size_t begin, size_t end)
{
    int status = GST_OK;
    while (begin < end && status == GST_OK) {
        size_t block = begin / plan->trials, last = block + 1;
        while (last * plan->trials < end && is_same_layout(plan, block, last))
            last++;
        size_t stop = last * plan->trials < end ? last * plan->trials : end;
        gst_dense_set_threads(plan->block[block].layout.blas_threads);
        status = gst_items_run(items, begin, stop, plan->block[block].layout.parallel);
        begin = stop;
    }
    return status;
}
