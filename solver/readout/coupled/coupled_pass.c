/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_pass.c - one pass of the equations of a convex loss (docs/theory 6.1).
 *
 * At every node of kappa
 *   V = sum mu1_g mu1_h V1_gh + sum mu2_g^2 V2_g,   v = the same with (Q0, q2),
 *   yb = sum m_g mu0_g + sum theta_gl kappa_l mu1_g + sum eps_g nu_g,   b_j = sum mu1_g psi_gj,
 * and, averages over label and output being those of scalar_problem.h,
 *   1. V1h = rho E[mu1 mu1 G'], V2h = rho E[mu2^2 G'], D = lambda + V2h;  q1h, q2h with G^2;
 *      mh = rho E[mu0 G];  F = rho E[(kappa mu1 G, mu1 s_j G, nu G)];
 *   2. (V1, V2) by the bulk's map;
 *   3. m and t by one quasi-Newton step (coupled_mean.c), which leaves the fields N_perp^{-1} t;
 *   4. (Q0, q2) = - d(V1,V2)[q1h, q2h + m^2/(p V2^2)] - grad S - (psi psi^T, 0),  S = fields^T N_perp fields. */
#include "solver/readout/coupled/coupled.h"

#include <math.h>
#include <string.h>

#include "base/linear.h"
#include "solver/readout/weighted_sums.h"

/* Q0 may miss positivity by rounding, in units of its diagonal. */
#define ROUNDING 1e-10

/* ---- nodes -------------------------------------------------------------------------------------- */

/* out = sum_a multiplicity_a x_a B_a. */
static void combine_responses(gst_coupled *c, const double *x, double *out)
{
    for (size_t a = 0; a < c->L; a++)
        c->x[a] = c->state->multiplicity[a] * x[a];
    memset(out, 0, c->active * sizeof *out);
    gst_combine_rows(c->active, c->L, c->moments->n, c->x, c->state->B, out);
}

void gst_coupled_place(gst_coupled *c, const double *u)
{
    const double *mean = u + gst_coupled_mean(c), *t = u + gst_coupled_special(c);
    size_t stride = c->moments->n, m = c->s - c->q - 1;
    combine_responses(c, u, c->V);
    combine_responses(c, u + gst_coupled_fluctuations(c), c->v);
    for (size_t i = 0; i < c->terms; i++)
        c->x[i] = i < c->K ? mean[i] : t[gst_coupled_place_of(c, i)];
    memset(c->yb, 0, c->active * sizeof *c->yb);
    gst_combine_rows(c->active, c->terms, stride, c->x, c->state->S, c->yb);
    for (size_t j = 0; j < c->q; j++) {
        double *row = c->b + j * stride;
        memset(row, 0, c->active * sizeof *row);
        for (size_t g = 0; g < c->K; g++)
            c->x[g] = t[g * c->s + m + j];
        gst_combine_rows(c->active, c->K, stride, c->x, c->moments->mu1, row);
    }
}

void gst_coupled_average(gst_coupled *c, const gst_loss *loss, double rho)
{
    size_t stride = c->moments->n;
    c->rho = rho;
    for (size_t k = 0; k < c->active; k++) {
        double b[GST_TARGET_DIM_MAX], weight = rho * c->moments->w[k];
        for (size_t j = 0; j < c->q; j++)
            b[j] = c->b[j * stride + k];
        gst_scalar_point point = {.V = c->V[k], .v = c->v[k], .yb = c->yb[k], .b = b};
        gst_scalar_means mean = gst_scalar_average(&c->scalar, loss, &c->sites, k, &point);
        c->weight_G[k] = weight * mean.G;
        c->weight_G2[k] = weight * mean.G2;
        c->weight_dG[k] = weight * mean.dG;
        for (size_t j = 0; j < c->q; j++)
            c->weight_sG[j * stride + k] = weight * mean.sG[j];
    }
}

/* ---- conjugates --------------------------------------------------------------------------------- */

/* hat, hat2, force, and fields = (F on spikes and norm, F_psi + V1h psi). */
static void conjugate(gst_coupled *c, double lambda, const double *u)
{
    size_t stride = c->moments->n, n = c->active, K = c->K, m = c->s - c->q - 1;
    const double *t = u + gst_coupled_special(c);
    memset(c->hat, 0, c->L * sizeof *c->hat);
    memset(c->hat2, 0, c->L * sizeof *c->hat2);
    memset(c->x, 0, c->terms * sizeof *c->x);
    gst_weighted_rows(n, c->L, stride, c->weight_dG, c->state->B, c->hat);
    gst_weighted_rows(n, c->L, stride, c->weight_G2, c->state->B, c->hat2);
    gst_weighted_rows(n, c->terms, stride, c->weight_G, c->state->S, c->x);
    gst_packed_expand(K, c->hat, c->V1h);
    for (size_t g = 0; g < K; g++) {
        c->hat[gst_packed_value(K, g)] += lambda;
        c->force[g] = c->x[g];
    }
    for (size_t i = K; i < c->terms; i++)
        c->fields[gst_coupled_place_of(c, i)] = c->x[i];
    for (size_t j = 0; j < c->q; j++) {
        memset(c->x, 0, K * sizeof *c->x);
        gst_weighted_rows(n, K, stride, c->weight_sG + j * stride, c->moments->mu1, c->x);
        for (size_t g = 0; g < K; g++) {
            for (size_t h = 0; h < K; h++)
                c->x[g] += c->V1h[g * K + h] * t[h * c->s + m + j];
            c->fields[g * c->s + m + j] = c->x[g];
        }
    }
}

/* ---- fluctuations ------------------------------------------------------------------------------- */

static double residual_product(const gst_coupled *c, const double *t, size_t g, size_t h)
{
    size_t m = c->s - c->q - 1;
    double sum = 0.0;
    for (size_t j = m; j < m + c->q; j++)
        sum += t[g * c->s + j] * t[h * c->s + j];
    return sum;
}

static int fluctuate(gst_coupled *c, double width, double *out)
{
    size_t K = c->K;
    const double *V2 = out + gst_packed_value(K, 0), *mean = out + gst_coupled_mean(c);
    const double *t = out + gst_coupled_special(c);
    double *y = out + gst_coupled_fluctuations(c);
    for (size_t g = 0; g < K && isfinite(width); g++)
        c->hat2[gst_packed_value(K, g)] += mean[g] * mean[g] / (width * V2[g] * V2[g]);
    int status = c->bulk->type->tangent(c->bulk, c->hat2, c->tangent);
    if (status == GST_OK)
        status = c->bulk->type->directions_tangent(c->bulk, c->fields, c->gradient);
    for (size_t a = 0; status == GST_OK && a < c->L; a++)
        y[a] = -c->tangent[a] - c->gradient[a] / c->state->multiplicity[a];
    for (size_t g = 0; status == GST_OK && g < K; g++)
        for (size_t h = g; h < K; h++)
            y[gst_packed_pair(K, g, h)] -= residual_product(c, t, g, h);
    return status;
}

/* ---- the pass ----------------------------------------------------------------------------------- */

/* A symmetric matrix, packed, and K values: all positive, or zero by rounding where `slack' > 0. */
static int is_positive(gst_coupled *c, const double *x, double slack)
{
    size_t K = c->K;
    for (size_t a = 0; a < c->L; a++)
        if (!isfinite(x[a]))
            return 0;
    for (size_t g = 0; g < K; g++)
        if (!(x[gst_packed_value(K, g)] > 0.0))
            return 0;
    gst_packed_expand(K, x, c->positive);
    for (size_t g = 0; g < K; g++)
        c->positive[g * K + g] *= 1.0 + slack;
    return gst_cholesky_factor(K, c->positive, c->pivot_size, 0.0) == GST_OK;
}

int gst_coupled_positive(gst_coupled *c, const double *u)
{
    for (size_t i = gst_coupled_mean(c); i < c->N; i++)
        if (!isfinite(u[i]))
            return 0;
    return is_positive(c, u, ROUNDING) && is_positive(c, u + c->L, ROUNDING);
}

/* How far the mean prediction may go in one step: averages over a Gaussian of deviation sqrt(v) of a prox of width V are
 * near their tangents for about as long. */
static double radius(const gst_coupled *c)
{
    double square = 0.0, width = 0.0;
    for (size_t k = 0; k < c->active; k++) {
        square += c->moments->w[k] * (c->v[k] + c->yb[k] * c->yb[k]);
        width += c->moments->w[k] * c->V[k];
    }
    return sqrt(square) + width;
}

int gst_coupled_pass(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                     const double *u, double *out)
{
    if (!gst_coupled_positive(c, u))
        return GST_FAILED;
    gst_coupled_place(c, u);
    gst_coupled_average(c, loss, point->rho);
    if (c->scalar.status != GST_OK)
        return c->scalar.status;
    conjugate(c, point->lambda, u);
    memcpy(out, u, c->L * sizeof *u);
    int status = c->bulk->type->map(c->bulk, point->beta, c->hat, out);
    if (status == GST_OK)
        status = gst_coupled_mean_step(c, point, loss->strip < INFINITY ? radius(c) : INFINITY,
                                       out + gst_packed_value(c->K, 0), u, out);
    return status == GST_OK ? fluctuate(c, point->width, out) : status;
}

/* ---- units -------------------------------------------------------------------------------------- */

static void packed_units(size_t K, const double *x, double *unit)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            unit[gst_packed_pair(K, g, h)] =
                sqrt(x[gst_packed_pair(K, g, g)] * x[gst_packed_pair(K, h, h)]);
        unit[gst_packed_value(K, g)] = x[gst_packed_value(K, g)];
    }
}

/* Root of E row^2, row of the prediction or mu1; 1 where that is 0. */
static double row_size(const gst_coupled *c, const double *row)
{
    double sum = 0.0;
    for (size_t k = 0; k < c->active; k++)
        sum += c->moments->w[k] * row[k] * row[k];
    return sum > 0.0 ? sqrt(sum) : 1.0;
}

void gst_coupled_units(gst_coupled *c, const double *u, double *unit)
{
    size_t stride = c->moments->n, m = c->s - c->q - 1;
    double square = 0.0;
    packed_units(c->K, u, unit);
    packed_units(c->K, u + c->L, unit + c->L);
    gst_coupled_place(c, u);
    for (size_t k = 0; k < c->active; k++)
        square += c->moments->w[k] * (c->v[k] + c->yb[k] * c->yb[k]);
    double size = sqrt(square);
    for (size_t i = 0; i < c->terms; i++)
        unit[i < c->K ? gst_coupled_mean(c) + i
                      : gst_coupled_special(c) + gst_coupled_place_of(c, i)] =
            size / row_size(c, c->state->S + i * stride);
    for (size_t g = 0; g < c->K; g++)
        for (size_t j = 0; j < c->q; j++)
            unit[gst_coupled_special(c) + g * c->s + m + j] =
                size / row_size(c, c->moments->mu1 + g * stride);
}
