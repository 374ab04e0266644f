/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subspace.h - orthonormal bases of subspaces of the target space, chosen in one way only.
 *
 * Bases are rows: basis[i*r + j], j < r <= GST_TARGET_DIM_MAX.  Canonical means
 *   - of singular vectors: in the order of decreasing singular value; those whose values agree to 1e-6 span a
 *     subspace of which only the reduced basis is taken;
 *   - reduced: Gram-Schmidt on the projections P e_1, P e_2, .. of the axes, the dependent ones left out: the
 *     basis depends on the subspace alone, and follows the axes where it can;
 *   - the first component of every row that is not zero (to 1e-6) is positive. */
#ifndef GST_SUBSPACE_H
#define GST_SUBSPACE_H

#include <stddef.h>

/* The reduced basis of the orthogonal complement of the t orthonormal rows of U: r - t rows. */
void gst_subspace_complement(size_t r, size_t t, const double *U, double *basis);

/* Singular values of A[i*n + k], i < q, in decreasing order, and the canonical left singular vectors
 * of the first `count` of them, in the coordinates of R^r: row = sum_i left_i frame_i, with frame[i*r + j] q
 * orthonormal rows.  Only values above `zero` get a vector: *count is their number.  One-sided Jacobi:
 * O(q^2 n) per sweep.  A is destroyed; values has q entries, vectors room for q*r. */
void gst_subspace_singular(size_t q, size_t n, double *A, size_t r, const double *frame,
                           double zero, double *values, double *vectors, size_t *count);

#endif
