/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral_features.c - what rows over the nodes of a spectrum are to the readout (docs/theory, inputs of any covariance).
 *
 *   1. the mean rows on the axes (root_j^T a_j), which are orthonormal, and what they span: U, gamma, rest (rows_span.h);
 *   2. v_l = sum_g pull_lg omega_g, pull the pseudo-inverse of U, whose columns are orthogonal; the residual directions;
 *   3. c_g = E_mu[omega Pi^2], C_g of the functionals of all directions and of the norm. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/linear.h"
#include "giantstep/features.h"
#include "giantstep/problem.h"
#include "giantstep/target.h"
#include "giantstep/second_layer.h"
#include "base/memory.h"
#include "models/training/regime.h"
#include "models/training/rows_span.h"
#include "models/training/spectral.h"

enum { DIRECTIONS = GST_SPIKES_MAX + GST_TARGET_DIM_MAX };

/* ---- what the mean rows span -------------------------------------------------------------------- */

/* Coordinate i of node j of a vector, to[(j*R + i)*stride]. */
static void flatten(const gst_spectral *s, const double *vector, size_t stride, double *to)
{
    size_t R = s->R, J = s->J;
    for (size_t j = 0; j < J; j++) {
        for (size_t i = 0; i < R; i++) {
            double sum = 0.0;
            for (size_t k = 0; k < R; k++)
                sum += s->root[(j * R + k) * R + i] * vector[k * J + j];
            to[(j * R + i) * stride] = sum;
        }
    }
}

static int span(gst_features **features, const gst_spectral *s, size_t r, double rounding,
                size_t *m)
{
    size_t K = s->K, n = s->R * s->J, rows = n > K ? n : K;
    double *target = gst_alloc_doubles(r * n), *unit = gst_alloc_doubles(n);
    gst_rows_frame frame = {.K = K, .n = rows, .s = n, .r = r, .rounding = rounding};
    frame.omega = gst_alloc_doubles(rows * K);
    frame.target = target;
    int status = target && unit && frame.omega ? GST_OK : GST_NO_MEMORY;
    for (size_t i = 0; i < r && status == GST_OK; i++) {
        for (size_t k = 0; k < n; k++)
            unit[k] = k / s->J == i;
        flatten(s, unit, 1, target + i * n);
    }
    for (size_t g = 0; g < K && status == GST_OK; g++)
        flatten(s, s->mean + g * n, K, frame.omega + g);
    if (status == GST_OK)
        status = gst_rows_span(features, &frame, m);
    free(frame.omega);
    free(target);
    free(unit);
    return status;
}

/* ---- directions --------------------------------------------------------------------------------- */

static void set_spikes(gst_spectral *s, const gst_features *f)
{
    size_t size = s->R * s->J;
    for (size_t l = 0; l < f->m; l++) {
        double square = 0.0, *v = s->direction + l * size;
        memset(v, 0, size * sizeof *v);
        for (size_t g = 0; g < f->K; g++)
            square += f->U[g * f->m + l] * f->U[g * f->m + l];
        for (size_t g = 0; g < f->K; g++)
            for (size_t i = 0; i < size; i++)
                v[i] += f->U[g * f->m + l] / square * s->mean[g * size + i];
    }
}

/* zeta_i = sum_j rest_ji/|rest_i|^2 (w*_j - sum_l gamma_jl v_l): the columns of rest are orthogonal. */
void gst_spectral_residuals(gst_spectral *s, const gst_features *f)
{
    size_t size = s->R * s->J;
    for (size_t i = 0; i < f->q; i++) {
        double square = 0.0, *zeta = s->direction + (f->m + i) * size;
        memset(zeta, 0, size * sizeof *zeta);
        for (size_t j = 0; j < f->r; j++)
            square += f->rest[j * f->q + i] * f->rest[j * f->q + i];
        for (size_t j = 0; j < f->r; j++) {
            double factor = f->rest[j * f->q + i] / square;
            for (size_t k = 0; k < s->J; k++)
                zeta[j * s->J + k] += factor;
            for (size_t l = 0; l < f->m; l++)
                for (size_t k = 0; k < size; k++)
                    zeta[k] -= factor * f->gamma[j * f->m + l] * s->direction[l * size + k];
        }
    }
    s->directions = f->m + f->q;
}

static int set_covariance(const gst_spectral *s, gst_features *f)
{
    size_t side = f->m + f->q + 1;
    double *functional = gst_alloc_doubles(side * s->length);
    if (!functional)
        return GST_NO_MEMORY;
    for (size_t g = 0; g < f->K; g++) {
        for (size_t a = 0; a + 1 < side; a++)
            gst_spectral_project(s, g, s->direction + a * s->R * s->J, functional + a * s->length);
        memcpy(functional + (side - 1) * s->length, s->delta + g * s->length,
               s->length * sizeof *functional);
        for (size_t a = 0; a < side; a++)
            for (size_t b = 0; b < side; b++)
                f->C[(g * side + a) * side + b] = gst_spectral_covariance(
                    s, functional + a * s->length, functional + b * s->length);
        f->c[g] = gst_spectral_mean(s, 1, s->Pi + g * s->J, s->Pi + g * s->J);
    }
    free(functional);
    return GST_OK;
}

int gst_spectral_features(gst_features **features, gst_spectral *s, const gst_problem *problem,
                          double rounding, size_t *m)
{
    *features = NULL;
    int status = span(features, s, gst_target_dim(problem->target), rounding, m);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    f->problem = *problem;
    memcpy(f->pi, problem->layer->pi, f->K * sizeof *f->pi);
    set_spikes(s, f);
    gst_spectral_residuals(s, f);
    status = set_covariance(s, f);
    for (size_t g = 0; g < f->K && status == GST_OK; g++)
        status = f->c[g] > 0.0 && isfinite(f->c[g]) ? GST_OK : GST_FAILED;
    if (status == GST_OK) {
        f->spectral = s;
        return GST_OK;
    }
    gst_features_free(f);
    *features = NULL;
    return status;
}
