/* SPDX-License-Identifier: GPL-3.0-or-later */
/* affine_map.h - functions of z = offset + matrix x, seen as functions of x. */
#ifndef GST_AFFINE_MAP_H
#define GST_AFFINE_MAP_H

#include "integrals/integrand.h"

/* At most this many kink arguments in one activation or target. */
#define GST_KINK_ARGUMENTS_MAX ((size_t)64)

/* z_i = offset[i] + sum_j matrix[i*from + j] x_j, i < to, j < from.  All pointers borrowed. */
typedef struct {
    size_t from, to;
    const double *matrix, *offset; /* offset may be NULL: zero */
    gst_kinks kinks; /* in z: kinks.dim = to, at most GST_KINK_ARGUMENTS_MAX of them */
} gst_affine;

/* n points: z[i*n + k] from x[j*n + k]. */
void gst_affine_apply(const gst_affine *map, size_t n, const double *x, double *z);

/* The kinks as functions of x; params point to the map, which must outlive the result. */
gst_kinks gst_affine_kinks(gst_affine *map);

#endif
