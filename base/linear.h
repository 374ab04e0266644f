/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.h - dense linear algebra for systems of a few dozen unknowns, without allocation.
 *
 * Matrices are row-major, a[i*n + j].  Larger problems belong to LAPACK. */
#ifndef GST_LINEAR_H
#define GST_LINEAR_H

#include <stddef.h>

#include "giantstep/status.h"

/* LU factorisation with partial pivoting, in place; GST_FAILED if a pivot is zero or not finite. */
int gst_lu_factor(size_t n, double *a, size_t *pivot);

/* Solves a X = B for `columns` right-hand sides, b[i*columns + j], in place, from gst_lu_factor. */
void gst_lu_solve(size_t n, const double *a, const size_t *pivot, size_t columns, double *b);

/* Solves a^T x = b in place, from gst_lu_factor. */
void gst_lu_solve_transposed(size_t n, const double *a, const size_t *pivot, double *b);

/* Cholesky factor L (lower triangle, in place) of a symmetric matrix scaled to unit diagonal:
 * GST_FAILED if a squared pivot of the scaled matrix is not above `threshold`.  scale[i] is the root of
 * the diagonal; a_ij = scale_i scale_j (L L^T)_ij. */
int gst_cholesky_factor(size_t n, double *a, double *scale, double threshold);
void gst_cholesky_solve(size_t n, const double *a, const double *scale, double *b);

/* Least squares: the x that minimises |a x - b|, a of rows x columns, rows >= columns.  The first `first`
 * columns must be independent.  What the others add to them is split by singular values: values[k], decreasing,
 * with projections[k] of b on the k-th left vector; those not above cut count as zero, and x[first..] has
 * no part along their right vectors, nor along those of |projections[k]| < noise/values[k].  On return b is Q^T b:
 * its entries from `columns` on are the residual.  a is destroyed.  Allocates.  GST_FAILED, GST_NO_MEMORY. */
int gst_least_squares(size_t rows, size_t columns, size_t first, double *a, double *b, double cut,
                      double noise, double *x, double *values, double *projections);

/* out = a c, n x n. */
void gst_square_multiply(size_t n, const double *a, const double *c, double *out);

/* root root^T = a for a symmetric positive semidefinite a (n x n), column k from eigenvector k of a divided by the roots
 * of its diagonal, so that units of rows do not matter however far apart; eigenvalues below zero by rounding (relative
 * `slack`) count as zero, below that GST_FAILED. */
int gst_symmetric_root(size_t n, const double *a, double slack, double *root);

/* a = vectors diag(values) vectors^T for a symmetric a (n x n), eigenvector k in column k, by Jacobi's rotations: small n.
 * a is destroyed.  GST_OK, GST_FAILED (not finite). */
int gst_symmetric_eigen(size_t n, double *a, double *values, double *vectors);

#endif
