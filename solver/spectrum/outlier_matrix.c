/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outlier_matrix.c - the matrix whose singularity marks an outlier (docs/theory, outliers).
 *
 * At real x outside the bulks A is real symmetric.  With A = root sign root^T, sign = diag(+-1) on the range
 * of A, det(I + A gram) = 0 iff the symmetric matrix sign + root^T gram root is singular: its sorted
 * eigenvalues can be followed, and coinciding outliers are counted. */
#include "solver/spectrum/outlier_matrix.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#include "base/dense.inc"

/* Eigenvalues of N_perp below this share of the largest are zero. */
#define RANK_CUT 1e-12

int gst_secular_alloc(gst_secular *s, gst_resolvent *r, size_t m, size_t q, double width)
{
    size_t K = r->K, directions = K * (m + q + 1), n = K + directions;
    *s = (gst_secular){.r = r, .width = width, .K = K, .m = m, .q = q, .n = n};
    const gst_array arrays[] = {
        GST_MATRIX(s->A, n, n),    GST_MATRIX(s->gram, n, n),      GST_MATRIX(s->work, n, n),
        GST_MATRIX(s->root, n, n), GST_MATRIX(s->symmetric, n, n), GST_MATRIX(s->vectors, n, n),
        GST_VECTOR(s->values, n),  GST_VECTOR(s->sign, n),         GST_VECTOR(s->spectra, n + 1)};
    int good = gst_arena_take(&s->memory, sizeof arrays / sizeof *arrays, arrays) == GST_OK;
    s->decompose = good ? gsl_eigen_symmv_alloc(directions) : NULL;
    good = good && s->decompose;
    for (size_t i = 1; good && i <= n; i++)
        good = (s->spectra[i] = gsl_eigen_symm_alloc(i)) != NULL;
    if (good)
        return GST_OK;
    gst_secular_clear(s);
    return GST_NO_MEMORY;
}

void gst_secular_clear(gst_secular *s)
{
    for (size_t i = 1; s->spectra && i <= s->n; i++) {
        if (s->spectra[i])
            gsl_eigen_symm_free(s->spectra[i]);
    }
    if (s->decompose)
        gsl_eigen_symmv_free(s->decompose);
    gst_arena_free(&s->memory);
    *s = (gst_secular){.n = 0};
}

/* Coordinate of row i of state.h's S: mu0_g, then per group kappa_l mu1_g and nu_g. */
static size_t coordinate(const gst_secular *s, size_t i)
{
    if (i < s->K)
        return i;
    size_t group = (i - s->K) / (s->m + 1), l = (i - s->K) % (s->m + 1);
    return s->K + group * (s->m + s->q + 1) + (l < s->m ? l : s->m + s->q);
}

static void set_secular_gram(gst_secular *s)
{
    const gst_resolvent *r = s->r;
    size_t terms = r->tables->terms, stride = r->tables->moments->n, n = s->n;
    memset(s->gram, 0, n * n * sizeof *s->gram);
    for (size_t i = 0; i < terms; i++) {
        for (size_t j = i; j < terms; j++) {
            const double *a = r->tables->S + i * stride, *b = r->tables->S + j * stride;
            double complex value = gst_resolvent_average(r, a, b);
            s->gram[coordinate(s, i) * n + coordinate(s, j)] = value;
            s->gram[coordinate(s, j) * n + coordinate(s, i)] = value;
        }
    }
}

static int set_secular_response(gst_secular *s)
{
    size_t n = s->n, K = s->K, size = n - K;
    double complex *N = s->work;
    memset(s->A, 0, n * n * sizeof *s->A);
    int status = s->r->bulk->type->directions_complex(s->r->bulk, N);
    if (status < 0)
        return status;
    for (size_t g = 0; g < K; g++)
        s->A[g * n + g] = s->width * gst_resolvent_value(s->r, g);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            s->A[(K + i) * n + K + j] = 0.5 * (N[i * size + j] + N[j * size + i]);
    }
    return GST_OK;
}

static int set_matrices(gst_secular *s)
{
    if (gst_resolvent_evaluate(s->r, s->r->z) != GST_OK)
        return GST_FAILED;
    set_secular_gram(s);
    return set_secular_response(s);
}

/* ---- the symmetric form ------------------------------------------------------------------------- */

static void add_column(gst_secular *s, double value, const double *vector, size_t length,
                       size_t stride, size_t first)
{
    for (size_t i = 0; i < s->n; i++)
        s->root[i * s->n + s->rank] = 0.0;
    for (size_t i = 0; i < length; i++)
        s->root[(first + i) * s->n + s->rank] = vector[i * stride] * sqrt(fabs(value));
    s->sign[s->rank++] = value > 0.0 ? 1.0 : -1.0;
}

static int factor_response(gst_secular *s)
{
    size_t n = s->n, K = s->K, size = n - K;
    double one = 1.0, largest = 0.0;
    s->rank = 0;
    for (size_t g = 0; g < K; g++)
        add_column(s, creal(s->A[g * n + g]), &one, 1, 1, g);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            s->symmetric[i * size + j] = creal(s->A[(K + i) * n + K + j]);
    }
    gsl_matrix_view a = gsl_matrix_view_array(s->symmetric, size, size),
                    v = gsl_matrix_view_array(s->vectors, size, size);
    gsl_vector_view values = gsl_vector_view_array(s->values, size);
    if (gsl_eigen_symmv(&a.matrix, &values.vector, &v.matrix, s->decompose))
        return GST_FAILED;
    for (size_t k = 0; k < size; k++)
        largest = fmax(largest, fabs(s->values[k]));
    for (size_t k = 0; k < size; k++) {
        if (fabs(s->values[k]) > RANK_CUT * largest)
            add_column(s, s->values[k], s->vectors + k, size, size, K);
    }
    return GST_OK;
}

static void set_symmetric(gst_secular *s)
{
    size_t n = s->n, rank = s->rank;
    double *half = s->vectors;
    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < rank; b++) {
            double sum = 0.0;
            for (size_t j = 0; j < n; j++)
                sum += creal(s->gram[i * n + j]) * s->root[j * n + b];
            half[i * n + b] = sum;
        }
    }
    for (size_t a = 0; a < rank; a++) {
        for (size_t b = a; b < rank; b++) {
            double sum = a == b ? s->sign[a] : 0.0;
            for (size_t i = 0; i < n; i++)
                sum += s->root[i * n + a] * half[i * n + b];
            s->symmetric[a * rank + b] = s->symmetric[b * rank + a] = sum;
        }
    }
}

static int decreasing(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

int gst_secular_look(gst_secular *s, double x, gst_secular_point *point)
{
    *point = (gst_secular_point){.x = x};
    if (gst_resolvent_axis(s->r, x) != GST_AXIS_OUTSIDE || set_matrices(s) != GST_OK ||
        factor_response(s) != GST_OK)
        return GST_FAILED;
    set_symmetric(s);
    gsl_matrix_view a = gsl_matrix_view_array(s->symmetric, s->rank, s->rank);
    gsl_vector_view values = gsl_vector_view_array(s->values, s->rank);
    if (gsl_eigen_symm(&a.matrix, &values.vector, s->spectra[s->rank]))
        return GST_FAILED;
    qsort(s->values, s->rank, sizeof *s->values, decreasing);
    for (size_t k = 0; k < s->rank; k++) {
        point->positive += s->values[k] > 0.0;
        point->beyond += (s->values[k] > 0.0) - (s->sign[k] > 0.0);
    }
    return isfinite(s->values[0]) ? GST_OK : GST_FAILED;
}

int gst_secular_inverse(gst_secular *s, double complex z, double complex *out)
{
    size_t n = s->n;
    if (gst_resolvent_follow(s->r, z) != GST_OK || set_matrices(s) != GST_OK)
        return GST_FAILED;
    dense_multiply(n, n, n, s->A, s->gram, s->work);
    for (size_t i = 0; i < n; i++)
        s->work[i * n + i] += 1.0;
    memcpy(out, s->A, n * n * sizeof *out);
    return dense_solve(n, s->work, n, out);
}
