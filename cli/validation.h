/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validation.h - the parts of `giantstep validate`: a ladder of d over a grid of points, simulated and in
 * theory.
 *
 * rungs values of d times points; a block is a training (eta, alpha0, steps, noise) with a beta, and
 * holds `inner` = lambdas x alphas consecutive points.  Row = rung*points + point of the table,
 * point = block*inner + lambda*alphas + alpha. */
#ifndef GST_VALIDATION_H
#define GST_VALIDATION_H

#include "flagged.h"
#include "grid.h"
#include "model.h"
#include "problem.h"
#include "settings.h"
#include "simulation.h"
#include "verdict.h"

/* The sizes simulated in one block at one d: p, n0, n[alpha], rows per group; and how the replicates share
 * the cores. */
typedef struct {
    gst_simulation_sizes sizes;
    gst_simulation_layout layout;
    size_t *n, *group;
} gst_realised;

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_problem problem;
    gst_solve_options options;
    gst_verdict_options rule;
    int optimise; /* --lambda opt: each point's ridge is the best one of its limit */
    size_t rungs, points, blocks, inner, lambdas, alphas, trials, threads;
    gst_realised *realised; /* realised[rung*blocks + block] */
    double *lambda;         /* lambda[point], the ridge used */
    double *variance;       /* variance[block] of the labels, Var g + Delta */
    gst_risk *limit;        /* limit[point]: p = inf, nominal ratios */
    gst_risk *theory;       /* theory[row]: width p, realised ratios */
    gst_message *failure;   /* why a model could not be built: of realised[i], then of each limit */
    double *sim[2];         /* sim[quantity][(point*rungs + rung)*trials + t]; excess, train */
    gst_finding *found;     /* found[2*point + quantity] */
    gst_flagged flagged;    /* rows whose theory or simulation is not ok */
} gst_validation;

/* The axes of a point at a rung. */
void gst_validation_axes(const gst_validation *v, size_t rung, size_t point, double axes[GST_AXES]);

/* The simulation of a block at a rung.  *training is filled and borrowed, as are the axes of the grid. */
gst_simulation gst_validation_simulation(const gst_validation *v, size_t rung, size_t block,
                                         gst_training *training);

/* Check everything that can be checked without computing, and fill realised.  This and the following
 * return 0 or an exit code, the message printed. */
int gst_validation_measure(gst_validation *v);

/* Fill lambda, variance and limit, then theory, on v->threads threads; rows that are not ok are flagged. */
int gst_validation_solve(gst_validation *v);

/* Fill sim. */
int gst_validation_simulate(gst_validation *v);

/* Fill found and write the table.  Returns an exit code. */
int gst_validation_conclude(gst_validation *v);

/* --dry-run: sizes, memory and time as `key: value` lines. */
int gst_validation_estimate(gst_validation *v);

#endif
