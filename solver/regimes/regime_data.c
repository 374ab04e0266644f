/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime_data.c - moments of activation, labels, second layer and target for the limits of a step of any size
 * (docs/theory, every step size).
 *
 *   1. E sigma^(k) = E[sigma(z) He_k(z)]; those below 1e-10 of (k!)^{1/2} (E sigma^2)^{1/2} are rounding, and zero;
 *   2. |vbar|^2 = |c1|^2 + E yt^2/alpha0, c1 = E[g z], gamma = c1/|vbar|;
 *   3. of A the parts of A^k that no lower power has which matters (E sigma^(j) != 0), by Gram and Schmidt in the measure of a
 *      rule that is exact for their products;
 *   4. of the target h = E[g|kappa] in Hermite polynomials, on the tables that a spike of overlap gamma has. */
#include "solver/regimes/regime_data.h"
#include "giantstep/features.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "giantstep/given_spikes.h"

#include "integrals/expectation.h"
#include "models/functions/activation_moments.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ROUNDING_OF_SLOPES 1e-10
#define IN_SPAN 1e-10
/* A Gauss rule exact for the products of all powers. */
enum { RULE = 2 * GST_REGIMES_ORDER_MAX };

static int worse(int one, int other)
{
    return one < 0 || other == GST_OK ? one : other;
}

/* ---- activation --------------------------------------------------------------------------------- */

static void evaluate(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, NULL);
}

static int fill_slopes(gst_regime_data *data, const gst_problem *problem, int half)
{
    const gst_expression *sigma = gst_activation_expression(problem->activation);
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {.kinks = gst_expression_kinks(sigma),
                       .components = 1,
                       .f = evaluate,
                       .params = (void *)(uintptr_t)sigma};
    double error[GST_REGIME_SLOPES], zero = 0.0, mu0, mu1, nu, root = 1.0;
    int status = gst_hermite_coefficients(&e, GST_REGIMES_ORDER_MAX, &options, data->slope, error);
    if (status < 0)
        return status;
    int moments = gst_activation_moments(problem->activation, 1, &zero, 1.0, half, &mu0, &mu1,
                                         &data->mu2sq, &nu);
    if (moments < 0)
        return moments;
    double size = sqrt(data->mu2sq + mu0 * mu0 + mu1 * mu1);
    data->odd = 1;
    for (size_t k = 0; k < GST_REGIME_SLOPES; k++) {
        root *= k > 0 ? sqrt((double)k) : 1.0;
        data->slope[k] += half ? error[k] : 0.0;
        if (!(fabs(data->slope[k]) > ROUNDING_OF_SLOPES * root * size))
            data->slope[k] = 0.0;
        data->odd = data->odd && (k % 2 == 1 || data->slope[k] == 0.0);
    }
    return worse(status, moments);
}

/* ---- second layer ------------------------------------------------------------------------------- */

static double product(const gst_second_layer *rule, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t g = 0; g < rule->K; g++)
        sum += rule->pi[g] * a[g] * b[g];
    return sum;
}

static void fill_spread(gst_regime_data *data, const gst_second_layer *rule)
{
    double basis[GST_REGIME_SLOPES][GST_GROUPS_MAX], power[GST_GROUPS_MAX];
    size_t kept = 0;
    for (size_t g = 0; g < rule->K; g++)
        power[g] = 1.0;
    for (size_t k = 0; k < GST_REGIME_SLOPES; k++) {
        double *rest = basis[kept], whole = product(rule, power, power);
        memcpy(rest, power, rule->K * sizeof *rest);
        for (size_t pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j < kept; j++) {
                double along = product(rule, rest, basis[j]);
                for (size_t g = 0; g < rule->K; g++)
                    rest[g] -= along * basis[j][g];
            }
        }
        double left = product(rule, rest, rest);
        data->spread[k] = left > IN_SPAN * whole ? left : 0.0;
        if (data->spread[k] > 0.0 && data->slope[k] != 0.0) {
            for (size_t g = 0; g < rule->K; g++)
                rest[g] /= sqrt(left);
            kept++;
        }
        for (size_t g = 0; g < rule->K; g++)
            power[g] *= rule->A[g];
    }
}

static int fill_layer(gst_regime_data *data, const gst_problem *problem)
{
    gst_second_layer rule;
    int exact, status = gst_second_layer_rule(problem->layer, RULE, &rule, &exact);
    if (status != GST_OK)
        return status;
    data->square_A = product(&rule, rule.A, rule.A);
    fill_spread(data, &rule);
    gst_second_layer_clear(&rule);
    return GST_OK;
}

/* ---- labels and target -------------------------------------------------------------------------- */

static int fill_labels(gst_regime_data *data, const gst_problem *problem, int half, double *gamma)
{
    gst_target_moments target;
    gst_gradient_moments gradient;
    const gst_step *step = &problem->training.step[0];
    int status = gst_target_moments_compute(problem->target, half, &target);
    if (status < 0)
        return status;
    int other = gst_activation_gradient_moments(problem->activation, half, &gradient);
    if (other < 0)
        return other;
    double c1 = 0.0, f0 = gst_second_layer_mean(problem->layer) * data->slope[0];
    for (size_t j = 0; j < target.r; j++)
        c1 += target.c1[j] * target.c1[j];
    data->phi = 1.0 / step->alpha0;
    data->s2 = gradient.s2;
    data->variance = target.variance;
    data->mean_label = target.mean - f0;
    data->square_label =
        target.variance + data->mean_label * data->mean_label + problem->training.noise;
    data->c1 = sqrt(c1);
    data->v = sqrt(c1 + data->phi * data->square_label);
    for (size_t j = 0; j < target.r; j++)
        gamma[j] = data->v > 0.0 ? target.c1[j] / data->v : 0.0;
    return worse(status, other);
}

int gst_regime_direction(const gst_problem *problem, double *e)
{
    gst_target_moments target;
    double c1 = 0.0;
    if (gst_target_moments_compute(problem->target, 0, &target) < 0)
        return 0;
    for (size_t j = 0; j < target.r; j++)
        c1 += target.c1[j] * target.c1[j];
    int none = !(c1 > ROUNDING_OF_SLOPES * ROUNDING_OF_SLOPES * target.variance);
    for (size_t j = 0; j < target.r; j++)
        e[j] = none ? 1.0 : target.c1[j] / sqrt(c1);
    return !none || target.r == 1;
}

int gst_regime_tables(gst_moments **tables, const gst_problem *problem, const double *e,
                      size_t order, int half)
{
    double one = 1.0, U = 0.0, gamma[GST_TARGET_DIM_MAX];
    size_t r = gst_target_dim(problem->target);
    gst_spikes spikes = {.K = 1, .m = 1, .r = r, .U = &U, .gamma = gamma, .c = &one};
    gst_second_layer layer = {.K = 1, .A = &one, .pi = &one};
    gst_problem given = {.data = problem->data,
                         .target = problem->target,
                         .activation = problem->activation,
                         .layer = &layer,
                         .training = {.spikes = &spikes}};
    gst_features *features;
    memcpy(gamma, e, r * sizeof *gamma);
    *tables = NULL;
    int status = gst_features_train(&features, &given, half, NULL);
    if (status < 0)
        return status;
    status =
        gst_moments_tabulate(tables, features, problem->activation, problem->target, order, half);
    gst_features_free(features);
    return status;
}

static void fill_target(gst_regime_data *data, const gst_moments *t)
{
    data->q = t->q;
    for (size_t k = 0; k < t->n; k++) {
        double before = 0.0, here = 1.0; /* h_{j-1}, h_j at kappa */
        double weighted = t->w[k] * t->h[k], x = t->kappa[k];
        for (size_t j = 0; j < GST_REGIME_TERMS; j++) {
            double next = (x * here - sqrt((double)j) * before) / sqrt((double)j + 1.0);
            data->hermite[j] += weighted * here;
            before = here;
            here = next;
        }
        data->h_square += weighted * t->h[k];
        data->rest += t->w[k] * t->rest[k];
        for (size_t j = 0; j < t->q; j++) {
            double h1 = t->h1[j * t->n + k];
            data->h1_mean[j] += t->w[k] * h1;
            data->h1_square += t->w[k] * h1 * h1;
        }
    }
}

int gst_regime_data_fill(gst_regime_data *data, const gst_problem *problem, size_t order, int half)
{
    double gamma[GST_TARGET_DIM_MAX];
    gst_moments *tables = NULL;
    *data = (gst_regime_data){.mu2sq = 0.0};
    int slopes = fill_slopes(data, problem, half);
    if (slopes < 0)
        return slopes;
    int labels = fill_labels(data, problem, half, gamma), layer = GST_OK;
    if (labels >= 0)
        layer = fill_layer(data, problem);
    if (labels < 0 || layer < 0)
        return labels < 0 ? labels : layer;
    int status = gst_regime_tables(&tables, problem, gamma, order, half);
    if (status >= 0)
        fill_target(data, tables);
    gst_moments_free(tables);
    return status < 0 ? status : worse(worse(slopes, labels), status);
}
