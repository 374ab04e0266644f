/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.c - the large arrays of networks, in double or in single precision (numbers.h).
 *
 * Doubles go to the calls of blas.h and leave the digits these have.  A Gram matrix of single precision is made of panels of
 * PANEL columns, the part below the diagonal's block only, over TERMS terms at a time:
 *   1. sgemm makes a panel of partial sums;
 *   2. these are added to the matrix in double. */
#include "validate/networks/numbers.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/wide.h"

enum { PANEL = 256, TERMS = 1024 };

int gst_numbers_alloc(gst_numbers *x, gst_precision precision, size_t count)
{
    *x = (gst_numbers){0};
    if (precision == GST_PRECISION_DOUBLE)
        x->wide = gst_alloc_doubles(count);
    else
        x->single = gst_alloc(count, sizeof *x->single);
    return x->wide || x->single ? GST_OK : GST_NO_MEMORY;
}

void gst_numbers_free(gst_numbers *x)
{
    free(x->wide);
    free(x->single);
    *x = (gst_numbers){0};
}

double gst_precision_doubles(gst_precision precision)
{
    return precision == GST_PRECISION_DOUBLE ? 1 : 0.5;
}

/* ---- copies ------------------------------------------------------------------------------------- */

GST_WIDE_CLONES
static void narrow(size_t n, const double *restrict from, float *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
}

GST_WIDE_CLONES
static void widen(size_t n, const float *restrict from, double *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (double)from[i];
}

void gst_numbers_store(size_t n, const double *from, gst_numbers to)
{
    if (to.single)
        narrow(n, from, to.single);
    else if (to.wide != from)
        memcpy(to.wide, from, n * sizeof *from);
}

const double *gst_numbers_load(size_t n, gst_numbers x, double *room)
{
    if (x.wide)
        return x.wide;
    widen(n, x.single, room);
    return room;
}

void gst_numbers_copy(size_t n, gst_numbers from, gst_numbers to)
{
    if (to.single)
        memcpy(to.single, from.single, n * sizeof *to.single);
    else
        memcpy(to.wide, from.wide, n * sizeof *to.wide);
}

/* ---- products ----------------------------------------------------------------------------------- */

static int to_int(size_t size)
{
    return gst_dense_fits(size) ? (int)size : 0;
}

void gst_numbers_multiply(gst_transpose a, gst_transpose b, size_t m, size_t n, size_t k,
                          gst_numbers A, gst_numbers B, double keep, gst_numbers C)
{
    int lda = to_int(a == GST_TRANSPOSED ? m : k), ldb = to_int(b == GST_TRANSPOSED ? k : n);
    if (C.wide)
        gst_dense_multiply(a, b, m, n, k, A.wide, B.wide, keep, C.wide);
    else if (m > 0 && n > 0 && k > 0)
        cblas_sgemm(CblasRowMajor, a == GST_TRANSPOSED ? CblasTrans : CblasNoTrans,
                    b == GST_TRANSPOSED ? CblasTrans : CblasNoTrans, to_int(m), to_int(n),
                    to_int(k), 1, A.single, lda, B.single, ldb, (float)keep, C.single, to_int(n));
}

GST_WIDE_CLONES
static void scale_single(size_t n, float factor, float *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] *= factor;
}

GST_WIDE_CLONES
static void scale_wide(size_t n, double factor, double *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] *= factor;
}

void gst_numbers_scale_rows(size_t m, size_t n, const double *factor, gst_numbers x)
{
    for (size_t i = 0; i < m; i++) {
        if (x.single)
            scale_single(n, (float)factor[i], x.single + i * n);
        else
            scale_wide(n, factor[i], x.wide + i * n);
    }
}

/* Eight partial sums, one for each number of the longest vector. */
GST_WIDE_CLONES
static double dot_single(size_t n, const float *restrict x, const double *restrict y)
{
    double part[8] = {0}, sum = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            part[k] += (double)x[i + k] * y[i + k];
    for (; i < n; i++)
        sum += (double)x[i] * y[i];
    for (size_t k = 0; k < 8; k++)
        sum += part[k];
    return sum;
}

double gst_numbers_dot(size_t n, gst_numbers x, const double *y)
{
    return x.wide ? gst_dense_dot(n, x.wide, y) : dot_single(n, x.single, y);
}

void gst_numbers_predict(size_t m, size_t n, size_t k, gst_numbers A, const double *B, double *C)
{
    if (A.wide) {
        gst_dense_multiply(GST_AS_IS, GST_TRANSPOSED, m, n, k, A.wide, B, 0, C);
        return;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            C[i * n + j] = dot_single(k, A.single + i * k, B + j * k);
}

GST_WIDE_CLONES
static void gather_single(size_t n, double factor, const float *restrict x, double *restrict y)
{
    for (size_t j = 0; j < n; j++)
        y[j] += factor * (double)x[j];
}

void gst_numbers_gather(size_t m, size_t n, gst_numbers A, const double *x, double *y)
{
    if (A.wide)
        gst_dense_apply(GST_TRANSPOSED, m, n, A.wide, x, 1, y);
    for (size_t i = 0; A.single && i < m; i++)
        gather_single(n, x[i], A.single + i * n, y);
}

/* ---- Gram matrices ------------------------------------------------------------------------------ */

size_t gst_gram_work(gst_precision precision, size_t n)
{
    return precision == GST_PRECISION_DOUBLE ? 0 : PANEL * n;
}

GST_WIDE_CLONES
static void add_row(size_t n, const float *restrict from, double *restrict to)
{
    for (size_t j = 0; j < n; j++)
        to[j] += (double)from[j];
}

/* Columns first .. first+columns-1 of the lower triangle of S, from as many rows of a panel below row `first`. */
static void add_panel(size_t n, size_t first, size_t columns, const float *panel, double *S)
{
    for (size_t i = first; i < n; i++) {
        size_t below = i - first + 1;
        add_row(below < columns ? below : columns, panel + (i - first) * columns,
                S + i * n + first);
    }
}

/* S += A A^T over `terms` columns of A from the first, A of size n x k. */
static void add_rows_single(size_t n, size_t k, size_t terms, const float *A, float *panel,
                            double *S)
{
    for (size_t first = 0; first < n; first += PANEL) {
        size_t columns = n - first < PANEL ? n - first : PANEL;
        const float *below = A + first * k;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, to_int(n - first), to_int(columns),
                    to_int(terms), 1, below, to_int(k), below, to_int(k), 0, panel,
                    to_int(columns));
        add_panel(n, first, columns, panel, S);
    }
}

void gst_numbers_gram_rows(size_t n, size_t k, gst_numbers A, gst_numbers work, double *S)
{
    if (A.wide) {
        gst_dense_gram_rows(n, k, A.wide, S);
        return;
    }
    memset(S, 0, n * n * sizeof *S);
    for (size_t first = 0; first < k; first += TERMS)
        add_rows_single(n, k, k - first < TERMS ? k - first : TERMS, A.single + first, work.single,
                        S);
}

/* S += A^T A, A of size k x n, k <= TERMS. */
static void add_columns_single(size_t n, size_t k, const float *A, float *panel, double *S)
{
    for (size_t first = 0; first < n; first += PANEL) {
        size_t columns = n - first < PANEL ? n - first : PANEL;
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, to_int(n - first), to_int(columns),
                    to_int(k), 1, A + first, to_int(n), A + first, to_int(n), 0, panel,
                    to_int(columns));
        add_panel(n, first, columns, panel, S);
    }
}

void gst_numbers_gram_add(size_t n, size_t k, gst_numbers A, gst_numbers work, double *S)
{
    if (A.wide)
        gst_dense_gram_add(n, k, A.wide, S);
    for (size_t first = 0; A.single && first < k; first += TERMS)
        add_columns_single(n, k - first < TERMS ? k - first : TERMS, A.single + first * n,
                           work.single, S);
}
