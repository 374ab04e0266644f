/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_laws.h - the laws of the rows after each step, of theory and of networks: private to `giantstep steps'. */
#ifndef GST_STEPS_LAWS_H
#define GST_STEPS_LAWS_H

#include "giantstep/features.h"
#include "cli/options/setup.h"
#include "cli/process/progress.h"
#include "cli/tables/items.h"
#include "validate/networks/overlap_simulation.h"

/* What the theory knows after a step.  quality: GST_OK, GST_LOOSE (an average missed its own tolerance), or
 * GST_INVALID: there is no theory, all its numbers are NaN.  own: E(g - f)^2 of the network with its own second layer,
 * with its error. */
typedef struct {
    int quality;
    double own, own_error;
} gst_steps_state;

/* Laws after steps 0 .. T, theory and its companion on other nodes: [(t*K + g)*numbers + i], i over U, c, C; the same
 * of networks with standard errors, and behind them the networks' own errors, [(T+1)*K*numbers + t].  shown: numbers
 * printed. */
typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    gst_problem problem; /* of the theory: with --simulate at the batches drawn */
    size_t T, K, r, numbers, shown;
    int covariance, simulate;
    double *theory, *companion, *mean, *sem;
    gst_steps_state *state; /* state[t] */
    gst_overlap_simulation simulation;
    gst_problem simulated; /* its problem */
    gst_items items;       /* its replicates */
    size_t parallel, done; /* side by side; those that are there */
    int blas_threads;
    gst_progress progress;
} gst_steps;

/* The numbers of group g after step t. */
static inline double *gst_steps_record(const gst_steps *s, double *laws, size_t t, size_t g)
{
    return laws + (t * s->K + g) * s->numbers;
}

/* Fill theory, companion and state.  Returns an exit code, the message printed. */
int gst_steps_theory(gst_steps *s);

/* Fill own and own_error from the features of a step and their companion, at tolerance tol.  GST_OK, or a status that
 * ends the run. */
int gst_steps_own_error(const gst_problem *problem, const gst_features *full,
                        const gst_features *half, double tol, gst_steps_state *state);

/* Write the table.  Returns an exit code. */
int gst_steps_table(const gst_steps *s);

#endif
