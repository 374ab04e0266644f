/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled.c - memory of a readout of any convex loss, its start and its order parameters by name. */
#include "solver/readout/coupled/coupled.h"
#include "base/arena.h"
#include "giantstep/features.h"
#include "solver/readout/coupled/label_sites.h"

#include <math.h>
#include <string.h>

#include "solver/readout/coupled/anderson.h"

/* Nodes of kappa of less share are left out. */
#define NEGLIGIBLE 1e-20

static int take_memory(gst_coupled *c)
{
    size_t n = c->moments->n, K = c->K, L = c->L, N = c->N, ks = c->ks, q = c->q;
    size_t most = L > c->terms ? L : c->terms, depth = GST_ANDERSON_DEPTH;
    const gst_array arrays[] = {GST_VECTOR(c->V, n),
                                GST_VECTOR(c->v, n),
                                GST_VECTOR(c->yb, n),
                                GST_MATRIX(c->b, q, n),
                                GST_VECTOR(c->weight_G, n),
                                GST_VECTOR(c->weight_G2, n),
                                GST_VECTOR(c->weight_dG, n),
                                GST_MATRIX(c->weight_sG, q, n),
                                GST_VECTOR(c->x, most),
                                GST_VECTOR(c->hat, L),
                                GST_VECTOR(c->hat2, L),
                                GST_VECTOR(c->force, K),
                                GST_VECTOR(c->fields, ks),
                                GST_MATRIX(c->V1h, K, K),
                                GST_MATRIX(c->N_perp, ks, ks),
                                GST_MATRIX(c->system, ks, ks),
                                GST_MATRIX(c->response, ks, K + 1),
                                GST_MATRIX(c->gram, c->terms, c->terms),
                                GST_MATRIX(c->schur, K, K),
                                GST_VECTOR(c->scale, K),
                                GST_VECTOR(c->eigen, K),
                                GST_MATRIX(c->modes, K, K),
                                GST_VECTOR(c->pivot, ks),
                                GST_VECTOR(c->dt, ks),
                                GST_VECTOR(c->dm, K),
                                GST_VECTOR(c->curvature, n),
                                GST_VECTOR(c->tangent, L),
                                GST_VECTOR(c->gradient, L),
                                GST_MATRIX(c->positive, K, K),
                                GST_VECTOR(c->pivot_size, K),
                                GST_VECTOR(c->next, N),
                                GST_VECTOR(c->unit, N),
                                GST_MATRIX(c->history_u, depth + 1, N),
                                GST_MATRIX(c->history_f, depth + 1, N),
                                GST_MATRIX(c->qr, depth, N),
                                GST_VECTOR(c->gamma, depth * (depth + 1)),
                                GST_VECTOR(c->log_u, N),
                                GST_VECTOR(c->log_value, N),
                                GST_MATRIX(c->jacobian, N, N),
                                GST_VECTOR(c->newton_step, N),
                                GST_VECTOR(c->previous, N),
                                GST_VECTOR(c->secant, N),
                                GST_VECTOR(c->newton_pivot, N),
                                GST_VECTOR(c->start, N)};
    return gst_arena_take(&c->memory, sizeof arrays / sizeof *arrays, arrays);
}

static size_t active_nodes(const gst_moments *t)
{
    size_t n = t->n;
    while (n > 1 && !(t->share[n - 1] > NEGLIGIBLE))
        n--;
    return n;
}

int gst_coupled_init(gst_coupled *c, const gst_features *features, const gst_moments *moments,
                     gst_bulk *bulk, const gst_target *mean, gst_label_noise noise, size_t order,
                     int finer)
{
    size_t K = features->K, s = features->m + features->q + 1, L = gst_packed_length(K);
    *c = (gst_coupled){.features = features,
                       .moments = moments,
                       .bulk = bulk,
                       .K = K,
                       .L = L,
                       .q = features->q,
                       .s = s,
                       .ks = K * s,
                       .terms = K * (features->m + 2),
                       .N = 2 * L + K + K * s,
                       .active = active_nodes(moments)};
    int status = gst_averages_alloc(&c->tables, moments, bulk, NULL);
    if (status == GST_OK) {
        c->state = gst_averages_state(c->tables);
        status = gst_label_sites_make(&c->sites, features, moments, mean, features->problem.labels,
                                      noise, order, finer);
    }
    if (status == GST_OK)
        status = gst_scalar_problem_init(&c->scalar, finer);
    return status == GST_OK ? take_memory(c) : status;
}

void gst_coupled_clear(gst_coupled *c)
{
    gst_averages_free(c->tables);
    gst_label_sites_clear(&c->sites);
    gst_scalar_problem_clear(&c->scalar);
    gst_arena_free(&c->memory);
    *c = (gst_coupled){.N = 0};
}

void gst_coupled_cold_start(const gst_coupled *c, double lambda, double *u)
{
    size_t K = c->K;
    memset(u, 0, c->N * sizeof *u);
    for (size_t g = 0; g < K; g++) {
        double V2 = c->bulk->pi[g] / (lambda + 1.0);
        u[gst_packed_value(K, g)] = V2;
        u[gst_packed_pair(K, g, g)] = c->bulk->c[g] * V2;
    }
    memcpy(u + gst_coupled_fluctuations(c), u, c->L * sizeof *u);
}

void gst_coupled_take_solution(const gst_coupled *c, const double *u, gst_solution *solution)
{
    size_t K = c->K, q = c->q, m = c->s - q - 1;
    const double *t = u + gst_coupled_special(c);
    gst_packed_expand(K, u, solution->V1);
    gst_packed_expand(K, u + gst_coupled_fluctuations(c), solution->Q);
    for (size_t g = 0; g < K; g++) {
        solution->V2[g] = u[gst_packed_value(K, g)];
        solution->q2[g] = u[gst_coupled_fluctuations(c) + gst_packed_value(K, g)];
        solution->mean[g] = u[gst_coupled_mean(c) + g];
        memcpy(solution->theta + g * m, t + g * c->s, m * sizeof *t);
        memcpy(solution->psi + g * q, t + g * c->s + m, q * sizeof *t);
        solution->eps[g] = t[g * c->s + m + q];
        for (size_t h = 0; h < K; h++)
            for (size_t j = m; j < m + q; j++)
                solution->Q[g * K + h] += t[g * c->s + j] * t[h * c->s + j];
    }
}
