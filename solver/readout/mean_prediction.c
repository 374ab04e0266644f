/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean_prediction.c - the mean prediction of the readout (docs/theory, mean prediction).
 *
 * yb = sum_i coefficient_i S_i(kappa), S = (mu0_g; per group kappa_l mu1_g, nu_g), coefficients (m, t).
 *   1. Gram matrix G_ij = rho E[S_i S_j/(t+V)], fields at zero prediction r_i = rho E[S_i h/(t+V)],
 *      psih_gj = rho E[mu1_g h1_j/(t+V)];
 *   2. t from m:  (I + N_perp G_tt) t = N_perp (r_t - G_tm m), no inverse of N_perp;
 *   3. the Schur complement in m, regularised by 1/(p V2_g) at finite width;
 *   4. when that is near singular: least squares on the nodes themselves, whose condition number is
 *      the root of the Gram matrix's, and the minimum-norm m (mean_least_squares.c). */
#include "solver/readout/readout.h"

#include "base/linear.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the normal equations ----------------------------------------------------------------------- */

/* Squared pivots of the scaled Schur complement below this go to least squares: above it the normal
 * equations lose at most eight of sixteen digits in a direction that matters to their root. */
#define WELL_CONDITIONED 1e-8

/* Views into r->work. */
typedef struct {
    double *gram;     /* terms x terms */
    double *target;   /* terms: rho E[S_i h/(t+V)] */
    double *system;   /* ks x ks */
    double *response; /* ks x (K+1): columns of N_perp G_tm and of N_perp r_t */
    double *schur;    /* K x K */
    double *scale;    /* K */
} normal;

static normal normal_views(const gst_readout *r, size_t terms)
{
    size_t ks = r->K * gst_readout_special(r);
    normal v;
    v.gram = r->work;
    v.target = v.gram + terms * terms;
    v.system = v.target + terms;
    v.response = v.system + ks * ks;
    v.schur = v.response + ks * (r->K + 1);
    v.scale = v.schur + r->K * r->K;
    return v;
}

static void set_gram(const gst_equations *e, normal *v)
{
    size_t stride = e->moments->n, n = e->active, terms = e->terms;
    gst_weighted_gram(n, terms, stride, e->weight, e->S, v->gram);
    double weighted[GST_NODE_BLOCK];
    memset(v->target, 0, terms * sizeof *v->target);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        for (size_t k = 0; k < size; k++)
            weighted[k] = e->weight[first + k] * e->moments->h[first + k];
        gst_weighted_rows(size, terms, stride, weighted, e->S + first, v->target);
    }
}

/* psih into the residual rows of the fields. */
static void set_residual_fields(gst_readout *r, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t n = t->n, s = gst_readout_special(r);
    for (size_t g = 0; g < r->K; g++) {
        for (size_t j = 0; j < r->q; j++)
            r->fields[g * s + r->m + j] =
                gst_weighted_product(e->active, e->weight, t->mu1 + g * n, t->h1 + j * n);
    }
}

/* system = I + N_perp G_tt; response = N_perp (G_tm | r_t), solved. */
static int respond(gst_readout *r, size_t terms, normal *v)
{
    size_t K = r->K, ks = K * gst_readout_special(r), columns = K + 1;
    for (size_t i = 0; i < ks; i++) {
        const double *row = r->N_perp + i * ks;
        for (size_t j = 0; j < ks; j++)
            v->system[i * ks + j] = i == j;
        for (size_t c = 0; c < columns; c++)
            v->response[i * columns + c] = 0.0;
        for (size_t a = K; a < terms; a++) {
            double factor = row[gst_readout_place(r, a)];
            for (size_t b = K; b < terms; b++)
                v->system[i * ks + gst_readout_place(r, b)] += factor * v->gram[a * terms + b];
            for (size_t g = 0; g < K; g++)
                v->response[i * columns + g] += factor * v->gram[a * terms + g];
            v->response[i * columns + K] += factor * v->target[a];
        }
        for (size_t g = 0; g < K; g++) {
            for (size_t j = 0; j < r->q; j++) {
                size_t at = g * gst_readout_special(r) + r->m + j;
                v->response[i * columns + K] += row[at] * r->fields[at];
            }
        }
    }
    if (gst_lu_factor(ks, v->system, r->pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(ks, v->system, r->pivot, columns, v->response);
    return GST_OK;
}

/* Schur complement of m; right-hand side into r->mean. */
static void set_schur(gst_readout *r, const gst_equations *e, const gst_scaled_point *point,
                      normal *v)
{
    size_t K = r->K, terms = e->terms, columns = K + 1;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h <= K; h++) {
            double sum = h < K ? v->gram[g * terms + h] : v->target[g];
            for (size_t a = K; a < terms; a++)
                sum -= v->gram[g * terms + a] * v->response[gst_readout_place(r, a) * columns + h];
            if (h == K)
                r->mean[g] = sum;
            else
                v->schur[g * K + h] = sum;
        }
        if (isfinite(point->width))
            v->schur[g * K + g] += 1.0 / (point->width * e->x[gst_packed_value(K, g)]);
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g + 1; h < K; h++)
            v->schur[g * K + h] = v->schur[h * K + g] =
                0.5 * (v->schur[g * K + h] + v->schur[h * K + g]);
    }
}

/* Whether the Schur complement has digits left: its diagonal against the size of the features,
 * rho E[sigma^2/(t+V)] = G_mm + c V1h + D - ridge.  (mu0 of an odd sigma is rounding of that size.) */
static int schur_is_accurate(const gst_readout *r, const gst_equations *e,
                             const gst_scaled_point *point, const normal *v)
{
    for (size_t g = 0; g < r->K; g++) {
        double size = v->gram[g * e->terms + g] +
                      e->bulk->c[g] * e->hat[gst_packed_pair(r->K, g, g)] +
                      e->hat[gst_packed_value(r->K, g)] - point->ridge;
        if (!(v->schur[g * r->K + g] > WELL_CONDITIONED * size))
            return 0;
    }
    return 1;
}

static int solve_normal(gst_readout *r, const gst_equations *e, const gst_scaled_point *point,
                        normal *v)
{
    size_t K = r->K, ks = K * gst_readout_special(r);
    set_schur(r, e, point, v);
    if (!schur_is_accurate(r, e, point, v) ||
        gst_cholesky_factor(K, v->schur, v->scale, WELL_CONDITIONED) != GST_OK)
        return GST_LOOSE;
    gst_cholesky_solve(K, v->schur, v->scale, r->mean);
    for (size_t i = 0; i < ks; i++) {
        const double *row = v->response + i * (K + 1);
        r->t[i] = row[K];
        for (size_t g = 0; g < K; g++)
            r->t[i] -= row[g] * r->mean[g];
    }
    return GST_OK;
}

/* ---- what the solution leaves ------------------------------------------------------------------- */

/* error2 holds h - yb on return; fields of spikes and norm, and forces. */
static void set_fields(gst_readout *r, const gst_equations *e, const gst_scaled_point *point)
{
    size_t K = r->K, stride = e->moments->n, n = e->active;
    double *error = r->error2;
    double *coefficient = r->work, *sum = coefficient + e->terms, weighted[GST_NODE_BLOCK];
    for (size_t i = 0; i < e->terms; i++)
        coefficient[i] = i < K ? -r->mean[i] : -r->t[gst_readout_place(r, i)];
    memset(sum, 0, e->terms * sizeof *sum);
    memcpy(error, e->moments->h, n * sizeof *error);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        gst_combine_rows(size, e->terms, stride, coefficient, e->S + first, error + first);
        for (size_t k = 0; k < size; k++)
            weighted[k] = e->weight[first + k] * error[first + k];
        gst_weighted_rows(size, e->terms, stride, weighted, e->S + first, sum);
    }
    for (size_t i = K; i < e->terms; i++)
        r->fields[gst_readout_place(r, i)] = sum[i];
    for (size_t g = 0; g < K; g++) {
        double V2 = e->x[gst_packed_value(K, g)];
        r->forces[g] = isfinite(point->width) ? r->mean[g] / (point->width * V2) : 0.0;
    }
}

static void square_error(gst_readout *r, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t n = t->n, active = e->active, s = gst_readout_special(r);
    for (size_t k = 0; k < active; k++)
        r->error2[k] = r->error2[k] * r->error2[k] + t->rest[k];
    for (size_t j = 0; j < r->q; j++) {
        for (size_t k = 0; k < active; k++) {
            double rest = t->h1[j * n + k];
            for (size_t g = 0; g < r->K; g++)
                rest -= r->t[g * s + r->m + j] * t->mu1[g * n + k];
            r->error2[k] += rest * rest;
        }
    }
}

int gst_readout_mean(gst_readout *readout, const gst_equations *e, const gst_scaled_point *point)
{
    normal v = normal_views(readout, e->terms);
    int status = e->bulk->type->directions(e->bulk, readout->N_perp);
    if (status != GST_OK)
        return status;
    set_gram(e, &v);
    set_residual_fields(readout, e);
    status = respond(readout, e->terms, &v);
    readout->rounding = 0.0;
    readout->unresolved = 0;
    if (status == GST_OK)
        status = solve_normal(readout, e, point, &v);
    if (status != GST_OK)
        status = gst_readout_collinear(readout, e, point);
    if (status != GST_OK)
        return status;
    set_fields(readout, e, point);
    square_error(readout, e);
    return GST_OK;
}
