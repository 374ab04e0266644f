/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup.h - from the settings to what the library wants: network, target, training, solver options. */
#ifndef GST_SETUP_H
#define GST_SETUP_H

#include "cli/options/grid.h"
#include "cli/options/loss_options.h"
#include "cli/options/covariance_options.h"
#include "cli/options/mixture_options.h"
#include "giantstep/model.h"
#include "giantstep/given_spikes.h"
#include "giantstep/second_layer.h"
#include "giantstep/problem.h"
#include "cli/options/settings.h"

typedef struct gst_activation gst_activation;

typedef struct {
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_spikes spikes;
    gst_data *mixture, *covariance;
    gst_loss_options losses;
    int reuse; /* one batch for all steps */
    gst_problem
        problem; /* pointers into this struct; its steps are those of --schedule, else those of no row, as
                            its noise is */
} gst_setup;

/* Checks that cost nothing (options that exclude each other, untrained note, every training of the
 * grid), then compilation.  0 or an exit code, the message printed; on any return the
 * caller clears the setup. */
int gst_setup_build(gst_setup *setup, const gst_settings *settings, const gst_grid *grid);
/* The compilation alone: activation, target, second layer and spikes of a setup set to zero, whatever
 * the training. */
int gst_setup_compile(gst_setup *setup, const gst_settings *settings);
void gst_setup_clear(gst_setup *setup);

/* The problem of a row of the grid. */
gst_problem gst_setup_problem(const gst_setup *setup, const double axes[GST_AXES]);

/* The solver options of the settings. */
gst_solve_options gst_setup_options(const gst_settings *settings);

#endif
