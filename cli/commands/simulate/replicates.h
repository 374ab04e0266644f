/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replicates.h - the replicates of all blocks of a plan as a job of items: item = block*trials + replicate, its
 * payload the samples of every readout. */
#ifndef GST_REPLICATES_H
#define GST_REPLICATES_H

#include "cli/tables/items.h"
#include "cli/commands/simulate/simulate_plan.h"

/* Samples of a replicate: sample[alpha*lambdas + lambda], gst_replicates_lambdas ridges for every alpha. */
size_t gst_replicates_lambdas(const gst_simulate_plan *plan);
size_t gst_replicates_bytes(const gst_simulate_plan *plan);

/* items.h's work. */
int gst_replicate_work(const gst_simulate_plan *plan, size_t item, void *payload,
                       gst_message *reason);

/* Run items begin <= i < end.  Consecutive blocks of equal layout share one loop, so that no thread waits for the
 * last replicate of a block. */
int gst_replicates_run(const gst_simulate_plan *plan, gst_items *items, size_t begin, size_t end);

#endif
