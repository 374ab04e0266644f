/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staircase.h - what is left of a target once a subspace is learned, and what comes next (theory 10). */
#ifndef GST_STAIRCASE_H
#define GST_STAIRCASE_H

#include <stddef.h>

#include "giantstep/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_target gst_target;

/* Of the t orthonormal rows of U (basis[i*r + j]), u = U z, s the r - t coordinates orthogonal to them:
 *   floor = E[g - E[g|u] - sum_j E[g s_j|u] s_j]^2, with its absolute error;
 *   gains[i], i < r - t: the singular values of u -> E[g s|u], that is the roots of the eigenvalues of
 *     E[ E[g s|u] E[g s|u]^T ], over sqrt(Var g), decreasing, with their common error;
 *   next[i*r + j], i < found: the left singular vectors of gains above zero + error, canonical (subspace.h).
 * E[g s|u] = E[grad_s g|u] by Stein's identity, so g may have kinks and jumps. */
typedef struct {
    size_t found;
    double floor, floor_error;
    double gains[GST_TARGET_DIM_MAX], gain_error;
    double next[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    int status; /* GST_OK, or GST_LOOSE: floor_error > tol Var g, or gain_error > tol/2 */
} gst_stair;

/* tol is also `zero`.  evaluations: bound on the values of g in one mesh of u, at 64 per residual direction (1e8:
 * seconds).  variance: Var g.  t = r gives floor 0 and nothing found.  GST_OK, GST_LOOSE, GST_FAILED,
 * GST_NO_MEMORY; on failure the numbers are nan. */
int gst_stair_compute(const gst_target *target, size_t t, const double *U, double variance,
                      double tol, size_t evaluations, gst_stair *stair);

#ifdef __cplusplus
}
#endif

#endif
