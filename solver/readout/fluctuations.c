/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fluctuations.c - fluctuations of the readout, test and train error (docs/theory, fluctuations).
 *
 * With Q = Q0 + psi psi^T, y = (Q0, q2) packed, and the squared error given kappa
 *   r2 = error2 + Delta + sum_a mult_a y_a B_a,      error2 = (h-yb)^2 + rest + |h1 - psi.mu1|^2,
 * y solves   y = - tangent [ rho E[B r2/(t+V)^2] + (0, p mh^2) ] - (grad S)/mult - (psi psi^T, 0),
 * S = fields^T N_perp fields: a linear system with the matrix of Newton's iteration.
 *   excess risk = E r2 - Delta,  test error = E r2,  train error = t^2 E[r2/(t+V)^2]. */
#include "base/few.h"
#include "solver/readout/finite_width.h"
#include "solver/readout/readout.h"
#include "solver/readout/weighted_sums.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A fluctuation may be negative by this, relative to the largest, from rounding alone. */
#define NEGATIVE_BY_ROUNDING 1e-9

/* Source of y without fluctuations: hats of r2 at y = 0 and the finite-width forces. */
GST_INLINE void set_source(size_t K, const gst_readout *r, const gst_state *state, double *source)
{
    memset(source, 0, state->L * sizeof *source);
    gst_weighted_rows_of(state->active, state->L, state->moments->n, state->weight2, r->error2,
                         state->point.noise, state->B, source);
    for (size_t g = 0; g < K; g++)
        source[gst_packed_value(K, g)] += gst_finite_width_source(state, r->forces[g]);
}

/* psi_g . psi_h */
GST_INLINE double residual_product(const gst_readout *r, size_t g, size_t h)
{
    size_t s = r->m + r->q + 1;
    double sum = 0.0;
    for (size_t j = r->m; j < r->m + r->q; j++)
        sum += r->t[g * s + j] * r->t[h * s + j];
    return sum;
}

GST_INLINE int solve_fluctuations(size_t K, const gst_readout *r, const gst_state *state, double *y)
{
    size_t L = gst_packed_length(K);
    double *source = r->source, *gradient = r->gradient;
    set_source(K, r, state, source);
    int status = state->bulk->type->directions_tangent(state->bulk, r->fields, gradient);
    if (status != GST_OK)
        return status;
    for (size_t a = 0; a < L; a++)
        y[a] = -gradient[a] / state->multiplicity[a];
    gst_state_subtract_response(state, source, y);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            y[gst_packed_pair(K, g, h)] -= residual_product(r, g, h);
    }
    gst_state_solve(state, y);
    return GST_OK;
}

GST_INLINE int store_fluctuations(size_t K, gst_readout *r, const double *y)
{
    double largest = 0.0;
    gst_packed_expand(K, y, r->Q);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            r->Q[g * K + h] += residual_product(r, g, h);
        r->q2[g] = y[gst_packed_value(K, g)];
        largest = fmax(largest, fmax(fabs(r->Q[g * K + g]), fabs(r->q2[g])));
    }
    for (size_t g = 0; g < K; g++) {
        if (!(r->Q[g * K + g] >= -NEGATIVE_BY_ROUNDING * largest) ||
            !(r->q2[g] >= -NEGATIVE_BY_ROUNDING * largest))
            return GST_FAILED;
    }
    return GST_OK;
}

/* E r2 - Delta, and E[r2/(t+V)^2] rho/t^2. */
static void average_errors(const gst_readout *readout, const gst_state *state, const double *y,
                           double *excess, double *train)
{
    size_t stride = state->moments->n, n = state->active, L = state->L;
    double *x = readout->scaled, risk[GST_NODE_BLOCK];
    *excess = *train = 0.0;
    for (size_t a = 0; a < L; a++)
        x[a] = state->multiplicity[a] * y[a];
    for (size_t first = 0; first < n; first += GST_NODE_BLOCK) {
        size_t size = n - first < GST_NODE_BLOCK ? n - first : GST_NODE_BLOCK;
        memcpy(risk, readout->error2 + first, size * sizeof *risk);
        gst_combine_rows(size, L, stride, x, state->B + first, risk);
        *excess += gst_weighted_sum(size, state->moments->w + first, risk, 0.0);
        *train += gst_weighted_sum(size, state->weight2 + first, risk, state->point.noise);
    }
}

/* y, and Q and q2 from it. */
GST_INLINE int set_fluctuations(size_t K, gst_readout *r, const gst_state *state)
{
    int status = solve_fluctuations(K, r, state, r->y);
    return status == GST_OK ? store_fluctuations(K, r, r->y) : status;
}

int gst_readout_errors(gst_readout *readout, const gst_state *state)
{
    double train, excess;
    int status = GST_FOR_GROUPS(readout->K, set_fluctuations, readout, state);
    if (status != GST_OK)
        return status;
    average_errors(readout, state, readout->y, &excess, &train);
    readout->excess_risk = excess;
    readout->test_error = excess + state->point.noise;
    readout->train_error = state->point.shift * state->point.shift / state->point.rho * train;
    return excess >= 0.0 && readout->train_error >= 0.0 && isfinite(excess) &&
                   isfinite(readout->train_error)
               ? GST_OK
               : GST_FAILED;
}
