/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_integrals.c - Gaussian expectations against identities: closed forms, Stein, two routes to
 * the same number, and honest errors.  (Rules, kinks and cubature by themselves: test_mesh.c.) */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "integrals/expectation.h"
#include "integrals/gaussian_cubature.h"

#define PI 3.14159265358979323846
#define EULER 0.57721566490153286061

/* An integrand of one component in z, or in z1 and z2. */
#define FUNCTION(name, expression, ...)                                    \
    static void name(size_t n, const double *x, double *out, void *params) \
    {                                                                      \
        (void)params;                                                      \
        for (size_t k = 0; k < n; k++) {                                   \
            const double __VA_ARGS__;                                      \
            out[k] = (expression);                                         \
        }                                                                  \
    }
#define SCALAR(name, expression) FUNCTION(name, expression, z = x[k])
#define PLANE(name, expression) FUNCTION(name, expression, z1 = x[k], z2 = x[n + k])

static double relu(double z)
{
    return z > 0 ? z : 0;
}

static double sign(double z)
{
    return (z > 0) - (z < 0);
}

SCALAR(at_zero, z)
SCALAR(at_third, z - 0.3)
SCALAR(at_both, (z - 0.3) * (z + 1.373))
SCALAR(f_fourth, z *z *z *z)
SCALAR(f_erf, erf(1.3 * z + 0.4))
SCALAR(f_sin, sin(1.7 * z + 0.6))
SCALAR(f_exp, exp(z))
SCALAR(f_exp3, exp(3 * z))
SCALAR(f_bump, exp(-4 * (z - 0.421875) * (z - 0.421875)))
SCALAR(f_narrow, exp(-50 * (z - 0.61) * (z - 0.61)))
SCALAR(f_relu2, relu(z) * relu(z))
SCALAR(f_relu, relu(z - 0.3))
SCALAR(f_abs, fabs(z))
SCALAR(f_sign, sign(z - 0.3))
SCALAR(f_between, sign(z - 0.3) * sign(z + 1.373))
SCALAR(f_root, sqrt(fabs(z)))
SCALAR(f_log, log(fabs(z)))
SCALAR(f_inverse_root, 1 / sqrt(fabs(z)))
SCALAR(f_inverse, 1 / z)
SCALAR(f_half_nan, sqrt(z))
SCALAR(f_exp_square, exp(z *z))
SCALAR(f_exp_half_square, exp(0.5 * z * z))
SCALAR(f_relu_diverging, relu(z) * exp(z * z))
SCALAR(f_shifted_root, 1 / sqrt(fabs(z - 0.3)))
PLANE(at_equal, z1 - z2)
PLANE(at_product, z1 *z2)
PLANE(g_difference, fabs(z1 - z2))
PLANE(g_product, fabs(z1 *z2))
PLANE(g_tanh2, tanh(z1 *z2) * tanh(z1 * z2))
PLANE(g_nested, relu(z1 + relu(z2)))
PLANE(g_mixed, sign(z1) * z2 * relu(z2 + z1))
PLANE(g_bump, exp(-50 * ((z1 - 1.1) * (z1 - 1.1) + (z2 + 0.4) * (z2 + 0.4))))
PLANE(g_wide, exp(-4 * ((z1 - 1.1) * (z1 - 1.1) + (z2 + 0.4) * (z2 + 0.4))))
PLANE(g_large, exp(0.7 * z1 + 0.5 * z2))
PLANE(g_diverging, exp(z1 *z1) * cos(z2))
PLANE(g_half_nan, z1 *sqrt(z2))

static void at_mixed(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = x[k];
        out[n + k] = x[k] + x[n + k];
    }
}

static void at_nested(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = x[n + k];
        out[n + k] = x[k] + relu(x[n + k]);
    }
}

static gst_expectand expectand(size_t dim, gst_integrand *f, size_t kinks, gst_integrand *at)
{
    return (gst_expectand){
        .kinks = {.dim = dim, .count = kinks, .arguments = at}, .components = 1, .f = f};
}

/* Functions with known expectations (in f_bump the difference of the rules of order 32 and 16
 * vanishes by chance while both are wrong); `loose`: the error estimate must hold, the tolerance
 * need not. */
typedef struct {
    gst_integrand *f, *at;
    size_t dim, kinks;
    double expected;
    int loose;
} known;

enum { known_count = 22 };

static double bump(double a, double m)
{
    return exp(-a * m * m / (1 + 2 * a)) / sqrt(1 + 2 * a);
}

static void known_fill(known list[known_count])
{
    double low = 0.5 * erfc(1.373 / sqrt(2)), high = 0.5 * erfc(0.3 / sqrt(2));
    double density = exp(-0.045) / sqrt(2 * PI);
    const known all[known_count] = {
        {f_fourth, NULL, 1, 0, 3, 0},
        {f_erf, NULL, 1, 0, erf(0.4 / sqrt(1 + 2 * 1.69)), 0},
        {f_sin, NULL, 1, 0, exp(-0.5 * 2.89) * sin(0.6), 0},
        {f_exp, NULL, 1, 0, exp(0.5), 0},
        {f_exp3, NULL, 1, 0, exp(4.5), 0},
        {f_bump, NULL, 1, 0, bump(4, 0.421875), 0},
        {f_relu2, at_zero, 1, 1, 0.5, 0},
        {f_relu, at_third, 1, 1, density - 0.3 * high, 0},
        {f_abs, at_zero, 1, 1, sqrt(2 / PI), 0},
        {f_sign, at_third, 1, 1, -erf(0.3 / sqrt(2)), 0},
        {f_between, at_both, 1, 1, low + high - (1 - low - high), 0},
        {f_root, at_zero, 1, 1, pow(2, 0.25) * tgamma(0.75) / sqrt(PI), 0},
        {f_log, at_zero, 1, 1, -0.5 * (EULER + log(2)), 0},
        {f_inverse_root, at_zero, 1, 1, pow(2, -0.25) * tgamma(0.25) / sqrt(PI), 0},
        {f_shifted_root, at_third, 1, 1, 1.6820941390394016, 1}, /* 1F1 by mpmath */
        {g_difference, at_equal, 2, 1, 2 / sqrt(PI), 0},
        {g_product, at_product, 2, 1, 2 / PI, 0},
        {g_mixed, at_mixed, 2, 2, 0.25, 0},
        {g_nested, at_nested, 2, 2, (2 + sqrt(2)) / (2 * sqrt(2 * PI)), 0},
        {g_wide, NULL, 2, 0, bump(4, 1.1) * bump(4, 0.4), 0},
        {at_product, NULL, 2, 0, 0, 0},
        {f_narrow, NULL, 1, 0, bump(50, 0.61), 0}, /* last: unseen at order 32 */
    };
    for (size_t i = 0; i < known_count; i++)
        list[i] = all[i];
}

START_TEST(closed_forms)
{
    known list[known_count];
    known_fill(list);
    gst_expectation_options options = gst_expectation_defaults();
    double value, half, error;
    gst_expectand e = expectand(list[_i].dim, list[_i].f, list[_i].kinks, list[_i].at);
    int status = gst_expectation(&e, NULL, &options, &value, &half, &error);
    ck_assert_int_eq(status, list[_i].loose ? GST_LOOSE : GST_OK);
    ck_assert_double_le(fabs(value - list[_i].expected), error);
    ck_assert_double_le(fabs(value - half), error);
    if (!list[_i].loose) /* the tolerance; E|f| is at most 100 */
        ck_assert_double_le(error, 1e-15 + 1e-14 * fmax(1, fmin(100, fabs(list[_i].expected))));
}
END_TEST

START_TEST(errors_are_honest_at_every_order)
{
    known list[known_count];
    known_fill(list);
    gst_expectand e = expectand(list[_i].dim, list[_i].f, list[_i].kinks, list[_i].at);
    double value, error, reached = INFINITY;
    for (size_t order = 32; order <= 256; order += order < 64 ? 4 : 32) {
        size_t points = list[_i].dim == 1 ? 64 * (order + 1) : (order + 1) * (order + 1);
        gst_expectation_options options = {0, 0, 0.01, order, points, NULL};
        ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, NULL, &error), GST_LOOSE);
        ck_assert_double_le(fabs(value - list[_i].expected), error);
        reached = error;
    }
    ck_assert_double_lt(reached, list[_i].loose ? 1e-6 : 1e-7 * fmax(1, list[_i].expected));
}
END_TEST

/* Pairs z f, f' for tanh(z + 0.4), relu(z - 0.3)^2, tanh(30 z); then tanh(30 z)^2. */
static void stein_pairs(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        double z = x[k], t = tanh(z + 0.4), r = relu(z - 0.3), steep = tanh(30 * z);
        out[k] = z * t;
        out[n + k] = 1 - t * t;
        out[2 * n + k] = z * r * r;
        out[3 * n + k] = 2 * r;
        out[4 * n + k] = z * steep;
        out[5 * n + k] = 30 / (cosh(30 * z) * cosh(30 * z));
        out[6 * n + k] = steep * steep;
    }
}

START_TEST(stein)
{
    double value[7], error[7];
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = expectand(1, stein_pairs, 1, at_third);
    e.components = 7;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, value, NULL, error), GST_OK);
    for (size_t i = 0; i < 6; i += 2)
        ck_assert_double_eq_tol(value[i], value[i + 1], 4e-15);
    ck_assert_double_eq_tol(value[6], 1 - value[4] / 30, 4e-15);
}
END_TEST

START_TEST(two_routes_in_the_plane)
{
    double value, other, other_error;
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = expectand(2, g_tanh2, 0, NULL);
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, NULL, NULL), GST_OK);
    ck_assert_int_eq(gst_cubature_gaussian(1, g_tanh2, NULL, 0, 2, NULL, 1e-13, 0, 20000000, &other,
                                           &other_error),
                     GST_OK);
    ck_assert_double_eq_tol(value, other, 1e-12);
}
END_TEST

/* The inner expectation over z2 for every z1, by a call inside the call. */
static void inner(size_t n, const double *x, double *out, void *params)
{
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = expectand(2, g_difference, 1, at_equal);
    e.first = 1;
    for (size_t k = 0; k < n; k++)
        *(int *)params |= gst_expectation(&e, x + k, &options, out + k, NULL, NULL);
}

START_TEST(fixed_variables_and_nesting)
{
    int failed = 0;
    double value, error, fixed[2] = {0.37, -1.21};
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand outer = expectand(1, inner, 0, NULL), point = expectand(2, g_product, 0, NULL);
    outer.params = &failed;
    ck_assert_int_eq(gst_expectation(&outer, NULL, &options, &value, NULL, &error) | failed,
                     GST_OK);
    ck_assert_double_eq_tol(value, 2 / sqrt(PI), 2e-15);
    point.first = 2;
    ck_assert_int_eq(gst_expectation(&point, fixed, &options, &value, NULL, NULL), GST_OK);
    ck_assert_double_eq(value, 0.37 * 1.21);
}
END_TEST

START_TEST(divergent_integrals_are_flagged)
{
    const known list[] = {
        {f_exp_square, NULL, 1, 0, 0, 1},        {f_exp_half_square, NULL, 1, 0, 0, 1},
        {f_relu_diverging, at_zero, 1, 1, 0, 1}, {f_inverse, NULL, 1, 0, 0, 1},
        {f_inverse, at_zero, 1, 1, 0, 1},        {f_half_nan, NULL, 1, 0, 0, 0},
        {g_diverging, NULL, 2, 0, 0, 1},         {g_half_nan, NULL, 2, 0, 0, 0},
    };
    double value = 0.125, error = 0.25;
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = 1e-6;
    options.evaluations = 100000;
    gst_expectand e = expectand(list[_i].dim, list[_i].f, list[_i].kinks, list[_i].at);
    int status = gst_expectation(&e, NULL, &options, &value, NULL, &error);
    ck_assert_int_eq(status, list[_i].loose ? GST_LOOSE : GST_FAILED);
    if (list[_i].loose)
        ck_assert_double_gt(error, 1e-3);
    else
        ck_assert_double_eq(value, 0.125);
}
END_TEST

/* cos with noise of size 1e-11; counts evaluations. */
static void noisy(size_t n, const double *x, double *out, void *params)
{
    *(size_t *)params += n;
    for (size_t k = 0; k < n; k++)
        out[k] = cos(x[k]) + 1e-11 * cos(1e13 * sin(x[k]));
}

START_TEST(noise_stops_the_doubling)
{
    size_t evaluations = 0;
    double value, error;
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = expectand(1, noisy, 0, NULL);
    e.params = &evaluations;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, NULL, &error), GST_LOOSE);
    ck_assert_uint_lt(evaluations, 300000);
    ck_assert_double_eq_tol(value, exp(-0.5), 1e-11);
    ck_assert_double_le(fabs(value - exp(-0.5)), 4 * error); /* noise: the right size only */
}
END_TEST

START_TEST(cubature_is_the_last_resort)
{
    double value, half, error, expected = bump(50, 1.1) * bump(50, 0.4);
    gst_expectation_options options = {1e-15, 1e-9, 0.01, 32, 250000, NULL};
    gst_expectand e = expectand(2, g_bump, 0, NULL);
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_OK);
    ck_assert_double_le(fabs(value - expected), error);
    ck_assert_double_le(error, 1e-15 + 1e-9 * expected * 1.01);
    ck_assert_double_le(fabs(half - expected), 1e-13 + 1e-7 * expected);
    gst_expectation_options fine = gst_expectation_defaults();
    ck_assert_int_eq(gst_expectation(&e, NULL, &fine, &value, &half, &error), GST_OK);
    ck_assert_double_eq_tol(value, expected, 1e-15);
    options.evaluations = 20000;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_LOOSE);
    ck_assert_double_le(fabs(value - expected), error);
}
END_TEST

static void five(size_t n, const double *x, double *out, void *params)
{
    double square = *(const double *)params;
    for (size_t k = 0; k < n; k++) {
        double sum = square * x[k] * x[k];
        for (size_t j = 0; j < 5; j++)
            sum += 0.2 * x[j * n + k];
        out[k] = exp(sum);
    }
}

START_TEST(five_variables_are_left_to_cubature)
{
    double value, half, error, square = 0;
    gst_expectation_options options = {1e-15, 2e-2, 0.01, 32, 3000000, NULL};
    gst_expectand e = expectand(5, five, 0, NULL);
    e.params = &square;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_OK);
    ck_assert_double_le(fabs(value - exp(0.1)), error);
    square = 1;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_LOOSE);
    ck_assert_double_gt(error, 0.1 * value);
    options.evaluations = 200;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_FAILED);
}
END_TEST

START_TEST(large_sums_do_not_lose_digits)
{
    double value, error;
    gst_expectation_options options = {0, 0, 0.01, 1024, 1100000, NULL};
    gst_expectand e = expectand(2, g_large, 0, NULL);
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, NULL, &error), GST_LOOSE);
    ck_assert_double_eq_tol(value, exp(0.5 * (0.49 + 0.25)), 5e-16);
    ck_assert_double_lt(error, 3e-15);
}
END_TEST

START_TEST(expectation_refuses)
{
    double value, fixed = 0.4;
    gst_expectation_options good = gst_expectation_defaults(), bad[6];
    gst_expectand e = expectand(2, g_tanh2, 0, NULL);
    for (size_t i = 0; i < 6; i++)
        bad[i] = good;
    bad[0].epsabs = -1e-15;
    bad[1].epsrel = NAN;
    bad[2].order_first = 33;
    bad[3].order_first = 0;
    bad[4].evaluations = 32;
    bad[5].epsabs = INFINITY;
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(gst_expectation(&e, NULL, &bad[i], &value, NULL, NULL), GST_INVALID);
    e.first = 1;
    ck_assert_int_eq(gst_expectation(&e, NULL, &good, &value, NULL, NULL), GST_INVALID);
    e.first = 3;
    ck_assert_int_eq(gst_expectation(&e, &fixed, &good, &value, NULL, NULL), GST_INVALID);
    e.first = 0;
    e.components = 0;
    ck_assert_int_eq(gst_expectation(&e, NULL, &good, &value, NULL, NULL), GST_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("integrals");
    TCase *cases = tcase_create("expectation");
    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, closed_forms, 0, known_count);
    tcase_add_loop_test(cases, errors_are_honest_at_every_order, 0, known_count - 1);
    tcase_add_test(cases, stein);
    tcase_add_test(cases, two_routes_in_the_plane);
    tcase_add_test(cases, fixed_variables_and_nesting);
    tcase_add_loop_test(cases, divergent_integrals_are_flagged, 0, 8);
    tcase_add_test(cases, noise_stops_the_doubling);
    tcase_add_test(cases, cubature_is_the_last_resort);
    tcase_add_test(cases, five_variables_are_left_to_cubature);
    tcase_add_test(cases, large_sums_do_not_lose_digits);
    tcase_add_test(cases, expectation_refuses);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
