/* SPDX-License-Identifier: GPL-3.0-or-later */
/* averages.h - the averages over kappa of the self-consistent equations (theory 3).
 *
 * Scaling.  All equations are homogeneous in the ridge: with V = W/t they keep their form when
 *   1 + V -> t + W,   lambda -> ridge = lambda/t,   hats -> hats/t.
 * t = 1 for n > p and t = lambda (ridge 1) for n < p keep every number of order one as lambda -> 0, and
 * make lambda = 0 the minimum-norm limit instead of a division by zero.  Fluctuations (Q, q2), t and m do
 * not depend on t.  Below, V, D and hats mean the scaled ones. */
#ifndef GST_AVERAGES_H
#define GST_AVERAGES_H

#include "solver/bulk/bulk.h"
#include "models/tables/moments.h"
#include "solver/readout/weighted_sums.h"

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

/* Products of the moment tables that every average uses, and the solution they determine.
 * Rows B_a: mu1_g mu1_h for pairs, mu2_g^2 for values, packed as bulk.h; V(kappa) = sum_a mult_a x_a B_a.
 * Rows S_i: mu0_g (i < K), then per group kappa_l mu1_g (l < m), nu_g: the terms of the mean prediction. */
typedef struct {
    const gst_moments *moments;
    gst_bulk *bulk;       /* borrowed */
    size_t L, terms;      /* terms = K (m+2) */
    double *B, *S;        /* L x n, terms x n */
    double *multiplicity; /* L */
    /* state at the last evaluation */
    double *x, *hat, *mapped; /* L: (V1, V2); hats; the plain map's value */
    size_t active;   /* nodes in use: the others' shares are negligible even divided by t */
    double *weight;  /* n: rho w/(t + V) */
    double *weight2; /* n: rho w/(t + V)^2 */
    double *tangent; /* L x L: d x/d hat of the bulk */
    double *slope;   /* L x L: rho E[B_a B_b/(t+V)^2], if */
    int sloped;      /* is 1 */
    double *system;  /* L x L: I - d map/d x, columns and rows in units of `unit`, factored */
    double *unit;    /* L: natural size of each x: sqrt(V1_gg V1_hh), V2_g */
    double *scratch; /* 2 L + L x L */
    size_t *pivot;   /* L */
    double *block;
} gst_equations;

/* moments and bulk are borrowed and must outlive the result. */
int gst_equations_alloc(gst_equations **equations, const gst_moments *moments, gst_bulk *bulk);
void gst_equations_free(gst_equations *equations);

/* One plain map at e->x: weights, hats, mapped = bulk map of the hats. */
int gst_equations_map(gst_equations *e, const gst_scaled_point *point);

/* The same with what gst_equations_linearise needs of the tables, in one pass over them. */
int gst_equations_map_sloped(gst_equations *e, const gst_scaled_point *point);

/* The share of the outermost unit of the box in rho E[(h^2 + sum_i S_i^2)/(t+V)]: what the average over
 * kappa may have lost beyond it.  Only as t -> 0 can it matter. */
double gst_equations_truncation(const gst_equations *e);

/* max relative difference of mapped and x, in units of `unit`. */
double gst_equations_residual(gst_equations *e);

/* tangent and factored system at the last gst_equations_map. */
int gst_equations_linearise(gst_equations *e);

/* Solves (I - d map/d x) y = b in place, from gst_equations_linearise. */
void gst_equations_solve(const gst_equations *e, double *b);

/* Relative change of V, rho E[dV/(t+V)^2]/rho E[1/(t+V)], dV = V((I - T')^{-1} u), by rounding of one map: u is
 * 16 times `residual`, which is one sample of it, or eight units in the last place if that is more, of every
 * entry.  Large where the groups' shares of V cancel.  After gst_equations_linearise.  0 for one group. */
double gst_equations_slip(gst_equations *e, double residual);

/* 1 if sign*(x - mapped) exceeds slack times `unit` in every V2 and K slack times `unit` on the diagonal of V1,
 * as a matrix: for slack = a bound on the relative rounding of every entry of the map, the order of x and its
 * exact image is proved.  slack < 0 lets an order pass that rounding spoils. */
int gst_equations_ordered(gst_equations *e, double sign, double slack);

/* V1 positive definite, V2 positive, all finite. */
int gst_equations_positive(const gst_equations *e, const double *x);

#endif
