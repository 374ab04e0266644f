/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_span.c - the directions that the mean rows span (docs/theory, several steps).
 *
 * omega = L S V^T by one-sided Jacobi rotations, which find small singular values to the accuracy of the large ones:
 * the spikes are v_l = column l of L, U_gl = S_l V_gl, gamma_jl = w*_j.v_l. */
#include "models/training/rows_span.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "base/arena.h"
#include "models/training/regime.h"
#include "models/training/residual_directions.h"

/* Singular values below this part of the largest are rounding. */
static const double negligible = 1e-13;
/* Overlaps with the target below this have no sign. */
static const double signless = 1e-13;

typedef struct {
    double *V, *S, *U, *gamma; /* K x K, K, K x m, r x m */
    gst_arena memory;
} decomposition;

static int decompose(const gst_rows_frame *frame, decomposition *d)
{
    size_t K = frame->K;
    *d = (decomposition){0};
    const gst_array arrays[] = {GST_MATRIX(d->V, K, K), GST_VECTOR(d->S, K), GST_MATRIX(d->U, K, K),
                                GST_MATRIX(d->gamma, frame->r, K)};
    int status = gst_arena_take(&d->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status != GST_OK)
        return status;
    gsl_matrix_view omega = gsl_matrix_view_array(frame->omega, frame->n, K);
    gsl_matrix_view V = gsl_matrix_view_array(d->V, K, K);
    gsl_vector_view S = gsl_vector_view_array(d->S, K);
    int code = gsl_linalg_SV_decomp_jacobi(&omega.matrix, &V.matrix, &S.vector);
    return code == GSL_SUCCESS ? GST_OK : code == GSL_ENOMEM ? GST_NO_MEMORY : GST_FAILED;
}

/* Spike l from column l: the largest component of gamma is positive, or of U where gamma is zero. */
static void set_spike(const gst_rows_frame *frame, decomposition *d, size_t m, size_t l)
{
    size_t K = frame->K;
    double size = 0.0, column[GST_TARGET_DIM_MAX];
    for (size_t j = 0; j < frame->r; j++) {
        column[j] = 0.0;
        for (size_t a = 0; a < frame->s; a++)
            column[j] += frame->target[j * frame->s + a] * frame->omega[a * K + l];
        size = fmax(size, fabs(column[j]));
    }
    double sign = size > signless ? gst_sign_of(frame->r, 1, column) : gst_sign_of(K, K, d->V + l);
    for (size_t j = 0; j < frame->r; j++)
        d->gamma[j * m + l] = sign * column[j];
    for (size_t g = 0; g < K; g++)
        d->U[g * m + l] = sign * d->S[l] * d->V[g * K + l] + 0.0; /* no -0 */
}

/* U on the target's coordinates, gamma the identity. */
static void take_coordinates(const gst_rows_frame *frame, decomposition *d, size_t m)
{
    double U[GST_TARGET_DIM_MAX];
    for (size_t g = 0; g < frame->K; g++) {
        for (size_t j = 0; j < m; j++) {
            U[j] = 0.0;
            for (size_t l = 0; l < m; l++)
                U[j] += d->U[g * m + l] * d->gamma[j * m + l];
        }
        for (size_t j = 0; j < m; j++)
            d->U[g * m + j] = U[j];
    }
    for (size_t j = 0; j < m; j++)
        for (size_t l = 0; l < m; l++)
            d->gamma[j * m + l] = j == l;
}

int gst_rows_span(gst_features **features, gst_rows_frame *frame, size_t *m)
{
    decomposition d;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    size_t K = frame->K, r = frame->r, q;
    int status = decompose(frame, &d);
    *m = 0;
    while (status == GST_OK && *m < K && d.S[*m] > fmax(frame->rounding, negligible * d.S[0]))
        ++*m;
    if (status == GST_OK && *m > GST_SPIKES_MAX)
        status = GST_INVALID;
    for (size_t l = 0; status == GST_OK && l < *m; l++)
        set_spike(frame, &d, *m, l);
    if (status == GST_OK && frame->whole && *m == r)
        take_coordinates(frame, &d, r);
    if (status == GST_OK) {
        status = gst_residual_directions(r, *m, d.gamma, rest, &q);
        status = status == GST_INVALID ? GST_FAILED : status; /* an overlap above one is ours */
    }
    if (status == GST_OK)
        status = gst_features_alloc(features, K, *m, q, r);
    for (size_t i = 0; status == GST_OK && i < K * *m; i++)
        (*features)->U[i] = d.U[i];
    for (size_t i = 0; status == GST_OK && i < r * *m; i++)
        (*features)->gamma[i] = d.gamma[i];
    for (size_t i = 0; status == GST_OK && i < r * q; i++)
        (*features)->rest[i] = rest[i];
    gst_arena_free(&d.memory);
    return status;
}
