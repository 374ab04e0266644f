/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_problem.h - averages of the loss's proximal operator over the label and the output at one kappa (docs/theory,
 * convex losses). */
#ifndef GST_SCALAR_PROBLEM_H
#define GST_SCALAR_PROBLEM_H

#include "models/loss/loss.h"
#include "solver/readout/coupled/label_sites.h"
#include "solver/readout/coupled/line_rule.h"

/* V = prox width, v = variance of the output given kappa and s, yb = its mean, b (q) = its slopes in s. */
typedef struct {
    double V, v, yb;
    const double *b;
} gst_scalar_point;

/* E G, E G^2, E G', E s_j G. */
typedef struct {
    double G, G2, dG, sG[GST_TARGET_DIM_MAX];
} gst_scalar_means;

/* E l(y, om), E l(y, prox), E (y - prox)^2; P(y om < 0), P(y prox < 0), 0 for real labels. */
typedef struct {
    double test_loss, train_loss, train_square, test_class, train_class;
} gst_scalar_losses;

/* A site whose labels come from a series. */
typedef struct {
    size_t terms;        /* 0: they do not */
    double tau, slope;   /* |b|/sqrt(v) */
    double *coefficient; /* (q+1) x terms */
    double *sums;        /* (q+1) x nodes: P and e_j of the label 1 */
    const double *zeta;  /* at these nodes of a table; NULL: at none */
    double *scratch;
    double along[GST_TARGET_DIM_MAX]; /* b/tau */
} gst_scalar_series;

typedef struct {
    gst_line_rule rule;
    double *y, *om, *f, *G, *dG, *weight, *place; /* GST_LINE_NODES_MAX, of the line at work */
    double *moment;                               /* q of them */
    gst_scalar_series series;                     /* of the site at work */
    int status; /* GST_OK, or why a site had no lines since this was last set */
    gst_arena memory;
} gst_scalar_problem;

/* GST_OK, GST_NO_MEMORY.  finer: by the line rules that share no node with the others.  Clear in any case. */
int gst_scalar_problem_init(gst_scalar_problem *problem, int finer);
void gst_scalar_problem_clear(gst_scalar_problem *problem);

/* At site k.  NaN, and problem->status, where that has no lines. */
gst_scalar_means gst_scalar_average(gst_scalar_problem *problem, const gst_loss *loss,
                                    gst_label_sites *sites, size_t k,
                                    const gst_scalar_point *point);
/* l being `cost' and prox that of `loss', which bends where `cost' does. */
gst_scalar_losses gst_scalar_measure(gst_scalar_problem *problem, const gst_loss *loss,
                                     const gst_loss *cost, gst_label_sites *sites, size_t k,
                                     const gst_scalar_point *point);

/* P(y om < 0) at site k: sign labels. */
double gst_scalar_misclassified(gst_scalar_problem *problem, gst_label_sites *sites, size_t k,
                                const gst_scalar_point *point);

#endif
