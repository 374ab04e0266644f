/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_outlier.h - what a matrix of finite rank moves out of the bulk of independent rows of unequal variance. */
#ifndef GST_BULK_OUTLIER_H
#define GST_BULK_OUTLIER_H

#include <stddef.h>

/* W = W_0 + sum_jk u_j A_jk v_k^T: rows i of W_0 independent of variance c[i]/d per entry, a fraction weight[i] of
 * them each, beta = rows/d; v_k orthonormal, u_j of entries e_j(i)/sqrt(rows), E[e_j e_k] = 1[j = k].  Where
 * c = 1 the means of e_j e_k are not needed; elsewhere they are taken over the rows given, which may be a law cut
 * off. */
typedef struct {
    double beta;
    size_t n; /* rows */
    const double *c, *weight;
    size_t left, right; /* numbers of u_j, v_k */
    const double *e;    /* e[j*n + i] */
    const double *A;    /* A[j*right + k] */
} gst_bulk_perturbed;

/* The k-th largest outlier, from k = 0.  value: the singular value; v[right]: the projection of its right
 * singular vector on the v_k.  GST_OK; GST_LOOSE: it is inside the bulk, value is the edge, v NaN; GST_FAILED,
 * GST_INVALID (k >= right), GST_NO_MEMORY.  Cost: 100 (left^2 (n + right^2) + right^3). */
int gst_bulk_outlier(const gst_bulk_perturbed *w, size_t k, double *value, double *v);

#endif
