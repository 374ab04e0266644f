/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_krylov.c - the linearised equations of the trained bulk by their products alone, where there are many unknowns: their
 * matrix is 1 + something compact, since M_t is an average over samples, and some ten products solve them whatever the number
 * of groups (docs/theory, the trained bulk).
 *
 * With u = (M, ln V2), and dX besides, one plain step moves (next, ln V2') by
 *   dG = G (dX on f_T, - dM_t on the fields of t) G,  (dQ dG, -(V2'^2/pi V2) (dD + (dX R - X dG_ff)_gg/Th_g - E_g dlnV2_g)). */
#include "solver/bulk/chain_record.h"

#include "giantstep/features.h"
#include "base/linear.h"

#include <math.h>
#include <string.h>

/* V2'^2/(pi V2): minus what d ln V2' makes of dD. */
static double weight_of_V2(const gst_chain *b, size_t g)
{
    return b->plain[g] * b->plain[g] / (b->f->pi[g] * b->V2[g]);
}

/* What V2 at fixed V1h makes of X. */
static void scale_X(const gst_chain *b, const double *l, double *dX)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++)
        for (size_t h = 0; h < K; h++)
            dX[g * K + h] = 0.5 * (l[g] + l[h]) * b->X[g * K + h];
}

/* record->full = dG. */
static void move_G(gst_chain *b, const double *dX, const double *dM)
{
    size_t K = b->base.K, q = b->fields;
    double *bar = b->record->bar;
    memset(bar, 0, q * q * sizeof *bar);
    for (size_t g = 0; g < K; g++)
        memcpy(bar + g * q, dX + g * K, K * sizeof *bar);
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        for (size_t i = s->first; i < s->first + s->n; i++) {
            bar[i * q + i] -= *dM++;
            for (size_t j = i + 1; j < s->first + s->n; j++)
                bar[i * q + j] -= 2.0 * *dM++;
        }
    }
    gst_chain_surround(b);
}

/* dv = what a plain step makes of (dX, du), dX with V2's part. */
static void linear_step(gst_chain *b, const double *dX, const double *du, double *dv)
{
    size_t K = b->base.K, q = b->fields, inner = b->base.inner;
    const double *dG = b->record->full, *l = du + inner;
    move_G(b, dX, du);
    gst_chain_rise(b, b->dQ, dG, dv);
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++)
            sum += dX[g * K + h] * b->R[h * K + g] - b->X[g * K + h] * dG[h * q + g];
        dv[inner + g] = weight_of_V2(b, g) * (b->E[g] * l[g] - sum / (b->beta * b->V2[g]));
    }
}

void gst_chain_linear(gst_bulk *bulk, const double *dhat, const double *du, double *dx, double *dv)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, inner = bulk->inner;
    const double *dG = b->record->full, *l = du + inner;
    double *dX = b->record->dX;
    scale_X(b, l, dX);
    for (size_t g = 0; g < K; g++)
        for (size_t h = 0; h < K; h++)
            dX[g * K + h] += b->beta * sqrt(b->V2[g] * b->V2[h]) *
                             dhat[g < h ? gst_packed_pair(K, g, h) : gst_packed_pair(K, h, g)];
    linear_step(b, dX, du, dv);
    for (size_t g = 0; g < K; g++) {
        size_t value = gst_packed_value(K, g);
        dv[inner + g] -= weight_of_V2(b, g) * dhat[value];
        dx[value] = b->V2[g] * l[g];
        for (size_t h = g; h < K; h++)
            dx[gst_packed_pair(K, g, h)] =
                sqrt(b->V2[g] * b->V2[h]) *
                (0.5 * (l[g] + l[h]) * b->R[g * K + h] - dG[g * b->fields + h]);
    }
}

/* ---- products ----------------------------------------------------------------------------------- */

static void multiply(void *context, const double *x, double *y)
{
    gst_chain *b = context;
    double *dX = b->record->dX;
    scale_X(b, x + b->base.inner, dX);
    linear_step(b, dX, x, y);
    for (size_t i = 0; i < b->base.inner + b->base.K; i++)
        y[i] = x[i] - y[i];
}

/* y = x - what full, d/d(dG) of x's row sums taken to dB, makes of dM. */
static void lower_to_M(const gst_chain *b, const double *x, double *y)
{
    size_t q = b->fields;
    const double *full = b->record->full;
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        for (size_t i = s->first; i < s->first + s->n; i++)
            for (size_t j = i; j < s->first + s->n; j++)
                *y++ = *x++ + (i == j ? 1.0 : 2.0) * full[i * q + j];
    }
}

static void multiply_fixed_transposed(void *context, const double *x, double *y)
{
    gst_chain *b = context;
    gst_chain_lower(b, x);
    gst_chain_surround(b);
    lower_to_M(b, x, y);
}

static void multiply_transposed(void *context, const double *x, double *y)
{
    gst_chain *b = context;
    size_t K = b->base.K, q = b->fields, inner = b->base.inner;
    double *bar = b->record->bar, factor[GST_GROUPS_MAX];
    const double *full = b->record->full;
    gst_chain_lower(b, x);
    for (size_t g = 0; g < K; g++) {
        factor[g] = -weight_of_V2(b, g) * x[inner + g] / (b->beta * b->V2[g]);
        for (size_t h = 0; h < K; h++)
            bar[h * q + g] -= factor[g] * b->X[g * K + h];
    }
    gst_chain_surround(b);
    lower_to_M(b, x, y);
    for (size_t g = 0; g < K; g++) {
        double sum = weight_of_V2(b, g) * b->E[g] * x[inner + g];
        for (size_t h = 0; h < K; h++)
            sum += (full[g * q + h] + 0.5 * (factor[g] + factor[h]) * b->R[g * K + h]) *
                   b->X[g * K + h];
        y[inner + g] = x[inner + g] - sum;
    }
}

/* ---- solutions ---------------------------------------------------------------------------------- */

void gst_chain_krylov_solve(gst_chain *b, double tol, double *move)
{
    gst_krylov_solve(&b->krylov, b->base.inner + b->base.K, multiply, b, tol, move);
}

void gst_chain_krylov_transposed(gst_chain *b, double *move)
{
    gst_krylov_solve(&b->krylov, b->base.inner + b->base.K, multiply_transposed, b, GST_CHAIN_EXACT,
                     move);
}

void gst_chain_krylov_fixed_transposed(gst_chain *b, double *move)
{
    gst_krylov_solve(&b->krylov, b->base.inner, multiply_fixed_transposed, b, GST_CHAIN_EXACT,
                     move);
}
