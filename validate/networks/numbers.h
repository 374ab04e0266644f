/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.h - the large arrays of networks, in double or in single precision.
 *
 * What is summed over few numbers, or solved for, is double; what there are p x d of has the precision that was asked. */
#ifndef GST_NUMBERS_H
#define GST_NUMBERS_H

#include <stddef.h>

#include "giantstep/simulation.h"
#include "validate/networks/blas.h"

/* One of the two is NULL; both, if there are no numbers. */
typedef struct {
    double *wide;
    float *single;
} gst_numbers;

/* count zeros, all-or-nothing: GST_NO_MEMORY.  Owner: caller, gst_numbers_free (safe on a zeroed struct). */
int gst_numbers_alloc(gst_numbers *x, gst_precision precision, size_t count);
void gst_numbers_free(gst_numbers *x);

/* What a number takes, in doubles. */
double gst_precision_doubles(gst_precision precision);

static inline gst_numbers gst_doubles(double *x)
{
    return (gst_numbers){.wide = x};
}

/* The numbers from x[first] on. */
static inline gst_numbers gst_numbers_from(gst_numbers x, size_t first)
{
    return (gst_numbers){.wide = x.wide ? x.wide + first : NULL,
                         .single = x.single ? x.single + first : NULL};
}

static inline double gst_number(gst_numbers x, size_t i)
{
    return x.wide ? x.wide[i] : (double)x.single[i];
}

/* to = from, rounded; nothing is done if they are the same array. */
void gst_numbers_store(size_t n, const double *from, gst_numbers to);

/* x itself if it is double, else a copy in room. */
const double *gst_numbers_load(size_t n, gst_numbers x, double *room);

/* to = from, both of one precision. */
void gst_numbers_copy(size_t n, gst_numbers from, gst_numbers to);

/* gst_dense_multiply, A, B and C of one precision. */
void gst_numbers_multiply(gst_transpose a, gst_transpose b, size_t m, size_t n, size_t k,
                          gst_numbers A, gst_numbers B, double keep, gst_numbers C);

/* x[i*n + j] *= factor[i], i < m. */
void gst_numbers_scale_rows(size_t m, size_t n, const double *factor, gst_numbers x);

/* Sums in double: x.y, and C = A B^T of A (m x k) and B (n x k), y += A^T x of A (m x n). */
double gst_numbers_dot(size_t n, gst_numbers x, const double *y);
void gst_numbers_predict(size_t m, size_t n, size_t k, gst_numbers A, const double *B, double *C);
void gst_numbers_gather(size_t m, size_t n, gst_numbers A, const double *x, double *y);

/* gst_dense_gram_rows and gst_dense_gram_add of numbers.  Products of single precision are summed in it over at most
 * 1024 terms, and these sums in double.  work: gst_gram_work numbers, of the precision of A. */
size_t gst_gram_work(gst_precision precision, size_t n);
void gst_numbers_gram_rows(size_t n, size_t k, gst_numbers A, gst_numbers work, double *S);
void gst_numbers_gram_add(size_t n, size_t k, gst_numbers A, gst_numbers work, double *S);

#endif
