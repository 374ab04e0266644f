/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bounds.c - bounds on the excess risk after one population step (docs/theory, bounds).
 *
 * With the features of one step at alpha0 = inf, over coefficients a_g and vectors t_g = (theta, psi, eps),
 *   fit = sum_g a_g mu0_g + sum_g ( theta_g.kappa mu1_g + psi_g.s mu1_g + eps_g nu_g ):
 *     upper            min E (g - fit)^2 with t = 0
 *     lower_published  ... with eps = 0: what the published equivalent can represent
 *     lower            ... with every t_g in the range of C_g: for one target direction one
 *                      coefficient of kappa mu1 + x nu, x = C_{v,norm}/C_{v,v}
 *     kernel           E g^2 - (E g)^2 - |E[g z]|^2: what any fixed kernel keeps at n = O(d).
 * Each is a least-squares problem on the nodes; residual directions enter through h1 and `rest`. */
#include "giantstep/bounds.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

#include "base/linear.h"
#include "base/arena.h"
#include "models/tables/moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Singular values, relative to the largest, below which columns are linearly dependent. */
#define COLLINEAR 1e-12
/* First and last order of the average over kappa. */
#define FIRST_ORDER 128
#define LAST_ORDER 16384

/* The features, target and everything fitted, at one resolution. */
typedef struct {
    gst_features *f;
    gst_moments *t;
} resolved;

typedef enum { FIT_UPPER, FIT_LOWER, FIT_PUBLISHED, FIT_COUNT } fit_kind;

/* One fit: coefficients of mean a[g], and of t[g*s + i]. */
typedef struct {
    double *a, *t;
} fit;

static void resolved_clear(resolved *r)
{
    gst_moments_free(r->t);
    gst_features_free(r->f);
    *r = (resolved){0};
}

static const char *table_failure(int status)
{
    return status == GST_FAILED ? "not finite, or not convergent" : gst_status_name(status);
}

static int resolve(resolved *r, const gst_problem *problem, size_t order, int half,
                   gst_message *message)
{
    *r = (resolved){0};
    int status = gst_features_train(&r->f, problem, half, message);
    if (status < 0)
        return status;
    int tables =
        gst_moments_tabulate(&r->t, r->f, problem->activation, problem->target, order, half);
    if (tables < 0) {
        resolved_clear(r);
        return gst_fail(message, tables, "the moment tables: %s", table_failure(tables));
    }
    return GST_OK;
}

/* ---- one fit ------------------------------------------------------------------------------------ */

/* Of the rows divided by the roots of C's diagonal: the eigenvalue that the column comes from. */
static double column_square(size_t s, const double *root, const double *C, size_t column)
{
    double sum = 0.0;
    for (size_t i = 0; i < s; i++) {
        if (C[i * s + i] > 0.0)
            sum += root[i * s + column] * root[i * s + column] / C[i * s + i];
    }
    return sum;
}

/* C_g is singular (rank r of r+1): columns of its root that are roots of rounding are no directions. */
static void drop_rounding(size_t s, const double *C, double *root)
{
    double largest = 0.0;
    for (size_t c = 0; c < s; c++)
        largest = fmax(largest, column_square(s, root, C, c));
    for (size_t c = 0; c < s; c++) {
        int rounding = !(column_square(s, root, C, c) > COLLINEAR * largest);
        for (size_t i = 0; rounding && i < s; i++)
            root[i * s + c] = 0.0;
    }
}

/* Row i of s of a basis of the directions t_g may take, `rank` columns: basis[i*s + j]. */
static int direction_basis(const gst_features *f, size_t g, fit_kind kind, double *basis,
                           size_t *rank)
{
    size_t s = f->m + f->q + 1;
    memset(basis, 0, s * s * sizeof *basis);
    *rank = kind == FIT_UPPER ? 0 : kind == FIT_PUBLISHED ? s - 1 : s;
    for (size_t i = 0; kind == FIT_PUBLISHED && i + 1 < s; i++)
        basis[i * s + i] = 1.0;
    if (kind != FIT_LOWER)
        return GST_OK;
    const double *C = f->C + g * s * s;
    int status = gst_symmetric_root(s, C, COLLINEAR, basis);
    drop_rounding(s, C, basis);
    return status;
}

/* Adds group g's columns: node rows (kappa mu1 and nu parts), then one block of node rows per residual
 * direction (s_j mu1 parts). */
static void fill_group(const resolved *r, size_t g, size_t rank, const double *basis, size_t at,
                       size_t columns, double *design)
{
    const gst_moments *t = r->t;
    size_t n = t->n, m = t->m, q = t->q, s = m + q + 1;
    for (size_t k = 0; k < n; k++) {
        double weight = sqrt(t->w[k]), mu1 = t->mu1[g * n + k];
        for (size_t c = 0; c < rank; c++) {
            double sum = basis[(m + q) * s + c] * t->nu[g * n + k];
            for (size_t l = 0; l < m; l++)
                sum += basis[l * s + c] * t->kappa[l * n + k] * mu1;
            design[k * columns + at + c] = weight * sum;
            for (size_t j = 0; j < q; j++)
                design[((j + 1) * n + k) * columns + at + c] =
                    weight * basis[(m + j) * s + c] * mu1;
        }
    }
}

static void fill_targets(const resolved *r, size_t columns, double *design, double *target)
{
    const gst_moments *t = r->t;
    size_t n = t->n, K = t->K;
    for (size_t k = 0; k < n; k++) {
        double weight = sqrt(t->w[k]);
        for (size_t g = 0; g < K; g++)
            design[k * columns + g] = weight * t->mu0[g * n + k];
        target[k] = weight * t->h[k];
        for (size_t j = 0; j < t->q; j++)
            target[(j + 1) * n + k] = weight * t->h1[j * n + k];
    }
}

/* sum of squares of target - design x. */
static double misfit(size_t rows, size_t columns, const double *design, const double *target,
                     const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < rows; i++) {
        double rest = target[i];
        for (size_t c = 0; c < columns; c++)
            rest -= design[i * columns + c] * x[c];
        sum += rest * rest;
    }
    return sum;
}

/* One least-squares problem and what solves it. */
typedef struct {
    size_t rows, columns;
    double *design, *target, *x, *basis; /* basis: K of s x s */
    double *work, *rest;                 /* copies that least squares overwrites */
    double *values, *projections;        /* columns */
    gst_arena memory;
} least_squares;

static int take_memory(least_squares *p, size_t nodes, size_t K, size_t s)
{
    *p = (least_squares){.columns = K * (1 + s)};
    p->rows = nodes + p->columns;
    const gst_array arrays[] = {GST_MATRIX(p->design, p->rows, p->columns),
                                GST_VECTOR(p->target, p->rows),
                                GST_VECTOR(p->x, p->columns),
                                GST_MATRIX(p->basis, K * s, s),
                                GST_MATRIX(p->work, p->rows, p->columns),
                                GST_VECTOR(p->rest, p->rows),
                                GST_VECTOR(p->values, p->columns),
                                GST_VECTOR(p->projections, p->columns)};
    return gst_arena_take(&p->memory, sizeof arrays / sizeof *arrays, arrays);
}

static int solve_fit(least_squares *p)
{
    size_t size = p->rows * p->columns;
    double square = 0.0;
    for (size_t i = 0; i < size; i++)
        square += p->design[i] * p->design[i];
    memcpy(p->work, p->design, size * sizeof *p->work);
    memcpy(p->rest, p->target, p->rows * sizeof *p->rest);
    return gst_least_squares(p->rows, p->columns, 0, p->work, p->rest, COLLINEAR * sqrt(square),
                             0.0, p->x, p->values, p->projections);
}

/* The coefficients of a solved fit in terms of a and t. */
static void take_fit(const least_squares *p, size_t K, size_t s, fit *found)
{
    memcpy(found->a, p->x, K * sizeof *p->x);
    for (size_t i = 0; i < K * s; i++) {
        found->t[i] = 0.0;
        for (size_t c = 0; c < s; c++)
            found->t[i] += p->basis[i * s + c] * p->x[K + (i / s) * s + c];
    }
}

/* Fits, and stores coefficients in terms of a and t. */
static int fit_one(const resolved *r, fit_kind kind, fit *found, double *risk)
{
    const gst_moments *t = r->t;
    size_t K = t->K, s = t->m + t->q + 1, at = K;
    least_squares p;
    int status = take_memory(&p, (t->q + 1) * t->n, K, s);
    if (status == GST_OK)
        fill_targets(r, p.columns, p.design, p.target);
    for (size_t g = 0; g < K && status == GST_OK; g++) {
        size_t rank;
        double *basis = p.basis + g * s * s;
        status = direction_basis(r->f, g, kind, basis, &rank);
        fill_group(r, g, rank, basis, at, p.columns, p.design);
        at += s;
    }
    if (status == GST_OK)
        status = solve_fit(&p);
    if (status == GST_OK) {
        *risk = misfit(p.rows, p.columns, p.design, p.target, p.x);
        for (size_t k = 0; k < t->n; k++)
            *risk += t->w[k] * t->rest[k];
        take_fit(&p, K, s, found);
    }
    gst_arena_free(&p.memory);
    return status;
}

/* ---- the bounds --------------------------------------------------------------------------------- */

static int bounds_at(const resolved *r, double *risks)
{
    size_t K = r->f->K, s = r->f->m + r->f->q + 1;
    fit found;
    gst_arena memory = {0};
    const gst_array arrays[] = {GST_VECTOR(found.a, K), GST_VECTOR(found.t, K * s)};
    int status = gst_arena_take(&memory, sizeof arrays / sizeof *arrays, arrays);
    for (int kind = 0; kind < FIT_COUNT && status == GST_OK; kind++)
        status = fit_one(r, (fit_kind)kind, &found, &risks[kind]);
    gst_arena_free(&memory);
    return status;
}

static int kernel_bound(const gst_problem *problem, int half, double *kernel, double *variance)
{
    gst_target_moments moments;
    int status = gst_target_moments_compute(problem->target, half, &moments);
    if (status < 0)
        return status;
    *variance = *kernel = moments.variance;
    for (size_t j = 0; j < moments.r; j++)
        *kernel -= moments.c1[j] * moments.c1[j];
    return GST_OK;
}

static int check(const gst_problem *problem, gst_message *message)
{
    int status = gst_problem_validate(problem, message);
    if (status != GST_OK)
        return status;
    if (problem->training.spikes)
        return gst_fail(message, GST_INVALID, "spikes: the bounds are those of a trained network");
    if (!isinf(problem->training.step[0].alpha0))
        return gst_fail(message, GST_INVALID, "alpha0: %g: the bounds need inf",
                        problem->training.step[0].alpha0);
    return GST_OK;
}

/* values[FIT_COUNT] then kernel. */
static int all_bounds(const gst_problem *problem, size_t order, int half, double *values,
                      double *variance, gst_message *message)
{
    resolved r;
    int status = resolve(&r, problem, order, half, message);
    if (status == GST_OK)
        status = bounds_at(&r, values);
    if (status == GST_OK)
        status = kernel_bound(problem, half, &values[FIT_COUNT], variance);
    resolved_clear(&r);
    return status;
}

int gst_bounds_compute(const gst_problem *problem, double tol, gst_bounds *bounds,
                       gst_message *message)
{
    double full[FIT_COUNT + 1], half[FIT_COUNT + 1], variance = 0.0, ignored;
    int status = check(problem, message);
    *bounds = (gst_bounds){.upper = NAN,
                           .lower = NAN,
                           .lower_published = NAN,
                           .kernel = NAN,
                           .error = NAN,
                           .status = GST_FAILED};
    for (size_t order = FIRST_ORDER; order <= LAST_ORDER && status == GST_OK; order *= 2) {
        status = all_bounds(problem, order, 0, full, &variance, message);
        if (status == GST_OK)
            status = all_bounds(problem, order, 1, half, &ignored, message);
        if (status != GST_OK)
            break;
        double error = 0.0;
        for (size_t i = 0; i <= FIT_COUNT; i++)
            error = fmax(error, fabs(full[i] - half[i]));
        *bounds = (gst_bounds){.upper = full[FIT_UPPER],
                               .lower = full[FIT_LOWER],
                               .lower_published = full[FIT_PUBLISHED],
                               .kernel = full[FIT_COUNT],
                               .error = error,
                               .status = error <= tol * variance ? GST_OK : GST_LOOSE};
        if (bounds->status == GST_OK)
            break;
    }
    return status == GST_OK ? bounds->status : status;
}

/* ---- the functions that attain them ------------------------------------------------------------- */

/* a mu0 + theta kappa mu1 + eps nu at the tabulated kappa, one group. */
static void draw_fit(const gst_moments *t, const fit *found, double *values)
{
    for (size_t k = 0; k < t->n; k++)
        values[k] = found->a[0] * t->mu0[k] + found->t[0] * t->kappa[k] * t->mu1[k] +
                    found->t[1 + t->q] * t->nu[k];
}

static int draw_all(const resolved *r, const gst_moments *at, double *const *curves)
{
    double coefficients[1 + 1 + GST_TARGET_DIM_MAX + 1], risk;
    fit found = {.a = coefficients, .t = coefficients + 1};
    for (int kind = 0; kind < FIT_COUNT; kind++) {
        int status = fit_one(r, (fit_kind)kind, &found, &risk);
        if (status != GST_OK)
            return status;
        draw_fit(at, &found, curves[kind]);
    }
    return GST_OK;
}

int gst_bounds_functions(const gst_problem *problem, size_t count, const double *kappa,
                         double *target, double *upper, double *lower, double *lower_published,
                         gst_message *message)
{
    double *const curves[FIT_COUNT] = {
        [FIT_UPPER] = upper, [FIT_LOWER] = lower, [FIT_PUBLISHED] = lower_published};
    resolved r = {0};
    gst_moments *at = NULL;
    int status = check(problem, message);
    if (status == GST_OK && problem->layer->K != 1)
        status = gst_fail(message, GST_INVALID,
                          "layer: the functions that attain the bounds need one group");
    if (status == GST_OK)
        status = resolve(&r, problem, LAST_ORDER / 16, 0, message);
    if (status == GST_OK && r.f->m != 1)
        status = gst_fail(message, GST_INVALID,
                          "target: the step creates no spike, so there is no kappa");
    if (status == GST_OK) {
        status = gst_moments_at(&at, r.f, problem->activation, problem->target, count, kappa);
        if (status < 0)
            gst_fail(message, status, "the moment tables: %s", table_failure(status));
    }
    if (status >= 0) {
        memcpy(target, at->h, count * sizeof *target);
        status = draw_all(&r, at, curves);
    }
    gst_moments_free(at);
    resolved_clear(&r);
    return status;
}
