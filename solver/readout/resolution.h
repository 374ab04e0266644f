/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolution.h - everything needed to solve at one order of quadrature: private to the solver. */
#ifndef GST_RESOLUTION_H
#define GST_RESOLUTION_H

#include "giantstep/model.h"
#include "solver/readout/rare_samples.h"
#include "solver/readout/readout.h"
#include "solver/readout/fixed_point.h"

/* Tables, bulk, equations and readout of one resolution. */
typedef struct {
    gst_moments *moments;
    gst_bulk *bulk;
    gst_equations *equations;
    gst_readout *readout;
    gst_rare *rare; /* NULL until asked for */
    int quality;    /* GST_OK, or GST_LOOSE: a table missed its tolerance */
    int solved;     /* equations->x is a solution, at this scaling: */
    gst_scaled_point last;
    double rounding; /* of the last excess risk, absolute, where groups amplify it */
} gst_level;

/* How often the orders may be doubled: indices below this are worth trying.  From gst_level_label_count on,
 * only the average over kappa has more to gain: the label law of a finite batch is at its largest. */
size_t gst_level_count(const gst_features *features);
size_t gst_level_label_count(const gst_features *features);

/* index: 0, 1, 2, ... doubles all orders at each step, up to the largest of each; half != 0: the coarser
 * companion.  Returns GST_OK also when level->quality is not. */
int gst_level_alloc(gst_level *level, const gst_features *features, size_t index, int half);

/* The same after `previous`, the level of index - 1, whose label law it uses if that was the largest;
 * previous must then be cleared last. */
int gst_level_refine(gst_level *level, const gst_features *features, size_t index, int half,
                     const gst_level *previous);

/* Forget all solutions: the next solve starts cold.  NULL-safe members. */
void gst_level_reset(gst_level *level);
void gst_level_clear(gst_level *level);

/* All numbers NaN, status GST_FAILED. */
gst_risk gst_risk_failed(double lambda, const char *reason);

/* Sections 3 to 6 at one point by options->method; start: NULL or a level of the same model already
 * solved at this point, whose solution is close.  Fills risk but for quad_error and status. */
int gst_level_solve(gst_level *level, const gst_point *point, const gst_solve_options *options,
                    const gst_level *start, gst_risk *risk);

/* Share of the last excess risk made by samples and neurons rarer than n samples and p neurons have (rare_samples.h).
 * GST_OK, GST_NO_MEMORY. */
int gst_level_rare_share(gst_level *level, const gst_features *features,
                         const gst_activation *activation, double n, double p, double *share);

/* Order parameters in the layout of gst_model_solve, from the last solution. */
void gst_level_order(const gst_level *level, double *order);

#endif
