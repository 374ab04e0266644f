/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolution.h - everything needed to solve at one order of quadrature: private to the solver. */
#ifndef GST_RESOLUTION_H
#define GST_RESOLUTION_H

#include "giantstep/model.h"
#include "solver/readout/coupled/coupled.h"
#include "solver/readout/orders.h"
#include "solver/readout/path.h"
#include "solver/readout/rare_samples.h"
#include "solver/readout/readout.h"
#include "solver/readout/fixed_point.h"

/* What a resolution has in the place of averages, fixed point and readout where the loss is not the squared one or the
 * labels are signs (resolution_coupled.c).  Its tables are those of the mean label, which depends on the noise if labels
 * are signs: made again when that is another. */
typedef struct {
    const gst_features *features;
    gst_coupled equations;
    gst_target *mean;       /* E[y|z] */
    size_t order;           /* of the averages over kappa and s */
    double noise, variance; /* that of the tables, E[Var(y|z)] */
    int half;
    int solved;       /* u is a solution */
    double *u, *near; /* the last one; scratch: a start */
    gst_arena memory;
} gst_coupled_resolution;

/* Tables, bulk, averages over the tables and readout of one resolution. */
typedef struct {
    const gst_loss *loss;            /* NULL: squared */
    gst_coupled_resolution *coupled; /* NULL: the linear equations below */
    gst_moments *moments;
    gst_bulk *bulk;
    gst_averages *averages;
    const gst_state *state; /* of the averages */
    gst_fixed_point fixed_point;
    gst_readout *readout;              /* NULL: not to be solved, only read (spectrum) */
    gst_rare *rare;                    /* NULL until asked for */
    int quality;                       /* GST_OK, or GST_LOOSE: a table missed its tolerance */
    int moments_quality, bulk_quality; /* the same of each alone */
    int shared;                        /* the moments are another's */
    gst_path path;                     /* the last solutions */
    double *start, *gap;               /* L: scratch: where to start, half widths of an enclosure */
    double rounding; /* of the last excess risk, absolute, where groups amplify it */
    int unsettled;   /* the last answer failed, but need not at another order */
    gst_arena memory;
} gst_resolution;

/* half != 0: the coarser companion.  tables, laws: NULL, or resolutions of the same features and the same order of kappa,
 * of the labels, whose tables and laws it uses; once they are cleared, it must not be used but to be cleared.  Returns
 * GST_OK also when resolution->quality is not. */
int gst_resolution_at(gst_resolution *resolution, const gst_features *features, gst_orders orders,
                      int half, const gst_resolution *tables, const gst_resolution *laws);

/* index: 0, 1, 2, ... doubles all orders at each step, up to the largest of each. */
int gst_resolution_alloc(gst_resolution *resolution, const gst_features *features, size_t index,
                         int half);

/* For `moments` and `bulk` that are there: the rest but the readout.  GST_OK, GST_NO_MEMORY. */
int gst_resolution_equip(gst_resolution *resolution);

/* Other tables, which become its own, also on failure, for those there were; what was computed from these is gone,
 * the readout too. */
int gst_resolution_replace_moments(gst_resolution *resolution, gst_moments *moments);

/* Forget all solutions: the next solve starts cold.  NULL-safe members. */
void gst_resolution_reset(gst_resolution *resolution);
void gst_resolution_clear(gst_resolution *resolution);

/* Sections 3 to 6 at one point by options->method; start: NULL or a resolution of the same model already
 * solved at this point, whose solution is close.  Fills risk but for quad_error and status. */
int gst_resolution_solve(gst_resolution *resolution, const gst_point *point,
                         const gst_solve_options *options, const gst_resolution *start,
                         gst_risk *risk);

/* Share of the last excess risk made by samples and neurons rarer than n samples and p neurons have (rare_samples.h).
 * GST_OK, GST_NO_MEMORY. */
int gst_resolution_rare_share(gst_resolution *resolution, const gst_features *features,
                              const gst_activation *activation, double n, double p, double *share);

/* resolution_coupled.c: tables, equations and memory for features and bulk, of that order over kappa, for labels of the
 * training's noise at first; `moments' of the resolution are set.  Status of the tables, GST_NO_MEMORY. */
int gst_resolution_couple(gst_resolution *resolution, const gst_features *features, size_t order,
                          int half);
int gst_resolution_solve_coupled(gst_resolution *resolution, const gst_point *point,
                                 const gst_solve_options *options, const gst_resolution *start,
                                 gst_risk *risk);
void gst_coupled_resolution_free(gst_coupled_resolution *coupled);

/* The threshold alpha_c of separability (gst_coupled_separate) at the point's beta, noise and width. */
int gst_resolution_separate(gst_resolution *resolution, const gst_point *point,
                            const gst_solve_options *options, double *alpha_c,
                            gst_coupled_info *info);

/* What the average over kappa may have lost beyond its box, relative. */
double gst_resolution_truncation(const gst_resolution *resolution);

/* Order parameters of the last solution; of the resolution's own shape. */
void gst_resolution_take_solution(const gst_resolution *resolution, gst_solution *solution);

#endif
