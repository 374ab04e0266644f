/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_directions.c - special directions of the trained bulk (docs/theory, the trained bulk).
 *
 *   directions  N = sqrt(Th) N~(X) sqrt(Th),  N_perp = N (I - blockdiag(I_m (x) V1h, 0) N)^{-1}, V1h on spikes
 *   S gradient  S = fields^T N_perp fields, t = N_perp fields, tau = fields + V1h t (on spikes):
 *               dS = tau^T dN tau + t^T dV1h t;  the derivative of N~ in X, at which M follows, by one pass back through
 *               the steps (chain_adjoint.c), or of other pencils by complex step. */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

#define COMPLEX_STEP 1e-30

/* ---- special directions ------------------------------------------------------------------------- */

static void symmetrise(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++)
            a[i * n + j] = a[j * n + i] = 0.5 * (a[i * n + j] + a[j * n + i]);
    }
}

/* N_perp = N (I - blockdiag(I_m (x) V1h, 0) N)^{-1}: solve (I - N blockdiag(..)) N_perp = N. */
int gst_chain_directions(gst_bulk *bulk, double *N_perp)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    if (b->pencil->special_N(b, b->X, b->M, b->N, b->work) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            b->N[i * size + j] *= b->beta * sqrt(b->V2[i / s] * b->V2[j / s]);
    }
    symmetrise(size, b->N);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double sum = i == j;
            for (size_t g = 0; j % s < bulk->m && g < K; g++)
                sum -= b->N[i * size + g * s + j % s] * b->V1h[g * K + j / s];
            b->pull[i * size + j] = sum;
        }
    }
    memcpy(N_perp, b->N, size * size * sizeof *N_perp);
    if (gst_lu_factor(size, b->pull, b->pivot_directions) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(size, b->pull, b->pivot_directions, size, N_perp);
    symmetrise(size, N_perp);
    return GST_OK;
}

/* d(tau^T N~ tau)/d X_gh (both places for g != h) at fixed Th. */
static int slope_at(gst_chain *b, size_t g, size_t h, const double *tau, double *slope)
{
    size_t K = b->base.K, size = K * (b->base.m + b->base.q + 1), inner = b->base.inner;
    memset(b->dX, 0, K * K * sizeof *b->dX);
    b->dX[g * K + h] = b->dX[h * K + g] = 1.0;
    b->pencil->move_X(b, b->G, b->dX, b->dG);
    gst_chain_rise(b, b->dQ, b->dG, b->rise);
    if (gst_chain_solve_fixed(b, b->rise) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < K * K; i++)
        b->Xc[i] = b->X[i] + COMPLEX_STEP * b->dX[i] * I;
    for (size_t i = 0; i < inner; i++)
        b->Mc[i] = b->M[i] + COMPLEX_STEP * b->rise[i] * I;
    b->warm_complex = 0; /* Mc is scratch here */
    if (b->pencil->special_N_complex(b, b->Xc, b->Mc, b->Nc, b->workc) != GST_OK)
        return GST_FAILED;
    *slope = 0.0;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            *slope += tau[i] * tau[j] * cimag(b->Nc[i * size + j]) / COMPLEX_STEP;
    }
    return GST_OK;
}

/* Of all pairs, packed. */
static int slope_in_X(gst_chain *b, const double *tau, double *slope)
{
    size_t K = b->base.K;
    if (b->pencil->slope)
        return b->pencil->slope(b, tau, slope);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            if (slope_at(b, g, h, tau, &slope[gst_packed_pair(K, g, h)]) != GST_OK)
                return GST_FAILED;
    return GST_OK;
}

/* t = N_perp fields = (I - N V1h)^{-1} N fields, tau = fields + V1h t. */
static void set_response(gst_chain *b, const double *fields)
{
    size_t K = b->base.K, s = b->base.m + b->base.q + 1, size = K * s;
    for (size_t i = 0; i < size; i++) {
        b->t[i] = 0.0;
        for (size_t j = 0; j < size; j++)
            b->t[i] += b->N[i * size + j] * fields[j];
    }
    gst_lu_solve(size, b->pull, b->pivot_directions, 1, b->t);
    memcpy(b->tau, fields, size * sizeof *b->tau);
    for (size_t i = 0; i < size; i++) {
        for (size_t h = 0; i % s < b->base.m && h < K; h++)
            b->tau[i] += b->V1h[i / s * K + h] * b->t[h * s + i % s];
    }
}

/* energy[g] = sum over directions of group g of tau (N tau). */
static void set_energy(const gst_chain *b, double *energy)
{
    size_t K = b->base.K, s = b->base.m + b->base.q + 1, size = K * s;
    memset(energy, 0, K * sizeof *energy);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            energy[i / s] += b->tau[i] * b->N[i * size + j] * b->tau[j];
    }
}

/* t_g.t_h over the spikes. */
static double spike_product(const gst_chain *b, size_t g, size_t h)
{
    size_t s = b->base.m + b->base.q + 1;
    double sum = 0.0;
    for (size_t l = 0; l < b->base.m; l++)
        sum += b->t[g * s + l] * b->t[h * s + l];
    return sum;
}

/* gst_chain_gradient by following every direction. */
static void follow_all(gst_chain *b, const double *energy, const double *slope, double *gradient)
{
    size_t K = b->base.K, L = b->base.L;
    for (size_t a = 0; a < L; a++) {
        memset(b->along, 0, L * sizeof *b->along);
        b->along[a] = 1.0;
        gst_chain_follow(b, b->along, b->dX);
        gradient[a] = 0.0;
        for (size_t g = 0; g < K; g++) {
            gradient[a] += energy[g] * b->move[b->base.inner + g];
            for (size_t h = g; h < K; h++)
                gradient[a] += slope[gst_packed_pair(K, g, h)] * b->dX[g * K + h];
        }
    }
}

int gst_chain_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    double energy[GST_GROUPS_MAX], slope[GST_GROUPS_MAX * (GST_GROUPS_MAX + 1) / 2];
    set_response(b, fields);
    set_energy(b, energy);
    for (size_t i = 0; i < size; i++)
        b->tau[i] *= sqrt(b->beta * b->V2[i / s]);
    if (slope_in_X(b, b->tau, slope) != GST_OK)
        return GST_FAILED;
    if (b->record)
        gst_chain_gradient(b, energy, slope, gradient);
    else
        follow_all(b, energy, slope, gradient);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            gradient[gst_packed_pair(K, g, h)] += (g == h ? 1.0 : 2.0) * spike_product(b, g, h);
    return GST_OK;
}
