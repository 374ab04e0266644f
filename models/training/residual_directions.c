/* SPDX-License-Identifier: GPL-3.0-or-later */
/* residual_directions.c - the directions of the target space that no spike spans. */
#include "models/training/residual_directions.h"

#include "giantstep/target.h"

#include <gsl/gsl_eigen.h>
#include <math.h>

#define ABSENT 1e-13
#define OVERLAP_SLACK 1e-12

/* Eigenvalues and eigenvectors of the symmetric r x r matrix a (destroyed). */
static int eigen(size_t r, double *a, double *values, double *vectors)
{
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(r);
    if (!workspace)
        return GST_NO_MEMORY;
    gsl_matrix_view matrix = gsl_matrix_view_array(a, r, r);
    gsl_vector_view value = gsl_vector_view_array(values, r);
    gsl_matrix_view vector = gsl_matrix_view_array(vectors, r, r);
    int failed = gsl_eigen_symmv(&matrix.matrix, &value.vector, &vector.matrix, workspace) ||
                 gsl_eigen_symmv_sort(&value.vector, &vector.matrix, GSL_EIGEN_SORT_VAL_DESC);
    gsl_eigen_symmv_free(workspace);
    return failed ? GST_FAILED : GST_OK;
}

double gst_sign_of(size_t r, size_t stride, const double *v)
{
    double largest = 0.0;
    for (size_t j = 0; j < r; j++) {
        if (fabs(v[j * stride]) > fabs(largest) * (1.0 + OVERLAP_SLACK))
            largest = v[j * stride];
    }
    return largest < 0.0 ? -1.0 : 1.0;
}

void gst_fix_signs(size_t r, size_t m, double *vectors)
{
    for (size_t l = 0; l < m; l++) {
        double sign = gst_sign_of(r, m, vectors + l);
        for (size_t j = 0; j < r; j++)
            vectors[j * m + l] *= sign;
    }
}

int gst_residual_directions(size_t r, size_t m, const double *gamma, double *rest, size_t *q)
{
    double a[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], values[GST_TARGET_DIM_MAX];
    double vectors[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++) {
            a[i * r + j] = i == j ? 1.0 : 0.0;
            for (size_t l = 0; l < m; l++)
                a[i * r + j] -= gamma[i * m + l] * gamma[j * m + l];
        }
    }
    int status = eigen(r, a, values, vectors);
    if (status != GST_OK)
        return status;
    if (!(values[r - 1] >= -OVERLAP_SLACK))
        return GST_INVALID;
    *q = 0;
    while (*q < r && values[*q] > ABSENT)
        ++*q;
    for (size_t i = 0; i < *q; i++) {
        for (size_t j = 0; j < r; j++)
            rest[j * *q + i] = sqrt(values[i]) * vectors[j * r + i];
    }
    gst_fix_signs(r, *q, rest);
    return GST_OK;
}
