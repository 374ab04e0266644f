/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.c - what is read off a point of the self-consistent equations (docs/theory). */
#include "solver/readout/state.h"

#include "base/few.h"
#include "base/linear.h"

#include <math.h>

gst_scaled_point gst_scale_point(double alpha, double beta, double lambda, double noise,
                                 double width)
{
    int over = alpha < beta;
    return (gst_scaled_point){.rho = alpha / beta,
                              .beta = beta,
                              .shift = over ? lambda : 1.0,
                              .ridge = over ? 1.0 : lambda,
                              .width = width,
                              .noise = noise};
}

double gst_state_V2(const gst_state *state, size_t g)
{
    return state->x[gst_packed_value(state->K, g)];
}

GST_INLINE void subtract_response(size_t K, const gst_state *state, const double *dhat, double *x)
{
    size_t L = gst_packed_length(K);
    for (size_t a = 0; a < L; a++)
        for (size_t b = 0; b < L; b++)
            x[a] -= state->tangent[a * L + b] * dhat[b];
}

static void subtract_joint_response(const gst_state *state, const double *dhat, double *x)
{
    state->bulk->type->tangent(state->bulk, dhat, state->joint->dx);
    for (size_t a = 0; a < state->L; a++)
        x[a] -= state->joint->dx[a];
}

void gst_state_subtract_response(const gst_state *state, const double *dhat, double *x)
{
    if (state->nodal)
        gst_nodal_subtract_response(state->nodal, state, dhat, x);
    else if (state->joint)
        subtract_joint_response(state, dhat, x);
    else
        GST_FOR_GROUPS(state->K, subtract_response, state, dhat, x);
}

GST_INLINE void solve(size_t K, const gst_state *state, double *b)
{
    size_t L = gst_packed_length(K);
    for (size_t a = 0; a < L; a++)
        b[a] /= state->unit[a];
    if (K == 1)
        gst_few_solve(2, state->system, state->pivot, 1, b);
    else
        gst_lu_solve(L, state->system, state->pivot, 1, b);
    for (size_t a = 0; a < L; a++)
        b[a] *= state->unit[a];
}

void gst_state_solve(const gst_state *state, double *b)
{
    if (state->nodal)
        gst_nodal_solve(state->nodal, state, b);
    else if (state->joint)
        gst_joint_solve(state->joint, state, b);
    else
        GST_FOR_GROUPS(state->K, solve, state, b);
}

double gst_state_residual(const gst_state *state)
{
    double worst = 0.0;
    for (size_t a = 0; a < state->L; a++) {
        double change = fabs(state->mapped[a] - state->x[a]) / state->unit[a];
        if (!(change <= worst))
            worst = change;
    }
    return worst;
}

double gst_state_truncation(const gst_state *state)
{
    const gst_moments *t = state->moments;
    double sum = 0.0, edge = 0.0;
    if (state->active < t->n || t->m == 0)
        return 0.0;
    for (size_t k = 0; k < t->n; k++) {
        double size = t->h[k] * t->h[k];
        for (size_t i = 0; i < state->terms; i++)
            size += state->S[i * t->n + k] * state->S[i * t->n + k];
        sum += state->weight[k] * size;
        edge += state->weight[k] * size * t->edge[k];
    }
    return edge / sum;
}
