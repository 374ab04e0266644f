/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weighted_sums.h - sums over the nodes of kappa, where most of the time of a point goes.
 *
 * Row i of a table begins at A + i*stride.  Every sum has a fixed number of partial sums, whatever the width of
 * the machine's vectors, and products are rounded before they are added: the digits are the same on all. */
#ifndef GST_WEIGHTED_SUMS_H
#define GST_WEIGHTED_SUMS_H

#include <stddef.h>

/* Nodes of which a whole table stays in the cache. */
enum { GST_NODE_BLOCK = 256 };

/* gram[a*rows + b] = sum_k weight_k A_ak A_bk, k < n, for a <= b; the lower triangle is a copy.
 * rows (rows+1) n operations. */
void gst_weighted_gram(size_t n, size_t rows, size_t stride, const double *weight, const double *A,
                       double *gram);

/* Adds to the upper triangle only; at most GST_NODE_BLOCK nodes. */
void gst_weighted_gram_add(size_t n, size_t rows, size_t stride, const double *weight,
                           const double *A, double *gram);

/* Copies the upper triangle to the lower one. */
void gst_weighted_gram_mirror(size_t rows, double *gram);

/* sum_k weight_k (value_k + shift). */
double gst_weighted_sum(size_t n, const double *weight, const double *value, double shift);

/* out[k] = value_k^2 + start_k; out may be either. */
void gst_add_squares(size_t n, const double *value, const double *start, double *out);

/* sum_k weight_k a_k b_k. */
double gst_weighted_product(size_t n, const double *weight, const double *a, const double *b);

/* sum[i] += sum_k weight_k A_ik. */
void gst_weighted_rows(size_t n, size_t rows, size_t stride, const double *weight, const double *A,
                       double *sum);

/* sum[i] += sum_k weight_k (value_k + shift) A_ik. */
void gst_weighted_rows_of(size_t n, size_t rows, size_t stride, const double *weight,
                          const double *value, double shift, const double *A, double *sum);

/* out[k] += sum_i x_i A_ik, in the order of i. */
void gst_combine_rows(size_t n, size_t rows, size_t stride, const double *x, const double *A,
                      double *out);

/* out[k] = start + sum_i x_i A_ik, rows > 0. */
void gst_combine_rows_from(size_t n, size_t rows, size_t stride, double start, const double *x,
                           const double *A, double *out);

#endif
