/* SPDX-License-Identifier: GPL-3.0-or-later */
/* averages.c - the averages over kappa of the self-consistent equations (docs/theory).
 *
 *   V(kappa) = sum_gh mu1_g mu1_h V1_gh + sum_g mu2_g^2 V2_g
 *   V1h_gh = rho E[mu1_g mu1_h/(t+V)],   D_g = ridge + rho E[mu2_g^2/(t+V)]
 *   d hat_a/d x_b = - rho E[B_a B_b/(t+V)^2] mult_b
 * and the fixed point (V1, V2) = bulk map of (V1h, D). */
#include "solver/readout/averages.h"

#include "base/few.h"
#include "base/linear.h"
#include "base/arena.h"
#include "base/memory.h"
#include "models/loss/loss.h"
#include "solver/readout/weighted_sums.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes whose share, divided by t, is below this are left out of every average. */
#define NEGLIGIBLE 1e-20
/* Up to so many groups order parameters are the unknowns of the linearisation, however few nodes there are. */
#define FEW_GROUPS 8

struct gst_averages {
    const gst_loss *loss;
    gst_state state; /* the arrays of which are these: */
    double *B, *S, *multiplicity;
    double *x, *hat, *mapped, *unit, *weight, *weight2;
    double *tangent, *system;
    size_t *pivot;
    gst_nodal *nodal; /* both NULL: the three above */
    gst_joint *joint;
    double *slope; /* L x L: rho E[B_a B_b/(t+V)^2], if */
    int sloped;    /* is 1 */
    /* scratch, each of one function alone */
    double *scaled;              /* L: average_responses */
    double *along, *response;    /* L: set_tangent */
    double *change;              /* L: gst_averages_slip */
    double *difference;          /* L: gst_averages_ordered */
    double *matrix, *pivot_size; /* K x K, K: gst_averages_positive */
    gst_arena memory;
};

/* ---- tables ------------------------------------------------------------------------------------- */

static void fill_response_rows(gst_averages *e)
{
    const gst_moments *t = e->state.moments;
    size_t K = t->K, n = t->n;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++) {
            double *row = e->B + gst_packed_pair(K, g, h) * n;
            for (size_t k = 0; k < n; k++)
                row[k] = t->mu1[g * n + k] * t->mu1[h * n + k];
        }
        memcpy(e->B + gst_packed_value(K, g) * n, t->mu2sq + g * n, n * sizeof *e->B);
    }
    for (size_t a = 0; a < e->state.L; a++)
        e->multiplicity[a] = gst_packed_multiplicity(K, a);
}

static void fill_prediction_rows(gst_averages *e)
{
    const gst_moments *t = e->state.moments;
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

/* dense: for the linearisation in order parameters. */
static int take_memory(gst_averages *e, size_t K, size_t L, size_t terms, size_t n, int dense)
{
    size_t D = dense ? L : 0;
    const gst_array arrays[] = {
        GST_MATRIX(e->B, L, n),       GST_MATRIX(e->S, terms, n),  GST_VECTOR(e->multiplicity, L),
        GST_VECTOR(e->x, L),          GST_VECTOR(e->hat, L),       GST_VECTOR(e->mapped, L),
        GST_VECTOR(e->unit, L),       GST_VECTOR(e->weight, n),    GST_VECTOR(e->weight2, n),
        GST_MATRIX(e->tangent, D, D), GST_MATRIX(e->system, D, D), GST_VECTOR(e->pivot, D),
        GST_MATRIX(e->slope, D, D),   GST_VECTOR(e->scaled, L),    GST_VECTOR(e->along, L),
        GST_VECTOR(e->response, L),   GST_VECTOR(e->change, L),    GST_VECTOR(e->difference, L),
        GST_MATRIX(e->matrix, K, K),  GST_VECTOR(e->pivot_size, K)};
    return gst_arena_take(&e->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_averages_alloc(gst_averages **averages, const gst_moments *moments, gst_bulk *bulk,
                       const gst_loss *loss)
{
    gst_averages *e = gst_alloc(1, sizeof *e);
    size_t K = moments->K, L = gst_packed_length(K), terms = K * (moments->m + 2);
    int nodal = bulk->type->responses && K > FEW_GROUPS && moments->n < L;
    int joint = bulk->type->linear != NULL, dense = !nodal && !joint;
    *averages = NULL;
    if (!e)
        return GST_NO_MEMORY;
    if (take_memory(e, K, L, terms, moments->n, dense) != GST_OK ||
        (nodal && gst_nodal_alloc(&e->nodal, moments->n, K, L) != GST_OK) ||
        (joint && gst_joint_alloc(&e->joint, moments->n, L, bulk->inner + K) != GST_OK)) {
        gst_averages_free(e);
        return GST_NO_MEMORY;
    }
    e->loss = gst_loss_of(loss);
    e->state = (gst_state){.moments = moments,
                           .bulk = bulk,
                           .K = K,
                           .L = L,
                           .terms = terms,
                           .B = e->B,
                           .S = e->S,
                           .multiplicity = e->multiplicity,
                           .x = e->x,
                           .hat = e->hat,
                           .mapped = e->mapped,
                           .unit = e->unit,
                           .weight = e->weight,
                           .weight2 = e->weight2,
                           .tangent = e->tangent,
                           .system = e->system,
                           .pivot = e->pivot,
                           .nodal = e->nodal,
                           .joint = e->joint};
    fill_response_rows(e);
    fill_prediction_rows(e);
    *averages = e;
    return GST_OK;
}

void gst_averages_free(gst_averages *averages)
{
    if (!averages)
        return;
    gst_nodal_free(averages->nodal);
    gst_joint_free(averages->joint);
    gst_arena_free(&averages->memory);
    free(averages);
}

const gst_state *gst_averages_state(const gst_averages *averages)
{
    return &averages->state;
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

/* V, weights and averages of B in one pass: in blocks of nodes that stay in the cache.  sloped: the Gram
 * matrix of B as well. */
static void average_responses(gst_averages *e, const gst_scaled_point *point, int sloped)
{
    const gst_moments *t = e->state.moments;
    size_t L = e->state.L, stride = t->n, n = e->state.active;
    double *x = e->scaled;
    for (size_t a = 0; a < L; a++)
        x[a] = e->multiplicity[a] * e->x[a];
    memset(e->hat, 0, L * sizeof *e->hat);
    sloped = sloped && !e->nodal && !e->joint;
    if (sloped)
        memset(e->slope, 0, L * L * sizeof *e->slope);
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        double *weight = e->weight + first, *V = e->weight2 + first;
        gst_combine_rows_from(size, L, stride, point->shift, x, e->B + first, V);
        e->loss->respond(size, point->rho, t->w + first, V, weight);
        gst_weighted_rows(size, L, stride, weight, e->B + first, e->hat);
        if (sloped)
            gst_weighted_gram_add(size, L, stride, V, e->B + first, e->slope);
    }
    if (sloped)
        gst_weighted_gram_mirror(L, e->slope);
    e->sloped = sloped;
}

static void set_units(gst_averages *e)
{
    size_t K = e->state.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            e->unit[gst_packed_pair(K, g, h)] =
                sqrt(e->x[gst_packed_pair(K, g, g)] * e->x[gst_packed_pair(K, h, h)]);
        e->unit[gst_packed_value(K, g)] = e->x[gst_packed_value(K, g)];
    }
}

static int plain_map(gst_averages *e, const gst_scaled_point *point, const double *x, int sloped)
{
    size_t K = e->state.K, L = e->state.L;
    gst_bulk *bulk = e->state.bulk;
    if (e->state.active == 0 || point->shift != e->state.point.shift)
        e->state.active = active_nodes(e->state.moments, point->shift);
    e->state.point = *point;
    memmove(e->x, x, L * sizeof *x);
    average_responses(e, point, sloped);
    set_units(e);
    for (size_t g = 0; g < K; g++)
        e->hat[gst_packed_value(K, g)] += point->ridge;
    memcpy(e->mapped, e->x, L * sizeof *e->x);
    return bulk->type->map(bulk, point->beta, e->hat, e->mapped);
}

int gst_averages_map(gst_averages *averages, const gst_scaled_point *point, const double *x)
{
    return plain_map(averages, point, x, 0);
}

int gst_averages_map_sloped(gst_averages *averages, const gst_scaled_point *point, const double *x)
{
    return plain_map(averages, point, x, 1);
}

/* ---- order -------------------------------------------------------------------------------------- */

int gst_averages_positive(gst_averages *averages, const double *x)
{
    size_t K = averages->state.K;
    for (size_t a = 0; a < averages->state.L; a++) {
        if (!isfinite(x[a]))
            return 0;
    }
    for (size_t g = 0; g < K; g++) {
        if (!(x[gst_packed_value(K, g)] > 0.0))
            return 0;
    }
    gst_packed_expand(K, x, averages->matrix);
    return gst_cholesky_factor(K, averages->matrix, averages->pivot_size, 0.0) == GST_OK;
}

int gst_averages_ordered(gst_averages *averages, double sign, double slack)
{
    const gst_state *s = &averages->state;
    size_t K = s->K;
    double *difference = averages->difference;
    for (size_t a = 0; a < s->L; a++)
        difference[a] = sign * (s->x[a] - s->mapped[a]);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g), pair = gst_packed_pair(K, g, g);
        difference[value] -= slack * s->unit[value];
        difference[pair] -= slack * (double)K * s->unit[pair];
    }
    return gst_averages_positive(averages, difference);
}

/* ---- its linearisation -------------------------------------------------------------------------- */

GST_INLINE int set_tangent(size_t K, gst_averages *e)
{
    size_t L = gst_packed_length(K);
    gst_bulk *bulk = e->state.bulk;
    double *dhat = e->along, *dx = e->response;
    if (bulk->type->tangents)
        return bulk->type->tangents(bulk, e->tangent);
    for (size_t a = 0; a < L; a++) {
        memset(dhat, 0, L * sizeof *dhat);
        dhat[a] = 1.0;
        int status = bulk->type->tangent(bulk, dhat, dx);
        if (status != GST_OK)
            return status;
        for (size_t b = 0; b < L; b++)
            e->tangent[b * L + a] = dx[b];
    }
    return GST_OK;
}

/* I - d map/d x in units of x. */
GST_INLINE void set_system(size_t K, gst_averages *e)
{
    size_t L = gst_packed_length(K);
    for (size_t a = 0; a < L; a++) {
        double *row = e->system + a * L;
        for (size_t b = 0; b < L; b++)
            row[b] = 0.0;
        for (size_t c = 0; c < L; c++) {
            for (size_t b = 0; b < L; b++)
                row[b] += e->tangent[a * L + c] * e->slope[c * L + b];
        }
        for (size_t b = 0; b < L; b++)
            row[b] = (a == b) + row[b] * e->multiplicity[b] * e->unit[b] / e->unit[a];
    }
}

GST_INLINE int linearise(size_t K, gst_averages *e)
{
    size_t L = gst_packed_length(K);
    int status = set_tangent(K, e);
    if (status != GST_OK)
        return status;
    if (!e->sloped)
        gst_weighted_gram(e->state.active, L, e->state.moments->n, e->weight2, e->B, e->slope);
    e->sloped = 1;
    set_system(K, e);
    return K == 1 ? gst_few_factor(2, e->system, e->pivot) : gst_lu_factor(L, e->system, e->pivot);
}

int gst_averages_linearise(gst_averages *averages)
{
    if (averages->nodal)
        return gst_nodal_factor(averages->nodal, &averages->state);
    if (averages->joint)
        return GST_OK;
    return GST_FOR_GROUPS(averages->state.K, linearise, averages);
}

double gst_averages_slip(gst_averages *averages, double residual)
{
    const gst_state *e = &averages->state;
    size_t stride = e->moments->n, K = e->K;
    double changed = 0.0, whole = 0.0, *dx = averages->change;
    if (K == 1)
        return 0.0;
    memset(dx, 0, e->L * sizeof *dx);
    for (size_t g = 0; g < K; g++) {
        size_t at[2] = {gst_packed_pair(K, g, g), gst_packed_value(K, g)};
        for (size_t i = 0; i < 2; i++)
            dx[at[i]] = fmax(16.0 * residual, 8.0 * DBL_EPSILON) * e->unit[at[i]];
    }
    gst_state_solve(e, dx);
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
