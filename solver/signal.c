/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signal.c - the mean prediction of the readout (docs/theory, mean prediction).
 *
 * yb = sum_i coefficient_i S_i(kappa), S = (mu0_g; per group kappa_l mu1_g, nu_g), coefficients (m, t).
 *   1. Gram matrix G_ij = rho E[S_i S_j/(t+V)], fields at zero prediction r_i = rho E[S_i h/(t+V)],
 *      psih_gj = rho E[mu1_g h1_j/(t+V)];
 *   2. t from m:  (I + N_perp G_tt) t = N_perp (r_t - G_tm m), no inverse of N_perp;
 *   3. the Schur complement in m, regularised by 1/(p V2_g) at finite width;
 *   4. when that is near singular: least squares on the nodes themselves, whose condition number is
 *      the root of the Gram matrix's, and the minimum-norm m;
 *   5. there, rounding of the tables turns the direction of singular value s_k by rounding/s_k, and puts up to
 *      that part of the target, but not more than there is, wrongly into the projection p_k on it:
 *      dp_k = min(|p_k|, |target| rounding/s_k).  |r|^2 being the minimum, the weighted squared error
 *      |r|^2 + rho E[(rest + Delta)/(t+V)] may change by 2 |r| dp_k, and the test error in proportion
 *      (readout->rounding). */
#include "readout.h"

#include "linear.h"
#include "memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Squared pivots of the scaled Schur complement below this go to least squares: above it the normal
 * equations lose at most eight of sixteen digits in a direction that matters to their root. */
#define WELL_CONDITIONED 1e-8
/* Eigenvalues of N_perp below this times the largest are rounding. */
#define ROOT_SLACK 1e-12
/* Singular values of the mu0_g, in units of the longest feature, whose rounding they have: tables of exactly
 * dependent groups leave up to 6e-15. */
#define COLLINEAR 3e-14
/* Rounding of the moment tables, in the same units, as an average over the nodes feels it. */
#define TABLE_ROUNDING (0.25 * DBL_EPSILON)
/* A singular value may be smaller by this than its predecessors promise. */
#define UNEVEN 1e-4

static size_t special_count(const gst_readout *r)
{
    return r->m + r->q + 1;
}

/* Index in t of prediction term i >= K. */
static size_t term_index(const gst_readout *r, size_t i)
{
    size_t group = (i - r->K) / (r->m + 1), l = (i - r->K) % (r->m + 1);
    return group * special_count(r) + (l < r->m ? l : r->m + r->q);
}

/* ---- memory ------------------------------------------------------------------------------------- */

int gst_readout_alloc(gst_readout **readout, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t K = t->K, s = t->m + t->q + 1, ks = K * s, terms = e->terms, n = t->n;
    gst_readout *r = *readout = gst_alloc(1, sizeof *r);
    if (!r)
        return GST_NO_MEMORY;
    *r = (gst_readout){.K = K, .m = t->m, .q = t->q};
    size_t work = terms * terms + terms + ks * ks + ks * (K + 1) + K * K + 2 * K + e->L;
    double **arrays[] = {&r->mean, &r->t,      &r->fields, &r->forces, &r->Q,
                         &r->q2,   &r->error2, &r->N_perp, &r->work};
    size_t sizes[] = {K, ks, ks, K, K * K, K, n, ks * ks, work + 3 * e->L};
    size_t total = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        total += sizes[i];
    r->block = gst_alloc_doubles(total);
    r->pivot = gst_alloc(ks, sizeof *r->pivot);
    if (!r->block || !r->pivot) {
        gst_readout_free(r);
        *readout = NULL;
        return GST_NO_MEMORY;
    }
    double *at = r->block;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *arrays[i] = at;
        at += sizes[i];
    }
    return GST_OK;
}

void gst_readout_free(gst_readout *readout)
{
    if (!readout)
        return;
    free(readout->block);
    free(readout->pivot);
    free(readout);
}

/* ---- the normal equations ----------------------------------------------------------------------- */

/* Views into r->work. */
typedef struct {
    double *gram;     /* terms x terms */
    double *target;   /* terms: rho E[S_i h/(t+V)] */
    double *system;   /* ks x ks */
    double *response; /* ks x (K+1): columns of N_perp G_tm and of N_perp r_t */
    double *schur;    /* K x K */
    double *scale;    /* K */
} normal;

static normal normal_views(const gst_readout *r, size_t terms)
{
    size_t ks = r->K * special_count(r);
    normal v;
    v.gram = r->work;
    v.target = v.gram + terms * terms;
    v.system = v.target + terms;
    v.response = v.system + ks * ks;
    v.schur = v.response + ks * (r->K + 1);
    v.scale = v.schur + r->K * r->K;
    return v;
}

static void set_gram(const gst_equations *e, normal *v)
{
    size_t stride = e->moments->n, n = e->active, terms = e->terms;
    for (size_t i = 0; i < terms; i++) {
        v->target[i] = gst_weighted_product(n, e->weight, e->S + i * stride, e->moments->h);
        for (size_t j = i; j < terms; j++)
            v->gram[i * terms + j] = v->gram[j * terms + i] =
                gst_weighted_product(n, e->weight, e->S + i * stride, e->S + j * stride);
    }
}

/* psih into the residual rows of the fields. */
static void set_residual_fields(gst_readout *r, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t n = t->n, s = special_count(r);
    for (size_t g = 0; g < r->K; g++) {
        for (size_t j = 0; j < r->q; j++)
            r->fields[g * s + r->m + j] =
                gst_weighted_product(e->active, e->weight, t->mu1 + g * n, t->h1 + j * n);
    }
}

/* system = I + N_perp G_tt; response = N_perp (G_tm | r_t), solved. */
static int respond(gst_readout *r, size_t terms, normal *v)
{
    size_t K = r->K, ks = K * special_count(r), columns = K + 1;
    for (size_t i = 0; i < ks; i++) {
        const double *row = r->N_perp + i * ks;
        for (size_t j = 0; j < ks; j++)
            v->system[i * ks + j] = i == j;
        for (size_t c = 0; c < columns; c++)
            v->response[i * columns + c] = 0.0;
        for (size_t a = K; a < terms; a++) {
            double factor = row[term_index(r, a)];
            for (size_t b = K; b < terms; b++)
                v->system[i * ks + term_index(r, b)] += factor * v->gram[a * terms + b];
            for (size_t g = 0; g < K; g++)
                v->response[i * columns + g] += factor * v->gram[a * terms + g];
            v->response[i * columns + K] += factor * v->target[a];
        }
        for (size_t g = 0; g < K; g++) {
            for (size_t j = 0; j < r->q; j++) {
                size_t at = g * special_count(r) + r->m + j;
                v->response[i * columns + K] += row[at] * r->fields[at];
            }
        }
    }
    if (gst_lu_factor(ks, v->system, r->pivot) != GST_OK)
        return GST_FAILED;
    gst_lu_solve(ks, v->system, r->pivot, columns, v->response);
    return GST_OK;
}

/* Schur complement of m; right-hand side into r->mean. */
static void set_schur(gst_readout *r, const gst_equations *e, const gst_scaled_point *point,
                      normal *v)
{
    size_t K = r->K, terms = e->terms, columns = K + 1;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h <= K; h++) {
            double sum = h < K ? v->gram[g * terms + h] : v->target[g];
            for (size_t a = K; a < terms; a++)
                sum -= v->gram[g * terms + a] * v->response[term_index(r, a) * columns + h];
            if (h == K)
                r->mean[g] = sum;
            else
                v->schur[g * K + h] = sum;
        }
        if (isfinite(point->width))
            v->schur[g * K + g] += 1.0 / (point->width * e->x[gst_packed_value(K, g)]);
    }
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g + 1; h < K; h++)
            v->schur[g * K + h] = v->schur[h * K + g] =
                0.5 * (v->schur[g * K + h] + v->schur[h * K + g]);
    }
}

/* Whether the Schur complement has digits left: its diagonal against the size of the features,
 * rho E[sigma^2/(t+V)] = G_mm + c V1h + D - ridge.  (mu0 of an odd sigma is rounding of that size.) */
static int schur_is_accurate(const gst_readout *r, const gst_equations *e,
                             const gst_scaled_point *point, const normal *v)
{
    for (size_t g = 0; g < r->K; g++) {
        double size = v->gram[g * e->terms + g] +
                      e->bulk->c[g] * e->hat[gst_packed_pair(r->K, g, g)] +
                      e->hat[gst_packed_value(r->K, g)] - point->ridge;
        if (!(v->schur[g * r->K + g] > WELL_CONDITIONED * size))
            return 0;
    }
    return 1;
}

static int solve_normal(gst_readout *r, const gst_equations *e, const gst_scaled_point *point,
                        normal *v)
{
    size_t K = r->K, ks = K * special_count(r);
    set_schur(r, e, point, v);
    if (!schur_is_accurate(r, e, point, v) ||
        gst_cholesky_factor(K, v->schur, v->scale, WELL_CONDITIONED) != GST_OK)
        return GST_LOOSE;
    gst_cholesky_solve(K, v->schur, v->scale, r->mean);
    for (size_t i = 0; i < ks; i++) {
        const double *row = v->response + i * (K + 1);
        r->t[i] = row[K];
        for (size_t g = 0; g < K; g++)
            r->t[i] -= row[g] * r->mean[g];
    }
    return GST_OK;
}

/* ---- least squares ------------------------------------------------------------------------------ */

/* Rows: nodes times root of weight | identity for u | root of 1/(p V2) for m.  Columns: u, with
 * t = root u, root root^T = N_perp, then m. */
static void fill_design(const gst_readout *r, const gst_equations *e, const gst_scaled_point *point,
                        const double *root, double *a, double *b)
{
    size_t K = r->K, ks = K * special_count(r), columns = K + ks;
    size_t stride = e->moments->n, n = e->active;
    for (size_t k = 0; k < n; k++) {
        double weight = sqrt(e->weight[k]), *row = a + k * columns;
        for (size_t g = 0; g < K; g++)
            row[ks + g] = weight * e->S[g * stride + k];
        for (size_t i = K; i < e->terms; i++) {
            double value = weight * e->S[i * stride + k];
            const double *from = root + term_index(r, i) * ks;
            for (size_t j = 0; j < ks; j++)
                row[j] += value * from[j];
        }
        b[k] = weight * e->moments->h[k];
    }
    for (size_t j = 0; j < ks; j++) {
        a[(n + j) * columns + j] = 1.0;
        for (size_t g = 0; g < K; g++) {
            for (size_t i = g * special_count(r) + r->m; i < g * special_count(r) + r->m + r->q;
                 i++)
                b[n + j] += root[i * ks + j] * r->fields[i];
        }
    }
    for (size_t g = 0; g < K && isfinite(point->width); g++)
        a[(n + ks + g) * columns + ks + g] =
            1.0 / sqrt(point->width * e->x[gst_packed_value(K, g)]);
}

/* Root of the largest rho E[sigma^2/(t+V)] of a group, sigma^2 = mu0^2 + c mu1^2 + mu2^2. */
static double longest_feature(const gst_readout *r, const gst_equations *e)
{
    size_t K = r->K, n = e->moments->n;
    double longest = 0.0;
    for (size_t g = 0; g < K; g++) {
        const double *mu0 = e->moments->mu0 + g * n, *mu1 = e->moments->mu1 + g * n;
        double square = 0.0;
        for (size_t k = 0; k < e->active; k++)
            square += e->weight[k] * (mu0[k] * mu0[k] + e->bulk->c[g] * mu1[k] * mu1[k] +
                                      e->moments->mu2sq[g * n + k]);
        longest = fmax(longest, square);
    }
    return sqrt(longest);
}

/* rho E[(rest + Delta)/(t+V)] */
static double unexplained(const gst_equations *e, const gst_scaled_point *point)
{
    double sum = 0.0;
    for (size_t k = 0; k < e->active; k++)
        sum += e->weight[k] * (e->moments->rest[k] + point->noise);
    return sum;
}

/* What least squares found, in the directions of the mu0_g. */
typedef struct {
    size_t K, rest;
    double scale;                /* longest_feature */
    double unexplained;          /* rho E[(rest + Delta)/(t+V)] */
    double *values, *projections; /* K */
    const double *residual;      /* rest */
} fit;

/* Relative change of the test error by rounding of the tables; at least 1 if a direction that was dropped may
 * be real: the values before it, s_j = s_0 ratio^j, let its value fall below the cut. */
static double amplified_rounding(const fit *f)
{
    double left = 0.0, target = 0.0, wrong = 0.0;
    size_t kept = 0;
    for (size_t i = 0; i < f->rest; i++)
        left += f->residual[i] * f->residual[i];
    for (; kept < f->K && f->values[kept] > COLLINEAR * f->scale; kept++)
        target += f->projections[kept] * f->projections[kept];
    for (size_t k = 0; k < kept; k++) {
        double turn = TABLE_ROUNDING * f->scale / f->values[k];
        wrong += fmin(fabs(f->projections[k]), turn * sqrt(left + target));
    }
    double whole = left + f->unexplained;
    double relative = whole > 0.0 ? 2.0 * wrong * sqrt(left) / whole : 0.0;
    if (kept < 2 || kept == f->K)
        return relative;
    double last = f->values[kept - 1];
    double next = last * pow(last / f->values[0], 1.0 / (double)(kept - 1));
    return UNEVEN * next > COLLINEAR * f->scale ? relative : 1.0 + relative;
}

static int solve_least_squares(gst_readout *r, const gst_equations *e,
                               const gst_scaled_point *point)
{
    size_t K = r->K, ks = K * special_count(r), columns = K + ks;
    size_t rows = e->active + ks + K;
    double *block = gst_alloc_doubles(rows * columns + rows + ks * ks + columns + 2 * K);
    if (!block)
        return GST_NO_MEMORY;
    double *b = block + rows * columns, *root = b + rows, *solution = root + ks * ks;
    double *values = solution + columns;
    fit f = {K,      rows - columns, longest_feature(r, e), unexplained(e, point),
             values, values + K,     b + columns};
    int status = gst_symmetric_root(ks, r->N_perp, ROOT_SLACK, root);
    if (status == GST_OK) {
        fill_design(r, e, point, root, block, b);
        status = gst_least_squares(rows, columns, ks, block, b, COLLINEAR * f.scale, solution, values,
                                   f.projections);
    }
    if (status == GST_OK) {
        memcpy(r->mean, solution + ks, K * sizeof *solution);
        memcpy(r->mean, solution + ks, K * sizeof *solution);
        r->rounding = amplified_rounding(&f);
        for (size_t i = 0; i < ks; i++) {
            r->t[i] = 0.0;
            for (size_t j = 0; j < ks; j++)
                r->t[i] += root[i * ks + j] * solution[j];
        }
    }
    free(block);
    return status;
}

/* ---- what the solution leaves ------------------------------------------------------------------- */

/* error2 holds h - yb on return; fields of spikes and norm, and forces. */
static void set_fields(gst_readout *r, const gst_equations *e, const gst_scaled_point *point)
{
    size_t K = r->K, stride = e->moments->n, n = e->active;
    double *error = r->error2;
    memcpy(error, e->moments->h, n * sizeof *error);
    for (size_t i = 0; i < e->terms; i++) {
        double coefficient = i < K ? r->mean[i] : r->t[term_index(r, i)];
        const double *row = e->S + i * stride;
        for (size_t k = 0; k < n; k++)
            error[k] -= coefficient * row[k];
    }
    for (size_t i = K; i < e->terms; i++)
        r->fields[term_index(r, i)] = gst_weighted_product(n, e->weight, e->S + i * stride, error);
    for (size_t g = 0; g < K; g++) {
        double V2 = e->x[gst_packed_value(K, g)];
        r->forces[g] = isfinite(point->width) ? r->mean[g] / (point->width * V2) : 0.0;
    }
}

static void square_error(gst_readout *r, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t n = t->n, active = e->active, s = special_count(r);
    for (size_t k = 0; k < active; k++)
        r->error2[k] = r->error2[k] * r->error2[k] + t->rest[k];
    for (size_t j = 0; j < r->q; j++) {
        for (size_t k = 0; k < active; k++) {
            double rest = t->h1[j * n + k];
            for (size_t g = 0; g < r->K; g++)
                rest -= r->t[g * s + r->m + j] * t->mu1[g * n + k];
            r->error2[k] += rest * rest;
        }
    }
}

int gst_readout_mean(gst_readout *readout, const gst_equations *e, const gst_scaled_point *point)
{
    normal v = normal_views(readout, e->terms);
    int status = e->bulk->type->directions(e->bulk, readout->N_perp);
    if (status != GST_OK)
        return status;
    set_gram(e, &v);
    set_residual_fields(readout, e);
    status = respond(readout, e->terms, &v);
    readout->rounding = 0.0;
    if (status == GST_OK)
        status = solve_normal(readout, e, point, &v);
    if (status != GST_OK)
        status = solve_least_squares(readout, e, point);
    if (status != GST_OK)
        return status;
    set_fields(readout, e, point);
    square_error(readout, e);
    return GST_OK;
}
