/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_make.c - making the bulk of a trained network, and its two types: with few unknowns all tangents are had at once, with many
 * the linearised equations are solved by their products (chain_krylov.c). */
#include "solver/bulk/chain.h"

#include "giantstep/features.h"
#include "base/arena.h"
#include "base/memory.h"
#include "models/data/data.h"

#include <stdlib.h>

/* Unknowns from which they are, and the most products that may take. */
enum { MANY = 60, PRODUCTS = 200 };

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

/* Of both types. */
#define SHARED_MEMBERS                                                                        \
    .name = "chain", .map = gst_chain_map, .directions = gst_chain_directions,                \
    .directions_tangent = gst_chain_directions_tangent, .map_complex = gst_chain_map_complex, \
    .directions_complex = gst_chain_directions_complex, .relations = gst_chain_relations,     \
    .reset = reset, .release = release

static const gst_bulk_type chain_type = {
    SHARED_MEMBERS,
    .tangent = gst_chain_tangent,
    .tangents = gst_chain_tangents,
};

/* Few products of the linearised equations in the place of many tangents. */
static const gst_bulk_type joint_type = {
    SHARED_MEMBERS,
    .tangent = gst_chain_tangent_joint,
    .linear = gst_chain_linear,
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
