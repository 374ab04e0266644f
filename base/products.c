/* SPDX-License-Identifier: GPL-3.0-or-later */
/* products.c - sums of products along rows, four rows at a time. */
#include "base/products.h"

#include "base/wide.h"

enum { ROWS = 4, TERMS = 4 };

/* sum[r] += a_r.b of ROWS rows. */
GST_WIDE_CLONES
static void add_four(size_t n, size_t stride, const double *a, const double *b, double *sum)
{
    const double *a0 = a, *a1 = a + stride, *a2 = a1 + stride, *a3 = a2 + stride;
    double s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
    for (size_t k = 0; k < n; k++) {
        double x = b[k];
        s0 += a0[k] * x;
        s1 += a1[k] * x;
        s2 += a2[k] * x;
        s3 += a3[k] * x;
    }
    sum[0] += s0;
    sum[1] += s1;
    sum[2] += s2;
    sum[3] += s3;
}

GST_WIDE_CLONES
double gst_product(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

void gst_add_products(size_t n, size_t rows, size_t stride, const double *a, const double *b,
                      double *sum)
{
    size_t r = 0;
    for (; r + ROWS <= rows; r += ROWS)
        add_four(n, stride, a + r * stride, b, sum + r);
    for (; r < rows; r++)
        sum[r] += gst_product(n, a + r * stride, b);
}

GST_WIDE_CLONES
void gst_subtract_rows(size_t n, size_t count, size_t stride, const double *factor, const double *a,
                       double *row)
{
    size_t k = 0;
    for (; k + TERMS <= count; k += TERMS) {
        const double *a0 = a + k * stride, *a1 = a0 + stride, *a2 = a1 + stride, *a3 = a2 + stride;
        double f0 = factor[k], f1 = factor[k + 1], f2 = factor[k + 2], f3 = factor[k + 3];
#pragma omp simd
        for (size_t j = 0; j < n; j++)
            row[j] = row[j] - f0 * a0[j] - f1 * a1[j] - f2 * a2[j] - f3 * a3[j];
    }
    for (; k < count; k++)
        for (size_t j = 0; j < n; j++)
            row[j] -= factor[k] * a[k * stride + j];
}
