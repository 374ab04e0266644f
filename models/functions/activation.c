/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation.c - the activation, its moments and those of its gradient (docs/theory, features). */
#include "giantstep/activation.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"
#include "integrals/mesh.h"

#include "integrals/affine_map.h"
#include "base/memory.h"
#include "models/functions/window_moments.h"

#include <math.h>
#include <stdlib.h>

/* A jump larger than this, relative to |sigma|+1, between JUMP_STEP left and right of a kink is a
 * discontinuity. */
#define JUMP_SIZE 1e-6
#define JUMP_STEP 1e-9
/* Relative error of a second moment above which it is infinite: the box, or rounding next to a pole, cuts
 * it off. */
#define DIVERGENT 0.01
/* Half that accuracy is found, or missed, with this many points: what the other moments may take. */
#define DIVERGENCE_EVALUATIONS ((size_t)1300000)
/* E tau^2 below this, relative to the squares of sigma' and sigma'', is rounding of a quadratic sigma's zero. */
#define QUADRATIC 1e-20

struct gst_activation {
    gst_expression *expression;
    int discontinuous;
    gst_gradient_moments gradient[2]; /* of the full rule, of its companion */
    int gradient_status;
};

static double value_at(const gst_expression *expression, double z)
{
    double value;
    gst_expression_evaluate(expression, 1, &z, &value, NULL);
    return value;
}

static int has_jump(const gst_expression *expression, int *jump)
{
    double roots[64];
    size_t found;
    gst_kinks kinks = gst_expression_kinks(expression);
    double at = 0.0;
    *jump = 0;
    int status =
        gst_kinks_along(&kinks, 0, &at, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX, 64, roots, &found);
    for (size_t i = 0; status == GST_OK && i < found; i++) {
        double left = value_at(expression, roots[i] - JUMP_STEP);
        double right = value_at(expression, roots[i] + JUMP_STEP);
        if (fabs(right - left) > JUMP_SIZE * (1.0 + fabs(left) + fabs(right)))
            *jump = 1;
    }
    return status;
}

static int check_values(const gst_expression *expression, gst_message *message)
{
    for (double z = -4.0; z <= 4.0; z += 0.3712) {
        if (!isfinite(value_at(expression, z)))
            return gst_fail(message, GST_INVALID, "is not finite at z = %.4g", z);
    }
    return GST_OK;
}

static void square_integrand(size_t n, const double *z, double *out, void *params)
{
    gst_expression_evaluate(params, n, z, out, NULL);
    for (size_t k = 0; k < n; k++)
        out[k] *= out[k];
}

/* E sigma^2 has to be finite. */
static int check_square(gst_expression *expression, gst_message *message)
{
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand square = {.kinks = gst_expression_kinks(expression),
                            .components = 1,
                            .f = square_integrand,
                            .params = expression};
    double value, error;
    options.epsabs = 0.0;
    options.epsrel = 0.5 * DIVERGENT;
    options.evaluations = DIVERGENCE_EVALUATIONS;
    int status = gst_expectation(&square, NULL, &options, &value, NULL, &error);
    if (status == GST_NO_MEMORY)
        return gst_fail(message, status, "no memory");
    if (status < 0 || !isfinite(value))
        return gst_fail(message, GST_INVALID, "has values or moments that are not finite");
    if (!(error <= DIVERGENT * value))
        return gst_fail(message, GST_INVALID, "has moments that do not converge");
    return GST_OK;
}

static int check(gst_activation *a, gst_message *message)
{
    if (gst_expression_dim(a->expression) != 1)
        return gst_fail(message, GST_INVALID, "does not depend on z");
    int status = check_values(a->expression, message);
    if (status == GST_OK && (gst_expression_kinks(a->expression).count > GST_KINK_ARGUMENTS_MAX ||
                             has_jump(a->expression, &a->discontinuous) != GST_OK))
        status = gst_fail(message, GST_INVALID, "has too many kinks");
    return status == GST_OK ? check_square(a->expression, message) : status;
}

void gst_activation_free(gst_activation *activation)
{
    if (!activation)
        return;
    gst_expression_free(activation->expression);
    free(activation);
}

const char *gst_activation_text(const gst_activation *activation)
{
    return gst_expression_text(activation->expression);
}

const gst_expression *gst_activation_expression(const gst_activation *activation)
{
    return activation->expression;
}

int gst_activation_is_discontinuous(const gst_activation *activation)
{
    return activation->discontinuous;
}

/* ---- moments ------------------------------------------------------------------------------------ */

int gst_activation_moments(const gst_activation *activation, size_t count, const double *s,
                           double c, int half, double *mu0, double *mu1, double *mu2sq, double *nu)
{
    return gst_window_moments(activation->expression, count, s, c, half, mu0, mu1, mu2sq, nu);
}

/* ---- moments of the gradient ------------------------------------------------------------------- */

typedef struct {
    const gst_expression *expression;
    double mean;
} centred_value;

/* Components (sigma - mean) (1, z, He_2, He_3, He_4): Stein's identity needs no derivative, which may be
 * singular at a kink. */
static void hermite_integrand(size_t n, const double *z, double *out, void *params)
{
    const centred_value *centred = params;
    gst_expression_evaluate(centred->expression, n, z, out, NULL);
    for (size_t k = 0; k < n; k++) {
        double x = z[k], square = x * x, value = out[k] - centred->mean;
        out[k] = value;
        out[n + k] = value * x;
        out[2 * n + k] = value * (square - 1.0);
        out[3 * n + k] = value * (square - 3.0) * x;
        out[4 * n + k] = value * (square * (square - 6.0) + 3.0);
    }
}

typedef struct {
    const gst_expression *expression;
    double mu1, c2;
} centred_slope;

/* Components tau^2 (1, z, z^2), tau^3 (1, z), tau^4 of tau = sigma' - mu1 - c2 z; then sigma itself, since a steep
 * step of sigma is seen from anywhere, the narrow peak that it is in sigma' only from nearby. */
static void remainder_integrand(size_t n, const double *z, double *out, void *params)
{
    const centred_slope *centred = params;
    enum { BLOCK = 256 };
    double value[BLOCK], slope[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        gst_expression_evaluate(centred->expression, size, z + first, value, slope);
        for (size_t k = 0; k < size; k++) {
            double x = z[first + k], tau = slope[k] - centred->mu1 - centred->c2 * x;
            double *at = out + first + k;
            at[0] = tau * tau;
            at[n] = tau * tau * x;
            at[2 * n] = tau * tau * x * x;
            at[3 * n] = tau * tau * tau;
            at[4 * n] = tau * tau * tau * x;
            at[5 * n] = tau * tau * tau * tau;
            at[6 * n] = value[k];
        }
    }
}

/* mean, then the others centred by it: a constant in sigma costs no digits.  m[0]: full rule, m[1]: companion. */
static int hermite_moments(const gst_expression *expression, gst_gradient_moments m[2])
{
    gst_expectation_options options = gst_expectation_defaults();
    centred_value centred = {.expression = expression, .mean = 0.0};
    gst_expectand moments = {.kinks = gst_expression_kinks(expression),
                             .components = 5,
                             .f = hermite_integrand,
                             .params = &centred};
    double value[2][5];
    int first = gst_expectation(&moments, NULL, &options, value[0], value[1], NULL);
    if (first < 0)
        return first;
    for (size_t half = 0; half < 2; half++)
        m[half].mean = value[half][0];
    centred.mean = m[0].mean;
    int second = gst_expectation(&moments, NULL, &options, value[0], value[1], NULL);
    for (size_t half = 0; half < 2 && second >= 0; half++) {
        m[half].mu1 = value[half][1];
        m[half].c2 = value[half][2];
        m[half].c3 = value[half][3];
        m[half].c4 = value[half][4];
    }
    return second;
}

/* `value`, or infinity if the moment it stands for diverges; `zero`: errors not worth a verdict. */
static double converged(double value, double full, double error, double zero)
{
    return error > fmax(DIVERGENT * full, zero) ? INFINITY : value;
}

static int remainder_moments(const gst_expression *expression, gst_gradient_moments m[2])
{
    gst_expectation_options options = gst_expectation_defaults();
    centred_slope centred = {.expression = expression, .mu1 = m[0].mu1, .c2 = m[0].c2};
    gst_expectand tau = {.kinks = gst_expression_kinks(expression),
                         .components = 7,
                         .f = remainder_integrand,
                         .params = &centred};
    double value[2][7], error[7], size = m[0].mu1 * m[0].mu1 + m[0].c2 * m[0].c2;
    int status = gst_expectation(&tau, NULL, &options, value[0], value[1], error);
    for (size_t half = 0; half < 2 && status >= 0; half++) {
        const double *v = value[half];
        m[half].s2 = converged(v[0], value[0][0], error[0], QUADRATIC * size);
        m[half].s21 = v[1];
        m[half].s2zz = v[2];
        m[half].t3 = v[3];
        m[half].t31 = v[4];
        m[half].t4 = converged(v[5], value[0][5], error[5], QUADRATIC * QUADRATIC * size * size);
    }
    return status;
}

static int gradient_moments(const gst_expression *expression, gst_gradient_moments m[2])
{
    m[0] = m[1] = (gst_gradient_moments){.mean = NAN};
    int first = hermite_moments(expression, m);
    if (first < 0)
        return first;
    int second = remainder_moments(expression, m);
    return second != GST_OK ? second : first;
}

int gst_activation_gradient_moments(const gst_activation *activation, int half,
                                    gst_gradient_moments *moments)
{
    *moments = activation->gradient[half ? 1 : 0];
    return activation->gradient_status;
}

int gst_activation_compile(gst_activation **activation, const char *text, gst_message *message)
{
    *activation = gst_alloc(1, sizeof **activation);
    if (!*activation)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    gst_activation *a = *activation;
    int status = gst_expression_compile(&a->expression, text, 1, message);
    if (status == GST_OK)
        status = check(a, message);
    if (status == GST_OK) {
        a->gradient_status = gradient_moments(a->expression, a->gradient);
        if (a->gradient_status == GST_NO_MEMORY)
            status = gst_fail(message, GST_NO_MEMORY, "no memory");
    }
    if (status != GST_OK) {
        gst_activation_free(a);
        *activation = NULL;
    }
    return status;
}
