/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_target.c - the residual labels of a step given the spikes (docs/theory, several steps; convex losses).
 *
 *   labels that are linear in y   the mean label given kappa (conditional.h), and at the start its own moments, which
 *                                 were found by adaptive rules: steep targets cost nothing there;
 *   labels that are cut           given kappa, integrals over s of the averages over the noise, split where
 *                                 g(z) - f0(kappa) reaches the edges of the cut; f0 as a function of kappa is
 *                                 interpolated, since meshes ask for it anywhere. */
#include "models/training/step_target.h"
#include "base/arena.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/expectation.h"
#include "models/functions/compiled_target.h"
#include "models/functions/slope_moments.h"
#include "models/functions/target_panels.h"
#include "models/training/conditional_direct.h"
#include "models/training/group_slopes.h"

enum { BLOCK = 128, COORDINATES = GST_SPIKES_MAX + GST_TARGET_DIM_MAX };

/* Relative accuracy of averages over one coordinate and over several. */
static const double tolerance = 1e-14, tolerance_several = 1e-12;
/* Without spikes there is one integral in all. */
static const size_t evaluations_once = 20000000;

/* ---- the edges of the cut ----------------------------------------------------------------------- */

/* f0(kappa) at point k of n, x[j*n + k]. */
static double output(const gst_step_target *t, size_t n, const double *x, size_t k)
{
    const gst_second_layer *layer = t->f->problem.layer;
    double sum = 0.0, at[GST_CHEBYSHEV_LANES];
    for (size_t g = 0; g < t->f->K; g++) {
        double s = 0.0;
        for (size_t l = 0; l < t->f->m; l++)
            s += t->f->U[g * t->f->m + l] * x[l * n + k];
        gst_chebyshev_evaluate(&t->table[g], s, at);
        sum += layer->pi[g] * layer->A[g] * at[0];
    }
    return sum;
}

/* The kinks of g, then g - f0 - edge. */
static void arguments(size_t n, const double *x, double *out, void *params)
{
    gst_step_target *t = params;
    gst_kinks of_map = gst_affine_kinks(&t->y.map);
    if (of_map.count > 0)
        of_map.arguments(n, x, out, of_map.params);
    out += of_map.count * n;
    gst_conditional_values(&t->y, n, x, out);
    for (size_t k = 0; k < n; k++) {
        double u = out[k] - output(t, n, x, k);
        for (size_t i = 0; i < t->edges; i++)
            out[i * n + k] = u - t->edge[i];
    }
}

int gst_step_target_setup(gst_step_target *target, const gst_features *f,
                          const gst_step_labels *labels, int half)
{
    *target = (gst_step_target){.labels = labels, .f = f};
    gst_conditional_setup(&target->y, f, labels->mean);
    target->edges = gst_step_labels_edges(labels, target->y.size, target->edge);
    target->kinks = target->y.kinks;
    if (target->edges == 0)
        return GST_OK;
    target->kinks = (gst_kinks){.dim = target->y.map.from,
                                .count = target->y.map.kinks.count + target->edges,
                                .arguments = arguments,
                                .params = target};
    /* Averages over s turn nowhere as fast as noise cuts off: edges in a row would be taken for corners. */
    if (target->y.q == 0 || !(labels->noise > 0.0))
        target->y.kinks = target->kinks;
    const gst_array arrays[] = {GST_VECTOR(target->table, f->K)};
    int status = gst_arena_take(&target->memory, 1, arrays);
    return status == GST_OK ? gst_group_slopes(target->table, f, f->m, f->U, half) : status;
}

void gst_step_target_clear(gst_step_target *target)
{
    for (size_t g = 0; target->table && g < target->f->K; g++)
        gst_chebyshev_clear(&target->table[g]);
    gst_arena_free(&target->memory);
    target->table = NULL;
}

/* ---- averages of cut labels --------------------------------------------------------------------- */

/* E[yt|z] s_i, 1, its square, and with `pairs' E[yt|z] s_i s_j, i <= j. */
typedef struct {
    gst_step_target *target;
    int pairs;
} average;

static size_t components(size_t q, int pairs)
{
    return 2 + q + (pairs ? q * (q + 1) / 2 : 0);
}

static void cut_integrand(size_t n, const double *x, double *out, void *params)
{
    const average *a = params;
    const gst_step_target *t = a->target;
    size_t m = t->y.m, q = t->y.q;
    double f0[BLOCK], *square = out + n, *row = out + 2 * n;
    gst_conditional_values(&t->y, n, x, out);
    for (size_t k = 0; k < BLOCK; k++)
        f0[k] = t->f0;
    for (size_t k = 0; k < n; k += BLOCK)
        gst_step_labels_average(t->labels, n - k < BLOCK ? n - k : BLOCK, out + k, f0, out + k,
                                square + k);
    for (size_t i = 0; i < q; i++, row += n)
        for (size_t k = 0; k < n; k++)
            row[k] = out[k] * x[(m + i) * n + k];
    for (size_t i = 0; a->pairs && i < q; i++)
        for (size_t j = i; j < q; j++, row += n)
            for (size_t k = 0; k < n; k++)
                row[k] = out[k] * x[(m + i) * n + k] * x[(m + j) * n + k];
}

static int integrate_cut(gst_step_target *t, const double *kappa, double f0, int pairs, int half,
                         double *value)
{
    enum { MOST = 2 + GST_TARGET_DIM_MAX + GST_TARGET_DIM_MAX * (GST_TARGET_DIM_MAX + 1) / 2 };
    average a = {.target = t, .pairs = pairs};
    double by_half[MOST];
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {.kinks = t->kinks,
                       .components = components(t->y.q, pairs),
                       .f = cut_integrand,
                       .params = &a,
                       .first = t->y.m};
    t->f0 = f0;
    options.epsrel = t->y.q > 1 ? tolerance_several : tolerance;
    options.epsabs = options.epsrel * fmin(t->y.size, t->labels->clip);
    options.spacing = gst_spacing_that_sees(t->y.finest);
    if (t->y.m == 0)
        options.evaluations = evaluations_once;
    int status = gst_expectation(&e, kappa, &options, value, half ? by_half : NULL, NULL);
    if (half && status >= 0)
        memcpy(value, by_half, e.components * sizeof *value);
    return status;
}

static int tabulate_cut(gst_step_target *t, size_t n, const double *kappa, const double *f0,
                        int half, double *mean, double *square, double *linear)
{
    int worst = GST_OK;
    for (size_t k = 0; k < n && worst >= 0; k++) {
        double at[COORDINATES] = {0.0}, value[2 + GST_TARGET_DIM_MAX];
        for (size_t l = 0; l < t->y.m; l++)
            at[l] = kappa[l * n + k];
        int status = integrate_cut(t, at, f0[k], 0, half, value);
        worst = status != GST_OK ? status : worst;
        mean[k] = value[0];
        square[k] = value[1];
        for (size_t i = 0; i < t->y.q; i++)
            linear[i * n + k] = value[2 + i];
    }
    return worst;
}

/* ---- given kappa -------------------------------------------------------------------------------- */

/* mean, square, linear: of E[y|z] given kappa, (.) become those of yt. */
static void transform(const gst_step_target *t, size_t n, const double *f0, double *mean,
                      double *square, double *linear)
{
    int real = t->labels->kind == GST_LABELS_REAL;
    for (size_t k = 0; k < n; k++) {
        double offset, slope, y = mean[k];
        gst_step_labels_line(t->labels, f0[k], &offset, &slope);
        mean[k] = offset + slope * y;
        square[k] = real ? square[k] + mean[k] * mean[k] + t->labels->noise
                         : mean[k] * mean[k] + slope * slope * gst_sign_variance(y);
        for (size_t i = 0; i < t->y.q; i++) {
            square[k] += real ? linear[i * n + k] * linear[i * n + k] : 0.0;
            linear[i * n + k] *= slope;
        }
    }
}

int gst_step_target_tabulate(gst_step_target *target, size_t n, const double *kappa,
                             const double *f0, int half, double *mean, double *square,
                             double *linear)
{
    if (gst_step_labels_are_linear(target->labels)) {
        int status =
            gst_conditional_tabulate(&target->y, target->f, n, kappa, half, mean, linear, square);
        if (status >= 0)
            transform(target, n, f0, mean, square, linear);
        return status;
    }
    if (target->y.q > 0)
        return tabulate_cut(target, n, kappa, f0, half, mean, square, linear);
    gst_conditional_values(&target->y, n, kappa, mean);
    gst_step_labels_average(target->labels, n, mean, f0, mean, square);
    return GST_OK;
}

/* ---- at the start ------------------------------------------------------------------------------- */

/* Moments of the mean label in the coordinates of the rows, z = rest s with an orthogonal matrix; times slope, added to
 * those of an offset for which the mean is `mean'. */
static void turn_moments(const gst_features *f, const gst_target_moments *g, double mean,
                         double slope, gst_residual_moments *out)
{
    size_t r = f->r;
    *out = (gst_residual_moments){.mean = mean};
    for (size_t a = 0; a < r; a++) {
        for (size_t j = 0; j < r; j++)
            out->linear[a] += slope * (f->rest[j * r + a] * g->c1[j]);
        for (size_t b = 0; b < r; b++) {
            double *pair = &out->pair[a * r + b];
            *pair = a == b ? mean : 0.0;
            for (size_t j = 0; j < r; j++)
                for (size_t k = 0; k < r; k++)
                    *pair +=
                        slope * (f->rest[j * r + a] * f->rest[k * r + b] * g->second[j * r + k]);
        }
    }
}

int gst_mean_label_start(const gst_step_target *target, int half, gst_residual_moments *out)
{
    gst_target_moments g;
    int status = gst_target_moments_compute(target->labels->mean, half, &g);
    turn_moments(target->f, &g, g.mean, 1.0, out);
    return status;
}

static int start_of_line(const gst_step_target *t, double f0, int half, gst_residual_moments *out)
{
    gst_target_moments g;
    double offset, slope;
    int status = gst_target_moments_compute(t->labels->mean, half, &g);
    gst_step_labels_line(t->labels, f0, &offset, &slope);
    double mean = offset + slope * g.mean;
    turn_moments(t->f, &g, mean, slope, out);
    out->square = t->labels->kind == GST_LABELS_REAL
                      ? g.variance + mean * mean + t->labels->noise
                      : mean * mean + slope * slope * gst_sign_variance(g.mean);
    return status;
}

int gst_step_target_start(gst_step_target *target, double f0, int half, gst_residual_moments *out)
{
    enum { MOST = 2 + GST_TARGET_DIM_MAX + GST_TARGET_DIM_MAX * (GST_TARGET_DIM_MAX + 1) / 2 };
    double value[MOST] = {0.0};
    size_t q = target->y.q;
    if (gst_step_labels_are_linear(target->labels))
        return start_of_line(target, f0, half, out);
    int status = integrate_cut(target, NULL, f0, 1, half, value);
    *out = (gst_residual_moments){.mean = value[0], .square = value[1]};
    const double *pair = value + 2 + q;
    for (size_t i = 0; i < q; i++) {
        out->linear[i] = value[2 + i];
        for (size_t j = i; j < q; j++, pair++)
            out->pair[i * q + j] = out->pair[j * q + i] = *pair;
    }
    return status;
}
