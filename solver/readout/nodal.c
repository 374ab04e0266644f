/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nodal.c - the linearised self-consistent equations, solved at the nodes of kappa (docs/theory, how the equations are
 * solved).
 *
 * d map/d x = - T B W B^T mult, with T the tangent of the bulk, B the rows mu1_g mu1_h and mu2_g^2 at the nodes and
 * W = rho w/(t+V)^2.  (I - d map/d x) y = b then has the solution
 *   v = B^T mult b,   (1 + R W) u = v,   R = B^T mult T B,   y = b - T B W u,
 * in which R comes from the bulk (`responses') without T. */
#include "solver/readout/nodal.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/linear.h"
#include "solver/readout/state.h"
#include "solver/readout/weighted_sums.h"

#include <stdlib.h>
#include <string.h>

int gst_nodal_alloc(gst_nodal **nodal, size_t n, size_t K, size_t L)
{
    gst_nodal *made = gst_alloc(1, sizeof *made);
    *nodal = NULL;
    if (!made)
        return GST_NO_MEMORY;
    const gst_array arrays[] = {GST_MATRIX(made->responses, n, n),
                                GST_MATRIX(made->system, n, n),
                                GST_VECTOR(made->pivot, n),
                                GST_MATRIX(made->work, n, n + 2 * K),
                                GST_VECTOR(made->V, n),
                                GST_VECTOR(made->scaled, L),
                                GST_VECTOR(made->along, L),
                                GST_VECTOR(made->change, L)};
    if (gst_arena_take(&made->memory, sizeof arrays / sizeof *arrays, arrays) != GST_OK) {
        free(made);
        return GST_NO_MEMORY;
    }
    *nodal = made;
    return GST_OK;
}

void gst_nodal_free(gst_nodal *nodal)
{
    if (!nodal)
        return;
    gst_arena_free(&nodal->memory);
    free(nodal);
}

int gst_nodal_factor(gst_nodal *nodal, const gst_state *state)
{
    const gst_moments *t = state->moments;
    size_t n = state->active;
    int status = state->bulk->type->responses(state->bulk, n, t->n, t->mu1, t->mu2sq, nodal->work,
                                              nodal->responses);
    if (status != GST_OK)
        return status;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < n; k++)
            nodal->system[j * n + k] = (j == k) + nodal->responses[j * n + k] * state->weight2[k];
    }
    return gst_lu_factor(n, nodal->system, nodal->pivot);
}

void gst_nodal_subtract_response(const gst_nodal *nodal, const gst_state *state, const double *dhat,
                                 double *x)
{
    state->bulk->type->tangent(state->bulk, dhat, nodal->change);
    for (size_t a = 0; a < state->L; a++)
        x[a] -= nodal->change[a];
}

void gst_nodal_solve(const gst_nodal *nodal, const gst_state *state, double *b)
{
    size_t L = state->L, n = state->active, stride = state->moments->n;
    double *V = nodal->V, *along = nodal->along;
    for (size_t a = 0; a < L; a++)
        nodal->scaled[a] = state->multiplicity[a] * b[a];
    memset(V, 0, n * sizeof *V);
    gst_combine_rows(n, L, stride, nodal->scaled, state->B, V);
    gst_lu_solve(n, nodal->system, nodal->pivot, 1, V);
    for (size_t k = 0; k < n; k++)
        V[k] *= state->weight2[k];
    memset(along, 0, L * sizeof *along);
    gst_weighted_rows(n, L, stride, V, state->B, along);
    gst_nodal_subtract_response(nodal, state, along, b);
}
