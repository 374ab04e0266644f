/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_tangents.c - the derivative of the map of the trained bulk (docs/theory, the trained bulk).
 *
 * Its unknowns u = (M, ln V2) follow the hats by one solve with the linearised equations (chain_jacobian.c), whose right-hand
 * sides are what the hats' own part of dX, and dD, make of next and ln V2'.  Then
 *   dR = - dG_ff = - dG_ff at fixed u - fall du,   dV1_gh = sqrt(V2_g V2_h) (dR_gh + (d ln V2_g + d ln V2_h)/2 R_gh).
 * Along all order parameters at once the sums are products of matrices. */
#include "solver/bulk/chain.h"

#include "giantstep/features.h"
#include "base/linear.h"
#include "base/products.h"

#include <math.h>
#include <string.h>

/* d ln V2'_g at fixed u of dX and its dG, and of dD_g. */
static double source_of_V2(const gst_chain *b, const double *dX, double dD, size_t g)
{
    size_t K = b->base.K;
    double sum = 0.0;
    for (size_t h = 0; h < K; h++)
        sum += dX[g * K + h] * b->R[h * K + g] - b->X[g * K + h] * b->dG[h * b->fields + g];
    return -b->plain[g] * b->plain[g] / b->f->pi[g] * (dD + sum / (b->beta * b->V2[g])) / b->V2[g];
}

static double root(const gst_chain *b, size_t g, size_t h)
{
    return sqrt(b->V2[g] * b->V2[h]);
}

/* ---- along one direction ------------------------------------------------------------------------ */

void gst_chain_follow(gst_chain *b, const double *dhat, double *dX)
{
    size_t K = b->base.K, inner = b->base.inner;
    double *rise = b->move;
    gst_packed_expand(K, dhat, dX);
    for (size_t g = 0; g < K; g++)
        for (size_t h = 0; h < K; h++)
            dX[g * K + h] *= b->beta * root(b, g, h);
    b->pencil->move_X(b, b->G, dX, b->dG);
    gst_chain_rise(b, b->dQ, b->dG, rise);
    for (size_t g = 0; g < K; g++)
        rise[inner + g] = source_of_V2(b, dX, dhat[gst_packed_value(K, g)], g);
    gst_chain_solve(b, GST_CHAIN_EXACT, rise);
    for (size_t g = 0; g < K; g++)
        for (size_t h = 0; h < K; h++)
            dX[g * K + h] += 0.5 * (rise[inner + g] + rise[inner + h]) * b->X[g * K + h];
}

int gst_chain_tangent(gst_bulk *bulk, const double *dhat, double *dx)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, size = bulk->inner + K;
    const double *l = b->move + bulk->inner;
    gst_chain_follow(b, dhat, b->dX);
    for (size_t g = 0; g < K; g++) {
        dx[gst_packed_value(K, g)] = b->V2[g] * l[g];
        for (size_t h = g; h < K; h++) {
            size_t pair = gst_packed_pair(K, g, h);
            double dR =
                -b->dG[g * b->fields + h] - gst_product(size, b->fall + pair * size, b->move);
            dx[pair] = root(b, g, h) * (dR + 0.5 * (l[g] + l[h]) * b->R[g * K + h]);
        }
    }
    return GST_OK;
}

int gst_chain_tangent_joint(gst_bulk *bulk, const double *dhat, double *dx)
{
    gst_chain *b = (gst_chain *)bulk;
    gst_chain_follow(b, dhat, b->dX);
    gst_chain_linear(bulk, dhat, b->move, dx, b->rise);
    return isfinite(dx[gst_packed_value(bulk->K, 0)]) ? GST_OK : GST_FAILED;
}

/* ---- along all ---------------------------------------------------------------------------------- */

/* Right-hand sides of V2 and, into `tangent', dR at fixed u along the order parameter of column a; its dG into moved. */
static void start_column(gst_chain *b, size_t g, size_t h, double *tangent)
{
    size_t K = b->base.K, L = b->base.L, inner = b->base.inner, a = gst_packed_pair(K, g, h);
    memset(b->dX, 0, K * K * sizeof *b->dX);
    b->dX[g * K + h] = b->dX[h * K + g] = b->beta * root(b, g, h);
    b->pencil->move_X(b, b->G, b->dX, b->dG);
    for (size_t u = 0; u < b->T; u++) {
        const gst_chain_step *s = &b->step[u];
        gst_chain_pack(b, s, b->dG, b->moved + (L - K) * s->at + a * s->packed);
    }
    for (size_t i = 0; i < K; i++) {
        b->follow[(inner + i) * L + a] = source_of_V2(b, b->dX, 0.0, i);
        for (size_t j = i; j < K; j++)
            tangent[gst_packed_pair(K, i, j) * L + a] = -b->dG[i * b->fields + j];
    }
}

/* follow: (M, ln V2) along all order parameters. */
static void follow_all(gst_chain *b, double *tangent)
{
    size_t K = b->base.K, L = b->base.L, pairs = L - K, inner = b->base.inner;
    memset(b->dG, 0, b->fields * b->fields * sizeof *b->dG);
    memset(b->dX, 0, K * K * sizeof *b->dX);
    memset(b->follow, 0, (inner + K) * L * sizeof *b->follow);
    memset(tangent, 0, L * L * sizeof *tangent);
    for (size_t g = 0; g < K; g++)
        b->follow[(inner + g) * L + gst_packed_value(K, g)] = source_of_V2(b, b->dX, 1.0, g);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            start_column(b, g, h, tangent);
    for (size_t u = 0; u < b->T; u++) {
        const gst_chain_step *s = &b->step[u];
        gst_chain_raise_rows(b, u, pairs, b->moved + pairs * s->at);
        for (size_t i = 0; i < s->packed; i++)
            memcpy(b->follow + (s->at + i) * L, b->raised + i * pairs, pairs * sizeof *b->follow);
    }
    gst_lu_solve(inner + K, b->system, b->pivot, L, b->follow);
}

int gst_chain_tangents(gst_bulk *bulk, double *tangent)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, L = bulk->L, size = bulk->inner + K;
    const double *l = b->follow + bulk->inner * L;
    follow_all(b, tangent);
    for (size_t g = 0; g < K; g++) {
        for (size_t a = 0; a < L; a++)
            tangent[gst_packed_value(K, g) * L + a] = b->V2[g] * l[g * L + a];
        for (size_t h = g; h < K; h++) {
            size_t pair = gst_packed_pair(K, g, h);
            double *row = tangent + pair * L;
            gst_subtract_rows(L, size, L, b->fall + pair * size, b->follow, row);
            for (size_t a = 0; a < L; a++)
                row[a] = root(b, g, h) *
                         (row[a] + 0.5 * (l[g * L + a] + l[h * L + a]) * b->R[g * K + h]);
        }
    }
    return GST_OK;
}
