/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weighted_sums.c - sums over the nodes of kappa.
 *
 *   1. tables are read in blocks of nodes that stay in the cache for all pairs of rows;
 *   2. four rows at a time share what they are multiplied with, each in four partial sums; a row left over
 *      has eight;
 *   3. partial sums are added in pairs, the nodes that fill no vector last. */
#include "solver/readout/weighted_sums.h"

#include "base/wide.h"

#include <string.h>

enum { LANES = 4 };

/* Four numbers side by side: one vector of AVX2, two of SSE2. */
typedef double quad __attribute__((vector_size(LANES * sizeof(double))));

#define LOAD(q, from) memcpy(&(q), (from), sizeof(q))
#define TOTAL(q) (((q)[0] + (q)[1]) + ((q)[2] + (q)[3]))

/* out[i] += sum_k a_k b_ik for four rows b_i. */
static inline void four_products(size_t n, size_t stride, const double *a, const double *b,
                                 double *out)
{
    const double *b0 = b, *b1 = b + stride, *b2 = b1 + stride, *b3 = b2 + stride;
    quad s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, x, y0, y1, y2, y3;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES) {
        LOAD(x, a + k);
        LOAD(y0, b0 + k);
        LOAD(y1, b1 + k);
        LOAD(y2, b2 + k);
        LOAD(y3, b3 + k);
        s0 += x * y0;
        s1 += x * y1;
        s2 += x * y2;
        s3 += x * y3;
    }
    double t0 = TOTAL(s0), t1 = TOTAL(s1), t2 = TOTAL(s2), t3 = TOTAL(s3);
    for (; k < n; k++) {
        t0 += a[k] * b0[k];
        t1 += a[k] * b1[k];
        t2 += a[k] * b2[k];
        t3 += a[k] * b3[k];
    }
    out[0] += t0;
    out[1] += t1;
    out[2] += t2;
    out[3] += t3;
}

static inline double one_product(size_t n, const double *a, const double *b)
{
    quad s = {0}, t = {0}, x, y, u, v;
    size_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        LOAD(x, a + k);
        LOAD(y, b + k);
        LOAD(u, a + k + LANES);
        LOAD(v, b + k + LANES);
        s += x * y;
        t += u * v;
    }
    s += t;
    double sum = TOTAL(s);
    for (; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

GST_WIDE_CLONES
double gst_weighted_product(size_t n, const double *weight, const double *a, const double *b)
{
    quad s = {0}, t = {0}, w, x, y;
    size_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        LOAD(w, weight + k);
        LOAD(x, a + k);
        LOAD(y, b + k);
        s += w * x * y;
        LOAD(w, weight + k + LANES);
        LOAD(x, a + k + LANES);
        LOAD(y, b + k + LANES);
        t += w * x * y;
    }
    s += t;
    double sum = TOTAL(s);
    for (; k < n; k++)
        sum += weight[k] * a[k] * b[k];
    return sum;
}

static inline void add_products(size_t n, size_t rows, size_t stride, const double *weight,
                                const double *A, double *sum)
{
    size_t i = 0;
    for (; i + 4 <= rows; i += 4)
        four_products(n, stride, weight, A + i * stride, sum + i);
    for (; i < rows; i++)
        sum[i] += one_product(n, weight, A + i * stride);
}

GST_WIDE_CLONES
void gst_weighted_rows(size_t n, size_t rows, size_t stride, const double *weight, const double *A,
                       double *sum)
{
    add_products(n, rows, stride, weight, A, sum);
}

static inline void scale_row(size_t n, const double *restrict weight, const double *restrict row,
                             double *restrict scaled)
{
    for (size_t k = 0; k < n; k++)
        scaled[k] = weight[k] * row[k];
}

GST_WIDE_CLONES
void gst_weighted_gram_add(size_t n, size_t rows, size_t stride, const double *weight,
                           const double *A, double *gram)
{
    double scaled[GST_NODE_BLOCK];
    for (size_t a = 0; a < rows; a++) {
        const double *row = A + a * stride;
        scale_row(n, weight, row, scaled);
        add_products(n, rows - a, stride, scaled, row, gram + a * rows + a);
    }
}

void gst_weighted_gram_mirror(size_t rows, double *gram)
{
    for (size_t a = 0; a < rows; a++) {
        for (size_t b = 0; b < a; b++)
            gram[a * rows + b] = gram[b * rows + a];
    }
}

void gst_weighted_gram(size_t n, size_t rows, size_t stride, const double *weight, const double *A,
                       double *gram)
{
    memset(gram, 0, rows * rows * sizeof *gram);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        gst_weighted_gram_add(size, rows, stride, weight + first, A + first, gram);
    }
    gst_weighted_gram_mirror(rows, gram);
}

/* Four rows in one pass over `out`. */
static inline void combine_four(size_t n, size_t stride, const double *x, const double *A,
                                double *restrict out)
{
    const double *a0 = A, *a1 = A + stride, *a2 = a1 + stride, *a3 = a2 + stride;
    const double x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    for (size_t k = 0; k < n; k++)
        out[k] = out[k] + x0 * a0[k] + x1 * a1[k] + x2 * a2[k] + x3 * a3[k];
}

static inline void combine_one(size_t n, double x, const double *row, double *restrict out)
{
    for (size_t k = 0; k < n; k++)
        out[k] += x * row[k];
}

GST_WIDE_CLONES
void gst_combine_rows(size_t n, size_t rows, size_t stride, const double *x, const double *A,
                      double *out)
{
    size_t i = 0;
    for (; i + 4 <= rows; i += 4)
        combine_four(n, stride, x + i, A + i * stride, out);
    for (; i < rows; i++)
        combine_one(n, x[i], A + i * stride, out);
}
