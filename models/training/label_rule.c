/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_rule.c - the Gauss rule of a discrete measure of labels (docs/theory, the trained bulk).
 *
 *   1. Lanczos in x = yt/sqrt(s^2 + yt^2) with reorthogonalisation: orthonormal polynomials p_k of the measure and
 *      their Jacobi matrix; it ends early where yt takes few values;
 *   2. nodes x_i = eigenvalues; with eigenvectors v,  weight_f[i] = sqrt(w_i) sum_k v_ki E[f p_k]. */
#include "models/training/label_measure.h"

#include "base/memory.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>

/* Lanczos stops when the next polynomial has a norm below this: the measure has no more points. */
#define EXHAUSTED 1e-11

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* Orthonormal polynomials times the root of the weight, p[k*n + point], and the Jacobi matrix (alpha, beta);
 * returns their number. */
static size_t lanczos(const gst_label_measure *m, size_t most, double *p, double *alpha,
                      double *beta)
{
    size_t n = m->n;
    for (size_t k = 0; k < n; k++)
        p[k] = sqrt(m->w[k]);
    for (size_t d = 0; d < most; d++) {
        double *now = p + d * n, norm = sqrt(product(n, now, now));
        if (d > 0)
            beta[d - 1] = norm;
        if (!(norm > EXHAUSTED))
            return d;
        for (size_t k = 0; k < n; k++)
            now[k] /= norm;
        double *next = now + n;
        for (size_t k = 0; k < n; k++)
            next[k] = m->x[k] * now[k];
        alpha[d] = product(n, now, next);
        for (int pass = 0; pass < 2; pass++) {
            for (size_t e = d + 1; e-- > 0;) {
                const double *row = p + e * n;
                double share = product(n, row, next);
                for (size_t k = 0; k < n; k++)
                    next[k] -= share * row[k];
            }
        }
    }
    return most;
}

/* Most terms: r = GST_TARGET_DIM_MAX. */
enum {
    TERMS_MOST = 7 + 4 * GST_TARGET_DIM_MAX + GST_TARGET_DIM_MAX * (GST_TARGET_DIM_MAX + 1) / 2
};

/* Adds `base` times every term f at point k, in the order of gst_label_term_*. */
static inline void add_terms(const gst_label_measure *m, size_t k, double base, double *sum)
{
    size_t r = m->r, pairs = r * (r + 1) / 2, stride = m->capacity;
    double y = m->y[k], power[7] = {base};
    const double *z = m->z + k, *zz = m->zz + k;
    for (size_t e = 1; e <= 6; e++)
        power[e] = power[e - 1] * y;
    for (size_t e = 0; e <= 6; e++)
        *sum++ += power[e];
    for (size_t e = 1; e <= 3; e++)
        for (size_t j = 0; j < r; j++)
            *sum++ += power[e] * z[j * stride];
    for (size_t j = 0; j < r; j++)
        *sum++ += base * z[j * stride];
    for (size_t pair = 0; pair < pairs; pair++)
        *sum++ += base * zz[pair * stride];
}

/* E[f p_d] for every term f into projection[f*count + d]. */
static void project(const gst_label_law *law, const gst_label_measure *m, size_t count,
                    const double *p, double *projection)
{
    for (size_t d = 0; d < count; d++) {
        const double *row = p + d * m->n;
        double sum[TERMS_MOST] = {0.0};
        for (size_t k = 0; k < m->n; k++)
            add_terms(m, k, sqrt(m->w[k]) * row[k], sum);
        for (size_t f = 0; f < law->terms; f++)
            projection[f * count + d] = sum[f];
    }
}

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
    double *p = gst_alloc_doubles((most + 1) * m->n), *alpha = gst_alloc_doubles(2 * most);
    double *projection = gst_alloc_doubles(law->terms * most);
    int status = p && alpha && projection ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        law->n = lanczos(m, most, p, alpha, alpha + most);
        law->block = gst_alloc_doubles((1 + law->terms) * law->n);
        status = law->block ? GST_OK : GST_NO_MEMORY;
    }
    if (status == GST_OK) {
        law->y = law->block;
        law->weight = law->y + law->n;
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
    law->n = m->n;
    law->block = gst_alloc_doubles((1 + law->terms) * law->n);
    if (!law->block)
        return GST_NO_MEMORY;
    law->y = law->block;
    law->weight = law->y + law->n;
    for (size_t k = 0; k < m->n; k++) {
        double sum[TERMS_MOST] = {0.0};
        law->y[k] = m->y[k];
        add_terms(m, k, m->w[k], sum);
        for (size_t f = 0; f < law->terms; f++)
            law->weight[f * law->n + k] = sum[f];
    }
    return GST_OK;
}
