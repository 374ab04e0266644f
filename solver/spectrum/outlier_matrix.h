/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outlier_matrix.h - the matrix whose singularity marks an outlier (theory 8): private to the solver.
 *
 * Coordinates (m_g; t_g = spikes, residual directions, norm per group), n = K + K s of them:
 *   I + A gram,   A = blockdiag(p V2_g, N_perp),   gram = rho E[b b^T/(1+V)],  b = (mu0_g; kappa mu1_g, 0, nu_g)
 * (A gram)^{-1} exists nowhere in it: A may be singular. */
#ifndef GST_OUTLIER_MATRIX_H
#define GST_OUTLIER_MATRIX_H

#include <gsl/gsl_eigen.h>

#include "base/arena.h"
#include "solver/spectrum/resolvent.h"

typedef struct {
    gst_resolvent *r; /* borrowed */
    double width;
    size_t K, m, q, n;
    double complex *A, *gram, *work;             /* n x n at the last point */
    double *root, *symmetric, *vectors, *values; /* A = root sign root^T; rank columns */
    double *sign;
    size_t rank;
    gsl_eigen_symmv_workspace *decompose;
    gsl_eigen_symm_workspace **spectra; /* by size */
    gst_arena memory;
} gst_secular;

/* At x outside the bulks: eigenvalues of the symmetric sign + root^T gram root, decreasing, in `values`;
 * positive: how many are positive, beyond: that minus the positive signs.  Where `beyond` changes, with an
 * eigenvalue going through 0, is an outlier. */
typedef struct {
    double x;
    size_t positive;
    long beyond;
} gst_secular_point;

int gst_secular_alloc(gst_secular *s, gst_resolvent *r, size_t m, size_t q, double width);
void gst_secular_clear(gst_secular *s);

/* GST_OK, or GST_FAILED: x is not outside the bulks. */
int gst_secular_look(gst_secular *s, double x, gst_secular_point *point);

/* (I + A gram)^{-1} A, n x n, at complex z near the last point looked at. */
int gst_secular_inverse(gst_secular *s, double complex z, double complex *out);

#endif
