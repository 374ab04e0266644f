/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_population.c - averages over the samples of a step that finds rows which only populations have moved
 * (docs/theory, several steps).
 *
 *   1. the derivatives of sigma averaged over the bulk depend on kappa through U_g.kappa alone: tables in it (group_slopes.h);
 *   2. the coordinates to integrate over: kappa, if the target is a polynomial and yt = y - f, since the averages over s are
 *      exact then (conditional_polynomial.h); otherwise the target's own variables, along which its kinks may lie;
 *   3. given these, the moments of the residual label, E[yt (1, x, x x^T)] and E yt^2, x all r coordinates;
 *   4. one expectation, split at the kinks of the target and at those of the loss, of all products of these moments with
 *      the first four derivatives of sigma of all groups together, and of E yt^2;
 *   5. they turn into the coordinates of the rows, (kappa, s) = (gamma | rest)^T z.
 *
 * The companion for error estimates (half != 0) is that of the expectation, which shares no node with it. */
#include "models/training/step_means.h"

#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/expectation.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/functions/slope_moments.h"
#include "models/training/conditional_direct.h"
#include "models/training/conditional_polynomial.h"
#include "models/training/group_slopes.h"

enum { BLOCK = 256, FIRST_ORDER = 64, R = GST_TARGET_DIM_MAX };
/* Relative to the averages of the absolute values. */
static const double tolerance = 1e-13;
/* 256 intervals in three dimensions, 64 in four. */
#define EVALUATIONS ((size_t)20000000)

typedef struct {
    const gst_features *f;
    const gst_second_layer *layer;
    const gst_step_labels *labels;
    gst_features frame;       /* of the coordinates x: m are integrated over, q given them */
    double unit[R * R];       /* its gamma, where x = z */
    double turn[R * R];       /* (kappa, s)_a = sum_j turn[a*r + j] x_j */
    gst_conditional_target y; /* E[y|z] along the frame */
    gst_polynomial_rule rule; /* over what is given, if any */
    size_t edges;             /* of labels that are cut, in g - f */
    double edge[GST_STEP_EDGES];
    gst_chebyshev *table; /* of each group */
    double *U;            /* on the coordinates: U[g*frame.m + j] */
    double *slopes;       /* values of one block: [(g*GST_SLOPE_DERIVATIVES + k)*BLOCK + i] */
    double *moments;      /* of yt, rows of one block: 1, x_a, x_a x_b for a <= b, yt */
    gst_arena memory;
} averaged_step;

/* Products per group: drift r, second 1, hessian r(r+1)/2, third r, fourth 1. */
static size_t products(size_t r)
{
    return 2 + 2 * r + r * (r + 1) / 2;
}

/* ---- moments of the residual label -------------------------------------------------------------- */

/* Whether yt = y - f, of which the noise is independent. */
static int is_plain(const gst_step_labels *labels)
{
    return labels->kind == GST_LABELS_REAL && gst_step_labels_are_linear(labels);
}

/* Averaged sigma^{(k)} of every group at `size` points, and the network's output f there. */
static void outputs(const averaged_step *step, size_t size, const double *x, double *f)
{
    size_t m = step->frame.m;
    memset(f, 0, size * sizeof *f);
    for (size_t g = 0; g < step->f->K; g++) {
        double *slopes = step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK;
        double weight = step->layer->pi[g] * step->layer->A[g];
        double s[BLOCK] = {0.0};
        for (size_t j = 0; j < m; j++)
            for (size_t i = 0; i < size; i++)
                s[i] += step->U[g * m + j] * x[j * size + i];
        gst_chebyshev_rows(&step->table[g], size, s, BLOCK, slopes);
        for (size_t i = 0; i < size; i++)
            f[i] += weight * slopes[i];
    }
}

/* E yt and E yt^2, without the noise of labels that are real and not cut, where nothing is left to average over. */
static void residuals(const averaged_step *step, size_t size, const double *x, const double *f,
                      double *mean, double *square)
{
    gst_conditional_values(&step->y, size, x, mean);
    if (!is_plain(step->labels)) {
        gst_step_labels_average(step->labels, size, mean, f, mean, square);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        mean[i] -= f[i];
        square[i] = mean[i] * mean[i];
    }
}

/* E[yt (1, s, s s^T)] and the square given kappa, of labels that are plain: linear[i*size + k], pair[(i*q + j)*size + k]. */
static void residuals_given(const averaged_step *step, size_t size, const double *x,
                            const double *f, double *mean, double *linear, double *pair,
                            double *square)
{
    size_t q = step->frame.q;
    gst_polynomial_tabulate(&step->rule, &step->y, size, x, mean, linear, pair, square);
    for (size_t k = 0; k < size; k++) {
        mean[k] -= f[k];
        square[k] += mean[k] * mean[k];
        for (size_t i = 0; i < q; i++) {
            square[k] += linear[i * size + k] * linear[i * size + k];
            pair[i * (q + 1) * size + k] -= f[k];
        }
    }
}

/* The moments of a block, step->slopes as well. */
static void tabulate(const averaged_step *step, size_t size, const double *x)
{
    size_t m = step->frame.m, q = step->frame.q, r = m + q;
    double f[BLOCK], given[R * BLOCK], pair[R * R * BLOCK];
    double *mean = step->moments, *linear = mean + BLOCK, *at = linear + r * BLOCK;
    double *square = at + r * (r + 1) / 2 * BLOCK;
    outputs(step, size, x, f);
    if (q > 0)
        residuals_given(step, size, x, f, mean, given, pair, square);
    else
        residuals(step, size, x, f, mean, square);
    for (size_t a = 0; a < r; a++)
        for (size_t k = 0; k < size; k++)
            linear[a * BLOCK + k] = a < m ? mean[k] * x[a * size + k] : given[(a - m) * size + k];
    for (size_t a = 0; a < r; a++)
        for (size_t b = a; b < r; b++, at += BLOCK)
            for (size_t k = 0; k < size; k++)
                at[k] = a < m ? linear[b * BLOCK + k] * x[a * size + k]
                              : pair[((a - m) * q + b - m) * size + k];
}

/* ---- the expectation ---------------------------------------------------------------------------- */

/* `count' rows of moments times one of the slopes; rows of out are n apart.  Returns the row after the last. */
static double *multiply(size_t count, size_t n, size_t size, const double *moments,
                        const double *slope, double *out)
{
    for (size_t i = 0; i < count; i++, out += n)
        for (size_t k = 0; k < size; k++)
            out[k] = moments[i * BLOCK + k] * slope[k];
    return out;
}

/* The coordinates of a block, which are n apart, side by side. */
static void pack(size_t m, size_t n, size_t size, const double *from, double *x)
{
    for (size_t j = 0; j < m; j++)
        memcpy(x + j * size, from + j * n, size * sizeof *x);
}

static void integrand(size_t n, const double *from, double *out, void *params)
{
    const averaged_step *step = params;
    size_t r = step->f->r, K = step->f->K, rows = products(r), pairs = r * (r + 1) / 2;
    const double *mean = step->moments, *linear = mean + BLOCK, *pair = linear + r * BLOCK;
    double x[R * BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        pack(step->frame.m, n, size, from + first, x);
        tabulate(step, size, x);
        for (size_t g = 0; g < K; g++) {
            const double *slope = step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK;
            double *at = out + g * rows * n + first;
            at = multiply(r, n, size, linear, slope + GST_SLOPE_FIRST * BLOCK, at);
            at = multiply(1, n, size, mean, slope + GST_SLOPE_SECOND * BLOCK, at);
            at = multiply(pairs, n, size, pair, slope + GST_SLOPE_SECOND * BLOCK, at);
            at = multiply(r, n, size, linear, slope + GST_SLOPE_THIRD * BLOCK, at);
            multiply(1, n, size, mean, slope + GST_SLOPE_FOURTH * BLOCK, at);
        }
        memcpy(out + K * rows * n + first, pair + pairs * BLOCK, size * sizeof *out);
    }
}

/* The kinks of g, then g - f - edge; x = z. */
static void arguments(size_t n, const double *z, double *out, void *params)
{
    const averaged_step *step = params;
    double x[R * BLOCK], y[BLOCK], f[BLOCK];
    if (step->y.kinks.count > 0)
        step->y.kinks.arguments(n, z, out, step->y.kinks.params);
    out += step->y.kinks.count * n;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        pack(step->frame.m, n, size, z + first, x);
        gst_conditional_values(&step->y, size, x, y);
        outputs(step, size, x, f);
        for (size_t i = 0; i < step->edges; i++)
            for (size_t k = 0; k < size; k++)
                out[i * n + first + k] = y[k] - f[k] - step->edge[i];
    }
}

/* out_a = sum_j turn_aj in_j. */
static void turn(const averaged_step *step, const double *in, double *out)
{
    size_t r = step->f->r;
    for (size_t a = 0; a < r; a++) {
        out[a] = 0.0;
        for (size_t j = 0; j < r; j++)
            out[a] += step->turn[a * r + j] * in[j];
    }
}

static void turn_pairs(const averaged_step *step, const double *pairs, double *out)
{
    double full[R * R], rows[R * R], column[R], turned[R];
    size_t r = step->f->r;
    for (size_t j = 0; j < r; j++)
        for (size_t k = j; k < r; k++)
            full[j * r + k] = full[k * r + j] = *pairs++;
    for (size_t j = 0; j < r; j++)
        turn(step, full + j * r, rows + j * r);
    for (size_t b = 0; b < r; b++) {
        for (size_t j = 0; j < r; j++)
            column[j] = rows[j * r + b];
        turn(step, column, turned);
        for (size_t a = 0; a < r; a++)
            out[a * r + b] = turned[a];
    }
}

static void unpack(gst_step_means *means, const averaged_step *step, size_t g, const double *value)
{
    size_t r = step->f->r, pairs = r * (r + 1) / 2;
    turn(step, value, means->drift + g * r);
    means->second[g] = value[r];
    turn_pairs(step, value + r + 1, means->hessian + g * r * r);
    turn(step, value + r + 1 + pairs, means->third + g * r);
    means->fourth[g] = value[2 * r + 1 + pairs];
}

static int integrate(averaged_step *step, int half, gst_step_means *means)
{
    size_t K = step->f->K, m = step->frame.m, rows = products(step->f->r);
    size_t components = K * rows + 1;
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = tolerance;
    options.order_first = FIRST_ORDER;
    options.evaluations = m < 3 ? options.evaluations : EVALUATIONS;
    gst_kinks kinks = step->y.kinks;
    if (step->edges > 0)
        kinks =
            (gst_kinks){.count = kinks.count + step->edges, .arguments = arguments, .params = step};
    kinks.dim = m;
    gst_expectand e = {.kinks = kinks, .components = components, .f = integrand, .params = step};
    double *value = gst_alloc(components, 2 * sizeof *value);
    double *companion = half ? value + components : NULL, *answer = half ? companion : value;
    if (!value)
        return GST_NO_MEMORY;
    int status = gst_expectation(&e, NULL, &options, value, companion, NULL);
    for (size_t g = 0; g < K && status >= 0; g++)
        unpack(means, step, g, answer + g * rows);
    means->square = answer[K * rows] + (is_plain(step->labels) ? step->labels->noise : 0.0);
    free(value);
    return status;
}

/* ------------------------------------------------------------------------------------------------- */

/* x = (kappa, s) if the rule over s is exact, otherwise x = z. */
static int set_frame(averaged_step *step, int half)
{
    const gst_features *f = step->f;
    size_t r = f->r;
    step->frame = (gst_features){.m = f->m, .q = f->q, .r = r, .gamma = f->gamma, .rest = f->rest};
    gst_conditional_setup(&step->y, &step->frame, step->labels->mean);
    int status =
        is_plain(step->labels) ? gst_polynomial_rule_set(&step->rule, &step->y, half) : GST_UNBUILT;
    for (size_t j = 0; j < r; j++) {
        step->unit[j * r + j] = step->turn[j * r + j] = 1.0;
        for (size_t a = 0; a < r && status == GST_UNBUILT; a++)
            step->turn[a * r + j] =
                a < f->m ? f->gamma[j * f->m + a] : f->rest[j * f->q + a - f->m];
    }
    if (status != GST_UNBUILT)
        return status;
    step->frame = (gst_features){.m = r, .r = r, .gamma = step->unit};
    gst_conditional_setup(&step->y, &step->frame, step->labels->mean);
    return GST_OK;
}

static int allocate(averaged_step *step)
{
    const gst_features *f = step->f;
    size_t m = step->frame.m;
    const gst_array arrays[] = {GST_VECTOR(step->table, f->K), GST_MATRIX(step->U, f->K, m),
                                GST_VECTOR(step->slopes, f->K * GST_SLOPE_DERIVATIVES * BLOCK),
                                GST_VECTOR(step->moments, products(f->r) * BLOCK)};
    int status = gst_arena_take(&step->memory, sizeof arrays / sizeof *arrays, arrays);
    for (size_t g = 0; status == GST_OK && g < f->K; g++)
        for (size_t j = 0; j < m; j++)
            for (size_t l = 0; l < f->m; l++)
                step->U[g * m + j] += f->U[g * f->m + l] * step->turn[l * f->r + j];
    return status;
}

int gst_step_means_population(gst_step_means *means, const gst_features *f,
                              const gst_step_labels *labels, int half)
{
    averaged_step step = {.f = f, .layer = f->problem.layer, .labels = labels};
    int status = gst_step_means_take(means, f->K, f->r, 0);
    if (status == GST_OK)
        status = set_frame(&step, half);
    if (status == GST_OK)
        status = allocate(&step);
    step.edges = status == GST_OK ? gst_step_labels_edges(labels, step.y.size, step.edge) : 0;
    int tables =
        status == GST_OK ? gst_group_slopes(step.table, f, step.frame.m, step.U, half) : status;
    status = tables < 0 ? tables : integrate(&step, half, means);
    means->complete = 1;
    for (size_t g = 0; step.table && g < f->K; g++)
        gst_chebyshev_clear(&step.table[g]);
    gst_arena_free(&step.memory);
    return status != GST_OK ? status : tables;
}
