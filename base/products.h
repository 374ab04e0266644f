/* SPDX-License-Identifier: GPL-3.0-or-later */
/* products.h - sums of products along rows, four rows at a time. */
#ifndef GST_PRODUCTS_H
#define GST_PRODUCTS_H

#include <stddef.h>

/* a.b of n numbers. */
double gst_product(size_t n, const double *a, const double *b);

/* sum[r] += a_r.b for `rows` rows a_r of n numbers, `stride` apart. */
void gst_add_products(size_t n, size_t rows, size_t stride, const double *a, const double *b,
                      double *sum);

/* row -= sum_k factor[k] a_k, k = 0, 1, .. in this order, of `count` rows a_k of n numbers, `stride` apart. */
void gst_subtract_rows(size_t n, size_t count, size_t stride, const double *factor, const double *a,
                       double *row);

#endif
