/* SPDX-License-Identifier: GPL-3.0-or-later */
/* krylov.h - linear systems known by their products alone: few of these where the matrix is 1 + something compact. */
#ifndef GST_KRYLOV_H
#define GST_KRYLOV_H

#include <stddef.h>

#include "base/arena.h"

/* y = A x; x and y do not overlap. */
typedef void (*gst_linear_map)(void *context, const double *x, double *y);

typedef struct {
    size_t most;           /* products at most */
    double *basis;         /* (most+1) x n: orthonormal; row k+1 from A row k */
    double *column;        /* most x (most+1): column k of the triangle, row k */
    double *cosine, *sine; /* most: the rotations that made it one */
    double *side;          /* most+1 */
    gst_arena memory;
} gst_krylov;

/* For n unknowns.  GST_OK, GST_NO_MEMORY; cleared, or all members zero, nothing is held. */
int gst_krylov_alloc(gst_krylov *krylov, size_t n, size_t most);
void gst_krylov_clear(gst_krylov *krylov);

/* Solves A x = b in place by GMRES, to |A x - b| <= tol |b|; b is NaN if `most' products do not get there. */
void gst_krylov_solve(gst_krylov *krylov, size_t n, gst_linear_map map, void *context, double tol,
                      double *b);

#endif
