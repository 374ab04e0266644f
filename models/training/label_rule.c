/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_rule.c - the Gauss rule of a discrete measure of labels (docs/theory, the trained bulk).
 *
 *   1. Lanczos in x = yt/sqrt(s^2 + yt^2) with reorthogonalisation, once unless that leaves little: orthonormal polynomials p_k of the measure and
 *      their Jacobi matrix; it ends early where yt takes few values;
 *   2. nodes x_i = eigenvalues; with eigenvectors v,  weight_f[i] = sqrt(w_i) sum_k v_ki E[f p_k]. */
#include "models/training/label_measure.h"

#include "base/memory.h"
#include "base/products.h"
#include "base/wide.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lanczos stops when the next polynomial has a norm below this: the measure has no more points. */
#define EXHAUSTED 1e-11

/* A norm that a pass of orthogonalisation leaves below this part calls for another. */
#define SHRUNK 0.5
/* Points whose rows stay in the cache; rows done together. */
enum { BLOCK = 512, ROWS = 4 };

/* ---- sums over the points ----------------------------------------------------------------------- */

/* out -= share_r a_r of ROWS rows. */
GST_WIDE_CLONES
static void take_four(size_t n, size_t stride, const double *share, const double *a, double *out)
{
    const double *a0 = a, *a1 = a + stride, *a2 = a1 + stride, *a3 = a2 + stride;
    const double x0 = share[0], x1 = share[1], x2 = share[2], x3 = share[3];
#pragma omp simd
    for (size_t k = 0; k < n; k++)
        out[k] = out[k] - x0 * a0[k] - x1 * a1[k] - x2 * a2[k] - x3 * a3[k];
}

GST_WIDE_CLONES
static void take_one(size_t n, double share, const double *a, double *out)
{
#pragma omp simd
    for (size_t k = 0; k < n; k++)
        out[k] -= share * a[k];
}

static void take_rows(size_t n, size_t rows, size_t stride, const double *share, const double *a,
                      double *out)
{
    size_t r = 0;
    for (; r + ROWS <= rows; r += ROWS)
        take_four(n, stride, share + r, a + r * stride, out);
    for (; r < rows; r++)
        take_one(n, share[r], a + r * stride, out);
}

/* ---- polynomials -------------------------------------------------------------------------------- */

/* What `next` has of the rows p goes; its norm before and after. */
static void orthogonalise(size_t n, size_t rows, const double *p, double *next, double *share,
                          double *before, double *after)
{
    memset(share, 0, rows * sizeof *share);
    *before = *after = 0.0;
    for (size_t k = 0; k < n; k += BLOCK) {
        size_t size = n - k < BLOCK ? n - k : BLOCK;
        gst_add_products(size, rows, n, p + k, next + k, share);
        *before += gst_product(size, next + k, next + k);
    }
    for (size_t k = 0; k < n; k += BLOCK) {
        size_t size = n - k < BLOCK ? n - k : BLOCK;
        take_rows(size, rows, n, share, p + k, next + k);
        *after += gst_product(size, next + k, next + k);
    }
    *before = sqrt(*before);
    *after = sqrt(*after);
}

/* Orthonormal polynomials times the root of the weight, p[k*n + point], and the Jacobi matrix (alpha, beta);
 * returns their number.  share: scratch, `most` numbers. */
static size_t lanczos(const gst_label_measure *m, size_t most, double *p, double *alpha,
                      double *beta, double *share)
{
    size_t n = m->n;
    for (size_t k = 0; k < n; k++)
        p[k] = sqrt(m->w[k]);
    double norm = sqrt(gst_product(n, p, p));
    for (size_t d = 0; d < most; d++) {
        double *now = p + d * n, *next = now + n, before;
        if (d > 0)
            beta[d - 1] = norm;
        if (!(norm > EXHAUSTED))
            return d;
        for (size_t k = 0; k < n; k++)
            now[k] /= norm;
        for (size_t k = 0; k < n; k++)
            next[k] = m->x[k] * now[k];
        alpha[d] = gst_product(n, now, next);
        for (size_t k = 0; k < n; k++)
            next[k] -= alpha[d] * now[k];
        for (size_t k = 0; d > 0 && k < n; k++)
            next[k] -= norm * now[k - n];
        do
            orthogonalise(n, d + 1, p, next, share, &before, &norm);
        while (norm > EXHAUSTED && norm < SHRUNK * before);
    }
    return most;
}

/* ---- terms -------------------------------------------------------------------------------------- */

/* Most terms: r = GST_TARGET_DIM_MAX. */
enum {
    TERMS_MOST = 7 + 4 * GST_TARGET_DIM_MAX + GST_TARGET_DIM_MAX * (GST_TARGET_DIM_MAX + 1) / 2
};

/* All terms at point k times `base`, `stride` apart. */
static inline void set_terms(const gst_label_measure *m, size_t k, double base, size_t stride,
                             double *row)
{
    size_t r = m->r, pairs = r * (r + 1) / 2, step = m->capacity;
    double y = m->y[k], power[7] = {base};
    const double *z = m->z + k, *zz = m->zz + k;
    for (size_t e = 1; e <= 6; e++)
        power[e] = power[e - 1] * y;
    for (size_t e = 0; e <= 6; e++, row += stride)
        *row = power[e];
    for (size_t e = 1; e <= 3; e++)
        for (size_t j = 0; j < r; j++, row += stride)
            *row = power[e] * z[j * step];
    for (size_t j = 0; j < r; j++, row += stride)
        *row = base * z[j * step];
    for (size_t pair = 0; pair < pairs; pair++, row += stride)
        *row = base * zz[pair * step];
}

/* E[f p_d] for every term f into projection[f*count + d]. */
static void project(const gst_label_law *law, const gst_label_measure *m, size_t count,
                    const double *p, double *projection)
{
    double term[TERMS_MOST * BLOCK];
    for (size_t first = 0; first < m->n; first += BLOCK) {
        size_t size = m->n - first < BLOCK ? m->n - first : BLOCK;
        for (size_t k = 0; k < size; k++)
            set_terms(m, first + k, sqrt(m->w[first + k]), BLOCK, term + k);
        for (size_t f = 0; f < law->terms; f++)
            gst_add_products(size, count, m->n, p + first, term + f * BLOCK,
                             projection + f * count);
    }
}

/* ---- the rule ----------------------------------------------------------------------------------- */

/* Nodes and weights from the Jacobi matrix and the projections. */
static int set_rule(gst_label_law *law, size_t count, const double *alpha, const double *beta,
                    const double *projection, double scale)
{
    gsl_matrix *jacobi = gsl_matrix_calloc(count, count), *vectors = gsl_matrix_alloc(count, count);
    gsl_vector *values = gsl_vector_alloc(count);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(count);
    int status = jacobi && vectors && values && workspace ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        for (size_t d = 0; d < count; d++) {
            gsl_matrix_set(jacobi, d, d, alpha[d]);
            if (d > 0) {
                gsl_matrix_set(jacobi, d, d - 1, beta[d - 1]);
                gsl_matrix_set(jacobi, d - 1, d, beta[d - 1]);
            }
        }
        if (gsl_eigen_symmv(jacobi, values, vectors, workspace))
            status = GST_FAILED;
    }
    for (size_t i = 0; status == GST_OK && i < count; i++) {
        double x = gsl_vector_get(values, i),
               root = gsl_matrix_get(vectors, 0, i) * sqrt(law->moment[0]);
        law->y[i] = scale * x / sqrt((1.0 - x) * (1.0 + x));
        for (size_t f = 0; f < law->terms; f++) {
            double sum = 0.0;
            for (size_t d = 0; d < count; d++)
                sum += gsl_matrix_get(vectors, d, i) * projection[f * count + d];
            law->weight[f * count + i] = root * sum;
        }
    }
    gsl_matrix_free(jacobi);
    gsl_matrix_free(vectors);
    gsl_vector_free(values);
    gsl_eigen_symmv_free(workspace);
    return status;
}

int gst_label_reduce(gst_label_law *law, const gst_label_measure *m, size_t nodes, double scale)
{
    size_t most = nodes < m->n ? nodes : m->n;
    double *p = gst_alloc_doubles((most + 1) * m->n), *alpha = gst_alloc_doubles(3 * most);
    double *projection = gst_alloc_doubles(law->terms * most);
    int status = p && alpha && projection ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        status =
            gst_label_law_room(law, lanczos(m, most, p, alpha, alpha + most, alpha + 2 * most));
    }
    if (status == GST_OK) {
        project(law, m, law->n, p, projection);
        status = set_rule(law, law->n, alpha, alpha + most, projection, scale);
    }
    free(p);
    free(alpha);
    free(projection);
    return status;
}

int gst_label_take_points(gst_label_law *law, const gst_label_measure *m)
{
    if (gst_label_law_room(law, m->n) != GST_OK)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < m->n; k++) {
        law->y[k] = m->y[k];
        set_terms(m, k, m->w[k], law->n, law->weight + k);
    }
    return GST_OK;
}
