/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flat.h - readouts of features whose moments do not depend on kappa: K = 1, U = 0, c = 1, where all averages over kappa are
 * products (theory 6.2): private to solver/regimes. */
#ifndef GST_FLAT_H
#define GST_FLAT_H

#include "giantstep/model.h"

/* A solution of the self-consistent equations. */
typedef struct {
    gst_point point;
    double mu1, mu2sq;
    double rho, V, V1, V2, V1h, residual;
} gst_flat;

/* GST_OK, GST_FAILED: there is no solution (lambda = 0 and n <= p). */
int gst_flat_solve(gst_flat *flat, double mu1, double mu2sq, const gst_point *point);

/* psi of a residual direction with E h1 = mean. */
double gst_flat_residual(const gst_flat *flat, double mean);

/* Of the squared error R0 without fluctuations, noise included, and the cost `energy' = sum of what multiplies dD: E r2, noise
 * included. */
double gst_flat_fluctuate(const gst_flat *flat, double R0, double energy);

#endif
