/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean_prediction.c - the mean prediction of the readout (docs/theory, mean prediction).
 *
 * yb = sum_i coefficient_i S_i(kappa), S = (mu0_g; per group kappa_l mu1_g, nu_g), coefficients (m, t).
 *   1. Gram matrix G_ij = rho E[S_i S_j/(t+V)], fields at zero prediction r_i = rho E[S_i h/(t+V)],
 *      psih_gj = rho E[mu1_g h1_j/(t+V)];
 *   2. t from m:  (I + N_perp G_tt) t = N_perp (r_t - G_tm m), no inverse of N_perp;
 *   3. the Schur complement in m, with 1/(p V2_g) at finite width (finite_width.c);
 *   4. when that is near singular: least squares on the nodes themselves, whose condition number is
 *      the root of the Gram matrix's, and the minimum-norm m (mean_least_squares.c). */
#include "solver/readout/readout.h"

#include "base/few.h"
#include "base/linear.h"
#include "solver/readout/finite_width.h"
#include "solver/readout/weighted_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the normal equations ----------------------------------------------------------------------- */

/* Squared pivots of the scaled Schur complement below this go to least squares: above it the normal
 * equations lose at most eight of sixteen digits in a direction that matters to their root. */
#define WELL_CONDITIONED 1e-8

static void set_gram(const gst_state *state, gst_normal_equations *v)
{
    size_t stride = state->moments->n, n = state->active, terms = state->terms;
    gst_weighted_gram(n, terms, stride, state->weight, state->S, v->gram);
    memset(v->target, 0, terms * sizeof *v->target);
    gst_weighted_rows_of(n, terms, stride, state->weight, state->moments->h, 0.0, state->S,
                         v->target);
}

/* psih into the residual rows of the fields. */
static void set_residual_fields(gst_readout *r, const gst_state *state)
{
    const gst_moments *t = state->moments;
    size_t n = t->n, s = gst_readout_special(r);
    for (size_t g = 0; g < r->K; g++) {
        for (size_t j = 0; j < r->q; j++)
            r->fields[g * s + r->m + j] =
                gst_weighted_product(state->active, state->weight, t->mu1 + g * n, t->h1 + j * n);
    }
}

/* system = I + N_perp G_tt; response = N_perp (G_tm | r_t), solved. */
GST_INLINE int respond(size_t K, gst_readout *r, size_t terms, gst_normal_equations *v)
{
    size_t ks = K * gst_readout_special(r), columns = K + 1;
    for (size_t i = 0; i < ks; i++) {
        const double *row = r->N_perp + i * ks;
        for (size_t j = 0; j < ks; j++)
            v->system[i * ks + j] = i == j;
        for (size_t c = 0; c < columns; c++)
            v->response[i * columns + c] = 0.0;
        for (size_t a = K; a < terms; a++) {
            double factor = row[gst_readout_place(r, a)];
            if (factor == 0.0) /* of another group */
                continue;
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
    if (gst_lu_factor(ks, v->system, v->pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(ks, v->system, v->pivot, columns, v->response);
    return GST_OK;
}

/* Schur complement of m; right-hand side into r->mean. */
GST_INLINE void set_schur(size_t K, gst_readout *r, const gst_state *state, gst_normal_equations *v)
{
    size_t terms = state->terms, columns = K + 1;
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
        v->schur[g * K + g] += gst_finite_width_cost(state, g);
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g + 1; h < K; h++)
            v->schur[g * K + h] = v->schur[h * K + g] =
                0.5 * (v->schur[g * K + h] + v->schur[h * K + g]);
    }
}

/* Whether the Schur complement has digits left: its diagonal against the size of the features,
 * rho E[sigma^2/(t+V)] = G_mm + c V1h + D - ridge.  (mu0 of an odd sigma is rounding of that size.) */
GST_INLINE int schur_is_accurate(size_t K, const gst_state *state, const gst_normal_equations *v)
{
    for (size_t g = 0; g < K; g++) {
        double size = v->gram[g * state->terms + g] +
                      state->bulk->c[g] * state->hat[gst_packed_pair(K, g, g)] +
                      state->hat[gst_packed_value(K, g)] - state->point.ridge;
        if (!(v->schur[g * K + g] > WELL_CONDITIONED * size))
            return 0;
    }
    return 1;
}

GST_INLINE int solve_normal(size_t K, gst_readout *r, const gst_state *state,
                            gst_normal_equations *v)
{
    size_t ks = K * gst_readout_special(r);
    set_schur(K, r, state, v);
    if (!schur_is_accurate(K, state, v) ||
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
static void set_fields(gst_readout *r, const gst_state *state)
{
    size_t K = r->K, stride = state->moments->n, n = state->active;
    double *error = r->error2;
    double *coefficient = r->coefficient, *sum = r->sum;
    for (size_t i = 0; i < state->terms; i++)
        coefficient[i] = i < K ? -r->mean[i] : -r->t[gst_readout_place(r, i)];
    memset(sum, 0, state->terms * sizeof *sum);
    memcpy(error, state->moments->h, n * sizeof *error);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        gst_combine_rows(size, state->terms, stride, coefficient, state->S + first, error + first);
        gst_weighted_rows_of(size, state->terms, stride, state->weight + first, error + first, 0.0,
                             state->S + first, sum);
    }
    for (size_t i = K; i < state->terms; i++)
        r->fields[gst_readout_place(r, i)] = sum[i];
    for (size_t g = 0; g < K; g++)
        r->forces[g] = gst_finite_width_force(state, g, r->mean[g]);
}

/* h1_j - sum_g psi_gj mu1_g at `size` nodes from the first. */
static void residual_at(const gst_readout *r, const gst_state *state, size_t j, size_t first,
                        size_t size, double *rest)
{
    const gst_moments *t = state->moments;
    size_t s = gst_readout_special(r);
    memcpy(rest, t->h1 + j * t->n + first, size * sizeof *rest);
    for (size_t g = 0; g < r->K; g++) {
        double psi = -r->t[g * s + r->m + j];
        gst_combine_rows(size, 1, t->n, &psi, t->mu1 + g * t->n + first, rest);
    }
}

static void square_error(gst_readout *r, const gst_state *state)
{
    double rest[GST_NODE_BLOCK];
    for (size_t first = 0; first < state->active; first += GST_NODE_BLOCK) {
        size_t left = state->active - first, size = left < GST_NODE_BLOCK ? left : GST_NODE_BLOCK;
        double *error = r->error2 + first;
        gst_add_squares(size, error, state->moments->rest + first, error);
        for (size_t j = 0; j < r->q; j++) {
            residual_at(r, state, j, first, size, rest);
            gst_add_squares(size, rest, error, error);
        }
    }
}

/* mean and t. */
GST_INLINE int solve_mean(size_t K, gst_readout *r, const gst_state *state)
{
    int status = respond(K, r, state->terms, &r->normal);
    return status == GST_OK ? solve_normal(K, r, state, &r->normal) : status;
}

int gst_readout_mean(gst_readout *readout, const gst_state *state)
{
    int status = state->bulk->type->directions(state->bulk, readout->N_perp);
    if (status != GST_OK)
        return status;
    set_gram(state, &readout->normal);
    set_residual_fields(readout, state);
    readout->rounding = 0.0;
    readout->unresolved = 0;
    status = GST_FOR_GROUPS(readout->K, solve_mean, readout, state);
    if (status != GST_OK)
        status = gst_readout_collinear(readout, state);
    if (status != GST_OK)
        return status;
    set_fields(readout, state);
    square_error(readout, state);
    return GST_OK;
}
