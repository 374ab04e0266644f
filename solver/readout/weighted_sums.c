/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weighted_sums.c - sums over the nodes of kappa.
 *
 *   1. tables are read in blocks of nodes that stay in the cache for all pairs of rows;
 *   2. four rows at a time share what they are multiplied with, each in four partial sums, and so do three that are left
 *      over; one or two have eight; the last three or two rows of a Gram matrix are one pass, each pair in four;
 *   3. partial sums are added in pairs, the nodes that fill no vector last. */
#include "solver/readout/weighted_sums.h"

#include "base/wide.h"

#include <string.h>

enum { LANES = 4 };

/* Four numbers side by side: one vector of AVX2, two of SSE2. */
typedef double quad __attribute__((vector_size(LANES * sizeof(double))));

#define LOAD(q, from) memcpy(&(q), (from), sizeof(q))
#define TOTAL(q) (((q)[0] + (q)[1]) + ((q)[2] + (q)[3]))

/* a_k, or a_k (value_k + shift) if there are values, which the compiler knows. */
#define WEIGHT(k) (value ? a[k] * (value[k] + shift) : a[k])
#define LOAD_WEIGHT(q, k)         \
    do {                          \
        LOAD(q, a + (k));         \
        if (value) {              \
            quad v;               \
            LOAD(v, value + (k)); \
            (q) *= v + shift;     \
        }                         \
    } while (0)

/* out[i] += sum_k weight_k b_ik for four rows b_i. */
GST_INLINE void four_products(size_t n, size_t stride, const double *a, const double *value,
                              double shift, const double *b, double *out)
{
    const double *b0 = b, *b1 = b + stride, *b2 = b1 + stride, *b3 = b2 + stride;
    quad s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, x, y0, y1, y2, y3;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES) {
        LOAD_WEIGHT(x, k);
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
        double w = WEIGHT(k);
        t0 += w * b0[k];
        t1 += w * b1[k];
        t2 += w * b2[k];
        t3 += w * b3[k];
    }
    out[0] += t0;
    out[1] += t1;
    out[2] += t2;
    out[3] += t3;
}

/* The same for three, two rows and one. */
GST_INLINE void three_products(size_t n, size_t stride, const double *a, const double *value,
                               double shift, const double *b, double *out)
{
    const double *b0 = b, *b1 = b + stride, *b2 = b1 + stride;
    quad s0 = {0}, s1 = {0}, s2 = {0}, x, y0, y1, y2;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES) {
        LOAD_WEIGHT(x, k);
        LOAD(y0, b0 + k);
        LOAD(y1, b1 + k);
        LOAD(y2, b2 + k);
        s0 += x * y0;
        s1 += x * y1;
        s2 += x * y2;
    }
    double t0 = TOTAL(s0), t1 = TOTAL(s1), t2 = TOTAL(s2);
    for (; k < n; k++) {
        double w = WEIGHT(k);
        t0 += w * b0[k];
        t1 += w * b1[k];
        t2 += w * b2[k];
    }
    out[0] += t0;
    out[1] += t1;
    out[2] += t2;
}

GST_INLINE void two_products(size_t n, size_t stride, const double *a, const double *value,
                             double shift, const double *b, double *out)
{
    const double *b0 = b, *b1 = b + stride;
    quad s0 = {0}, s1 = {0}, t0 = {0}, t1 = {0}, x, y0, y1;
    size_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        LOAD_WEIGHT(x, k);
        LOAD(y0, b0 + k);
        LOAD(y1, b1 + k);
        s0 += x * y0;
        s1 += x * y1;
        LOAD_WEIGHT(x, k + LANES);
        LOAD(y0, b0 + k + LANES);
        LOAD(y1, b1 + k + LANES);
        t0 += x * y0;
        t1 += x * y1;
    }
    s0 += t0;
    s1 += t1;
    double sum0 = TOTAL(s0), sum1 = TOTAL(s1);
    for (; k < n; k++) {
        double w = WEIGHT(k);
        sum0 += w * b0[k];
        sum1 += w * b1[k];
    }
    out[0] += sum0;
    out[1] += sum1;
}

GST_INLINE void one_product(size_t n, const double *a, const double *value, double shift,
                            const double *b, double *out)
{
    quad s = {0}, t = {0}, x, y;
    size_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        LOAD_WEIGHT(x, k);
        LOAD(y, b + k);
        s += x * y;
        LOAD_WEIGHT(x, k + LANES);
        LOAD(y, b + k + LANES);
        t += x * y;
    }
    s += t;
    double sum = TOTAL(s);
    for (; k < n; k++)
        sum += WEIGHT(k) * b[k];
    *out += sum;
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

GST_WIDE_CLONES
void gst_add_squares(size_t n, const double *value, const double *start, double *out)
{
    for (size_t k = 0; k < n; k++)
        out[k] = value[k] * value[k] + start[k];
}

GST_WIDE_CLONES
double gst_weighted_sum(size_t n, const double *weight, const double *value, double shift)
{
    quad s = {0}, t = {0}, w, x;
    size_t k = 0;
    for (; k + 2 * LANES <= n; k += 2 * LANES) {
        LOAD(w, weight + k);
        LOAD(x, value + k);
        s += w * (x + shift);
        LOAD(w, weight + k + LANES);
        LOAD(x, value + k + LANES);
        t += w * (x + shift);
    }
    s += t;
    double sum = TOTAL(s);
    for (; k < n; k++)
        sum += weight[k] * (value[k] + shift);
    return sum;
}

GST_INLINE void add_products(size_t n, size_t rows, size_t stride, const double *weight,
                             const double *value, double shift, const double *A, double *sum)
{
    size_t i = 0;
    for (; i + 4 <= rows; i += 4)
        four_products(n, stride, weight, value, shift, A + i * stride, sum + i);
    if (rows - i == 1)
        one_product(n, weight, value, shift, A + i * stride, sum + i);
    else if (rows - i == 2)
        two_products(n, stride, weight, value, shift, A + i * stride, sum + i);
    else if (rows - i == 3)
        three_products(n, stride, weight, value, shift, A + i * stride, sum + i);
}

GST_WIDE_CLONES
void gst_weighted_rows(size_t n, size_t rows, size_t stride, const double *weight, const double *A,
                       double *sum)
{
    add_products(n, rows, stride, weight, NULL, 0.0, A, sum);
}

GST_INLINE void scale_row(size_t n, const double *restrict weight, const double *restrict row,
                          double *restrict scaled)
{
    for (size_t k = 0; k < n; k++)
        scaled[k] = weight[k] * row[k];
}

GST_WIDE_CLONES
void gst_weighted_rows_of(size_t n, size_t rows, size_t stride, const double *weight,
                          const double *value, double shift, const double *A, double *sum)
{
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        add_products(size, rows, stride, weight + first, value + first, shift, A + first, sum);
    }
}

/* The Gram matrix of three rows, of two. */
GST_INLINE void three_rows(size_t n, size_t stride, const double *weight, const double *A,
                           size_t rows, double *gram)
{
    const double *a = A, *b = A + stride, *c = b + stride;
    quad aa = {0}, ab = {0}, ac = {0}, bb = {0}, bc = {0}, cc = {0}, w, x, y, z, scaled;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES) {
        LOAD(w, weight + k);
        LOAD(x, a + k);
        LOAD(y, b + k);
        LOAD(z, c + k);
        scaled = w * x;
        aa += scaled * x;
        ab += scaled * y;
        ac += scaled * z;
        scaled = w * y;
        bb += scaled * y;
        bc += scaled * z;
        cc += w * z * z;
    }
    double sum[] = {TOTAL(aa), TOTAL(ab), TOTAL(ac), TOTAL(bb), TOTAL(bc), TOTAL(cc)};
    for (; k < n; k++) {
        double ak = weight[k] * a[k], bk = weight[k] * b[k];
        sum[0] += ak * a[k];
        sum[1] += ak * b[k];
        sum[2] += ak * c[k];
        sum[3] += bk * b[k];
        sum[4] += bk * c[k];
        sum[5] += weight[k] * c[k] * c[k];
    }
    gram[0] += sum[0];
    gram[1] += sum[1];
    gram[2] += sum[2];
    gram[rows + 1] += sum[3];
    gram[rows + 2] += sum[4];
    gram[2 * rows + 2] += sum[5];
}

GST_INLINE void two_rows(size_t n, size_t stride, const double *weight, const double *A,
                         size_t rows, double *gram)
{
    const double *a = A, *b = A + stride;
    quad aa = {0}, ab = {0}, bb = {0}, w, x, y, scaled;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES) {
        LOAD(w, weight + k);
        LOAD(x, a + k);
        LOAD(y, b + k);
        scaled = w * x;
        aa += scaled * x;
        ab += scaled * y;
        bb += w * y * y;
    }
    double sum[] = {TOTAL(aa), TOTAL(ab), TOTAL(bb)};
    for (; k < n; k++) {
        double ak = weight[k] * a[k];
        sum[0] += ak * a[k];
        sum[1] += ak * b[k];
        sum[2] += weight[k] * b[k] * b[k];
    }
    gram[0] += sum[0];
    gram[1] += sum[1];
    gram[rows + 1] += sum[2];
}

GST_WIDE_CLONES
void gst_weighted_gram_add(size_t n, size_t rows, size_t stride, const double *weight,
                           const double *A, double *gram)
{
    double scaled[GST_NODE_BLOCK];
    size_t a = 0;
    for (; a + 3 < rows; a++) {
        const double *row = A + a * stride;
        scale_row(n, weight, row, scaled);
        add_products(n, rows - a, stride, scaled, NULL, 0.0, row, gram + a * rows + a);
    }
    const double *last = A + a * stride;
    double *corner = gram + a * rows + a;
    if (rows - a == 3)
        three_rows(n, stride, weight, last, rows, corner);
    else if (rows - a == 2)
        two_rows(n, stride, weight, last, rows, corner);
    else
        *corner += gst_weighted_product(n, weight, last, last);
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

/* count <= 4 rows in one pass; on top of `out', or else of `start'. */
GST_INLINE void combine_few(size_t n, size_t count, size_t stride, const double *x, const double *A,
                            int on_top, double start, double *restrict out)
{
    for (size_t k = 0; k < n; k++) {
        double sum = on_top ? out[k] : start;
        for (size_t i = 0; i < count; i++)
            sum += x[i] * A[i * stride + k];
        out[k] = sum;
    }
}

GST_INLINE void combine_last(size_t n, size_t count, size_t stride, const double *x,
                             const double *A, int on_top, double start, double *out)
{
    if (count == 1)
        combine_few(n, 1, stride, x, A, on_top, start, out);
    else if (count == 2)
        combine_few(n, 2, stride, x, A, on_top, start, out);
    else if (count == 3)
        combine_few(n, 3, stride, x, A, on_top, start, out);
    else if (count == 4)
        combine_few(n, 4, stride, x, A, on_top, start, out);
}

GST_WIDE_CLONES
void gst_combine_rows(size_t n, size_t rows, size_t stride, const double *x, const double *A,
                      double *out)
{
    size_t i = 0;
    for (; i + 4 < rows; i += 4)
        combine_few(n, 4, stride, x + i, A + i * stride, 1, 0.0, out);
    combine_last(n, rows - i, stride, x + i, A + i * stride, 1, 0.0, out);
}

GST_WIDE_CLONES
void gst_combine_rows_from(size_t n, size_t rows, size_t stride, double start, const double *x,
                           const double *A, double *out)
{
    size_t first = rows < 4 ? rows : 4;
    combine_last(n, first, stride, x, A, 0, start, out);
    if (rows > first)
        gst_combine_rows(n, rows - first, stride, x + first, A + first * stride, out);
}
