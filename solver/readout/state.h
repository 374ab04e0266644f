/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h - a point of the self-consistent equations, to be read (theory 3).
 *
 * Scaling.  All equations are homogeneous in the ridge: with V = W/t they keep their form when
 *   1 + V -> t + W,   lambda -> ridge = lambda/t,   hats -> hats/t.
 * t = 1 for n > p and t = lambda (ridge 1) for n < p keep every number of order one as lambda -> 0, and
 * make lambda = 0 the minimum-norm limit instead of a division by zero.  Fluctuations (Q, q2), t and m do
 * not depend on t.  Below, V, D and hats mean the scaled ones. */
#ifndef GST_STATE_H
#define GST_STATE_H

#include "models/tables/moments.h"
#include "solver/bulk/bulk.h"
#include "solver/readout/joint.h"
#include "solver/readout/nodal.h"

/* One readout problem in scaled form. */
typedef struct {
    double rho, beta; /* n/p, p/d */
    double shift;     /* t */
    double ridge;     /* lambda/t */
    double width;     /* p or INFINITY */
    double noise;     /* Delta */
} gst_scaled_point;

/* lambda, alpha, beta > 0 in scaled form. */
gst_scaled_point gst_scale_point(double alpha, double beta, double lambda, double noise,
                                 double width);

/* What averages.h computes at the order parameters last placed there, its owner; nobody else writes to it.  Tables
 * have n = moments->n columns, entry k of row a at [a*n + k]; order parameters are packed as bulk.h says.
 * Rows B_a: mu1_g mu1_h for pairs, mu2_g^2 for values; V(kappa) = sum_a multiplicity_a x_a B_a.
 * Rows S_i: mu0_g (i < K), then per group kappa_l mu1_g (l < m), nu_g: the terms of the mean prediction. */
typedef struct gst_state {
    /* the features and the problem; tables are there from the start */
    const gst_moments *moments;
    gst_bulk *bulk;             /* at the hats below: answers for its special directions */
    size_t K, L;                /* groups, order parameters */
    size_t terms;               /* K (m+2) */
    const double *B;            /* L x n */
    const double *S;            /* terms x n */
    const double *multiplicity; /* L */
    /* of the last map */
    gst_scaled_point point;
    size_t active;         /* nodes in use: the others' shares are negligible even divided by t */
    const double *x;       /* L: (V1, V2) */
    const double *hat;     /* L: (V1h, D) */
    const double *mapped;  /* L: (V1, V2) by the plain map from the hats */
    const double *unit;    /* L: natural size of each x, sqrt(V1_gg V1_hh) or V2_g */
    const double *weight;  /* n, active of them: rho w/(t + V) */
    const double *weight2; /* n, active of them: rho w/(t + V)^2 */
    /* of the last linearisation: in order parameters, */
    const double *tangent; /* L x L: d x/d hat of the bulk */
    const double *system;  /* L x L: I - d map/d x, columns and rows in units of `unit`, factored */
    const size_t *pivot;   /* L */
    const gst_nodal *nodal; /* or, unless it is NULL, at the nodes, */
    gst_joint *joint;       /* or, unless it is NULL, with the bulk's own unknowns */
} gst_state;

/* V2_g. */
double gst_state_V2(const gst_state *state, size_t g);

/* x -= derivative of the bulk's map along dhat, L numbers each; of a linearised state. */
void gst_state_subtract_response(const gst_state *state, const double *dhat, double *x);

/* Solves (I - d map/d x) y = b in place; of a linearised state. */
void gst_state_solve(const gst_state *state, double *b);

/* max relative difference of mapped and x, in units of `unit`. */
double gst_state_residual(const gst_state *state);

/* The share of the outermost unit of the box in rho E[(h^2 + sum_i S_i^2)/(t+V)]: what the average over
 * kappa may have lost beyond it.  Only as t -> 0 can it matter. */
double gst_state_truncation(const gst_state *state);

#endif
