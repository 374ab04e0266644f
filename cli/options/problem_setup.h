/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem_setup.h - from the settings to what the library wants: network, target, training, solver options. */
#ifndef GST_PROBLEM_SETUP_H
#define GST_PROBLEM_SETUP_H

#include "cli/options/grid.h"
#include "solver/readout/model.h"
#include "cli/options/settings.h"

typedef struct {
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_spikes spikes;
    gst_training
        training; /* pointers into this struct; eta, alpha0, steps, noise of the first row */
} gst_problem;

/* Checks that cost nothing (options that exclude each other, untrained note, every training of the
 * grid), then compilation.  0 or an exit code, the message printed; on any return the
 * caller clears the problem. */
int gst_problem_build(gst_problem *problem, const gst_settings *settings, const gst_grid *grid);
/* The compilation alone: activation, target, second layer and spikes of a problem set to zero, whatever
 * the training. */
int gst_problem_compile(gst_problem *problem, const gst_settings *settings);
void gst_problem_clear(gst_problem *problem);

/* The training of a row of the grid. */
gst_training gst_problem_training(const gst_problem *problem, const double axes[GST_AXES]);

/* The solver options of the settings. */
gst_solve_options gst_problem_options(const gst_settings *settings);

#endif
