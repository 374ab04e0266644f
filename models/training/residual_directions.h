/* SPDX-License-Identifier: GPL-3.0-or-later */
/* residual_directions.h - the directions of the target space that no spike spans. */
#ifndef GST_RESIDUAL_DIRECTIONS_H
#define GST_RESIDUAL_DIRECTIONS_H

#include <stddef.h>

#include "giantstep/status.h"

/* rest[j*q + i] with rest rest^T = I_r - gamma gamma^T, gamma[j*m + l], r <= GST_TARGET_DIM_MAX:
 * eigenvectors scaled by the roots of their eigenvalues, those of eigenvalue <= 1e-13 left out
 * (q of them remain); the largest component of each is positive.  rest has room for r*r values.
 * GST_INVALID if gamma gamma^T has an eigenvalue above 1 + 1e-12: an overlap larger than one. */
int gst_residual_directions(size_t r, size_t m, const double *gamma, double *rest, size_t *q);

/* The sign of the largest of the r numbers v[j*stride] (the first of them, if equal to rounding). */
double gst_sign_of(size_t r, size_t stride, const double *v);

/* Turn each of the m columns of vectors[j*m + l] so that its largest component is positive. */
void gst_fix_signs(size_t r, size_t m, double *vectors);

#endif
