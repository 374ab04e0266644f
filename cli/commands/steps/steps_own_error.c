/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_own_error.c - E(E[y|x] - f)^2 of the network with the second layer it was trained with, after a step.
 *
 * f depends on the spikes' coordinates kappa alone, so that the average is one over kappa, of the tables of moments.h.
 * The tables' order is doubled until those of the features and those of their companions agree; if they never do, the
 * pair of the smallest difference is kept. */
#include <float.h>
#include <math.h>

#include "cli/commands/steps/steps_laws.h"
#include "giantstep/features.h"
#include "giantstep/target.h"
#include "cli/process/interrupt.h"
#include "models/tables/moments.h"
#include "models/training/label_target.h"

/* First order and number of doublings for m spikes. */
static const struct {
    size_t order, levels;
} orders[GST_SPIKES_MAX + 1] = {{8, 1}, {96, 6}, {64, 4}, {64, 2}, {32, 2}};

/* Where a table missed its tolerance: as steps_table.c. */
#define DOUBT 10.0

/* target: of the mean label.  *value at one order; GST_OK, GST_LOOSE, or < 0. */
static int own_error_at(const gst_problem *problem, const gst_target *target,
                        const gst_features *features, size_t order, int half, double *value)
{
    gst_moments *moments;
    *value = NAN;
    int status = gst_moments_tabulate(&moments, features, problem->activation, target, order, half);
    if (status < 0)
        return status;
    *value = gst_moments_own_error(moments, problem->layer);
    gst_moments_free(moments);
    return isfinite(*value) ? status : GST_FAILED;
}

static int refine(const gst_problem *problem, const gst_target *target, const gst_features *full,
                  const gst_features *half, double tol, gst_steps_state *state)
{
    size_t m = full->m > half->m ? full->m : half->m, order = orders[m].order;
    state->own = NAN;
    state->own_error = INFINITY;
    for (size_t level = 0; level < orders[m].levels; level++, order *= 2) {
        double value, companion;
        if (*gst_interrupt_flag() != 0)
            return GST_INTERRUPTED;
        int one = own_error_at(problem, target, full, order, 0, &value);
        int other = one < 0 ? one : own_error_at(problem, target, half, order, 1, &companion);
        if (other < 0)
            return other == GST_FAILED ? GST_OK : other;
        double doubt = one == GST_OK && other == GST_OK ? 1.0 : DOUBT;
        double error = doubt * fabs(value - companion) + 4.0 * DBL_EPSILON * fabs(value);
        if (error < state->own_error) {
            state->own = value;
            state->own_error = error;
        }
        if (state->own_error <= tol * state->own)
            break;
    }
    return GST_OK;
}

int gst_steps_own_error(const gst_problem *problem, const gst_features *full,
                        const gst_features *half, double tol, gst_steps_state *state)
{
    gst_problem of_mean;
    gst_target *mean;
    int status = gst_label_mean(problem, &of_mean, &mean);
    if (status == GST_OK)
        status = refine(problem, of_mean.target, full, half, tol, state);
    gst_target_free(mean);
    return status;
}
