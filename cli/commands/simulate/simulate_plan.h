/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_plan.h - what `simulate` and `validate` have to simulate: networks, sizes, cores, time.
 *
 * A block is a d, a training (eta, alpha0, steps, noise) and a beta: `inner` = lambdas x alphas consecutive
 * rows of the grid, all from the same replicates.  d is the slowest axis. */
#ifndef GST_SIMULATE_PLAN_H
#define GST_SIMULATE_PLAN_H

#include "cli/options/grid.h"
#include "cli/options/setup.h"
#include "cli/process/progress.h"
#include "cli/options/settings.h"
#include "giantstep/simulation.h"

/* A block: n[alpha], rows per group; how replicates share the cores; seconds one replicate adds to the
 * run, estimated. */
typedef struct {
    gst_simulation_sizes sizes;
    gst_simulation_layout layout;
    size_t *n, *group;
    double seconds;
} gst_simulate_block;

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    size_t lambdas, alphas, inner, blocks, trials, threads;
    /* NULL: the ridges are those of the grid.  Else (--lambda opt) best[row % points] is that of a row, and
     * a block reads out every alpha at all of its `inner` ridges. */
    const double *best;
    size_t points;
    /* block[row/inner], held = blocks.  --dry-run of a large grid: `held` of them, evenly spaced
     * (gst_simulate_plan_index).  best[] of a --dry-run is that of one block, for all. */
    size_t held;
    gst_simulate_block *block;
} gst_simulate_plan;

/* Which block block[i] is. */
size_t gst_simulate_plan_index(const gst_simulate_plan *plan, size_t i);

/* The grid, the problem and the shape; the output is checked.  0 or an exit code, the message printed; on
 * any return the caller clears the plan. */
int gst_simulate_plan_build(gst_simulate_plan *plan, const gst_settings *settings);
void gst_simulate_plan_clear(gst_simulate_plan *plan);

/* Check everything that can be checked without computing: the blocks' sizes and layouts. */
int gst_simulate_plan_measure(gst_simulate_plan *plan);

/* Have BLAS take the memory it will want (blas.h), once, before anything is simulated.  0 or an exit code. */
int gst_simulate_plan_prepare(const gst_simulate_plan *plan);

/* The simulation of a block.  *training is filled and borrowed, as are the axes of the grid. */
gst_simulation gst_simulate_plan_block(const gst_simulate_plan *plan, size_t block,
                                       gst_problem *problem);

/* simulate_estimate.c.  Fill the blocks' seconds: measured != 0 by really running replicates of reduced
 * d, some tenths of a second per value of d, within a second; else in proportion to their operations.
 * *measured is set to 0 if that took too long. */
int gst_simulate_plan_time(gst_simulate_plan *plan, int *measured);

/* Seconds of all trials of all blocks. */
double gst_simulate_plan_seconds(const gst_simulate_plan *plan);

/* Of --dry-run, last: the seconds, and how far they are to be trusted. */
void gst_simulate_plan_print_seconds(double seconds, int measured);

/* Start the progress bar of a run over all blocks, in units of 1e-6 s; if it is shown and the run is long,
 * the blocks' seconds are measured first, so that the time left is not that of the smallest d.  Returns 0
 * or an exit code. */
int gst_simulate_plan_begin(gst_simulate_plan *plan, gst_progress *progress);

/* Of --dry-run: simulations, threads, one line per block.  Returns the most memory any of them takes. */
size_t gst_simulate_plan_print(const gst_simulate_plan *plan);

/* The numbers of BLAS threads in use, on which last digits depend: "1" or "1,8". */
void gst_simulate_plan_blas_threads(const gst_simulate_plan *plan, char text[32]);

#endif
