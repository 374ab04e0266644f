/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_population.c - averages over the samples of a step that finds rows which only populations have moved
 * (docs/theory, several steps).
 *
 *   1. the derivatives of sigma averaged over the bulk depend on z through U_g.z alone: tables in it (group_slopes.h);
 *   2. one r-dimensional expectation over the target's own variables, split at its kinks and at those of the loss, of all
 *      products res (sigma', sigma'', sigma''', sigma'''') (1, z, z z^T), res = E[yt|z], of all groups together, and of
 *      E[yt^2|z];
 *   3. they turn into the coordinates of the rows, x = (gamma | rest)^T z.
 *
 * The companion for error estimates (half != 0) starts from meshes of 3/4 of the orders and asks for less. */
#include "base/arena.h"
#include "base/memory.h"
#include "models/training/step_means.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/expectation.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/functions/slope_moments.h"
#include "models/training/conditional.h"
#include "models/training/group_slopes.h"

enum { BLOCK = 256, FIRST_ORDER = 64, FIRST_ORDER_COMPANION = 48 };
/* Relative to the averages of the absolute values, of the value and of the companion. */
static const struct {
    double value, companion;
} tolerance = {.value = 1e-13, .companion = 1e-11};
/* 256 intervals in three dimensions, 64 in four. */
#define EVALUATIONS ((size_t)20000000)

typedef struct {
    const gst_features *f;
    const gst_expression *target;
    const gst_second_layer *layer;
    const gst_step_labels *labels;
    size_t edges; /* of labels that are cut, in g - f */
    double edge[GST_STEP_EDGES];
    gst_chebyshev *table; /* of each group */
    double *U;            /* on the target's variables: U[g*r + j] */
    double *slopes;       /* values of one block: [(g*GST_SLOPE_DERIVATIVES + k)*BLOCK + i] */
    gst_arena memory;
} averaged_step;

/* Products per group: drift r, second 1, hessian r(r+1)/2, third r, fourth 1. */
static size_t products(size_t r)
{
    return 2 + 2 * r + r * (r + 1) / 2;
}

/* ---- the expectation ---------------------------------------------------------------------------- */

/* Whether yt = y - f, of which the noise is independent. */
static int is_plain(const gst_step_labels *labels)
{
    return labels->kind == GST_LABELS_REAL && gst_step_labels_are_linear(labels);
}

/* Averaged sigma^{(k)} of every group at `size` points z; subtracts the network's output from res. */
static void subtract_output(const averaged_step *step, size_t n, size_t size, const double *z,
                            double *res)
{
    size_t r = step->f->r;
    for (size_t g = 0; g < step->f->K; g++) {
        double *slopes = step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK;
        double weight = step->layer->pi[g] * step->layer->A[g];
        double s[BLOCK] = {0.0};
        for (size_t j = 0; j < r; j++)
            for (size_t i = 0; i < size; i++)
                s[i] += step->U[g * r + j] * z[j * n + i];
        gst_chebyshev_rows(&step->table[g], size, s, BLOCK, slopes);
        for (size_t i = 0; i < size; i++)
            res[i] -= weight * slopes[i];
    }
}

/* The products of one group at `size` points; rows of out are n apart. */
static void multiply(size_t r, size_t n, size_t size, const double *z, const double *res,
                     const double *slopes, double *out)
{
    for (size_t i = 0; i < size; i++) {
        double first = res[i] * slopes[BLOCK + i], second = res[i] * slopes[2 * BLOCK + i];
        double third = res[i] * slopes[3 * BLOCK + i], *at = out + i;
        for (size_t j = 0; j < r; j++, at += n)
            *at = first * z[j * n + i];
        *at = second;
        at += n;
        for (size_t j = 0; j < r; j++) {
            for (size_t k = j; k < r; k++, at += n)
                *at = second * z[j * n + i] * z[k * n + i];
        }
        for (size_t j = 0; j < r; j++, at += n)
            *at = third * z[j * n + i];
        *at = res[i] * slopes[4 * BLOCK + i];
    }
}

/* E[y|z] at `size` points, n apart. */
static void mean_labels(const averaged_step *step, size_t n, size_t size, const double *z,
                        double *y)
{
    double packed[GST_TARGET_DIM_MAX * BLOCK];
    for (size_t j = 0; j < step->f->r; j++)
        memcpy(packed + j * size, z + j * n, size * sizeof *z);
    gst_expression_evaluate(step->target, size, packed, y, NULL);
}

/* E[yt|z] into res and E[yt^2|z], without the noise of labels that are real and not cut, into square. */
static void residuals(const averaged_step *step, size_t n, size_t size, const double *z,
                      double *res, double *square)
{
    double f[BLOCK] = {0.0};
    mean_labels(step, n, size, z, res);
    if (is_plain(step->labels)) {
        subtract_output(step, n, size, z, res);
        for (size_t i = 0; i < size; i++)
            square[i] = res[i] * res[i];
        return;
    }
    subtract_output(step, n, size, z, f);
    for (size_t i = 0; i < size; i++)
        f[i] = -f[i];
    gst_step_labels_average(step->labels, size, res, f, res, square);
}

static void integrand(size_t n, const double *z, double *out, void *params)
{
    const averaged_step *step = params;
    size_t r = step->f->r, K = step->f->K, rows = products(r);
    double res[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        residuals(step, n, size, z + first, res, out + K * rows * n + first);
        for (size_t g = 0; g < K; g++)
            multiply(r, n, size, z + first, res, step->slopes + g * GST_SLOPE_DERIVATIVES * BLOCK,
                     out + g * rows * n + first);
    }
}

/* The kinks of g, then g - f - edge. */
static void arguments(size_t n, const double *z, double *out, void *params)
{
    const averaged_step *step = params;
    gst_kinks of_target = gst_expression_kinks(step->target);
    double u[BLOCK];
    if (of_target.count > 0)
        of_target.arguments(n, z, out, of_target.params);
    out += of_target.count * n;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        mean_labels(step, n, size, z + first, u);
        subtract_output(step, n, size, z + first, u);
        for (size_t i = 0; i < step->edges; i++)
            for (size_t k = 0; k < size; k++)
                out[i * n + first + k] = u[k] - step->edge[i];
    }
}

/* out_a = sum_j (gamma | rest)_ja z_j. */
static void turn(const gst_features *f, const double *z, double *out)
{
    for (size_t a = 0; a < f->r; a++) {
        out[a] = 0.0;
        for (size_t j = 0; j < f->r; j++) {
            double w = a < f->m ? f->gamma[j * f->m + a] : f->rest[j * f->q + a - f->m];
            out[a] += w * z[j];
        }
    }
}

static void turn_pairs(const gst_features *f, const double *pairs, double *out)
{
    enum { R = GST_TARGET_DIM_MAX };
    double full[R * R], rows[R * R], column[R], turned[R];
    size_t r = f->r;
    for (size_t j = 0; j < r; j++)
        for (size_t k = j; k < r; k++)
            full[j * r + k] = full[k * r + j] = *pairs++;
    for (size_t j = 0; j < r; j++)
        turn(f, full + j * r, rows + j * r);
    for (size_t b = 0; b < r; b++) {
        for (size_t j = 0; j < r; j++)
            column[j] = rows[j * r + b];
        turn(f, column, turned);
        for (size_t a = 0; a < r; a++)
            out[a * r + b] = turned[a];
    }
}

static void unpack(gst_step_means *means, const gst_features *f, size_t g, const double *value)
{
    size_t r = f->r, pairs = r * (r + 1) / 2;
    turn(f, value, means->drift + g * r);
    means->second[g] = value[r];
    turn_pairs(f, value + r + 1, means->hessian + g * r * r);
    turn(f, value + r + 1 + pairs, means->third + g * r);
    means->fourth[g] = value[2 * r + 1 + pairs];
}

static int integrate(averaged_step *step, int half, gst_step_means *means)
{
    size_t K = step->f->K, r = step->f->r, rows = products(r), components = K * rows + 1;
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = half ? tolerance.companion : tolerance.value;
    options.order_first = half ? FIRST_ORDER_COMPANION : FIRST_ORDER;
    options.evaluations = r < 3 ? options.evaluations : EVALUATIONS;
    gst_kinks kinks = gst_expression_kinks(step->target);
    if (step->edges > 0)
        kinks = (gst_kinks){
            .dim = r, .count = kinks.count + step->edges, .arguments = arguments, .params = step};
    gst_expectand e = {.kinks = kinks, .components = components, .f = integrand, .params = step};
    double *value = gst_alloc_doubles(components);
    if (!value)
        return GST_NO_MEMORY;
    int status = gst_expectation(&e, NULL, &options, value, NULL, NULL);
    for (size_t g = 0; g < K && status >= 0; g++)
        unpack(means, step->f, g, value + g * rows);
    means->square = value[K * rows] + (is_plain(step->labels) ? step->labels->noise : 0.0);
    free(value);
    return status;
}

static int allocate(averaged_step *step)
{
    const gst_features *f = step->f;
    const gst_array arrays[] = {GST_VECTOR(step->table, f->K), GST_MATRIX(step->U, f->K, f->r),
                                GST_VECTOR(step->slopes, f->K * GST_SLOPE_DERIVATIVES * BLOCK)};
    int status = gst_arena_take(&step->memory, sizeof arrays / sizeof *arrays, arrays);
    for (size_t g = 0; status == GST_OK && g < f->K; g++)
        for (size_t j = 0; j < f->r; j++)
            for (size_t l = 0; l < f->m; l++)
                step->U[g * f->r + j] += f->U[g * f->m + l] * f->gamma[j * f->m + l];
    return status;
}

/* g varies by its root mean square. */
static void set_edges(averaged_step *step)
{
    gst_conditional_target y;
    gst_conditional_setup(&y, step->f, step->labels->mean);
    step->edges = gst_step_labels_edges(step->labels, y.size, step->edge);
}

int gst_step_means_population(gst_step_means *means, const gst_features *f,
                              const gst_step_labels *labels, int half)
{
    averaged_step step = {.f = f,
                          .target = gst_target_expression(labels->mean),
                          .layer = f->problem.layer,
                          .labels = labels};
    int status = gst_step_means_take(means, f->K, f->r, 0);
    if (status == GST_OK)
        status = allocate(&step);
    if (status == GST_OK)
        set_edges(&step);
    int tables = status == GST_OK ? gst_group_slopes(step.table, f, f->r, step.U, half) : status;
    status = tables < 0 ? tables : integrate(&step, half, means);
    means->complete = 1;
    for (size_t g = 0; step.table && g < f->K; g++)
        gst_chebyshev_clear(&step.table[g]);
    gst_arena_free(&step.memory);
    return status != GST_OK ? status : tables;
}
