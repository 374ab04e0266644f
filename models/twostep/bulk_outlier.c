/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_outlier.c - singular values outside the bulk of rows of unequal variance (docs/theory, 9).
 *
 * x is one of W = W_0 + U A V^T iff 1 is an eigenvalue of
 *   B(m) = m A^T Phi(m) A,   Phi_jk(m) = E[e_j e_k/(1 - c m)],   x^2 = 1/m + beta E[c/(1 - c m)],
 * 0 < m < the point where x^2 is least (Benaych-Georges and Nadakuditi 2012, with the resolvent of W_0 W_0^T,
 * diagonal (x^2 (1 - c m))^{-1}, and that of W_0^T W_0, m I).  B increases with m:
 *   1. no k-th outlier if its k-th largest eigenvalue is below 1 at the edge;
 *   2. bisection of that eigenvalue - 1;
 *   3. with its eigenvector y the right singular vector has projection y (-m (x^2)'/(y^T B' y))^{1/2},
 *      B'(m) = A^T E[e e^T/(1 - c m)^2] A. */
#include "models/twostep/bulk_outlier.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>

#include "models/twostep/bulk_edge.h"
#include "base/memory.h"
#include "giantstep/status.h"

enum { BISECTIONS = 100 };

typedef struct {
    gsl_matrix *form, *vectors;
    gsl_vector *values;
    gsl_eigen_symmv_workspace *symmv;
    double *excess; /* per row, weight ((1 - c m)^{-power} - (1 - m)^{-power}) */
} workspace;

/* A^T E[e e^T (1 - c m)^{-power}] A. */
static void outlier_form(const gst_bulk_perturbed *w, int power, double m, workspace *s)
{
    double plain = pow(1 - m, -power);
    for (size_t i = 0; i < w->n; i++)
        s->excess[i] = w->weight[i] * (pow(1 - w->c[i] * m, -power) - plain);
    gsl_matrix_set_zero(s->form);
    for (size_t j = 0; j < w->left; j++) {
        for (size_t k = 0; k < w->left; k++) {
            double mean = j == k ? plain : 0;
            for (size_t i = 0; i < w->n; i++)
                mean += s->excess[i] * w->e[j * w->n + i] * w->e[k * w->n + i];
            for (size_t a = 0; a < w->right; a++)
                for (size_t b = 0; b < w->right; b++)
                    *gsl_matrix_ptr(s->form, a, b) +=
                        w->A[j * w->right + a] * mean * w->A[k * w->right + b];
        }
    }
}

/* The k-th largest eigenvalue of B(m); its vector is column k of s->vectors. */
static int find_eigenvalue(const gst_bulk_perturbed *w, size_t k, double m, workspace *s,
                           double *value)
{
    outlier_form(w, 1, m, s);
    gsl_matrix_scale(s->form, m);
    if (gsl_eigen_symmv(s->form, s->values, s->vectors, s->symmv) ||
        gsl_eigen_symmv_sort(s->values, s->vectors, GSL_EIGEN_SORT_VAL_DESC))
        return GST_FAILED;
    *value = gsl_vector_get(s->values, k);
    return isfinite(*value) ? GST_OK : GST_FAILED;
}

static void project(const gst_bulk_perturbed *w, size_t k, double m, workspace *s, double *v)
{
    double square = 0;
    outlier_form(w, 2, m, s);
    for (size_t a = 0; a < w->right; a++)
        for (size_t b = 0; b < w->right; b++)
            square += gsl_matrix_get(s->vectors, a, k) * gsl_matrix_get(s->form, a, b) *
                      gsl_matrix_get(s->vectors, b, k);
    double scale = sqrt(-m * gst_bulk_square_slope(w->beta, w->n, w->c, w->weight, m) / square);
    for (size_t a = 0; a < w->right; a++)
        v[a] = scale * gsl_matrix_get(s->vectors, a, k);
}

static int search(const gst_bulk_perturbed *w, size_t k, workspace *s, double *value, double *v)
{
    double low = 0, high = gst_bulk_edge_point(w->beta, w->n, w->c, w->weight), at;
    int status = find_eigenvalue(w, k, high, s, &at);
    *value = sqrt(gst_bulk_square(w->beta, w->n, w->c, w->weight, high));
    for (size_t a = 0; a < w->right; a++)
        v[a] = NAN;
    if (status != GST_OK || !(at > 1))
        return status != GST_OK ? status : GST_LOOSE;
    for (int i = 0; i < BISECTIONS && status == GST_OK; i++) {
        double middle = low > 0 ? sqrt(low * high) : high / 16;
        status = find_eigenvalue(w, k, middle, s, &at);
        if (at > 1)
            high = middle;
        else
            low = middle;
    }
    if (status != GST_OK)
        return status;
    status = find_eigenvalue(w, k, high, s, &at);
    *value = sqrt(gst_bulk_square(w->beta, w->n, w->c, w->weight, high));
    project(w, k, high, s, v);
    return status;
}

int gst_bulk_outlier(const gst_bulk_perturbed *w, size_t k, double *value, double *v)
{
    workspace s = {.form = gsl_matrix_alloc(w->right, w->right),
                   .vectors = gsl_matrix_alloc(w->right, w->right),
                   .values = gsl_vector_alloc(w->right),
                   .symmv = gsl_eigen_symmv_alloc(w->right),
                   .excess = gst_alloc_doubles(w->n)};
    int status = GST_NO_MEMORY;
    if (s.form && s.vectors && s.values && s.symmv && s.excess)
        status = k < w->right ? search(w, k, &s, value, v) : GST_INVALID;
    gsl_matrix_free(s.form);
    gsl_matrix_free(s.vectors);
    gsl_vector_free(s.values);
    if (s.symmv)
        gsl_eigen_symmv_free(s.symmv);
    free(s.excess);
    return status;
}
