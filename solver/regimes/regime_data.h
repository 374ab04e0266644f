/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime_data.h - what the limits p -> infinity of a step of any size are made of: private to solver/regimes. */
#ifndef GST_REGIME_DATA_H
#define GST_REGIME_DATA_H

#include "giantstep/regimes.h"
#include "giantstep/limits.h"
#include "models/tables/moments.h"

enum {
    GST_REGIME_TERMS = GST_REGIMES_ORDER_MAX + 1, /* Hermite coefficients 0 .. order */
    GST_REGIME_SLOPES = GST_REGIMES_ORDER_MAX + 1 /* E sigma^(k) */
};

typedef struct {
    /* of the activation and the labels of the step */
    double slope[GST_REGIME_SLOPES]; /* E sigma^(k), zero where that is rounding */
    double mu2sq,
        s2; /* E sigma^2 - slope_0^2 - slope_1^2; E(sigma' - ..)^2, of gst_gradient_moments */
    double mean_label, square_label; /* E yt, E yt^2, yt = y - f0 */
    double phi;                      /* 1/alpha0 */
    double v, c1;                    /* |vbar|, |E[g z]| */
    int odd;                         /* no E sigma^(k) of even k */
    /* of the second layer: E A^2, and Var_k, of A^k given the lower powers that matter, zero where it is among them */
    double square_A, spread[GST_REGIME_SLOPES];
    /* of the target given kappa = v.x/|v|: E[h h_j]; E h^2, per residual direction E h1; sum E h1^2; E rest */
    double hermite[GST_REGIME_TERMS], h_square, h1_square, rest;
    double h1_mean[GST_TARGET_DIM_MAX];
    size_t q;
    double variance; /* Var g */
} gst_regime_data;

/* The spike of a direction e in R^r with which all rows are aligned: tables over kappa = e.z, |e| <= 1. */
int gst_regime_tables(gst_moments **tables, const gst_problem *problem, const double *e,
                      size_t order, int half);

/* All of it, with `order' intervals over kappa.  half != 0: by companions of all quadratures.  GST_OK, GST_LOOSE (a quadrature missed
 * its tolerance), GST_FAILED, GST_NO_MEMORY. */
int gst_regime_data_fill(gst_regime_data *data, const gst_problem *problem, size_t order, int half);

/* E A^2 and the direction E[g z]/|E[g z]| (e_1 where that is zero, and r = 1; 0: there is none). */
int gst_regime_direction(const gst_problem *problem, double *e);

#endif
