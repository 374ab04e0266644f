/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mean_least_squares.c - the mean prediction when the groups' mu0_g are nearly dependent (docs/theory, mean prediction).
 *
 *   1. least squares on the nodes: columns u, t = N_perp^{1/2} u, which the ridge of u makes independent, then m;
 *      what the mu0_g add to the former is split by singular values s_k with projections p_k of the target;
 *   2. directions below the cut are dropped, the others kept;
 *   3. rounding of the tables turns direction k by rounding/s_k, and puts up to that part of the target
 *      wrongly into p_k.  |r|^2 being the minimum, the weighted squared error |r|^2 + rho E[(rest +
 *      |h1 - psi mu1|^2 + Delta)/(t+V)] changes by 2 |r| |target| rounding/s_k, and the test error in proportion
 *      (readout->rounding);
 *   4. where p_k is less than that, it is noise, or of no use: the answer without such directions is as good
 *      (readout->unresolved, leave_out), and the difference of the two is the error. */
#include "solver/readout/readout.h"

#include "base/linear.h"
#include "base/arena.h"
#include "solver/readout/finite_width.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Eigenvalues of N_perp, divided by its diagonal, below zero by this times the largest are rounding. */
#define ROOT_SLACK 1e-12
/* Singular values of the mu0_g, in units of the longest feature, whose rounding they have: tables of exactly
 * dependent groups leave up to 6e-15. */
#define COLLINEAR 3e-14
/* Rounding of the moment tables, in the same units, as an average over the nodes feels it: up to 0.03 units in the
 * last place in eight cases solved with 60 digits, taken four times. */
#define TABLE_ROUNDING (DBL_EPSILON / 8.0)
/* A singular value may be smaller by this than its predecessors promise. */
#define UNEVEN 1e-4
/* Changes of the test error below this need no second solution. */
#define NOTHING 1e-12

/* Rows: nodes times root of weight | identity for u | root of 1/(p V2) for m.  Columns: u, with
 * t = root u, root root^T = N_perp, then m. */
static void fill_design(const gst_readout *r, const gst_state *state, const double *root, double *a,
                        double *b)
{
    size_t K = r->K, ks = K * gst_readout_special(r), columns = K + ks;
    size_t stride = state->moments->n, n = state->active;
    for (size_t k = 0; k < n; k++) {
        double weight = sqrt(state->weight[k]), *row = a + k * columns;
        for (size_t g = 0; g < K; g++)
            row[ks + g] = weight * state->S[g * stride + k];
        for (size_t i = K; i < state->terms; i++) {
            double value = weight * state->S[i * stride + k];
            const double *from = root + gst_readout_place(r, i) * ks;
            for (size_t j = 0; j < ks; j++)
                row[j] += value * from[j];
        }
        b[k] = weight * state->moments->h[k];
    }
    for (size_t j = 0; j < ks; j++) {
        a[(n + j) * columns + j] = 1.0;
        for (size_t g = 0; g < K; g++) {
            for (size_t i = g * gst_readout_special(r) + r->m;
                 i < g * gst_readout_special(r) + r->m + r->q; i++)
                b[n + j] += root[i * ks + j] * r->fields[i];
        }
    }
    for (size_t g = 0; g < K; g++)
        a[(n + ks + g) * columns + ks + g] = gst_finite_width_cost_root(state, g);
}

/* Root of the largest rho E[sigma^2/(t+V)] of a group, sigma^2 = mu0^2 + c mu1^2 + mu2^2. */
static double longest_feature(const gst_readout *r, const gst_state *state)
{
    size_t K = r->K, n = state->moments->n;
    double longest = 0.0;
    for (size_t g = 0; g < K; g++) {
        const double *mu0 = state->moments->mu0 + g * n, *mu1 = state->moments->mu1 + g * n;
        double square = 0.0;
        for (size_t k = 0; k < state->active; k++)
            square += state->weight[k] * (mu0[k] * mu0[k] + state->bulk->c[g] * mu1[k] * mu1[k] +
                                          state->moments->mu2sq[g * n + k]);
        longest = fmax(longest, square);
    }
    return sqrt(longest);
}

/* rho E[(rest + |h1 - psi mu1|^2 + Delta)/(t+V)] */
static double unexplained(const gst_readout *r, const gst_state *state)
{
    const gst_moments *t = state->moments;
    double sum = 0.0;
    for (size_t k = 0; k < state->active; k++) {
        double square = t->rest[k] + state->point.noise;
        for (size_t j = 0; j < r->q; j++) {
            double left = t->h1[j * t->n + k];
            for (size_t g = 0; g < r->K; g++)
                left -= r->t[g * gst_readout_special(r) + r->m + j] * t->mu1[g * t->n + k];
            square += left * left;
        }
        sum += state->weight[k] * square;
    }
    return sum;
}

/* What least squares found, in the directions of the mu0_g. */
typedef struct {
    size_t K, rest;
    double scale;                 /* longest_feature */
    double unexplained;           /* of the weighted squared error, beside |r|^2 */
    double *values, *projections; /* K */
    const double *residual;       /* rest */
} fit;

/* A direction that was dropped may be real: the values before it, s_j = s_0 ratio^j, let its own fall below the
 * cut. */
static int may_be_real(const fit *f, size_t kept)
{
    if (kept < 2 || kept == f->K)
        return 0;
    double last = f->values[kept - 1];
    double next = last * pow(last / f->values[0], 1.0 / (double)(kept - 1));
    return !(UNEVEN * next > COLLINEAR * f->scale);
}

/* rounding and unresolved, of the directions kept. */
static void set_rounding(gst_readout *r, const fit *f)
{
    double left = 0.0, target = 0.0, whole;
    size_t kept = 0;
    for (size_t i = 0; i < f->rest; i++)
        left += f->residual[i] * f->residual[i];
    whole = left + f->unexplained;
    for (; kept < f->K && f->values[kept] > COLLINEAR * f->scale; kept++)
        target += f->projections[kept] * f->projections[kept];
    r->rounding = may_be_real(f, kept);
    for (size_t k = 0; k < kept && whole > 0.0; k++) {
        double noise = TABLE_ROUNDING * f->scale / f->values[k] * sqrt(left + target);
        double change = 2.0 * noise * sqrt(left) / whole;
        if (fabs(f->projections[k]) > noise || change <= NOTHING)
            r->rounding += change;
        else
            r->unresolved = 1;
    }
    r->noise = TABLE_ROUNDING * f->scale * sqrt(left + target);
}

/* The least-squares problem, as large as there are nodes: had for one solution only. */
typedef struct {
    size_t rows, columns;
    double *design, *target, *root, *solution, *values, *projections;
    gst_arena memory;
} problem;

static int take_memory(problem *p, size_t nodes, size_t K, size_t ks)
{
    *p = (problem){.rows = nodes + ks + K, .columns = K + ks};
    const gst_array arrays[] = {GST_MATRIX(p->design, p->rows, p->columns),
                                GST_VECTOR(p->target, p->rows),
                                GST_MATRIX(p->root, ks, ks),
                                GST_VECTOR(p->solution, p->columns),
                                GST_VECTOR(p->values, K),
                                GST_VECTOR(p->projections, K)};
    return gst_arena_take(&p->memory, sizeof arrays / sizeof *arrays, arrays);
}

static int solve(gst_readout *r, const gst_state *state, problem *p)
{
    size_t K = r->K, ks = K * gst_readout_special(r);
    fit f = {.K = K,
             .rest = p->rows - p->columns,
             .scale = longest_feature(r, state),
             .values = p->values,
             .projections = p->projections,
             .residual = p->target + p->columns};
    int status = gst_symmetric_root(ks, r->N_perp, ROOT_SLACK, p->root);
    if (status != GST_OK)
        return status;
    fill_design(r, state, p->root, p->design, p->target);
    status =
        gst_least_squares(p->rows, p->columns, ks, p->design, p->target, COLLINEAR * f.scale,
                          r->leave_out ? r->noise : 0.0, p->solution, p->values, p->projections);
    if (status != GST_OK)
        return status;
    memcpy(r->mean, p->solution + ks, K * sizeof *p->solution);
    for (size_t i = 0; i < ks; i++) {
        r->t[i] = 0.0;
        for (size_t j = 0; j < ks; j++)
            r->t[i] += p->root[i * ks + j] * p->solution[j];
    }
    f.unexplained = unexplained(r, state);
    set_rounding(r, &f);
    return GST_OK;
}

int gst_readout_collinear(gst_readout *r, const gst_state *state)
{
    problem p;
    int status = take_memory(&p, state->active, r->K, r->K * gst_readout_special(r));
    if (status == GST_OK)
        status = solve(r, state, &p);
    gst_arena_free(&p.memory);
    return status;
}
