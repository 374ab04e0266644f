/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral.c - the spectral bulk (docs/theory, inputs of any covariance): its scalars, and the slope of N~.
 *
 * With y = N tau (all scalars, tau zero but for the outputs) and w = tau - P y, S = tau^T N~ tau has
 *   dS = w^T dC w - y^T dP y,
 *   w^T C w = sum_j C0_gg' Y_g.Y_g',  Y_g = sum_s w_s b_s + sum_hk w_theta_hk X_gh Pi_g V_hk,
 * so that with H_g = Pi_g sum_g' C0_gg' Y_g'
 *   dS/dX_gh = - sum_j H_g.H_h + 2 sum_j sum_k w_theta_hk V_hk.H_g - sum_kl y_xi_gk y_xi_hl <V_gk,V_hl>. */
#include "solver/bulk/spectral.h"
#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/training/spectral.h"

/* ---- the scalars -------------------------------------------------------------------------------- */

/* root^T of a functional's vector part, R x J. */
static void flatten(const gst_spectral *s, const double *vector, double *to)
{
    size_t R = s->R, J = s->J;
    for (size_t j = 0; j < J; j++) {
        for (size_t i = 0; i < R; i++) {
            to[i * J + j] = 0.0;
            for (size_t k = 0; k < R; k++)
                to[i * J + j] += s->root[(j * R + k) * R + i] * vector[k * J + j];
        }
    }
}

/* All functionals of base, `length' numbers each. */
static void set_functionals(const gst_spectral_nodes *v, double *functional)
{
    const gst_spectral *s = v->s;
    size_t side = s->directions + 1, length = s->length;
    for (size_t g = 0; g < s->K; g++) {
        double *of_group = functional + g * side * length;
        for (size_t a = 0; a < s->directions; a++)
            gst_spectral_project(s, g, s->direction + a * s->R * s->J, of_group + a * length);
        memcpy(of_group + s->directions * length, s->delta + g * length,
               length * sizeof *functional);
    }
    memcpy(functional + v->outputs * length, s->xi, s->K * s->vectors * length * sizeof *s->xi);
}

static void set_kinds(gst_spectral_nodes *v)
{
    size_t side = v->s->directions + 1, vectors = v->s->vectors;
    for (size_t a = 0; a < v->outputs; a++)
        v->kind[a] = a / side;
    for (size_t k = 0; k < v->K * vectors; k++) {
        v->kind[v->outputs + k] = k / vectors;
        v->kind[v->base + k] = v->K + k / vectors;
    }
}

static int set_scalars(gst_spectral_nodes *v)
{
    const gst_spectral *s = v->s;
    size_t R = s->R, J = s->J, length = s->length, count = s->K * s->vectors;
    double *functional = gst_alloc_doubles(v->base * length);
    if (!functional)
        return GST_NO_MEMORY;
    set_functionals(v, functional);
    set_kinds(v);
    for (size_t a = 0; a < v->base; a++)
        flatten(s, functional + a * length, v->b + a * R * J);
    for (size_t k = 0; k < count; k++)
        flatten(s, s->V + k * R * J, v->b + (v->base + k) * R * J);
    for (size_t a = 0; a < v->base; a++) {
        const double *p = functional + a * length + R * J;
        for (size_t c = 0; c < v->base; c++) {
            const double *q = functional + c * length + R * J;
            if (v->kind[a] == v->kind[c])
                v->norm[a * v->base + c] =
                    2.0 * (gst_spectral_mean(s, 2, p, q) -
                           gst_spectral_mean(s, 1, p, NULL) * gst_spectral_mean(s, 1, q, NULL));
        }
    }
    for (size_t k = 0; k < count; k++)
        for (size_t l = 0; l < count; l++)
            v->product[k * count + l] =
                gst_spectral_inner(s, NULL, s->V + k * R * J, s->V + l * R * J);
    free(functional);
    return GST_OK;
}

/* ---- the slope of N~ ---------------------------------------------------------------------------- */

/* y = N tau and w = tau - P y; tau of the outputs. */
static void weigh_scalars(gst_spectral_nodes *v, const double *tau, const double *X)
{
    size_t count = v->all - v->base, vectors = count / v->K;
    memset(v->w, 0, v->all * sizeof *v->w);
    memcpy(v->w, tau, v->outputs * sizeof *v->w);
    for (size_t a = 0; a < v->all; a++) {
        v->y[a] = 0.0;
        for (size_t c = 0; c < v->outputs; c++)
            v->y[a] += v->Y[a * v->all + c] * tau[c];
    }
    for (size_t k = 0; k < count; k++) {
        v->w[v->base + k] -= v->y[v->outputs + k];
        v->w[v->outputs + k] -= v->y[v->base + k];
        for (size_t l = 0; l < count; l++)
            v->w[v->outputs + k] -= X[k / vectors * v->K + l / vectors] *
                                    v->product[k * count + l] * v->y[v->outputs + l];
    }
}

/* H of node j into reach, [g*R + i]. */
static void reach_node(gst_spectral_nodes *v, const double *X, size_t j)
{
    size_t K = v->K, R = v->R, J = v->J, count = v->all - v->base, vectors = count / K;
    memset(v->part, 0, K * R * sizeof *v->part);
    for (size_t i = 0; i < R; i++) {
        for (size_t a = 0; a < v->base; a++)
            v->part[v->kind[a] * R + i] += v->w[a] * v->b[(a * R + i) * J + j];
        for (size_t k = 0; k < count; k++) {
            double V = v->w[v->base + k] * v->b[((v->base + k) * R + i) * J + j];
            for (size_t g = 0; g < K; g++)
                v->part[g * R + i] += X[g * K + k / vectors] * v->s->Pi[g * J + j] * V;
        }
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < R; i++) {
            double sum = 0.0;
            for (size_t h = 0; h < K; h++)
                sum += v->C0[(g * K + h) * J + j] * v->part[h * R + i];
            v->reach[g * R + i] = v->s->Pi[g * J + j] * sum;
        }
    }
}

static void add_node(gst_spectral_nodes *v, size_t j)
{
    size_t K = v->K, R = v->R, J = v->J, count = v->all - v->base, vectors = count / K;
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < R; i++) {
            double H = v->reach[g * R + i];
            for (size_t h = 0; h < K; h++)
                v->slopes[g * K + h] -= H * v->reach[h * R + i];
            for (size_t k = 0; k < count; k++)
                v->slopes[g * K + k / vectors] +=
                    2.0 * H * v->w[v->base + k] * v->b[((v->base + k) * R + i) * J + j];
        }
    }
}

static int slope(gst_chain *b, const double *tau, double *out)
{
    gst_spectral_nodes *v = b->nodes;
    size_t K = v->K, count = v->all - v->base, vectors = count / K;
    weigh_scalars(v, tau, b->X);
    memset(v->slopes, 0, K * K * sizeof *v->slopes);
    for (size_t j = 0; j < v->J; j++) {
        reach_node(v, b->X, j);
        add_node(v, j);
    }
    for (size_t k = 0; k < count; k++)
        for (size_t l = 0; l < count; l++)
            v->slopes[k / vectors * K + l / vectors] -=
                v->y[v->outputs + k] * v->y[v->outputs + l] * v->product[k * count + l];
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            out[gst_packed_pair(K, g, h)] =
                v->slopes[g * K + h] + (g == h ? 0.0 : v->slopes[h * K + g]);
    return GST_OK;
}

/* ---- life --------------------------------------------------------------------------------------- */

static void release(gst_chain *b)
{
    gst_spectral_nodes *v = b->nodes;
    if (!v)
        return;
    gst_arena_free(&v->memory);
    free(v);
}

static const gst_chain_pencil pencil = {
    .response = gst_spectral_response,
    .response_complex = gst_spectral_response_complex,
    .move_X = gst_spectral_move_X,
    .move_X_complex = gst_spectral_move_X_complex,
    .special_N = gst_spectral_special_N,
    .special_N_complex = gst_spectral_special_N_complex,
    .slope = slope,
    .release = release,
};

static int take_memory(gst_spectral_nodes *v)
{
    size_t K = v->K, R = v->R, J = v->J, all = v->all, count = all - v->base, size = K * K;
    const gst_array arrays[] = {GST_VECTOR(v->kind, all),
                                GST_MATRIX(v->b, all * R, J),
                                GST_MATRIX(v->norm, v->base, v->base),
                                GST_MATRIX(v->product, count, count),
                                GST_VECTOR(v->y, all),
                                GST_VECTOR(v->w, all),
                                GST_MATRIX(v->part, K, R),
                                GST_MATRIX(v->reach, K, R),
                                GST_MATRIX(v->slopes, K, K),
                                GST_MATRIX(v->C0, size, J),
                                GST_MATRIX(v->P, size, J),
                                GST_MATRIX(v->Q, 4 * size, J),
                                GST_MATRIX(v->tensor, size, size),
                                GST_MATRIX(v->C, all, all),
                                GST_MATRIX(v->Y, all, all),
                                GST_MATRIX(v->system, all, all),
                                GST_MATRIX(v->small, K, K),
                                GST_MATRIX(v->identity, K, K),
                                GST_MATRIX(v->G, K, K),
                                GST_MATRIX(v->C0c, size, J),
                                GST_MATRIX(v->Pc, size, J),
                                GST_MATRIX(v->Qc, 4 * size, J),
                                GST_MATRIX(v->tensorc, size, size),
                                GST_MATRIX(v->Cc, all, all),
                                GST_MATRIX(v->Yc, all, all),
                                GST_MATRIX(v->systemc, all, all),
                                GST_MATRIX(v->smallc, K, K),
                                GST_MATRIX(v->identityc, K, K),
                                GST_MATRIX(v->Gc, K, K)};
    return gst_arena_take(&v->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_bulk_spectral_alloc(gst_bulk **bulk, const gst_features *features,
                            gst_trajectory *trajectory)
{
    const gst_spectral *s = features->spectral;
    gst_spectral_nodes *v = gst_alloc(1, sizeof *v);
    (void)trajectory;
    *bulk = NULL;
    if (!v)
        return GST_NO_MEMORY;
    v->s = s;
    v->K = s->K;
    v->R = s->R;
    v->J = s->J;
    v->outputs = s->K * (s->directions + 1);
    v->base = v->outputs + s->K * s->vectors;
    v->all = v->base + s->K * s->vectors;
    int status = take_memory(v);
    if (status == GST_OK)
        status = set_scalars(v);
    if (status == GST_OK)
        return gst_chain_make(bulk, features, NULL, 1, &pencil, v);
    gst_arena_free(&v->memory);
    free(v);
    return status;
}

/* There is no trajectory to share. */
int gst_bulk_spectral_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    (void)other;
    return gst_bulk_spectral_alloc(bulk, features, NULL);
}
