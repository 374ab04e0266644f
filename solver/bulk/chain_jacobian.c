/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_jacobian.c - the linearised equations of the trained bulk (docs/theory, the trained bulk).
 *
 *   dQ = - phi Q dG Q,   dG = G_.f dX G_f. - G P^T dM P G,   dR = - dG_ff,
 *   dV2' = - (V2'^2/pi) (dD + dE),   dE_g = (dX R + X dR)_gg/Th_g - E_g d ln V2_g,
 *   dX = sqrt(Th) dV1h sqrt(Th) + (d ln V2_g + d ln V2_h)/2 X_gh. */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include "base/linear.h"

#include <string.h>

enum { SHORT = 64 };

/* rise: what the dG at hand makes of next, and of V2' behind; dX: NULL or what moves besides G. */
static void respond(gst_chain *b, const double *dX)
{
    size_t K = b->base.K;
    gst_chain_rise(b, b->dQ, b->dG, b->rise);
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++) {
            sum -= b->X[g * K + h] * b->dG[h * b->fields + g];
            if (dX)
                sum += dX[g * K + h] * b->R[h * K + g];
        }
        b->rise[b->base.inner + g] =
            -b->plain[g] * b->plain[g] / b->f->pi[g] * sum / (b->beta * b->V2[g]);
    }
}

/* fall: dG_ff of the dG at hand. */
static void keep_fall(gst_chain *b, size_t column)
{
    size_t K = b->base.K, size = b->base.inner + K;
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            b->fall[gst_packed_pair(K, g, h) * size + column] = b->dG[g * b->fields + h];
}

/* What V2' makes of dG along M, entry (i, j) of step t. */
static void rise_of_V2(gst_chain *b, size_t column)
{
    size_t K = b->base.K, inner = b->base.inner, size = inner + K;
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++)
            sum -= b->X[g * K + h] * b->dG[h * b->fields + g];
        b->system[(inner + g) * size + column] =
            b->plain[g] * b->plain[g] / b->f->pi[g] * sum / (b->beta * b->V2[g]);
    }
}

/* Short sums are taken as they come. */
void gst_chain_raise_rows(gst_chain *b, size_t u, size_t rows, const double *moved)
{
    size_t n = b->step[u].packed;
    const double *slope = b->dQ + gst_chain_slope_at(b, u);
    if (n > SHORT) {
        gst_chain_products(n, n, rows, slope, moved, b->raised);
        return;
    }
    for (size_t a = 0; a < n; a++) {
        for (size_t row = 0; row < rows; row++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++)
                sum += slope[a * n + k] * moved[row * n + k];
            b->raised[a * rows + row] = sum;
        }
    }
}

/* All columns along M_t at once: dG of each, packed, is a row of `along'; the slopes dQ take them to next. */
static void columns_along_step(gst_chain *b, size_t t)
{
    size_t inner = b->base.inner, size = inner + b->base.K;
    const gst_chain_step *s = &b->step[t];
    for (size_t i = 0, row = 0; i < s->n; i++) {
        for (size_t j = i; j < s->n; j++, row++) {
            b->pencil->move_M(b, b->G, t, i, j, b->dG);
            for (size_t u = 0; u < b->T; u++)
                gst_chain_pack(b, &b->step[u], b->dG,
                               b->moved + s->packed * b->step[u].at + row * b->step[u].packed);
            rise_of_V2(b, s->at + row);
            keep_fall(b, s->at + row);
        }
    }
    for (size_t u = 0; u < b->T; u++) {
        const gst_chain_step *to = &b->step[u];
        gst_chain_raise_rows(b, u, s->packed, b->moved + s->packed * to->at);
        for (size_t a = 0; a < to->packed; a++)
            for (size_t c = 0; c < s->packed; c++)
                b->system[(to->at + a) * size + s->at + c] =
                    (to->at + a == s->at + c) - b->raised[a * s->packed + c];
    }
}

/* Along ln V2_g; rows of V2 are still in its own units. */
static void columns_along_V2(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner, size = inner + K;
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < K; i++) {
            for (size_t j = 0; j < K; j++)
                b->dX[i * K + j] = 0.5 * ((i == g) + (j == g)) * b->X[i * K + j];
        }
        b->pencil->move_X(b, b->G, b->dX, b->dG);
        keep_fall(b, inner + g);
        respond(b, b->dX);
        b->rise[inner + g] += b->plain[g] * b->plain[g] / b->f->pi[g] * b->E[g];
        for (size_t a = 0; a < size; a++)
            b->system[a * size + inner + g] = -b->rise[a];
        b->system[(inner + g) * size + inner + g] += b->V2[g];
    }
}

int gst_chain_set_system(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner, size = inner + K;
    b->factored = 1;
    if (b->krylov.most > 0)
        return GST_OK;
    for (size_t t = 0; t < b->T; t++)
        columns_along_step(b, t);
    columns_along_V2(b);
    for (size_t i = 0; i < inner; i++)
        memcpy(b->fixed + i * inner, b->system + i * size, inner * sizeof *b->fixed);
    for (size_t g = 0; g < K; g++) {
        for (size_t a = 0; a < size; a++)
            b->system[(inner + g) * size + a] /= b->V2[g];
    }
    b->fixed_factored = 0;
    b->factored = gst_lu_factor(size, b->system, b->pivot) == GST_OK;
    return b->factored ? GST_OK : GST_FAILED;
}

static int factor_fixed(gst_chain *b)
{
    if (!b->fixed_factored && gst_lu_factor(b->base.inner, b->fixed, b->pivot_fixed) != GST_OK)
        return GST_FAILED;
    b->fixed_factored = 1;
    return GST_OK;
}

void gst_chain_solve(gst_chain *b, double tol, double *move)
{
    if (b->krylov.most > 0)
        gst_chain_krylov_solve(b, tol, move);
    else
        gst_lu_solve(b->base.inner + b->base.K, b->system, b->pivot, 1, move);
}

void gst_chain_solve_transposed(gst_chain *b, double *move)
{
    if (b->krylov.most > 0)
        gst_chain_krylov_transposed(b, move);
    else
        gst_lu_solve_transposed(b->base.inner + b->base.K, b->system, b->pivot, move);
}

int gst_chain_solve_fixed(gst_chain *b, double *move)
{
    if (factor_fixed(b) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(b->base.inner, b->fixed, b->pivot_fixed, 1, move);
    return GST_OK;
}

int gst_chain_solve_fixed_transposed(gst_chain *b, double *move)
{
    if (b->krylov.most > 0) {
        gst_chain_krylov_fixed_transposed(b, move);
        return GST_OK;
    }
    if (factor_fixed(b) != GST_OK)
        return GST_FAILED;
    gst_lu_solve_transposed(b->base.inner, b->fixed, b->pivot_fixed, move);
    return GST_OK;
}
