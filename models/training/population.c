/* SPDX-License-Identifier: GPL-3.0-or-later */
/* population.c - giant steps on fresh batches, n_t/d -> inf (docs/theory, several steps).
 *
 * To the accuracy that matters a row moves by what the gradient averages to given its overlaps with the
 * target, its norm included: w <- w + e E[res(x) sigma'(w.x) x | w].  Expanded around the mean row U_g of
 * its group this gives the drift of U_g, the growth of the bulk and the linear map D_g of the row's
 * deviations.  For each step:
 *   1. the averages of the step (population_averages.c);
 *   2. U, c and C of every group, from the values before the step.
 * The drift of U_g: Dandi et al., arXiv 2305.18270. */
#include "models/training/population.h"

#include "base/memory.h"
#include "models/training/residual_directions.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

/* ---- the container ------------------------------------------------------------------------------ */

int gst_row_law_alloc(gst_row_law **law, size_t K, size_t r)
{
    size_t s = r + 1;
    gst_row_law *made = *law = gst_alloc(1, sizeof *made);
    if (!made)
        return GST_NO_MEMORY;
    made->K = K;
    made->r = r;
    made->U = gst_alloc_doubles(K * r);
    made->c = gst_alloc_doubles(K);
    made->C = gst_alloc_doubles(K * s * s);
    if (!made->U || !made->c || !made->C) {
        gst_row_law_free(made);
        *law = NULL;
        return GST_NO_MEMORY;
    }
    for (size_t g = 0; g < K; g++) {
        made->c[g] = 1.0;
        for (size_t a = 0; a < r; a++)
            made->C[(g * s + a) * s + a] = 1.0;
    }
    return GST_OK;
}

void gst_row_law_free(gst_row_law *law)
{
    if (!law)
        return;
    free(law->U);
    free(law->c);
    free(law->C);
    free(law);
}

/* ---- one step ----------------------------------------------------------------------------------- */

/* D_g, (r+1) x (r+1). */
static void deviation_map(size_t r, double e, double c, double qg, const gst_step_averages *a,
                          double *D)
{
    size_t s = r + 1;
    for (size_t j = 0; j < r; j++) {
        for (size_t k = 0; k < r; k++)
            D[j * s + k] = (j == k ? 1.0 : 0.0) + e * a->hessian[j * r + k];
        D[j * s + r] = 0.5 * e * a->third[j];
        D[r * s + j] = 2.0 * c * qg * e * a->third[j];
    }
    D[r * s + r] = qg * qg + c * qg * e * a->fourth;
}

void gst_congruence(size_t s, const double *D, double *C)
{
    double DC[(GST_TARGET_DIM_MAX + 1) * (GST_TARGET_DIM_MAX + 1)] = {0.0};
    for (size_t a = 0; a < s; a++) {
        for (size_t b = 0; b < s; b++) {
            for (size_t k = 0; k < s; k++)
                DC[a * s + b] += D[a * s + k] * C[k * s + b];
        }
    }
    for (size_t a = 0; a < s; a++) {
        for (size_t b = 0; b < s; b++) {
            C[a * s + b] = 0.0;
            for (size_t k = 0; k < s; k++)
                C[a * s + b] += DC[a * s + k] * D[b * s + k];
        }
    }
}

static int move_group(gst_row_law *law, size_t g, double e, const gst_step_averages *a)
{
    size_t r = law->r, s = r + 1;
    double D[(GST_TARGET_DIM_MAX + 1) * (GST_TARGET_DIM_MAX + 1)];
    double qg = 1.0 + e * a->second;
    deviation_map(r, e, law->c[g], qg, a, D);
    gst_congruence(s, D, law->C + g * s * s);
    for (size_t j = 0; j < r; j++)
        law->U[g * r + j] += e * a->drift[j];
    law->c[g] *= qg * qg;
    law->rounding += fabs(e) * a->rounding;
    return fabs(qg) > fabs(e) * a->rounding && isfinite(law->c[g]) ? GST_OK : GST_FAILED;
}

int gst_row_law_step(gst_row_law *law, const gst_activation *activation, const gst_target *target,
                     const gst_second_layer *layer, double eta, int half)
{
    gst_step_averages *averages = gst_alloc(law->K, sizeof *averages);
    if (!averages)
        return GST_NO_MEMORY;
    int quality = law->steps == 0
                      ? gst_step_averages_at_start(law, activation, target, layer, half, averages)
                      : gst_step_averages_at(law, activation, target, layer, half, averages);
    int status = quality < 0 ? quality : GST_OK;
    for (size_t g = 0; g < law->K && status == GST_OK; g++)
        status = move_group(law, g, eta * layer->A[g], &averages[g]);
    law->steps++;
    free(averages);
    return status == GST_OK ? quality : status;
}

/* ---- the directions learned --------------------------------------------------------------------- */

/* Singular values s[r] of U, decreasing, and right singular vectors V[j*r + l]. */
static int decompose(const gst_row_law *law, double *V, double *s)
{
    size_t r = law->r, rows = law->K > r ? law->K : r;
    gsl_matrix *U = gsl_matrix_calloc(rows, r);
    if (!U)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < law->K * r; i++)
        U->data[i] = law->U[i];
    gsl_matrix_view v = gsl_matrix_view_array(V, r, r);
    gsl_vector_view values = gsl_vector_view_array(s, r);
    int failed = gsl_linalg_SV_decomp_jacobi(U, &v.matrix, &values.vector);
    gsl_matrix_free(U);
    return failed ? GST_FAILED : GST_OK;
}

int gst_row_law_span(const gst_row_law *law, size_t *m, double *basis)
{
    double V[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX], s[GST_TARGET_DIM_MAX];
    size_t r = law->r, q;
    int status = decompose(law, V, s);
    if (status != GST_OK)
        return status;
    for (*m = 0; *m < r && s[*m] > law->rounding;)
        ++*m;
    double spikes[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < *m; l++)
            spikes[j * *m + l] = *m == r ? (double)(j == l) : V[j * r + l];
    }
    gst_fix_signs(r, *m, spikes);
    status = gst_residual_directions(r, *m, spikes, rest, &q);
    if (status != GST_OK || *m + q != r)
        return status != GST_OK ? status : GST_FAILED;
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < r; l++)
            basis[j * r + l] = l < *m ? spikes[j * *m + l] : rest[j * q + l - *m];
    }
    return GST_OK;
}
