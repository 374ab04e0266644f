/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.h - the BLAS and LAPACK calls of the simulator.
 *
 * Matrices are row-major without gaps unless a leading dimension is given.  Symmetric matrices: only the
 * lower triangle is read or written.  Every size must satisfy gst_dense_fits; a size that does not is taken
 * as 0, so that nothing is computed rather than something out of bounds. */
#ifndef GST_BLAS_H
#define GST_BLAS_H

#include <stddef.h>

#include "giantstep/status.h"

/* Whether a size can be handed to BLAS. */
int gst_dense_fits(size_t size);

/* Number of threads of the BLAS, for the whole process. */
void gst_dense_set_threads(int threads);

/* The same, before `callers` threads of this process call BLAS at once: the memory BLAS will take for them
 * is taken here, since OpenBLAS, if it cannot have it, asks for it for ever.  GST_NO_MEMORY with the bytes
 * needed.  Once per process: what has been taken is not known the second time, and is asked for again.
 * GST_DENSE_BUFFER: address space that a thread which calls BLAS takes; pages are used as products touch
 * them. */
int gst_dense_prepare(size_t callers, int threads, gst_message *message);
#define GST_DENSE_BUFFER ((size_t)128 << 20)

typedef enum { GST_AS_IS, GST_TRANSPOSED } gst_transpose;

/* C = op(A) op(B) + keep*C, C of size m x n, inner length k; keep is 0 or 1. */
void gst_dense_multiply(gst_transpose a, gst_transpose b, size_t m, size_t n, size_t k,
                        const double *A, const double *B, double keep, double *C);

/* y = op(A) x + keep*y, A of size m x n. */
void gst_dense_apply(gst_transpose a, size_t m, size_t n, const double *A, const double *x,
                     double keep, double *y);

double gst_dense_dot(size_t n, const double *x, const double *y);

/* x^T S x, S symmetric. */
double gst_dense_form(size_t n, const double *S, const double *x, double *work);

/* S = A A^T, A of size n x k. */
void gst_dense_gram_rows(size_t n, size_t k, const double *A, double *S);

/* S += A^T A, A of size k x n. */
void gst_dense_gram_add(size_t n, size_t k, const double *A, double *S);

/* S = L L^T in place, the leading n x n block of a matrix of leading dimension ld.  Returns 0, or the
 * order (>= 1) of the first leading minor that is not positive. */
size_t gst_dense_cholesky(size_t n, size_t ld, double *S);

/* x <- (L L^T)^{-1} x for one right-hand side. */
void gst_dense_cholesky_solve(size_t n, size_t ld, const double *L, double *x);

/* Largest absolute row sum of the leading block, of which here the upper triangle is read; the reciprocal condition number
 * of such a norm. */
double gst_dense_norm_above(size_t n, size_t ld, const double *S);
double gst_dense_cholesky_rcond(size_t n, size_t ld, const double *L, double norm);

/* R with R R^T = S for a small symmetric non-negative S (n <= 16): eigenvectors times the roots of the
 * eigenvalues, those below 1e-12 times the largest taken as 0.  Returns 0, or 1 if an eigenvalue is below
 * -1e-9 times the largest or the decomposition failed. */
int gst_dense_root(size_t n, const double *S, double *R);

/* Eigenvalues of a symmetric n x n matrix, which is destroyed, in increasing order into values; unit
 * eigenvectors of the `count` largest ones as rows of vectors (count x n).  Returns 0, or not 0 on failure (of
 * memory, too). */
int gst_dense_spectrum(size_t n, double *S, double *values, size_t count, double *vectors);

#endif
