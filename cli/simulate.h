/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.h - the parts of `giantstep simulate`.
 *
 * A block is a d, a training (eta, alpha0, steps, noise) and a beta: `inner` = lambdas x alphas consecutive
 * rows of the grid, all from the same replicates. */
#ifndef GST_SIMULATE_H
#define GST_SIMULATE_H

#include "grid.h"
#include "problem.h"
#include "settings.h"
#include "simulation.h"

typedef struct {
    size_t p, *n; /* n[alpha] */
    double work;  /* of one replicate, 1e6 operations */
    gst_simulation_layout layout;
} gst_simulate_block;

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_problem problem;
    size_t blocks, inner, lambdas, alphas, trials, threads;
    int raw, timing;
    gst_simulate_block *block;
} gst_simulate;

/* The simulation of a block; *training is filled and borrowed, as are the axes of the grid. */
gst_simulation gst_simulate_simulation(const gst_simulate *s, size_t block, gst_training *training);

/* Simulate block after block and write the table.  Returns an exit code. */
int gst_simulate_table(const gst_simulate *s);

/* --dry-run: sizes, memory and time as `key: value` lines. */
int gst_simulate_estimate(const gst_simulate *s);

#endif
