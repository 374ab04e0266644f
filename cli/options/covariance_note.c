/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_note.c - whether a spectrum is near the proportional limit (docs/theory, inputs of any covariance).
 *
 * Theory wants the largest eigenvalue, and the variance C_vv of a row's component on a spike, small against d.  The note says by
 * how much they are not, at the smallest d of the grid: that of --d, else of --width and --beta, and for the first trainings. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "giantstep/features.h"
#include "cli/options/covariance_options.h"
#include "cli/process/report.h"
#include "models/data/covariance.h"
#include "solver/bulk/bulk.h"

#define HEAVY 0.01

static double least_value(const gst_grid *grid, size_t axis, int largest)
{
    double found = grid->values[axis][0];
    for (size_t i = 1; i < grid->count[axis]; i++)
        found = largest ? fmax(found, grid->values[axis][i]) : fmin(found, grid->values[axis][i]);
    return found;
}

/* INFINITY where the size of nothing is told. */
static double least_dimension(const gst_settings *settings, const gst_grid *grid)
{
    char letter = settings->command->letter;
    if (letter == 's' || letter == 'v')
        return least_value(grid, GST_AXIS_D, 0);
    if (!gst_command_takes(settings->command, GST_OPTION_WIDTH))
        return INFINITY;
    return least_value(grid, GST_AXIS_WIDTH, 0) / least_value(grid, GST_AXIS_BETA, 1);
}

/* The largest C_vv of a training's features, 0 without spikes or without a theory. */
static double spike_variance(const gst_problem *problem)
{
    gst_features *f = NULL;
    double largest = 0.0;
    if (gst_features_train(&f, problem, 0, NULL) < 0)
        return 0.0;
    size_t s = f->m + f->q + 1;
    double *C = gst_alloc_doubles(f->K * s * s);
    if (C && gst_bulk_covariance(f, 0, C) >= 0)
        for (size_t g = 0; g < f->K; g++)
            for (size_t l = 0; l < f->m; l++)
                largest = fmax(largest, C[(g * s + l) * s + l]);
    free(C);
    gst_features_free(f);
    return largest;
}

void gst_covariance_note(const gst_data *covariance, const gst_settings *settings,
                         const gst_grid *grid, size_t count, const gst_problem *problems)
{
    double d = covariance ? least_dimension(settings, grid) : INFINITY, omega, mu, spike = 0.0;
    if (isinf(d))
        return;
    gst_covariance_node(covariance, covariance->covariance->explicit, &omega, &mu);
    for (size_t i = 0; i < count; i++)
        spike = fmax(spike, spike_variance(&problems[i]));
    if (fmax(omega, spike) > HEAVY * d)
        gst_report(0,
                   "note: --covariance: %s/d = %.3g and C_vv/d = %.3g at d = %g, above %g: with "
                   "an activation that is not linear such a spectrum is outside the proportional "
                   "limit, and errors are off by some per cent",
                   covariance->covariance->explicit > 0 ? "the next omega" : "omega_1", omega / d,
                   spike / d, d, HEAVY);
}
