/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.c - value moments of the target under N(0, I_r).
 *
 *   1. E g and E[g z_j] by Gaussian expectation, kinks of g split off;
 *   2. then, centred by the mean found, E (g - mean)^2 and E[(g - mean) z_j z_k]. */
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"
#include "integrals/integrand.h"

#include "integrals/affine_map.h"
#include "base/memory.h"
#include "models/functions/target_panels.h"

#include <math.h>
#include <stdlib.h>

/* Variance of a constant, in units of the rounding of the square of its mean. */
#define CONSTANT_VARIANCE 1e-28
/* Four variables at 64 intervals each. */
#define EVALUATIONS ((size_t)20000000)
#define FIRST_ORDER_MOST 4096

struct gst_target {
    gst_expression *expression;
    size_t variables; /* gst_target_compile_of */
    double finest;
    gst_target_moments moments[2]; /* of the full rule, of its companion */
    int status;
};

typedef struct {
    const gst_expression *expression;
    double mean;
} centred;

/* Components g, g z_1, .., g z_r. */
static void linear_integrand(size_t n, const double *z, double *out, void *params)
{
    const centred *target = params;
    size_t r = gst_expression_dim(target->expression);
    gst_expression_evaluate(target->expression, n, z, out, NULL);
    for (size_t j = 0; j < r; j++) {
        for (size_t k = 0; k < n; k++)
            out[(j + 1) * n + k] = out[k] * z[j * n + k];
    }
}

/* Components (g - mean) z_j z_k, j <= k, then (g - mean)^2. */
static void quadratic_integrand(size_t n, const double *z, double *out, void *params)
{
    const centred *target = params;
    size_t r = gst_expression_dim(target->expression);
    double *g = out + r * (r + 1) / 2 * n;
    gst_expression_evaluate(target->expression, n, z, g, NULL);
    for (size_t i = 0; i < n; i++)
        g[i] -= target->mean;
    for (size_t j = 0, pair = 0; j < r; j++) {
        for (size_t k = j; k < r; k++, pair++) {
            for (size_t i = 0; i < n; i++)
                out[pair * n + i] = g[i] * z[j * n + i] * z[k * n + i];
        }
    }
    for (size_t i = 0; i < n; i++)
        g[i] *= g[i];
}

static void unpack_second(gst_target_moments *moments, const double *pairs)
{
    size_t r = moments->r;
    for (size_t j = 0, pair = 0; j < r; j++) {
        for (size_t k = j; k < r; k++, pair++)
            moments->second[j * r + k] = moments->second[k * r + j] = pairs[pair];
    }
}

/* The first order of a mesh over all variables that sees what g has along each. */
static size_t first_order(const gst_target *target)
{
    double order = gst_order_that_sees(target->finest);
    return order > FIRST_ORDER_MOST ? FIRST_ORDER_MOST : 2 * (size_t)(0.5 * order) + 2;
}

static void take_first(gst_target_moments *moments, size_t r, const double *v)
{
    *moments = (gst_target_moments){.r = r, .mean = v[0]};
    for (size_t j = 0; j < r; j++)
        moments->c1[j] = v[j + 1];
}

/* The moments of both rules from the same integrals, their status, and the absolute error of the variance. */
static int compute(gst_target *target, double *error)
{
    enum { COMPONENTS = GST_TARGET_DIM_MAX * (GST_TARGET_DIM_MAX + 1) / 2 + 1 };
    size_t r = gst_target_dim(target), pairs = r * (r + 1) / 2;
    double value[2][COMPONENTS], errors[COMPONENTS];
    gst_expectation_options options = gst_expectation_defaults();
    options.evaluations = EVALUATIONS;
    options.epsabs = 0.0; /* targets of any size */
    options.order_first = first_order(target);
    centred params = {.expression = target->expression, .mean = 0.0};
    gst_kinks kinks = gst_expression_kinks(target->expression);
    kinks.power_g = kinks.power_x = 2;
    gst_expectand linear = {
        .kinks = kinks, .components = r + 1, .f = linear_integrand, .params = &params};
    int status = gst_expectation(&linear, NULL, &options, value[0], value[1], NULL);
    if (status < 0)
        return status;
    for (size_t half = 0; half < 2; half++)
        take_first(&target->moments[half], r, value[half]);
    params.mean = value[0][0];
    gst_expectand quadratic = {
        .kinks = kinks, .components = pairs + 1, .f = quadratic_integrand, .params = &params};
    int second = gst_expectation(&quadratic, NULL, &options, value[0], value[1], errors);
    if (second < 0)
        return second;
    for (size_t half = 0; half < 2; half++) {
        unpack_second(&target->moments[half], value[half]);
        target->moments[half].variance = value[half][pairs];
    }
    *error = errors[pairs];
    return second != GST_OK ? second : status;
}

int gst_target_moments_compute(const gst_target *target, int half, gst_target_moments *moments)
{
    *moments = target->moments[half ? 1 : 0];
    return target->status;
}

double gst_target_deviation_error(const gst_target *target)
{
    return 0.5 * fabs(target->moments[1].variance / target->moments[0].variance - 1.0);
}

/* Relative error of the variance above which it is infinite: the box cuts it off. */
#define DIVERGENT 0.01

static int check_moments(gst_target *target, gst_message *message)
{
    double error;
    int status = target->status = compute(target, &error);
    gst_target_moments moments = target->moments[0];
    if (status == GST_NO_MEMORY)
        return gst_fail(message, status, "no memory");
    if (status < 0 || !isfinite(moments.variance))
        return gst_fail(message, GST_INVALID, "has values or moments that are not finite");
    if (error > DIVERGENT * moments.variance &&
        error > CONSTANT_VARIANCE * moments.mean * moments.mean)
        return gst_fail(message, GST_INVALID, "has moments that do not converge");
    if (!(moments.variance > CONSTANT_VARIANCE * (1.0 + moments.mean * moments.mean)))
        return gst_fail(message, GST_INVALID, "is constant");
    return GST_OK;
}

static int check(gst_target *target, gst_message *message)
{
    size_t r = gst_target_dim(target);
    if (r == 0)
        return gst_fail(message, GST_INVALID, "is constant");
    if (r > GST_TARGET_DIM_MAX)
        return gst_fail(message, GST_INVALID, "has %zu variables, at most %d are possible", r,
                        GST_TARGET_DIM_MAX);
    if (gst_expression_kinks(target->expression).count > GST_KINK_ARGUMENTS_MAX)
        return gst_fail(message, GST_INVALID, "has too many kinks");
    int pole, status = gst_target_finest(target->expression, &target->finest, &pole);
    if (status == GST_NO_MEMORY)
        return gst_fail(message, status, "no memory");
    if (status == GST_FAILED)
        return gst_fail(message, GST_INVALID, "has too many kinks");
    if (status >= 0 && pole)
        return gst_fail(message, GST_INVALID, "has moments that do not converge");
    return check_moments(target, message);
}

int gst_target_compile_of(gst_target **target, const char *text, size_t variables,
                          gst_message *message)
{
    *target = gst_alloc(1, sizeof **target);
    if (!*target)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    (*target)->variables = variables;
    gst_expression **g = &(*target)->expression;
    int status = variables > 0 ? gst_expression_compile_of(g, text, variables, variables, message)
                               : gst_expression_compile(g, text, GST_EXPRESSION_VARIABLES, message);
    if (status == GST_OK)
        status = check(*target, message);
    if (status != GST_OK) {
        gst_target_free(*target);
        *target = NULL;
    }
    return status;
}

int gst_target_compile(gst_target **target, const char *text, gst_message *message)
{
    return gst_target_compile_of(target, text, 0, message);
}

int gst_target_compile_like(gst_target **target, const char *text, const gst_target *other,
                            gst_message *message)
{
    return gst_target_compile_of(target, text, other->variables, message);
}

void gst_target_free(gst_target *target)
{
    if (!target)
        return;
    gst_expression_free(target->expression);
    free(target);
}

const char *gst_target_text(const gst_target *target)
{
    return gst_expression_text(target->expression);
}

const gst_expression *gst_target_expression(const gst_target *target)
{
    return target->expression;
}

size_t gst_target_dim(const gst_target *target)
{
    return gst_expression_dim(target->expression);
}

double gst_target_finest_panel(const gst_target *target)
{
    return target->finest;
}
