/* SPDX-License-Identifier: GPL-3.0-or-later */
/* validation.h - the parts of `giantstep validate`: a ladder of d over a grid of points, simulated and in
 * theory.
 *
 * rungs values of d times points; a block (simulate_plan.h) holds `inner` = lambdas x alphas consecutive
 * points, of which `blocks` make a rung.  Row = rung*points + point of the table,
 * point = block*inner + lambda*alphas + alpha. */
#ifndef GST_VALIDATION_H
#define GST_VALIDATION_H

#include "cli/tables/flagged.h"
#include "cli/tables/items.h"
#include "giantstep/model.h"
#include "cli/commands/simulate/simulate_plan.h"
#include "giantstep/verdict.h"

/* What is compared: excess risk and train error, with losses and classes (another loss than the squared one, labels +-1) also
 * test loss and class error. */
enum { GST_VALIDATION_QUANTITIES = 4 };

/* A quantity at a point; one without theory there (classes of real labels, losses that are infinite) is none. */
typedef struct {
    size_t quantity, point;
} gst_validation_test;

typedef struct {
    gst_simulate_plan plan;
    gst_solve_options options;
    gst_verdict_options rule;
    int optimise; /* --lambda opt: each point's ridge is the best one of its limit */
    size_t rungs, blocks;
    double *lambda;   /* lambda[point], the ridge used */
    double *variance; /* variance[block] of the labels, Var g + Delta */
    gst_risk *limit;  /* limit[point]: p = inf, nominal ratios */
    gst_risk *theory; /* theory[row]: width p, realised ratios */
    gst_message
        *failure; /* why a model could not be built: of [rung*blocks + block], then of limits */
    size_t quantities;                      /* 2 or GST_VALIDATION_QUANTITIES */
    double *sim[GST_VALIDATION_QUANTITIES]; /* sim[quantity][(point*rungs + rung)*trials + t] */
    size_t tests;                           /* at most quantities*points, by points */
    gst_validation_test *test;
    gst_finding *found;   /* found[test] */
    gst_verdict *verdict; /* verdict[point], joined from its tests */
    gst_items items;      /* all replicates of all blocks */
    gst_flagged flagged;  /* rows whose theory or simulation is not ok */
} gst_validation;

/* Where rare samples (solver/readout/rare_samples.h) make more than this part of the theory's excess risk at the largest d, what
 * they make is not yet of order 1/d, and a difference says nothing of the theory: undecided. */
#define GST_VALIDATION_RARE 0.2
extern const char gst_validation_rare_reason[];

/* Its name, and what the theory says of it. */
const char *gst_validation_quantity(size_t quantity);
double gst_validation_theory(const gst_risk *risk, size_t quantity);

/* The axes of a point at a rung. */
void gst_validation_axes(const gst_validation *v, size_t rung, size_t point, double axes[GST_AXES]);

/* Fill lambda, variance and limit, then theory, on all threads; rows that are not ok are flagged.  This and
 * the following return 0 or an exit code, the message printed. */
int gst_validation_solve(gst_validation *v);

/* Open the job of the replicates. */
int gst_validation_open(gst_validation *v);

/* Fill sim.  *table: 0 if there is no table to be written, with the exit code returned. */
int gst_validation_simulate(gst_validation *v, int *table);

/* Fill test, found and verdict.  GST_OK or GST_NO_MEMORY. */
int gst_validation_settle(gst_validation *v);

/* Settle and write the table.  Returns an exit code. */
int gst_validation_conclude(gst_validation *v);

/* --dry-run: sizes, memory and time as `key: value` lines. */
int gst_validation_estimate(gst_validation *v);

#endif
