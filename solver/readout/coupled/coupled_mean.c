/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled_mean.c - one quasi-Newton step of the mean prediction (docs/theory 6.1).
 *
 * m and t minimise  rho E Moreau + t^T N_perp^{-1} t/2 - psi^T V1h psi/2 + sum_g m_g^2/(2 p V2_g);  E[G' dyb^2] in
 * the place of the second derivative of E Moreau, and V1h in that of its psi block, is exact for the squared loss:
 *   (I + N_perp G_tt) dt + N_perp G_tm dm = N_perp fields - t,     G_ij = rho E[G' S_i S_j],
 *   G_mt dt + (G_mm + 1/(p V2)) dm = mh - m/(p V2).
 *   1. dt from dm, no inverse of N_perp;
 *   2. the Schur complement in m by Cholesky, or by its eigenvectors without those that are rounding: the groups' mu0
 *      may be dependent, and the step has no part along what they do not tell apart;
 *      where that is not zero but lost to rounding, the answer is not to be trusted (c->unresolved);
 *   3. a step that moves predictions too far for this is shortened;
 *   4. N_perp^{-1} (t + dt) = fields - G_tt dt - G_tm dm. */
#include "solver/readout/coupled/coupled.h"

#include <math.h>
#include <string.h>

#include "base/linear.h"
#include "solver/readout/weighted_sums.h"

/* Curvature below this part of slope/radius is raised to it: where almost no sample is near a bend of the loss. */
#define FLAT 0.01
/* Squared pivots of the scaled Schur complement below this go to its eigenvectors, */
#define WELL_CONDITIONED 1e-9
/* of which those below this are rounding. */
#define CUT 1e-13
/* A combination of the mu0_g that is not zero up to the rounding of their tables, in units of the features. */
#define COLLINEAR 3e-14

static double cost(const gst_coupled_point *point, double V2)
{
    return isfinite(point->width) ? 1.0 / (point->width * V2) : 0.0;
}

/* response = (I + N_perp G_tt)^{-1} (N_perp G_tm | N_perp fields - t). */
static int respond(gst_coupled *c, const double *t)
{
    size_t K = c->K, ks = c->ks, columns = K + 1, terms = c->terms;
    for (size_t i = 0; i < ks; i++) {
        const double *row = c->N_perp + i * ks;
        double *system = c->system + i * ks, *response = c->response + i * columns;
        memset(response, 0, columns * sizeof *response);
        for (size_t j = 0; j < ks; j++) {
            system[j] = i == j;
            response[K] += row[j] * c->fields[j];
        }
        response[K] -= t[i];
        for (size_t a = K; a < terms; a++) {
            double factor = row[gst_coupled_place_of(c, a)];
            for (size_t b = K; b < terms; b++)
                system[gst_coupled_place_of(c, b)] += factor * c->gram[a * terms + b];
            for (size_t g = 0; g < K; g++)
                response[g] += factor * c->gram[a * terms + g];
        }
    }
    if (gst_lu_factor(ks, c->system, c->pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(ks, c->system, c->pivot, columns, c->response);
    return GST_OK;
}

/* The Schur complement, and what it has to give, into dm. */
static void set_schur(gst_coupled *c, const gst_coupled_point *point, const double *V2,
                      const double *mean)
{
    size_t K = c->K, terms = c->terms, columns = K + 1;
    for (size_t g = 0; g < K; g++) {
        c->dm[g] = c->force[g] - cost(point, V2[g]) * mean[g];
        for (size_t h = 0; h < K; h++)
            c->schur[g * K + h] = c->gram[g * terms + h];
        c->schur[g * K + g] += cost(point, V2[g]);
        for (size_t a = K; a < terms; a++) {
            const double *response = c->response + gst_coupled_place_of(c, a) * columns;
            for (size_t h = 0; h < K; h++)
                c->schur[g * K + h] -= c->gram[g * terms + a] * response[h];
            c->dm[g] -= c->gram[g * terms + a] * response[K];
        }
    }
    for (size_t g = 0; g < K; g++)
        for (size_t h = g + 1; h < K; h++)
            c->schur[g * K + h] = c->schur[h * K + g] =
                0.5 * (c->schur[g * K + h] + c->schur[h * K + g]);
}

/* The size of group g's features, rho E[G' sigma^2], whose rounding the Schur complement has. */
static double feature_size(const gst_coupled *c, double lambda, size_t g)
{
    return c->gram[g * c->terms + g] + c->bulk->c[g] * c->V1h[g * c->K + g] +
           c->hat[gst_packed_value(c->K, g)] - lambda;
}

/* Root of rho E[G' (sum_g x_g mu0_g)^2], x_g = scale_g modes_gk: summed at the nodes first, it has the rounding of mu0
 * where the Schur complement has that of its square. */
static double left_of_mode(const gst_coupled *c, size_t k)
{
    double square = 0.0;
    for (size_t i = 0; i < c->active; i++) {
        double sum = 0.0;
        for (size_t g = 0; g < c->K; g++)
            sum += c->scale[g] * c->modes[g * c->K + k] * c->moments->mu0[g * c->moments->n + i];
        square += c->curvature[i] * sum * sum;
    }
    return sqrt(square);
}

static int by_eigenvectors(gst_coupled *c, double lambda)
{
    size_t K = c->K;
    double *dm = c->dm, *scale = c->scale, *kept = c->eigen;
    for (size_t g = 0; g < K; g++)
        scale[g] = feature_size(c, lambda, g) > 0.0 ? 1.0 / sqrt(feature_size(c, lambda, g)) : 0.0;
    for (size_t i = 0; i < K * K; i++)
        c->schur[i] *= scale[i / K] * scale[i % K];
    int status = gst_symmetric_eigen(K, c->schur, kept, c->modes);
    if (status != GST_OK)
        return status;
    for (size_t k = 0; k < K; k++) {
        double product = 0.0;
        for (size_t g = 0; g < K; g++)
            product += c->modes[g * K + k] * scale[g] * dm[g];
        c->unresolved |= !(kept[k] > CUT) && !(left_of_mode(c, k) <= COLLINEAR);
        kept[k] = kept[k] > CUT ? product / kept[k] : 0.0;
    }
    for (size_t g = 0; g < K; g++) {
        dm[g] = 0.0;
        for (size_t k = 0; k < K; k++)
            dm[g] += scale[g] * c->modes[g * K + k] * kept[k];
    }
    return GST_OK;
}

static int solve_schur(gst_coupled *c, const gst_coupled_point *point)
{
    size_t K = c->K;
    double *copy = c->modes;
    int accurate = 1;
    for (size_t g = 0; g < K; g++)
        accurate =
            accurate && c->schur[g * K + g] > WELL_CONDITIONED * feature_size(c, point->lambda, g);
    memcpy(copy, c->schur, K * K * sizeof *copy);
    if (!accurate || gst_cholesky_factor(K, copy, c->scale, WELL_CONDITIONED) != GST_OK)
        return by_eigenvectors(c, point->lambda);
    gst_cholesky_solve(K, copy, c->scale, c->dm);
    return GST_OK;
}

/* Root of E (dyb^2 + |db|^2) of the step, whose node values go where those of the prediction were. */
static double length_of_step(gst_coupled *c)
{
    size_t stride = c->moments->n, n = c->active, m = c->s - c->q - 1;
    double square = 0.0;
    for (size_t j = 0; j <= c->q; j++) {
        memset(c->yb, 0, n * sizeof *c->yb);
        for (size_t i = 0; i < c->terms; i++)
            c->x[i] = i < c->K ? c->dm[i] : c->dt[gst_coupled_place_of(c, i)];
        for (size_t g = 0; j < c->q && g < c->K; g++)
            c->x[g] = c->dt[g * c->s + m + j];
        gst_combine_rows(n, j < c->q ? c->K : c->terms, stride, c->x,
                         j < c->q ? c->moments->mu1 : c->state->S, c->yb);
        for (size_t k = 0; k < n; k++)
            square += c->moments->w[k] * c->yb[k] * c->yb[k];
    }
    return sqrt(square);
}

/* rho w E G', and no less than what makes a step of length `radius' of E G^2. */
static void set_curvature(gst_coupled *c, double radius)
{
    for (size_t k = 0; k < c->active; k++) {
        double w = c->moments->w[k], least = 0.0;
        if (radius < INFINITY)
            least = FLAT / radius * sqrt(fmax(c->weight_G2[k], 0.0) * c->rho * w);
        c->curvature[k] = fmax(c->weight_dG[k], least);
    }
}

static void shorten(gst_coupled *c, double radius)
{
    double length = radius < INFINITY ? length_of_step(c) : 0.0;
    if (!(length > radius))
        return;
    for (size_t g = 0; g < c->K; g++)
        c->dm[g] *= radius / length;
    for (size_t i = 0; i < c->ks; i++)
        c->dt[i] *= radius / length;
}

int gst_coupled_mean_step(gst_coupled *c, const gst_coupled_point *point, double radius,
                          const double *V2, const double *u, double *out)
{
    size_t K = c->K, terms = c->terms;
    const double *mean = u + gst_coupled_mean(c), *t = u + gst_coupled_special(c);
    int status = c->bulk->type->directions(c->bulk, c->N_perp);
    if (status != GST_OK)
        return status;
    c->unresolved = 0;
    set_curvature(c, radius);
    gst_weighted_gram(c->active, terms, c->moments->n, c->curvature, c->state->S, c->gram);
    status = respond(c, t);
    if (status != GST_OK)
        return status;
    set_schur(c, point, V2, mean);
    status = solve_schur(c, point);
    if (status != GST_OK)
        return status;
    for (size_t i = 0; i < c->ks; i++) {
        c->dt[i] = c->response[i * (K + 1) + K];
        for (size_t g = 0; g < K; g++)
            c->dt[i] -= c->response[i * (K + 1) + g] * c->dm[g];
    }
    shorten(c, radius);
    for (size_t a = K; a < terms; a++) {
        for (size_t b = 0; b < terms; b++)
            c->fields[gst_coupled_place_of(c, a)] -=
                c->gram[a * terms + b] * (b < K ? c->dm[b] : c->dt[gst_coupled_place_of(c, b)]);
    }
    for (size_t g = 0; g < K; g++)
        out[gst_coupled_mean(c) + g] = mean[g] + c->dm[g];
    for (size_t i = 0; i < c->ks; i++)
        out[gst_coupled_special(c) + i] = t[i] + c->dt[i];
    return GST_OK;
}
