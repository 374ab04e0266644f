/* SPDX-License-Identifier: GPL-3.0-or-later */
/* averages.c - the averages over kappa of the self-consistent equations (docs/theory).
 *
 *   V(kappa) = sum_gh mu1_g mu1_h V1_gh + sum_g mu2_g^2 V2_g
 *   V1h_gh = rho E[mu1_g mu1_h/(t+V)],   D_g = ridge + rho E[mu2_g^2/(t+V)]
 *   d hat_a/d x_b = - rho E[B_a B_b/(t+V)^2] mult_b
 * and the fixed point (V1, V2) = bulk map of (V1h, D). */
#include "solver/readout/averages.h"

#include "base/linear.h"
#include "base/memory.h"
#include "base/wide.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes whose share, divided by t, is below this are left out of every average. */
#define NEGLIGIBLE 1e-20

gst_scaled_point gst_scale_point(double alpha, double beta, double lambda, double noise,
                                 double width)
{
    double shift = alpha < beta ? lambda : 1.0;
    double ridge = alpha < beta ? 1.0 : lambda;
    return (gst_scaled_point){alpha / beta, beta, shift, ridge, width, noise};
}

/* ---- tables ------------------------------------------------------------------------------------- */

static void fill_response_rows(gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t K = t->K, n = t->n;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            double *row = e->B + gst_packed_pair(K, g, h) * n;
            for (size_t k = 0; k < n; k++)
                row[k] = t->mu1[g * n + k] * t->mu1[h * n + k];
        }
        memcpy(e->B + gst_packed_value(K, g) * n, t->mu2sq + g * n, n * sizeof *e->B);
    }
    for (size_t a = 0; a < e->L; a++)
        e->multiplicity[a] = gst_packed_multiplicity(K, a);
}

static void fill_prediction_rows(gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t K = t->K, m = t->m, n = t->n;
    memcpy(e->S, t->mu0, K * n * sizeof *e->S);
    for (size_t g = 0; g < K; g++) {
        double *rows = e->S + (K + g * (m + 1)) * n;
        for (size_t l = 0; l < m; l++) {
            for (size_t k = 0; k < n; k++)
                rows[l * n + k] = t->kappa[l * n + k] * t->mu1[g * n + k];
        }
        memcpy(rows + m * n, t->nu + g * n, n * sizeof *e->S);
    }
}

int gst_equations_alloc(gst_equations **equations, const gst_moments *moments, gst_bulk *bulk)
{
    gst_equations *e = *equations = gst_alloc(1, sizeof *e);
    if (!e)
        return GST_NO_MEMORY;
    size_t n = moments->n, L = gst_packed_length(moments->K), terms = moments->K * (moments->m + 2);
    e->moments = moments;
    e->bulk = bulk;
    e->L = L;
    e->terms = terms;
    double **arrays[] = {&e->B,      &e->S,       &e->multiplicity, &e->x,       &e->hat,
                         &e->mapped, &e->weight,  &e->weight2,      &e->tangent, &e->system,
                         &e->unit,   &e->scratch, &e->slope};
    size_t sizes[] = {L * n, terms * n, L, L, L, L, n, n, L * L, L * L, L, L * L + 2 * L, L * L};
    size_t total = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        total += sizes[i];
    e->block = gst_alloc_doubles(total);
    e->pivot = gst_alloc(L, sizeof *e->pivot);
    if (!e->block || !e->pivot) {
        gst_equations_free(e);
        *equations = NULL;
        return GST_NO_MEMORY;
    }
    double *at = e->block;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *arrays[i] = at;
        at += sizes[i];
    }
    fill_response_rows(e);
    fill_prediction_rows(e);
    return GST_OK;
}

void gst_equations_free(gst_equations *equations)
{
    if (!equations)
        return;
    free(equations->block);
    free(equations->pivot);
    free(equations);
}

/* ---- the plain map ------------------------------------------------------------------------------ */

/* The first node of negligible share, by bisection. */
static size_t active_nodes(const gst_moments *t, double shift)
{
    size_t low = 1, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->share[middle] > NEGLIGIBLE * shift)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* weight = rho w/V, V becomes weight2 = rho w/V^2. */
GST_WIDE_CLONES
static void divide_weights(size_t n, double rho, const double *restrict w, double *restrict V,
                           double *restrict weight)
{
    for (size_t k = 0; k < n; k++) {
        double inverse = 1.0 / V[k];
        weight[k] = rho * w[k] * inverse;
        V[k] = weight[k] * inverse;
    }
}

/* V, weights and averages of B in one pass: in blocks of nodes that stay in the cache.  sloped: the Gram
 * matrix of B as well. */
static void average_responses(gst_equations *e, const gst_scaled_point *point, int sloped)
{
    size_t stride = e->moments->n, n = e->active = active_nodes(e->moments, point->shift);
    double *x = e->scratch;
    for (size_t a = 0; a < e->L; a++)
        x[a] = e->multiplicity[a] * e->x[a];
    memset(e->hat, 0, e->L * sizeof *e->hat);
    memset(e->slope, 0, e->L * e->L * sizeof *e->slope);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        double *weight = e->weight + first, *V = e->weight2 + first;
        for (size_t k = 0; k < size; k++)
            V[k] = point->shift;
        gst_combine_rows(size, e->L, stride, x, e->B + first, V);
        divide_weights(size, point->rho, e->moments->w + first, V, weight);
        gst_weighted_rows(size, e->L, stride, weight, e->B + first, e->hat);
        if (sloped)
            gst_weighted_gram_add(size, e->L, stride, V, e->B + first, e->slope);
    }
    gst_weighted_gram_mirror(e->L, e->slope);
    e->sloped = sloped;
}

static void set_units(gst_equations *e)
{
    size_t K = e->moments->K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            e->unit[gst_packed_pair(K, g, h)] =
                sqrt(e->x[gst_packed_pair(K, g, g)] * e->x[gst_packed_pair(K, h, h)]);
        e->unit[gst_packed_value(K, g)] = e->x[gst_packed_value(K, g)];
    }
}

static int plain_map(gst_equations *e, const gst_scaled_point *point, int sloped)
{
    size_t K = e->moments->K;
    average_responses(e, point, sloped);
    set_units(e);
    for (size_t g = 0; g < K; g++)
        e->hat[gst_packed_value(K, g)] += point->ridge;
    memcpy(e->mapped, e->x, e->L * sizeof *e->x);
    return e->bulk->type->map(e->bulk, point->beta, e->hat, e->mapped);
}

int gst_equations_map(gst_equations *e, const gst_scaled_point *point)
{
    return plain_map(e, point, 0);
}

int gst_equations_map_sloped(gst_equations *e, const gst_scaled_point *point)
{
    return plain_map(e, point, 1);
}

double gst_equations_truncation(const gst_equations *e)
{
    const gst_moments *t = e->moments;
    double sum = 0.0, edge = 0.0;
    if (e->active < t->n || t->m == 0)
        return 0.0;
    for (size_t k = 0; k < t->n; k++) {
        double size = t->h[k] * t->h[k];
        for (size_t i = 0; i < e->terms; i++)
            size += e->S[i * t->n + k] * e->S[i * t->n + k];
        sum += e->weight[k] * size;
        edge += e->weight[k] * size * t->edge[k];
    }
    return edge / sum;
}

double gst_equations_residual(gst_equations *e)
{
    double worst = 0.0;
    for (size_t a = 0; a < e->L; a++) {
        double change = fabs(e->mapped[a] - e->x[a]) / e->unit[a];
        if (!(change <= worst))
            worst = change;
    }
    return worst;
}

int gst_equations_positive(const gst_equations *e, const double *x)
{
    size_t K = e->moments->K;
    double *matrix = e->scratch, *scale = e->scratch + e->L * e->L;
    for (size_t a = 0; a < e->L; a++) {
        if (!isfinite(x[a]))
            return 0;
    }
    for (size_t g = 0; g < K; g++) {
        if (!(x[gst_packed_value(K, g)] > 0.0))
            return 0;
    }
    gst_packed_expand(K, x, matrix);
    return gst_cholesky_factor(K, matrix, scale, 0.0) == GST_OK;
}

double gst_equations_slip(gst_equations *e, double residual)
{
    size_t stride = e->moments->n, K = e->moments->K;
    double changed = 0.0, whole = 0.0, *dx = e->scratch;
    if (K == 1)
        return 0.0;
    memset(dx, 0, e->L * sizeof *dx);
    for (size_t g = 0; g < K; g++) {
        size_t at[2] = {gst_packed_pair(K, g, g), gst_packed_value(K, g)};
        for (size_t i = 0; i < 2; i++)
            dx[at[i]] = fmax(16.0 * residual, 8.0 * DBL_EPSILON) * e->unit[at[i]];
    }
    gst_equations_solve(e, dx);
    for (size_t a = 0; a < e->L; a++)
        dx[a] *= e->multiplicity[a];
    for (size_t first = 0; first < e->active; first += GST_NODE_BLOCK) {
        size_t size = e->active - first < GST_NODE_BLOCK ? e->active - first : GST_NODE_BLOCK;
        double dV[GST_NODE_BLOCK] = {0};
        gst_combine_rows(size, e->L, stride, dx, e->B + first, dV);
        for (size_t k = 0; k < size; k++) {
            changed += e->weight2[first + k] * fabs(dV[k]);
            whole += e->weight[first + k];
        }
    }
    return changed / whole;
}

int gst_equations_ordered(gst_equations *e, double sign, double slack)
{
    size_t K = e->moments->K, L = e->L;
    double *difference = e->scratch + L * L + L; /* gst_equations_positive uses what is before */
    for (size_t a = 0; a < L; a++)
        difference[a] = sign * (e->x[a] - e->mapped[a]);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g), pair = gst_packed_pair(K, g, g);
        difference[value] -= slack * e->unit[value];
        difference[pair] -= slack * (double)K * e->unit[pair];
    }
    return gst_equations_positive(e, difference);
}

/* ---- its linearisation -------------------------------------------------------------------------- */

static int set_tangent(gst_equations *e)
{
    size_t L = e->L;
    double *dhat = e->scratch + L * L, *dx = dhat + L;
    for (size_t a = 0; a < L; a++) {
        memset(dhat, 0, L * sizeof *dhat);
        dhat[a] = 1.0;
        int status = e->bulk->type->tangent(e->bulk, dhat, dx);
        if (status != GST_OK)
            return status;
        for (size_t b = 0; b < L; b++)
            e->tangent[b * L + a] = dx[b];
    }
    return GST_OK;
}

int gst_equations_linearise(gst_equations *e)
{
    size_t L = e->L;
    int status = set_tangent(e);
    if (status != GST_OK)
        return status;
    if (!e->sloped)
        gst_weighted_gram(e->active, L, e->moments->n, e->weight2, e->B, e->slope);
    e->sloped = 1;
    for (size_t a = 0; a < L; a++) {
        double *row = e->system + a * L;
        memset(row, 0, L * sizeof *row);
        gst_combine_rows(L, L, L, e->tangent + a * L, e->slope, row);
        for (size_t b = 0; b < L; b++)
            row[b] = (a == b) + row[b] * e->multiplicity[b] * e->unit[b] / e->unit[a];
    }
    return gst_lu_factor(L, e->system, e->pivot);
}

void gst_equations_solve(const gst_equations *e, double *b)
{
    for (size_t a = 0; a < e->L; a++)
        b[a] /= e->unit[a];
    gst_lu_solve(e->L, e->system, e->pivot, 1, b);
    for (size_t a = 0; a < e->L; a++)
        b[a] *= e->unit[a];
}
