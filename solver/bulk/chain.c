/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain.c - the bulk of a network trained on finite batches (docs/theory, the trained bulk).
 *
 * With Th = beta V2, X = sqrt(Th) V1h sqrt(Th) and the pencil's G, E Q and R (chain.h):
 *   M_t = E Q_t,   V2_g = pi_g/(D_g + E_g),  E_g = (X R)_gg/Th_g,   V1 = sqrt(V2) R sqrt(V2)
 * by Newton's iteration on (M, ln V2) (chain_jacobian.c) from the last solution, or cold from M = 0, V2 = pi/D by iteration
 * with damping 1/2 until Newton takes over. */
#include "solver/bulk/chain.h"

#include "giantstep/features.h"
#include "base/arena.h"
#include "base/linear.h"
#include "base/memory.h"
#include "models/data/data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LAST_STEP 1e-8
/* What may be left to go where steps shrink by a factor each; so many of them are not worth a system. */
#define SETTLED 1e-15
#define STALE_STEPS 5.0
/* Of a Newton step's system where it is solved by iteration. */
#define STEP_TOL 1e-5
/* Unknowns from which it is, and the most products that may take. */
enum { MANY = 60, PRODUCTS = 200 };
#define NEWTON_PASSES 40
#define COLD_PASSES 4000
/* The damped iteration hands over to Newton at this relative change. */
#define HAND_OVER 0.02

/* ---- the map ------------------------------------------------------------------------------------ */

static int is_positive(const gst_chain *b)
{
    for (size_t g = 0; g < b->base.K; g++) {
        if (!(b->V2[g] > 0.0 && isfinite(b->V2[g])))
            return 0;
    }
    return 1;
}

/* X, G, R, E, plain and next at (M, V2); slope != 0: dQ too. */
static int plain_step(gst_chain *b, const double *D, int slope)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->X[g * K + h] = b->beta * sqrt(b->V2[g] * b->V2[h]) * b->V1h[g * K + h];
    }
    if (b->pencil->response(b, b->X, b->M, b->G, b->work) != GST_OK ||
        gst_chain_average(b, b->G, b->next, slope ? b->dQ : NULL, b->work) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->R[g * K + h] = -0.5 * (b->G[g * b->fields + h] + b->G[h * b->fields + g]);
    }
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++)
            sum += b->X[g * K + h] * b->R[h * K + g];
        b->E[g] = sum / (b->beta * b->V2[g]);
        b->plain[g] = b->f->pi[g] / (D[g] + b->E[g]);
    }
    return GST_OK;
}

/* Relative change of V2, and of M against 1 + |M|. */
static double change(const gst_chain *b)
{
    double worst = 0.0;
    for (size_t g = 0; g < b->base.K; g++)
        worst = fmax(worst, fabs(b->plain[g] / b->V2[g] - 1.0));
    for (size_t i = 0; i < b->base.inner; i++)
        worst = fmax(worst, fabs(b->next[i] - b->M[i]) / (1.0 + fabs(b->M[i])));
    return isfinite(worst) ? worst : INFINITY;
}

/* Its size, or NaN. */
static double newton_step(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner;
    double size = 0.0;
    for (size_t i = 0; i < inner; i++)
        b->move[i] = b->next[i] - b->M[i];
    for (size_t g = 0; g < K; g++)
        b->move[inner + g] = b->plain[g] / b->V2[g] - 1.0;
    gst_chain_solve(b, STEP_TOL, b->move);
    for (size_t i = 0; i < inner; i++) {
        b->M[i] += b->move[i];
        size = fmax(size, fabs(b->move[i]) / (1.0 + fabs(b->M[i])));
    }
    for (size_t g = 0; g < K; g++) {
        b->V2[g] *= 1.0 + b->move[inner + g];
        size = fmax(size, fabs(b->move[inner + g]));
    }
    return is_positive(b) && isfinite(size) ? size : NAN;
}

/* Steps with a system that is an earlier point's, which costs much more than a step, shrink by a factor each: it is made anew
 * where too many would be left. */
static int newton(gst_chain *b, const double *D)
{
    double size = INFINITY, ratio = 1.0;
    int stale = b->factored;
    for (int pass = 0; pass < NEWTON_PASSES; pass++) {
        double before = size;
        if (plain_step(b, D, !stale) != GST_OK || (!stale && gst_chain_set_system(b) != GST_OK))
            return GST_FAILED;
        size = newton_step(b);
        if (!isfinite(size))
            return GST_FAILED;
        if (isfinite(before))
            ratio = size / before;
        if (stale ? size * ratio < SETTLED : size < LAST_STEP)
            return GST_OK;
        stale = ratio < 1.0 ? log(SETTLED / size) > STALE_STEPS * log(ratio) : !isfinite(before);
    }
    return GST_FAILED;
}

/* Newton from here, or back to here. */
static int hand_over(gst_chain *b, const double *D)
{
    double V2[GST_GROUPS_MAX];
    memcpy(b->kept, b->M, b->base.inner * sizeof *b->M);
    memcpy(V2, b->V2, b->base.K * sizeof *V2);
    if (newton(b, D) == GST_OK)
        return GST_OK;
    memcpy(b->M, b->kept, b->base.inner * sizeof *b->M);
    memcpy(b->V2, V2, b->base.K * sizeof *V2);
    return GST_FAILED;
}

/* From M = 0, V2 = pi/D by damped iteration, then Newton. */
static int start_cold(gst_chain *b, const double *D)
{
    double near = HAND_OVER;
    memset(b->M, 0, b->base.inner * sizeof *b->M);
    for (size_t g = 0; g < b->base.K; g++)
        b->V2[g] = b->f->pi[g] / D[g];
    if (!is_positive(b))
        return GST_FAILED;
    for (int pass = 0; pass < COLD_PASSES; pass++) {
        if (plain_step(b, D, 0) != GST_OK)
            return GST_FAILED;
        if (change(b) < near) {
            if (hand_over(b, D) == GST_OK)
                return GST_OK;
            near *= 0.1;
            if (plain_step(b, D, 0) != GST_OK)
                return GST_FAILED;
        }
        for (size_t i = 0; i < b->base.inner; i++)
            b->M[i] = 0.5 * (b->M[i] + b->next[i]);
        for (size_t g = 0; g < b->base.K; g++)
            b->V2[g] = 0.5 * (b->V2[g] + b->plain[g]);
    }
    return GST_FAILED;
}

/* V1, packed. */
static void place_V1(const gst_chain *b, double *V1)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            V1[gst_packed_pair(K, g, h)] = sqrt(b->V2[g] * b->V2[h]) * b->R[g * K + h];
    }
}

static int map(gst_bulk *bulk, double beta, const double *hat, double *x)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K;
    const double *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    gst_packed_expand(K, hat, b->V1h);
    memcpy(b->V2, x + gst_packed_value(K, 0), K * sizeof *b->V2);
    if (!b->warm || !is_positive(b) || newton(b, D) != GST_OK) {
        b->warm = 0;
        if (start_cold(b, D) != GST_OK)
            return GST_FAILED;
    }
    b->warm = 1;
    if (plain_step(b, D, 1) != GST_OK || gst_chain_set_system(b) != GST_OK)
        return GST_FAILED;
    memcpy(x + gst_packed_value(K, 0), b->V2, K * sizeof *b->V2);
    place_V1(b, x);
    return GST_OK;
}

/* ---- life --------------------------------------------------------------------------------------- */

static void reset(gst_bulk *bulk)
{
    gst_chain *b = (gst_chain *)bulk;
    b->warm = b->warm_complex = b->factored = 0;
}

static void release(gst_bulk *bulk)
{
    gst_chain *b = (gst_chain *)bulk;
    gst_chain_layout_clear(b);
    if (!b->shared)
        gst_trajectory_free(b->trajectory);
    if (b->pencil->release)
        b->pencil->release(b);
    gst_chain_work_free(b->work);
    gst_chain_work_free_complex(b->workc);
    gst_chain_record_free(b);
    gst_krylov_clear(&b->krylov);
    gst_arena_free(&b->memory);
    free(b->step);
    free(b->basis);
    free(b);
}

static const gst_bulk_type chain_type = {
    .name = "chain",
    .map = map,
    .tangent = gst_chain_tangent,
    .tangents = gst_chain_tangents,
    .directions = gst_chain_directions,
    .directions_tangent = gst_chain_directions_tangent,
    .map_complex = gst_chain_map_complex,
    .directions_complex = gst_chain_directions_complex,
    .relations = gst_chain_relations,
    .reset = reset,
    .release = release,
};

/* The same with few products of the linearised equations in the place of many tangents. */
static const gst_bulk_type joint_type = {
    .name = "chain",
    .map = map,
    .tangent = gst_chain_tangent_joint,
    .linear = gst_chain_linear,
    .directions = gst_chain_directions,
    .directions_tangent = gst_chain_directions_tangent,
    .map_complex = gst_chain_map_complex,
    .directions_complex = gst_chain_directions_complex,
    .relations = gst_chain_relations,
    .reset = reset,
    .release = release,
};

static int take_krylov(gst_chain *b)
{
    b->base.type = &joint_type;
    return gst_krylov_alloc(&b->krylov, b->base.inner + b->base.K, PRODUCTS);
}

static int take_memory(gst_chain *b)
{
    size_t K = b->base.K, L = b->base.L, q = b->fields, inner = b->base.inner;
    int adjoint = b->pencil->slope == gst_chain_slope, joint = adjoint && inner > MANY;
    size_t dense = joint ? 0 : inner, all = joint ? 0 : inner + K;
    size_t most = 2 * K, size = K * (b->base.m + b->base.q + 1), columns = inner > L ? inner : L,
           slopes = gst_chain_slope_at(b, b->T);
    const gst_array arrays[] = {GST_MATRIX(b->V1h, K, K),
                                GST_MATRIX(b->X, K, K),
                                GST_MATRIX(b->R, K, K),
                                GST_MATRIX(b->dX, K, K),
                                GST_VECTOR(b->V2, K),
                                GST_VECTOR(b->plain, K),
                                GST_VECTOR(b->E, K),
                                GST_VECTOR(b->M, inner),
                                GST_VECTOR(b->next, inner),
                                GST_VECTOR(b->kept, inner),
                                GST_MATRIX(b->G, q, q),
                                GST_MATRIX(b->dG, q, q),
                                GST_VECTOR(b->dQ, slopes),
                                GST_MATRIX(b->system, all, all),
                                GST_VECTOR(b->pivot, all),
                                GST_MATRIX(b->fixed, dense, dense),
                                GST_VECTOR(b->pivot_fixed, dense),
                                GST_MATRIX(b->moved, dense, columns),
                                GST_MATRIX(b->raised, dense, columns),
                                GST_MATRIX(b->fall, L - K, all),
                                GST_MATRIX(b->follow, all, L),
                                GST_VECTOR(b->move, inner + K),
                                GST_VECTOR(b->rise, inner + K),
                                GST_VECTOR(b->packed, inner),
                                GST_MATRIX(b->block, most, most),
                                GST_MATRIX(b->determinant, most, most),
                                GST_MATRIX(b->N, size, size),
                                GST_MATRIX(b->pull, size, size),
                                GST_VECTOR(b->pivot_directions, size),
                                GST_VECTOR(b->t, size),
                                GST_VECTOR(b->tau, size),
                                GST_VECTOR(b->along, L),
                                GST_MATRIX(b->Xc, K, K),
                                GST_MATRIX(b->V1hc, K, K),
                                GST_MATRIX(b->Rc, K, K),
                                GST_MATRIX(b->dXc, K, K),
                                GST_VECTOR(b->V2c, K),
                                GST_VECTOR(b->Mc, inner),
                                GST_VECTOR(b->nextc, inner),
                                GST_VECTOR(b->risec, inner),
                                GST_MATRIX(b->Gc, q, q),
                                GST_MATRIX(b->dGc, q, q),
                                GST_VECTOR(b->dQc, slopes),
                                GST_MATRIX(b->Nc, size, size),
                                GST_MATRIX(b->pullc, size, size)};
    int status = gst_arena_take(&b->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = gst_chain_work_alloc(&b->work, b);
    if (status == GST_OK)
        status = gst_chain_work_alloc_complex(&b->workc, b);
    if (status == GST_OK && adjoint)
        status = gst_chain_record_alloc(b);
    return status == GST_OK && joint ? take_krylov(b) : status;
}

/* From directions to (direction, block): w* at f_T, v at omega f_T. */
static void spread_basis(gst_chain *b)
{
    size_t rows = b->f->m + b->f->q, from = b->f->r + b->f->m;
    for (size_t i = rows * from; i-- > 0;) {
        double factor = b->basis[i];
        size_t block = i % from < b->f->r ? 0 : 1;
        b->basis[2 * i + block] = factor;
        b->basis[2 * i + 1 - block] = 0.0;
    }
}

static int set_up(gst_chain *b)
{
    const gst_features *f = b->f;
    b->step = gst_alloc(b->T, sizeof *b->step);
    b->basis = gst_alloc_doubles((f->m + f->q) * (f->r + f->m) * b->blocks);
    if (!b->step || !b->basis)
        return GST_NO_MEMORY;
    int status = gst_chain_basis(f, b->basis);
    if (b->blocks > 1)
        spread_basis(b);
    if (status == GST_OK)
        status = gst_chain_layout_set(b);
    return status == GST_OK ? take_memory(b) : status;
}

/* Without a bulk to hold them. */
static int refuse(int status, gst_trajectory *trajectory, int shared,
                  const gst_chain_pencil *pencil, void *nodes)
{
    gst_chain holder = {.nodes = nodes};
    if (!shared)
        gst_trajectory_free(trajectory);
    if (pencil->release)
        pencil->release(&holder);
    return status;
}

int gst_chain_make(gst_bulk **bulk, const gst_features *features, gst_trajectory *trajectory,
                   int shared, const gst_chain_pencil *pencil, void *nodes)
{
    size_t K = features->K;
    *bulk = NULL;
    if (K > GST_GROUPS_MAX || (trajectory && trajectory->steps == 0))
        return refuse(GST_INVALID, trajectory, shared, pencil, nodes);
    gst_chain *b = gst_alloc(1, sizeof *b);
    if (!b)
        return refuse(GST_NO_MEMORY, trajectory, shared, pencil, nodes);
    b->base = (gst_bulk){.type = &chain_type,
                         .K = K,
                         .m = features->m,
                         .q = features->q,
                         .L = gst_packed_length(K),
                         .pi = features->pi,
                         .c = features->c};
    b->f = trajectory && gst_data_has_nodes(features->problem.data)
               ? trajectory->state[trajectory->steps]
               : features;
    b->trajectory = trajectory;
    b->shared = shared;
    b->pencil = pencil;
    b->nodes = nodes;
    b->blocks = trajectory && nodes ? 2 : 1;
    b->T = trajectory ? trajectory->steps : 0;
    b->fields = (2 * b->T + b->blocks) * K;
    int status = set_up(b);
    if (status != GST_OK) {
        release(&b->base);
        return status;
    }
    *bulk = &b->base;
    return GST_OK;
}

const gst_chain_pencil gst_chain_pencil_plain = {
    .response = gst_chain_response,
    .response_complex = gst_chain_response_complex,
    .move_X = gst_chain_move_X,
    .move_X_complex = gst_chain_move_X_complex,
    .move_M = gst_chain_move_M,
    .move_M_complex = gst_chain_move_M_complex,
    .forms = gst_chain_forms,
    .forms_complex = gst_chain_forms_complex,
    .special_N = gst_chain_special_N,
    .special_N_complex = gst_chain_special_N_complex,
    .slope = gst_chain_slope,
};

int gst_bulk_chain_alloc(gst_bulk **bulk, const gst_features *features, gst_trajectory *trajectory)
{
    return gst_chain_make(bulk, features, trajectory, 0, &gst_chain_pencil_plain, NULL);
}

int gst_bulk_chain_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    return gst_chain_make(bulk, features, ((const gst_chain *)other)->trajectory, 1,
                          &gst_chain_pencil_plain, NULL);
}
