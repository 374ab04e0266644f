/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation.c - moments of an activation under Gaussian inputs (docs/theory, features).
 *
 * sigma is sampled once per offset s and order n on a mesh split at its kinks; all moments come from
 * these samples, the second one centred first so that mu2^2 is a sum of squares:
 *   1. mesh of order n for z, kinks of sigma(s + sqrt(c) z) at the zeros of its arguments;
 *   2. mu0 = sum w sigma, mu1 = sum w z sigma/sqrt(c), nu = sum w (z^2-1) sigma/(2c),
 *      mu2^2 = sum w (sigma - mu0 - sqrt(c) mu1 z)^2;
 *   3. the same with the half weights; double n until both agree.
 * A smooth sigma shares one mesh among all offsets. */
#include "activation.h"

#include "affine.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

#define FIRST_ORDER ((size_t)64)
#define LAST_ORDER ((size_t)16384)
/* Full and half rule agree to this relative to E|sigma|: a few roundings of a sum of O(100) terms. */
#define AGREEMENT 2e-15
/* A jump larger than this, relative to |sigma|+1, between JUMP_STEP left and right of a kink is a
 * discontinuity. */
#define JUMP_SIZE 1e-6
#define JUMP_STEP 1e-9

struct gst_activation {
    gst_expression *expression;
    int discontinuous;
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

int gst_activation_compile(gst_activation **activation, const char *text, gst_message *message)
{
    *activation = gst_alloc(1, sizeof **activation);
    if (!*activation)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    gst_activation *a = *activation;
    int status = gst_expression_compile(&a->expression, text, 1, message);
    if (status == GST_OK && gst_expression_dim(a->expression) != 1)
        status = gst_fail(message, GST_INVALID, "does not depend on z");
    if (status == GST_OK)
        status = check_values(a->expression, message);
    if (status == GST_OK && (gst_expression_kinks(a->expression).count > GST_KINK_ARGUMENTS_MAX ||
                             has_jump(a->expression, &a->discontinuous) != GST_OK))
        status = gst_fail(message, GST_INVALID, "has too many kinks");
    if (status != GST_OK) {
        gst_activation_free(a);
        *activation = NULL;
    }
    return status;
}

void gst_activation_free(gst_activation *activation)
{
    if (!activation)
        return;
    gst_expression_free(activation->expression);
    free(activation);
}

const gst_expression *gst_activation_expression(const gst_activation *activation)
{
    return activation->expression;
}

int gst_activation_is_discontinuous(const gst_activation *activation)
{
    return activation->discontinuous;
}

/* ---- moments of sigma(s + sqrt(c) z) ---------------------------------------------------------- */

/* One offset on one mesh: moments and the scale E sigma^2, by the weights w. */
typedef struct {
    double mu0, mu1, mu2sq, nu, square;
} group_moments;

static group_moments moments_by(size_t n, const double *z, const double *w, const double *sigma,
                                double c)
{
    double mu0 = 0.0, first = 0.0, second = 0.0, square = 0.0, centred = 0.0;
    for (size_t k = 0; k < n; k++) {
        double ws = w[k] * sigma[k];
        mu0 += ws;
        first += ws * z[k];
        second += ws * (z[k] * z[k] - 1.0);
        square += ws * sigma[k];
    }
    for (size_t k = 0; k < n; k++) {
        double rest = sigma[k] - mu0 - first * z[k];
        centred += w[k] * rest * rest;
    }
    return (group_moments){mu0, first / sqrt(c), centred, second / (2.0 * c), square};
}

static int agree(const group_moments *full, const group_moments *half, double c)
{
    double size = sqrt(full->square), allowed = AGREEMENT * size;
    return fabs(full->mu0 - half->mu0) <= allowed &&
           fabs(full->mu1 - half->mu1) * sqrt(c) <= allowed &&
           fabs(full->nu - half->nu) * 2.0 * c <= 2.0 * allowed &&
           fabs(full->mu2sq - half->mu2sq) <= allowed * size;
}

/* The values of sigma(s + sqrt(c) z) on a mesh; work holds 2 n doubles, the values come first. */
static void sample(const gst_activation *a, const gst_mesh *mesh, double s, double c, double *work)
{
    double *x = work + mesh->n;
    for (size_t k = 0; k < mesh->n; k++)
        x[k] = s + sqrt(c) * mesh->x[k];
    gst_expression_evaluate(a->expression, mesh->n, x, work, NULL);
}

/* The mesh of one order; kept by the caller while `kinks` is empty. */
static int build(gst_mesh *mesh, double **work, const gst_kinks *kinks, size_t order)
{
    int status = gst_mesh_build(mesh, kinks, 0, 1, NULL, order);
    if (status != GST_OK)
        return status;
    *work = gst_alloc_doubles(2 * mesh->n);
    return *work ? GST_OK : GST_NO_MEMORY;
}

typedef struct {
    gst_mesh mesh;
    double *work;
    size_t order; /* 0: nothing built */
} sampled_mesh;

static void sampler_clear(sampled_mesh *sampler)
{
    gst_mesh_clear(&sampler->mesh);
    free(sampler->work);
    sampler->work = NULL;
    sampler->order = 0;
}

/* Moments at one offset, orders doubled until full and half rule agree. */
static int moments_at(const gst_activation *a, sampled_mesh *sampler, double s, double c,
                      group_moments *full, group_moments *half)
{
    double scale = sqrt(c);
    gst_affine shift = {1, 1, &scale, &s, gst_expression_kinks(a->expression)};
    gst_kinks kinks = gst_affine_kinks(&shift);
    int smooth = kinks.count == 0;
    size_t order = smooth && sampler->order ? sampler->order : FIRST_ORDER;
    for (;; order *= 2) {
        if (!smooth || sampler->order != order) {
            sampler_clear(sampler);
            int status = build(&sampler->mesh, &sampler->work, &kinks, order);
            if (status != GST_OK)
                return status;
            sampler->order = order;
        }
        const gst_mesh *mesh = &sampler->mesh;
        sample(a, mesh, s, c, sampler->work);
        *full = moments_by(mesh->n, mesh->x, mesh->w, sampler->work, c);
        *half = moments_by(mesh->n, mesh->x, mesh->w_half, sampler->work, c);
        if (!isfinite(full->square))
            return GST_FAILED;
        if (agree(full, half, c))
            return GST_OK;
        if (order >= LAST_ORDER)
            return GST_LOOSE;
    }
}

int gst_activation_moments(const gst_activation *activation, size_t count, const double *s,
                           double c, int half, double *mu0, double *mu1, double *mu2sq, double *nu)
{
    sampled_mesh sampler = {{0, 0, NULL, NULL, NULL}, NULL, 0};
    int worst = GST_OK;
    if (!(c > 0.0))
        return GST_INVALID;
    for (size_t i = 0; i < count && worst >= 0; i++) {
        group_moments by_full, by_half;
        int status = moments_at(activation, &sampler, s[i], c, &by_full, &by_half);
        const group_moments *chosen = half ? &by_half : &by_full;
        mu0[i] = chosen->mu0;
        mu1[i] = chosen->mu1;
        mu2sq[i] = chosen->mu2sq;
        nu[i] = chosen->nu;
        if (status != GST_OK)
            worst = status;
    }
    sampler_clear(&sampler);
    return worst;
}

/* ---- moments of the gradient ------------------------------------------------------------------- */

/* Components sigma, sigma', z sigma', He_2 sigma', He_3 sigma'. */
static void gradient_integrand(size_t n, const double *z, double *out, void *params)
{
    const gst_activation *activation = params;
    double *slope = out + n;
    gst_expression_evaluate(activation->expression, n, z, out, slope);
    for (size_t k = 0; k < n; k++) {
        double x = z[k];
        out[2 * n + k] = x * slope[k];
        out[3 * n + k] = (x * x - 1.0) * slope[k];
        out[4 * n + k] = (x * x - 3.0) * x * slope[k];
    }
}

typedef struct {
    const gst_activation *activation;
    double mu1, c2;
} centred_slope;

/* Components tau^2 (1, z, z^2), tau^3 (1, z), tau^4 of tau = sigma' - mu1 - c2 z. */
static void remainder_integrand(size_t n, const double *z, double *out, void *params)
{
    const centred_slope *centred = params;
    enum { BLOCK = 256 };
    double value[BLOCK], slope[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        gst_expression_evaluate(centred->activation->expression, size, z + first, value, slope);
        for (size_t k = 0; k < size; k++) {
            double x = z[first + k], tau = slope[k] - centred->mu1 - centred->c2 * x;
            double *at = out + first + k;
            at[0] = tau * tau;
            at[n] = tau * tau * x;
            at[2 * n] = tau * tau * x * x;
            at[3 * n] = tau * tau * tau;
            at[4 * n] = tau * tau * tau * x;
            at[5 * n] = tau * tau * tau * tau;
        }
    }
}

int gst_activation_gradient_moments(const gst_activation *activation, int half,
                                    gst_gradient_moments *moments)
{
    gst_activation borrowed = *activation;
    gst_expectation_options options = gst_expectation_defaults();
    gst_kinks kinks = gst_expression_kinks(activation->expression);
    gst_expectand mean = {kinks, 5, gradient_integrand, &borrowed, 0};
    double full[6], by_half[6];
    const double *v = half ? by_half : full;
    int status = gst_expectation(&mean, NULL, &options, full, by_half, NULL);
    if (status < 0)
        return status;
    *moments =
        (gst_gradient_moments){.mean = v[0], .mu1 = v[1], .c2 = v[2], .c3 = v[3], .c4 = v[4]};
    centred_slope centred = {activation, v[1], v[2]};
    gst_expectand remainder = {kinks, 6, remainder_integrand, &centred, 0};
    int last = gst_expectation(&remainder, NULL, &options, full, by_half, NULL);
    moments->s2 = v[0];
    moments->s21 = v[1];
    moments->s2zz = v[2];
    moments->t3 = v[3];
    moments->t31 = v[4];
    moments->t4 = v[5];
    return last != GST_OK ? last : status;
}
