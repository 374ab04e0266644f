/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch.c - the bulk of a network trained on a finite batch (docs/theory, the trained bulk).
 *
 * With Th = beta V2, P = sqrt(Th) V1h sqrt(Th) and the forms of label_averages.h (X, H, G, Q of M and P):
 *   M = E Q,   V2_g = pi_g/(D_g + E_g),  E_g = (X G)_gg/Th_g,   V1 = sqrt(V2) (H X)_tl sqrt(V2)
 * by Newton's iteration on (M, ln V2) (one_batch_jacobian.c) from the last solution, or cold from M = 0,
 * V2 = pi/D by iteration with damping 1/2 until Newton takes over. */
#include "solver/bulk/one_batch.h"

#include "base/linear.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_STEP 1e-8
#define NEWTON_PASSES 40
#define COLD_PASSES 4000
/* The damped iteration hands over to Newton at this relative change. */
#define HAND_OVER 0.02

/* ---- the map ------------------------------------------------------------------------------------ */

static int gst_exact_positive(const gst_exact *b)
{
    for (size_t g = 0; g < b->base.K; g++) {
        if (!(b->V2[g] > 0.0 && isfinite(b->V2[g])))
            return 0;
    }
    return 1;
}

/* Relative change of V2, and of M against 1 + |M|. */
static double gst_exact_change(const gst_exact *b)
{
    double worst = 0.0;
    for (size_t g = 0; g < b->base.K; g++)
        worst = fmax(worst, fabs(b->plain[g] / b->V2[g] - 1.0));
    for (size_t i = 0; i < b->forms.nb * b->forms.nb; i++)
        worst = fmax(worst, fabs(b->Mnew[i] - b->M[i]) / (1.0 + fabs(b->M[i])));
    return isfinite(worst) ? worst : INFINITY;
}

static int newton(gst_exact *b, const double *D)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (int pass = 0; pass < NEWTON_PASSES; pass++) {
        double size = 0.0;
        if (gst_exact_evaluate(b, D, 1) != GST_OK || gst_exact_set_system(b) != GST_OK)
            return GST_FAILED;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i; j < n; j++)
                b->step[gst_packed_pair(n, i, j)] =
                    0.5 * (b->Mnew[i * n + j] + b->Mnew[j * n + i]) - b->M[i * n + j];
        }
        for (size_t g = 0; g < K; g++)
            b->step[b->packed + g] = b->plain[g] / b->V2[g] - 1.0;
        gst_lu_solve(b->packed + K, b->system, b->pivot, 1, b->step);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                double step = b->step[gst_packed_pair(n, i, j)];
                b->M[i * n + j] += step;
                size = fmax(size, fabs(step) / (1.0 + fabs(b->M[i * n + j])));
            }
        }
        for (size_t g = 0; g < K; g++) {
            b->V2[g] *= 1.0 + b->step[b->packed + g];
            size = fmax(size, fabs(b->step[b->packed + g]));
        }
        if (!gst_exact_positive(b) || !isfinite(size))
            return GST_FAILED;
        if (size < LAST_STEP)
            return GST_OK;
    }
    return GST_FAILED;
}

/* From M = 0, V2 = pi/D by damped iteration, then Newton. */
static int start_cold(gst_exact *b, const double *D)
{
    size_t K = b->base.K, n = b->forms.nb;
    double kept_V2[GST_GROUPS_MAX], hand_over = HAND_OVER;
    memset(b->M, 0, n * n * sizeof *b->M);
    for (size_t g = 0; g < K; g++)
        b->V2[g] = b->f->pi[g] / D[g];
    if (!gst_exact_positive(b))
        return GST_FAILED;
    for (int pass = 0; pass < COLD_PASSES; pass++) {
        if (gst_exact_evaluate(b, D, 0) != GST_OK)
            return GST_FAILED;
        if (gst_exact_change(b) < hand_over) {
            memcpy(b->saved, b->M, n * n * sizeof *b->M);
            memcpy(kept_V2, b->V2, K * sizeof *kept_V2);
            if (newton(b, D) == GST_OK)
                return GST_OK;
            memcpy(b->M, b->saved, n * n * sizeof *b->M);
            memcpy(b->V2, kept_V2, K * sizeof *kept_V2);
            hand_over *= 0.1;
            if (gst_exact_evaluate(b, D, 0) != GST_OK)
                return GST_FAILED;
        }
        for (size_t i = 0; i < n * n; i++)
            b->M[i] = 0.5 * (b->M[i] + b->Mnew[i]);
        for (size_t g = 0; g < K; g++)
            b->V2[g] = 0.5 * (b->V2[g] + b->plain[g]);
    }
    return GST_FAILED;
}

/* V1, packed. */
static void exact_V1(const gst_exact *b, double *V1)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            V1[gst_packed_pair(K, g, h)] =
                gst_exact_root(b, g, h) * 0.5 * (b->HX[g * n + h] + b->HX[h * n + g]);
    }
}

static int map(gst_bulk *bulk, double beta, const double *hat, double *x)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K;
    const double *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    gst_packed_expand(K, hat, b->V1h);
    memcpy(b->V2, x + gst_packed_value(K, 0), K * sizeof *b->V2);
    if (!b->warm || !gst_exact_positive(b) || newton(b, D) != GST_OK) {
        b->warm = 0;
        if (start_cold(b, D) != GST_OK)
            return GST_FAILED;
    }
    b->warm = 1;
    if (gst_exact_evaluate(b, D, 1) != GST_OK || gst_exact_set_system(b) != GST_OK)
        return GST_FAILED;
    memcpy(x + gst_packed_value(K, 0), b->V2, K * sizeof *b->V2);
    exact_V1(b, x);
    return GST_OK;
}

/* ---- life --------------------------------------------------------------------------------------- */

static void reset(gst_bulk *bulk)
{
    gst_exact *b = (gst_exact *)bulk;
    b->warm = b->warm_complex = 0;
}

static void release(gst_bulk *bulk)
{
    gst_exact *b = (gst_exact *)bulk;
    if (!b->shared)
        gst_batch_free(b->batch);
    gst_exact_work_free(b->work);
    gst_exact_work_free_complex(b->workc);
    gst_arena_free(&b->memory);
    free(b);
}

static const gst_bulk_type exact_type = {
    .name = "exact",
    .map = map,
    .tangent = gst_exact_tangent,
    .directions = gst_exact_directions,
    .directions_tangent = gst_exact_directions_tangent,
    .map_complex = gst_exact_map_complex,
    .directions_complex = gst_exact_directions_complex_perp,
    .relations = gst_exact_relations,
    .reset = reset,
    .release = release,
};

static int allocate(gst_exact *b)
{
    size_t K = b->base.K, n = b->forms.nb, L = b->base.L, p = b->packed;
    size_t size = K * (b->base.m + b->base.q + 1);
    const gst_array arrays[] = {GST_MATRIX(b->V1h, K, K),
                                GST_MATRIX(b->P, K, K),
                                GST_MATRIX(b->dP, K, K),
                                GST_VECTOR(b->V2, K),
                                GST_VECTOR(b->plain, K),
                                GST_VECTOR(b->E, K),
                                GST_MATRIX(b->M, n, n),
                                GST_MATRIX(b->Mnew, n, n),
                                GST_MATRIX(b->X, n, n),
                                GST_MATRIX(b->H, n, n),
                                GST_MATRIX(b->G, n, n),
                                GST_MATRIX(b->HX, n, n),
                                GST_MATRIX(b->Q, n, n),
                                GST_MATRIX(b->dG, n, n),
                                GST_MATRIX(b->dM, n, n),
                                GST_MATRIX(b->dQ, p, p),
                                GST_MATRIX(b->inner, p, p),
                                GST_MATRIX(b->system, p + K, p + K),
                                GST_VECTOR(b->pivot, p + K),
                                GST_VECTOR(b->step, p + K),
                                GST_VECTOR(b->rise, p + K),
                                GST_VECTOR(b->pivot_inner, p),
                                GST_MATRIX(b->N, size, size),
                                GST_MATRIX(b->pull, size, size),
                                GST_VECTOR(b->pivot_directions, size),
                                GST_VECTOR(b->t, size),
                                GST_VECTOR(b->tau, size),
                                GST_MATRIX(b->half, n, n),
                                GST_MATRIX(b->HdM, n, n),
                                GST_MATRIX(b->dHX, n, n),
                                GST_MATRIX(b->saved, n, n),
                                GST_MATRIX(b->determinant, n, n),
                                GST_VECTOR(b->along, L),
                                GST_MATRIX(b->squares, 2 * p, p),
                                GST_VECTOR(b->re, p),
                                GST_VECTOR(b->im, p),
                                GST_MATRIX(b->Pc, K, K),
                                GST_MATRIX(b->V1hc, K, K),
                                GST_MATRIX(b->dPc, K, K),
                                GST_VECTOR(b->V2c, K),
                                GST_MATRIX(b->Mc, n, n),
                                GST_MATRIX(b->Hc, n, n),
                                GST_MATRIX(b->Gc, n, n),
                                GST_MATRIX(b->nextc, n, n),
                                GST_MATRIX(b->Xc, n, n),
                                GST_MATRIX(b->Rc, n, n),
                                GST_MATRIX(b->dMc, n, n),
                                GST_MATRIX(b->dGc, n, n),
                                GST_MATRIX(b->dRc, n, n),
                                GST_MATRIX(b->Qc, n, n),
                                GST_MATRIX(b->halfc, n, n),
                                GST_MATRIX(b->Nc, size, size),
                                GST_MATRIX(b->perpc, size, size),
                                GST_MATRIX(b->dQc, p, p)};
    int status = gst_arena_take(&b->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = gst_exact_work_alloc(&b->work, &b->forms);
    return status == GST_OK ? gst_exact_work_alloc_complex(&b->workc, &b->forms) : status;
}

/* S, the inverse of features->rest. */
static int invert_rest(const gst_features *f, double *S)
{
    double a[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    size_t pivot[GST_TARGET_DIM_MAX], r = f->r;
    memcpy(a, f->rest, r * r * sizeof *a);
    for (size_t i = 0; i < r * r; i++)
        S[i] = i / r == i % r;
    if (gst_lu_factor(r, a, pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(r, a, pivot, r, S);
    return GST_OK;
}

static int alloc_with(gst_bulk **bulk, const gst_features *features, gst_batch *batch, int shared)
{
    gst_exact *b = gst_alloc(1, sizeof *b);
    *bulk = NULL;
    if (!b || features->K > GST_GROUPS_MAX || features->m != 1 || features->q != features->r) {
        int status = b ? GST_INVALID : GST_NO_MEMORY;
        free(b);
        if (!shared)
            gst_batch_free(batch);
        return status;
    }
    size_t K = features->K;
    b->base = (gst_bulk){.type = &exact_type,
                         .K = K,
                         .m = 1,
                         .q = features->q,
                         .L = gst_packed_length(K),
                         .pi = features->pi,
                         .c = features->c};
    b->f = features;
    b->batch = batch;
    b->shared = shared;
    b->forms = (gst_exact_forms){.batch = batch,
                                 .K = K,
                                 .r = features->r,
                                 .nb = batch->linear ? 2 * K : K,
                                 .gamma = features->gamma};
    b->base.inner = b->packed = b->forms.nb * (b->forms.nb + 1) / 2;
    int status = invert_rest(features, b->forms.S);
    if (status == GST_OK)
        status = allocate(b);
    if (status != GST_OK) {
        release(&b->base);
        return status;
    }
    *bulk = &b->base;
    return GST_OK;
}

int gst_bulk_one_batch_alloc(gst_bulk **bulk, const gst_features *features, gst_batch *batch)
{
    return alloc_with(bulk, features, batch, 0);
}

int gst_bulk_one_batch_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    return alloc_with(bulk, features, ((const gst_exact *)other)->batch, 1);
}
