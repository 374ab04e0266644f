/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_layout.c - the steps of a trajectory as the pencil sees them (docs/theory, the trained bulk): nodes of (a, b), the
 * bases of special directions before each step, and what each step adds to them.
 *
 *   v'_l = sum_g pull_lg omega'_g, pull = pseudo-inverse of U', omega'_g = sum_l U_gl v_l + v_u,g:
 *          v' = pull U v + v_psi, psi = sum_g pull_lg psi_u,g;
 *   the norm's probes couple its scalar fields to those of f:
 *          delta_{t-1}: - v_a at u_t  (t >= 2, or where the norm varies at the start),   d_t: v_2 at u_t - v_1 at f_{t-1}. */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes lighter than this, sizes of yt^6 included, add nothing to averages of order one. */
#define NEGLIGIBLE 1e-21

size_t gst_chain_field_f(const gst_chain *b, size_t t)
{
    return (2 * (b->T - t) + (t < b->T ? b->blocks - 1 : 0)) * b->base.K;
}

size_t gst_chain_field_u(const gst_chain *b, size_t t)
{
    return (2 * (b->T - t) + b->blocks) * b->base.K;
}

size_t gst_chain_slope_at(const gst_chain *b, size_t t)
{
    size_t at = 0;
    for (size_t i = 0; i < t; i++)
        at += b->step[i].packed * b->step[i].packed;
    return at;
}

/* ---- bases -------------------------------------------------------------------------------------- */

/* The pseudo-inverse (columns x rows) of a (rows x columns), columns <= 4, of full rank. */
static int pseudo_inverse(size_t rows, size_t columns, const double *a, double *inverse)
{
    double gram[GST_SPIKES_MAX * GST_SPIKES_MAX];
    size_t pivot[GST_SPIKES_MAX];
    for (size_t i = 0; i < columns; i++) {
        for (size_t j = 0; j < columns; j++) {
            gram[i * columns + j] = 0.0;
            for (size_t k = 0; k < rows; k++)
                gram[i * columns + j] += a[k * columns + i] * a[k * columns + j];
        }
        for (size_t k = 0; k < rows; k++)
            inverse[i * rows + k] = a[k * columns + i];
    }
    if (columns == 0)
        return GST_OK;
    if (gst_lu_factor(columns, gram, pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(columns, gram, pivot, rows, inverse);
    return GST_OK;
}

int gst_chain_basis(const gst_features *f, double *basis)
{
    double S[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    size_t from = f->r + f->m;
    memset(basis, 0, (f->m + f->q) * from * sizeof *basis);
    if (pseudo_inverse(f->r, f->q, f->rest, S) != GST_OK)
        return GST_FAILED;
    for (size_t l = 0; l < f->m; l++)
        basis[l * from + f->r + l] = 1.0;
    for (size_t i = 0; i < f->q; i++) {
        double *row = basis + (f->m + i) * from;
        for (size_t j = 0; j < f->r; j++) {
            row[j] = S[i * f->r + j];
            for (size_t l = 0; l < f->m; l++)
                row[f->r + l] -= S[i * f->r + j] * f->gamma[j * f->m + l];
        }
    }
    return GST_OK;
}

/* back: (w*, v') on (v, zeta), without v_psi. */
static void set_back(const gst_features *before, const gst_features *after, const double *pull,
                     double *back)
{
    size_t m = before->m, q = before->q, s = m + q, r = before->r;
    for (size_t j = 0; j < r; j++) {
        memcpy(back + j * s, before->gamma + j * m, m * sizeof *back);
        memcpy(back + j * s + m, before->rest + j * q, q * sizeof *back);
    }
    for (size_t l = 0; l < after->m; l++) {
        double *row = back + (r + l) * s;
        memset(row, 0, s * sizeof *row);
        for (size_t k = 0; k < m; k++) {
            for (size_t g = 0; g < before->K; g++)
                row[k] += pull[l * before->K + g] * before->U[g * m + k];
        }
    }
}

/* ---- psi ---------------------------------------------------------------------------------------- */

/* Rows behind those of v': of group g. */
enum { ROW_PUSH, ROW_TAKEN, ROW_NOISE, ROWS_OF_NORM };

static size_t norm_row(size_t spikes, size_t g, size_t kind)
{
    return spikes + g * ROWS_OF_NORM + kind;
}

/* psi[(kappa*rows + row)*GST_PSI_POWERS + p-1]. */
static void set_psi(const gst_chain_step *s, const gst_step_law *law, size_t K, size_t spikes,
                    const double *pull, double *psi_to)
{
    static const gst_psi kind[ROWS_OF_NORM] = {
        [ROW_PUSH] = GST_PSI_DIRECTION, [ROW_TAKEN] = GST_PSI_NORM, [ROW_NOISE] = GST_PSI_NOISE};
    for (size_t k = 0; k < law->n; k++) {
        const double *psi = law->node[k].psi;
        double *to = psi_to + k * s->rows * GST_PSI_POWERS;
        for (size_t p = 0; p < GST_PSI_POWERS; p++) {
            for (size_t l = 0; l < spikes; l++) {
                for (size_t g = 0; g < K; g++)
                    to[l * GST_PSI_POWERS + p] +=
                        pull[l * K + g] *
                        psi[(g * GST_PSI_KINDS + GST_PSI_MEAN) * GST_PSI_POWERS + p];
            }
            for (size_t g = 0; g < K; g++) {
                for (size_t c = 0; c < ROWS_OF_NORM; c++)
                    to[norm_row(spikes, g, c) * GST_PSI_POWERS + p] =
                        psi[(g * GST_PSI_KINDS + kind[c]) * GST_PSI_POWERS + p];
            }
        }
    }
}

/* Before step t: on the sphere rows start with norm one, but not as seen by inputs whose covariance is not the identity. */
static int norm_varies(const gst_chain *b, size_t t)
{
    return t > 1 || b->blocks > 1;
}

/* New probes: v' at the fields that are left, then the norm's delta_{t-1} and d_t; t = 1 .. T. */
static void set_atoms(const gst_chain *b, gst_chain_step *s, size_t t, size_t spikes)
{
    size_t K = b->base.K, r = b->f->r, left = s->fields - 2 * K, n = 0;
    size_t probe = (r + spikes) * left + s->norms;
    size_t u = gst_chain_field_u(b, t), f = gst_chain_field_f(b, t - 1);
    for (size_t l = 0; l < spikes; l++) {
        for (size_t i = 0; i < left; i++)
            s->atom[n++] =
                (gst_chain_atom){.probe = (r + l) * left + i, .row = l, .field = i, .sign = 1.0};
    }
    for (size_t g = 0; norm_varies(b, t) && g < K; g++)
        s->atom[n++] = (gst_chain_atom){
            .probe = probe++, .row = norm_row(spikes, g, ROW_PUSH), .field = u + g, .sign = -1.0};
    for (size_t g = 0; g < K; g++, probe++) {
        s->atom[n++] = (gst_chain_atom){
            .probe = probe, .row = norm_row(spikes, g, ROW_NOISE), .field = u + g, .sign = 1.0};
        s->atom[n++] = (gst_chain_atom){
            .probe = probe, .row = norm_row(spikes, g, ROW_TAKEN), .field = f + g, .sign = -1.0};
    }
    s->atoms = n;
}

/* ---- nodes -------------------------------------------------------------------------------------- */

static double square_mean(const gst_step_law *law)
{
    double sum = 0.0;
    for (size_t k = 0; k < law->n; k++)
        sum += law->node[k].weight * law->node[k].labels->moment[2];
    return sum;
}

static int matters(double weight, double square)
{
    return fabs(weight) * (1.0 + square * square * square) > NEGLIGIBLE;
}

static void set_node(gst_chain_step *s, const gst_step_node *node, size_t i, size_t K, double scale,
                     size_t at)
{
    double y = node->labels->y[i];
    for (size_t g = 0; g < K; g++) {
        s->a[g * s->nodes + at] = node->a[g] * y * y;
        s->b[g * s->nodes + at] = node->b[g] * y;
    }
    s->label[at] = i;
    s->weight[at] = node->weight * node->labels->weight[i];
    s->share[at] = 0.5 * s->weight[at] * (1.0 + y * y / scale);
}

/* Number of nodes that matter; with memory for them, fills them. */
static size_t set_nodes(gst_chain_step *s, const gst_step_law *law, size_t K)
{
    double scale = square_mean(law);
    size_t n = 0;
    for (size_t k = 0; k < law->n; k++) {
        const gst_step_node *node = &law->node[k];
        if (s->begin)
            s->begin[k] = n;
        for (size_t i = 0; i < node->labels->n; i++) {
            double y = node->labels->y[i], weight = node->weight * node->labels->weight[i];
            if (!matters(weight, y * y / scale))
                continue;
            if (s->begin)
                set_node(s, node, i, K, scale, n);
            n++;
        }
    }
    if (s->begin)
        s->begin[law->n] = n;
    return n;
}

/* ---- a step ------------------------------------------------------------------------------------- */

static int take_memory(gst_chain_step *s, size_t kappas, size_t K, size_t spikes)
{
    const gst_array arrays[] = {GST_VECTOR(s->begin, kappas + 1),
                                GST_VECTOR(s->label, s->nodes),
                                GST_VECTOR(s->weight, s->nodes),
                                GST_VECTOR(s->share, s->nodes),
                                GST_MATRIX(s->a, K, s->nodes),
                                GST_MATRIX(s->b, K, s->nodes),
                                GST_MATRIX(s->function, s->functions, s->nodes),
                                GST_VECTOR(s->total, s->functions),
                                GST_MATRIX(s->mix, s->rows, s->J),
                                GST_VECTOR(s->atom, spikes * s->fields + 3 * K),
                                GST_MATRIX(s->basis, s->s, s->from),
                                GST_MATRIX(s->back, s->to, s->s)};
    return gst_arena_take(&s->memory, sizeof arrays / sizeof *arrays, arrays);
}

static int fill_step(gst_chain *b, size_t t, const gst_features *after, const double *pull)
{
    gst_chain_step *s = &b->step[t - 1];
    const gst_step_law *law = &b->trajectory->step[t - 1];
    double *psi = gst_alloc_doubles(law->n * s->rows * GST_PSI_POWERS);
    int status = psi ? gst_chain_basis(law->before, s->basis) : GST_NO_MEMORY;
    if (status == GST_OK) {
        set_nodes(s, law, b->base.K);
        set_back(law->before, after, pull, s->back);
        set_psi(s, law, b->base.K, after->m, pull, psi);
        gst_chain_set_functions(s, law, psi);
        set_atoms(b, s, t, after->m);
    }
    free(psi);
    return status;
}

/* t = 1 .. T; `after`: the rows it leaves. */
static int set_step(gst_chain *b, size_t t, const gst_features *after)
{
    gst_chain_step *s = &b->step[t - 1];
    const gst_step_law *law = &b->trajectory->step[t - 1];
    const gst_features *before = law->before;
    size_t K = b->base.K, r = b->f->r;
    double pull[GST_SPIKES_MAX * GST_GROUPS_MAX];
    if (pseudo_inverse(K, after->m, after->U, pull) != GST_OK)
        return GST_FAILED;
    s->n = law->linear ? 2 * K : K;
    s->first = gst_chain_field_u(b, t);
    s->packed = s->n * (s->n + 1) / 2;
    s->phi = law->phi;
    s->s = before->m + before->q;
    s->from = r + before->m;
    s->to = r + after->m;
    s->fields = gst_chain_field_f(b, t - 1) + K;
    s->added = norm_varies(b, t) ? 2 * K : K;
    s->rows = after->m + ROWS_OF_NORM * K;
    s->nodes = set_nodes(s, law, K);
    gst_chain_count_functions(s, law);
    int status = take_memory(s, law->n, K, after->m);
    return status == GST_OK ? fill_step(b, t, after, pull) : status;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

int gst_chain_layout_set(gst_chain *b)
{
    size_t K = b->base.K;
    b->base.inner = 0;
    for (size_t t = 1; t <= b->T; t++) {
        gst_chain_step *s = &b->step[t - 1];
        s->norms = t > 1 ? s[-1].norms + s[-1].added : 0;
        int status = set_step(b, t, t < b->T ? b->trajectory->state[t] : b->f);
        if (status != GST_OK)
            return status;
        s->at = b->base.inner;
        b->base.inner += s->packed;
        b->probes = larger(b->probes, larger(s->from, s->s) * s->fields + s->norms);
        b->probes = larger(b->probes, s->to * (s->fields - 2 * K) + s->norms + s->added);
        b->touched = larger(b->touched, s->s * s->n);
    }
    return GST_OK;
}

void gst_chain_layout_clear(gst_chain *b)
{
    for (size_t t = 0; b->step && t < b->T; t++)
        gst_arena_free(&b->step[t].memory);
}
