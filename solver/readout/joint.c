/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joint.c - the linearised self-consistent equations by products (docs/theory, self-consistent equations).
 *
 * With u the bulk's own unknowns and V2,  (I - d map/d x) y = b  is
 *   y - dx(dhat, du) = b,   du - dv(dhat, du) = 0,   dhat = - rho E[B (B.y)/(t+V)^2],
 * (dx, dv) one plain step of the bulk: 1 + something compact, so that a dozen products do. */
#include "solver/readout/joint.h"
#include "base/memory.h"

#include "solver/readout/state.h"
#include "solver/readout/weighted_sums.h"

#include <stdlib.h>
#include <string.h>

#define EXACT 1e-15
enum { PRODUCTS = 200 };

int gst_joint_alloc(gst_joint **joint, size_t n, size_t L, size_t others)
{
    gst_joint *made = *joint = gst_alloc(1, sizeof *made);
    if (!made)
        return GST_NO_MEMORY;
    made->size = L + others;
    const gst_array arrays[] = {GST_VECTOR(made->y, made->size), GST_VECTOR(made->V, n),
                                GST_VECTOR(made->dhat, L), GST_VECTOR(made->dx, L)};
    int status = gst_arena_take(&made->memory, sizeof arrays / sizeof *arrays, arrays);
    return status == GST_OK ? gst_krylov_alloc(&made->krylov, made->size, PRODUCTS) : status;
}

void gst_joint_free(gst_joint *joint)
{
    if (!joint)
        return;
    gst_krylov_clear(&joint->krylov);
    gst_arena_free(&joint->memory);
    free(joint);
}

/* dhat along y. */
static void move_hats(const gst_joint *joint, const gst_state *state, const double *y)
{
    size_t L = state->L, n = state->active, stride = state->moments->n;
    for (size_t a = 0; a < L; a++)
        joint->dx[a] = -state->multiplicity[a] * state->unit[a] * y[a];
    memset(joint->V, 0, n * sizeof *joint->V);
    gst_combine_rows(n, L, stride, joint->dx, state->B, joint->V);
    for (size_t k = 0; k < n; k++)
        joint->V[k] *= state->weight2[k];
    memset(joint->dhat, 0, L * sizeof *joint->dhat);
    gst_weighted_rows(n, L, stride, joint->V, state->B, joint->dhat);
}

static void multiply(void *context, const double *x, double *y)
{
    const gst_state *state = context;
    const gst_joint *joint = state->joint;
    size_t L = state->L;
    move_hats(joint, state, x);
    state->bulk->type->linear(state->bulk, joint->dhat, x + L, joint->dx, y + L);
    for (size_t a = 0; a < L; a++)
        y[a] = x[a] - joint->dx[a] / state->unit[a];
    for (size_t i = L; i < joint->size; i++)
        y[i] = x[i] - y[i];
}

void gst_joint_solve(gst_joint *joint, const gst_state *state, double *b)
{
    size_t L = state->L;
    for (size_t a = 0; a < L; a++)
        joint->y[a] = b[a] / state->unit[a];
    memset(joint->y + L, 0, (joint->size - L) * sizeof *joint->y);
    gst_krylov_solve(&joint->krylov, joint->size, multiply, (void *)state, EXACT, joint->y);
    for (size_t a = 0; a < L; a++)
        b[a] = joint->y[a] * state->unit[a];
}
