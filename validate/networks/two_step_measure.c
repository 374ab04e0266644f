/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_measure.c - singular values and directions of a first layer after two steps (theory 9).
 *
 *   1. Directions: b_0, b_1, .., b_L, beta1 by Gram and Schmidt, twice, in this order.
 *   2. End of the bulk: that of Gaussian rows as long as those of W without their components in that span
 *      (bulk_edge.h).
 *   3. Leading singular values: eigenvalues of the smaller of W W^T and W^T W, LAPACK's dsyevr, range I. */
#include "validate/networks/two_step_measure.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/twostep/bulk_edge.h"
#include "validate/networks/blas.h"
#include "base/memory.h"

/* Singular values looked at beyond the L + 1 that are reported. */
enum { MORE = 4 };

typedef struct {
    size_t N, d, small, rows, wanted;
    const double *W;
    double *B;              /* rows x d, orthonormal */
    double *gram, *vectors; /* small x small; wanted x small */
    double *values, *right; /* wanted, increasing; wanted x d */
    double *c, *inner;      /* N; N x rows */
    int *support;
} measurement;

static void release(measurement *m)
{
    free(m->gram);
    free(m->vectors);
    free(m->right);
    free(m->c);
    free(m->inner);
    free(m->support);
}

static int allocate(measurement *m)
{
    m->gram = gst_alloc_doubles(m->small * m->small);
    m->vectors = gst_alloc_doubles(m->wanted * m->small + m->small);
    m->right = gst_alloc_doubles(m->wanted * m->d);
    m->c = gst_alloc_doubles(m->N);
    m->inner = gst_alloc_doubles(m->N * m->rows);
    m->support = gst_alloc(2 * m->wanted, sizeof *m->support);
    m->values = m->vectors ? m->vectors + m->wanted * m->small : NULL;
    return m->gram && m->vectors && m->right && m->c && m->inner && m->support ? GST_OK
                                                                               : GST_NO_MEMORY;
}

/* Rows of B made orthonormal; a row that depends on those before it becomes 0. */
static void orthonormalise(measurement *m)
{
    size_t d = m->d;
    for (size_t k = 0; k < m->rows; k++) {
        double *b = m->B + k * d, length = sqrt(gst_dense_dot(d, b, b));
        for (int pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j < k; j++) {
                const double *q = m->B + j * d;
                double share = gst_dense_dot(d, q, b);
                for (size_t i = 0; i < d; i++)
                    b[i] -= share * q[i];
            }
        }
        double rest = sqrt(gst_dense_dot(d, b, b)), unit = rest > 1e-10 * length ? 1 / rest : 0;
        for (size_t i = 0; i < d; i++)
            b[i] *= unit;
    }
}

static double find_edge(measurement *s)
{
    gst_dense_multiply(GST_AS_IS, GST_TRANSPOSED, s->N, s->rows, s->d, s->W, s->B, 0, s->inner);
    for (size_t i = 0; i < s->N; i++) {
        const double *row = s->W + i * s->d, *inner = s->inner + i * s->rows;
        s->c[i] = gst_dense_dot(s->d, row, row) - gst_dense_dot(s->rows, inner, inner);
    }
    return gst_bulk_edge((double)s->N / (double)s->d, s->N, s->c, NULL);
}

static int find_triplets(measurement *m)
{
    lapack_int found, n = (lapack_int)m->small, first = (lapack_int)(m->small - m->wanted + 1);
    int wide = m->N <= m->d;
    if (wide)
        gst_dense_gram_rows(m->N, m->d, m->W, m->gram);
    else
        gst_dense_gram_add(m->d, m->N, m->W, m->gram);
    int info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'U', n, m->gram, n, 0, 0, first, n, 0,
                              &found, m->values, m->vectors, n, m->support);
    if (info != 0 || (size_t)found != m->wanted || !isfinite(m->values[m->wanted - 1]))
        return GST_FAILED;
    if (wide)
        gst_dense_multiply(GST_AS_IS, GST_AS_IS, m->wanted, m->d, m->N, m->vectors, m->W, 0,
                           m->right);
    else
        memcpy(m->right, m->vectors, m->wanted * m->d * sizeof *m->right);
    return GST_OK;
}

/* Singular value k of the sample and its vector, of unit length, on the side of direction k. */
static void set_triplet(const measurement *m, size_t k, size_t r, gst_two_step_sample *sample)
{
    const double *v = m->right + (m->wanted - 1 - k) * m->d;
    double length = sqrt(gst_dense_dot(m->d, v, v));
    double side = gst_dense_dot(m->d, v, m->B + k * m->d) < 0 ? -1 : 1;
    sample->value[k] = sqrt(fmax(m->values[m->wanted - 1 - k], 0));
    for (size_t i = 0; i < r; i++) {
        sample->overlap[k * r + i] = m->B[k * m->d + i];
        sample->vector[k * r + i] = side * v[i] / length;
    }
}

int gst_two_step_sample_measure(size_t N, size_t d, size_t order, size_t r, const double *W,
                                double *B, gst_two_step_sample *sample)
{
    size_t small = N < d ? N : d;
    measurement m = {.N = N,
                     .d = d,
                     .small = small,
                     .rows = order + 2,
                     .wanted = order + 1 + MORE,
                     .W = W,
                     .B = B};
    int status = allocate(&m);
    *sample = (gst_two_step_sample){0};
    if (status == GST_OK) {
        orthonormalise(&m);
        status = find_triplets(&m);
    }
    if (status == GST_OK) {
        double limit = 1 + 2 * pow((double)small, -2.0 / 3);
        sample->edge = find_edge(&m);
        for (size_t k = 0; k <= order; k++)
            set_triplet(&m, k, r, sample);
        for (size_t i = 0; i < m.wanted; i++)
            sample->outliers += sqrt(fmax(m.values[i], 0)) > limit * sample->edge;
    }
    release(&m);
    return status;
}
