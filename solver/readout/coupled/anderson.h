/* SPDX-License-Identifier: GPL-3.0-or-later */
/* anderson.h - Anderson's acceleration of a fixed-point iteration. */
#ifndef GST_ANDERSON_H
#define GST_ANDERSON_H

#include <stddef.h>

enum { GST_ANDERSON_DEPTH = 8 };

/* The last points u_i and changes f_i = T(u_i) - u_i, newest first, in rows of n numbers. */
typedef struct {
    size_t n, held;   /* held <= GST_ANDERSON_DEPTH + 1 */
    double *u, *f;    /* (depth+1) x n */
    double *q;        /* depth x n, scratch */
    double *triangle; /* depth (depth+1), scratch */
} gst_anderson;

/* The next point, into out: u_0 + f_0 - sum_j gamma_j (du_j + df_j), with differences of neighbours and gamma the least
 * squares solution of sum_j gamma_j df_j = f_0 in units of `unit`; without differences that those newer say already. */
void gst_anderson_next(gst_anderson *a, const double *unit, double *out);

/* Make room for a newest point, to be filled by the caller at u[0..n), f[0..n). */
void gst_anderson_shift(gst_anderson *a);

#endif
