/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readouts.c - readouts of a problem's loss on nested data sets.
 *
 * The squared loss has normal equations (ridge.h), which need no samples once they are summed; all others are fitted one by
 * one on the rows kept (convex_fit.h).  Shares of labels are counted on the rows kept. */
#include "validate/networks/readouts.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "validate/networks/blas.h"
#include "validate/networks/convex_fit.h"
#include "validate/networks/ridge.h"

/* Newton steps of a fit, for estimates. */
#define STEPS_USUAL 25.0

struct gst_readouts {
    const gst_problem *problem;
    const gst_loss *loss;
    gst_precision precision;
    size_t p, n_count, lambda_count, seen, done; /* done: of the n, those fitted */
    const size_t *n;
    const double *lambda;
    volatile const int *stop;
    gst_ridge *ridge;   /* squared loss */
    gst_convex *convex; /* other losses */
    gst_arena memory;
    double *phi, *y, *f, *value, *c; /* rows kept: n[n_count-1], or none */
    gst_readout_fit *fit;
};

static int is_squared(const gst_problem *problem)
{
    return gst_loss_equal(problem->loss, NULL);
}

static const char *const reason_texts[] = {
    [GST_READOUT_FITTED] = "",
    [GST_READOUT_EQUATIONS] = "",
    [GST_READOUT_INSEPARABLE] = "no readout classifies all samples: there is no hard margin",
    [GST_READOUT_SINGULAR] = "lambda = 0 has no readout of least loss, or more than one",
    [GST_READOUT_GAP] = "the duality gap of a readout stays above 1e-8 of its objective",
};

const char *gst_readout_reason_text(gst_readout_reason reason)
{
    return reason_texts[reason];
}

/* ---- memory ------------------------------------------------------------------------------------- */

static size_t rows_kept(const gst_problem *problem, size_t n_count, const size_t *n)
{
    return gst_problem_has_losses(problem) ? n[n_count - 1] : 0;
}

double gst_readouts_doubles(const gst_problem *problem, size_t p, gst_precision precision,
                            size_t n_count, const size_t *n, size_t lambda_count)
{
    double rows = (double)rows_kept(problem, n_count, n), columns = (double)p;
    double fits = (double)n_count * (double)lambda_count, own = rows * (columns + 3);
    if (is_squared(problem))
        return own + gst_ridge_doubles(p, precision, n_count, n, lambda_count);
    return own + fits * (columns + 5) + gst_convex_doubles(n[n_count - 1], p);
}

double gst_readouts_flops(const gst_problem *problem, size_t p, size_t n_count, const size_t *n,
                          size_t lambda_count)
{
    double columns = (double)p, flops = 0;
    for (size_t k = 0; !is_squared(problem) && k < n_count; k++) {
        double rows = (double)n[k], side = fmin(rows, columns);
        flops += STEPS_USUAL * (rows * columns * side + side * side * side / 3);
    }
    return flops * (double)lambda_count;
}

static int allocate(gst_readouts *r)
{
    size_t rows = rows_kept(r->problem, r->n_count, r->n), fits = r->n_count * r->lambda_count;
    int squared = is_squared(r->problem);
    const gst_array arrays[] = {GST_MATRIX(r->phi, rows, r->p),
                                GST_VECTOR(r->y, rows),
                                GST_VECTOR(r->f, rows),
                                GST_VECTOR(r->value, rows),
                                GST_MATRIX(r->c, squared ? 0 : fits, r->p),
                                GST_VECTOR(r->fit, fits)};
    int status = gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK && squared)
        status = gst_ridge_alloc(&r->ridge, r->p, r->precision, r->n_count, r->n, r->lambda_count,
                                 r->lambda, r->stop);
    else if (status == GST_OK)
        status = gst_convex_alloc(&r->convex, r->n[r->n_count - 1], r->p);
    return status;
}

int gst_readouts_alloc(gst_readouts **readouts, const gst_problem *problem, size_t p,
                       gst_precision precision, size_t n_count, const size_t *n,
                       size_t lambda_count, const double *lambda, volatile const int *stop)
{
    gst_readouts *r = *readouts = gst_alloc(1, sizeof *r);
    if (!r)
        return GST_NO_MEMORY;
    r->problem = problem;
    r->loss = gst_loss_of(problem->loss);
    r->p = p;
    r->precision = precision;
    r->n_count = n_count;
    r->n = n;
    r->lambda_count = lambda_count;
    r->lambda = lambda;
    r->stop = stop;
    int status = allocate(r);
    if (status == GST_OK)
        return status;
    gst_readouts_free(r);
    *readouts = NULL;
    return status;
}

void gst_readouts_free(gst_readouts *readouts)
{
    if (!readouts)
        return;
    gst_ridge_free(readouts->ridge);
    gst_convex_free(readouts->convex);
    gst_arena_free(&readouts->memory);
    free(readouts);
}

/* ---- one fit ------------------------------------------------------------------------------------ */

static const gst_readout_reason reasons[] = {[GST_CONVEX_FITTED] = GST_READOUT_FITTED,
                                             [GST_CONVEX_INSEPARABLE] = GST_READOUT_INSEPARABLE,
                                             [GST_CONVEX_SINGULAR] = GST_READOUT_SINGULAR,
                                             [GST_CONVEX_GAP] = GST_READOUT_GAP};

/* Labels of the other sign than f, zeros by halves. */
static double count_wrong(size_t n, const double *y, const double *f)
{
    double wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += y[i] * f[i] < 0 ? 1 : f[i] == 0 ? 0.5 : 0;
    return wrong / (double)n;
}

/* Errors of the predictions in f; wall: those of the hard margin are met, to rounding. */
static void measure(const gst_readouts *r, size_t n, int wall, gst_readout_fit *fit)
{
    double square = 0, loss = 0;
    r->loss->value(r->loss, n, r->y, r->f, r->value);
    for (size_t i = 0; i < n; i++) {
        square += (r->y[i] - r->f[i]) * (r->y[i] - r->f[i]);
        loss += r->value[i];
    }
    fit->train_error = square / (double)n;
    fit->train_loss = wall ? 0 : loss / (double)n;
    fit->train_share = r->problem->labels == GST_LABELS_SIGN ? count_wrong(n, r->y, r->f) : NAN;
}

static int fit_loss(const gst_readouts *r, const gst_loss *loss, size_t n, double ridge, double *c,
                    gst_readout_fit *fit)
{
    gst_convex_samples samples = {
        .n = n, .p = r->p, .phi = r->phi, .y = r->y, .loss = loss, .ridge = ridge, .stop = r->stop};
    gst_convex_result result = gst_convex_fit(r->convex, &samples, c, r->f);
    fit->status = result.status;
    fit->reason = reasons[result.reason];
    return result.status;
}

/* What is left of the loss as lambda -> 0, if the samples can be fitted without any; 0 if they cannot. */
static int fit_limit(const gst_readouts *r, size_t n, double *c, gst_readout_fit *fit)
{
    const gst_loss *limit = r->loss->without_loss;
    const double at = 1;
    gst_convex_samples samples = {.n = n, .p = r->p, .phi = r->phi, .y = r->y, .loss = limit};
    double left;
    if (!limit || (!r->loss->margin && n > r->p))
        return 0;
    if (!r->loss->margin) {
        fit->status = gst_convex_interpolate(r->convex, &samples, c, r->f);
        fit->reason = fit->status == GST_OK ? GST_READOUT_FITTED : GST_READOUT_SINGULAR;
        return 1;
    }
    if (fit_loss(r, limit, n, 1, c, fit) == GST_FAILED)
        return fit->reason != GST_READOUT_INSEPARABLE;
    /* a loss that is left at the margin pushes it on, for ever */
    r->loss->value(r->loss, 1, &at, &at, &left);
    fit->limit = left > 0;
    return 1;
}

static void fit_one(gst_readouts *r, size_t k, size_t l)
{
    size_t n = r->n[k], at = l * r->n_count + k;
    double *c = r->c + at * r->p, ridge = r->lambda[l] * (double)r->p;
    int hard = r->loss->without_loss && gst_loss_equal(r->loss, r->loss->without_loss);
    gst_readout_fit *fit = r->fit + at;
    *fit = (gst_readout_fit){.status = GST_OK};
    int limit = ridge == 0 && !hard && fit_limit(r, n, c, fit);
    if (!limit)
        fit_loss(r, r->loss, n, ridge, c, fit);
    if (fit->status == GST_OK)
        measure(r, n, hard || (limit && r->loss->margin), fit);
    else
        fit->train_error = fit->train_loss = fit->train_share = NAN;
}

/* ---- rows --------------------------------------------------------------------------------------- */

static int stopped(const gst_readouts *r)
{
    return r->stop && *r->stop;
}

/* Ridge regressions are complete with n[k] samples: their errors, and shares from the rows kept. */
static void take_ridge(gst_readouts *r, size_t k, size_t l)
{
    size_t at = l * r->n_count + k, n = r->n[k];
    const gst_ridge_fit *from = gst_ridge_fits(r->ridge) + at;
    gst_readout_fit *fit = r->fit + at;
    *fit = (gst_readout_fit){.train_error = from->train_error,
                             .train_loss = 0.5 * from->train_error,
                             .train_share = NAN,
                             .status = from->status,
                             .reason = from->status == GST_OK ? GST_READOUT_FITTED
                                                              : GST_READOUT_EQUATIONS};
    if (!gst_problem_has_losses(r->problem) || from->status < 0)
        return;
    gst_dense_apply(GST_AS_IS, n, r->p, r->phi, gst_ridge_coefficients(r->ridge) + at * r->p, 0,
                    r->f);
    fit->train_share = count_wrong(n, r->y, r->f);
}

/* Ridge regressions of few samples are made together (ridge.h). */
static void fit_complete(gst_readouts *r)
{
    if (r->ridge && r->seen < r->n[r->n_count - 1])
        return;
    for (; r->done < r->n_count && r->n[r->done] <= r->seen; r->done++)
        for (size_t l = 0; l < r->lambda_count && !stopped(r); l++) {
            if (r->ridge)
                take_ridge(r, r->done, l);
            else
                fit_one(r, r->done, l);
        }
}

static void keep(gst_readouts *r, size_t rows, gst_numbers phi, const double *y)
{
    size_t kept = rows_kept(r->problem, r->n_count, r->n);
    size_t taken = r->seen >= kept ? 0 : rows < kept - r->seen ? rows : kept - r->seen;
    if (taken == 0)
        return;
    double *to = r->phi + r->seen * r->p;
    const double *from = gst_numbers_load(taken * r->p, phi, to);
    if (from != to)
        memcpy(to, from, taken * r->p * sizeof *to);
    memcpy(r->y + r->seen, y, taken * sizeof *y);
}

int gst_readouts_add(gst_readouts *readouts, size_t rows, gst_numbers phi, const double *y)
{
    gst_readouts *r = readouts;
    int status = r->ridge ? gst_ridge_add(r->ridge, rows, phi, y) : GST_OK;
    if (status != GST_OK)
        return status;
    keep(r, rows, phi, y);
    r->seen += rows;
    fit_complete(r);
    return stopped(r) ? GST_INTERRUPTED : GST_OK;
}

const gst_readout_fit *gst_readouts_fits(const gst_readouts *readouts)
{
    return readouts->fit;
}

const double *gst_readouts_coefficients(const gst_readouts *readouts)
{
    return readouts->ridge ? gst_ridge_coefficients(readouts->ridge) : readouts->c;
}
