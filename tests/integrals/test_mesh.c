/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mesh.c - rules, meshes, kinks, Hermite polynomials and the checked cubature: moments,
 * orthonormality, Parseval, nesting, roots known in closed form, and refusals. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "integrals/expectation.h"
#include "integrals/gaussian_cubature.h"
#include "integrals/mesh.h"
#include "integrals/partition.h"

#define PI 3.14159265358979323846

/* A function of one component in z, or in z1 and z2. */
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

SCALAR(at_both, (z - 0.3) * (z + 1.373))
SCALAR(at_sine, sin(z))
SCALAR(at_fast_sine, sin(50 * z))
SCALAR(at_stretch, z > 0.7 ? z - 0.7 : 0)
SCALAR(at_touching, (z - 0.3) * (z - 0.3))
SCALAR(at_close, (z - 0.511) * (z - 0.523))
SCALAR(at_jump, z > 1.2345678 ? 1.0 : -3.0)
SCALAR(at_nowhere, z *z + 1e-3)
SCALAR(at_cube, (z + 0.123) * (z + 0.123) * (z + 0.123))
SCALAR(at_nan, log(z))
PLANE(at_equal, z1 - z2)
PLANE(at_product, z1 *z2)
PLANE(at_half_nan, z1 *sqrt(z2))
SCALAR(f_inverse, 1 / z)
SCALAR(f_half_nan, sqrt(z))
SCALAR(f_zero_nan, z > 0.9 ? NAN : 1)
SCALAR(f_sin, sin(1.7 * z + 0.6))
SCALAR(f_exp, exp(z))
PLANE(g_smooth, cos(1.3 * z1) * exp(0.7 * z2))

static void at_mixed(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = x[k];
        out[n + k] = x[k] + x[n + k];
    }
}

/* The moments of order 0..9 by weights and nodes, relative to 1 + the moment. */
static double moments_defect(size_t n, const double *x, const double *w)
{
    double worst = 0, exact = 1;
    for (size_t power = 0; power < 10; power += 2) {
        double even = 0, odd = 0;
        for (size_t k = 0; k < n; k++) {
            even += w[k] * pow(x[k], (double)power);
            odd += w[k] * pow(x[k], (double)power + 1);
        }
        exact *= power ? (double)power - 1 : 1;
        worst = fmax(worst, fmax(fabs(even - exact), fabs(odd)) / exact);
    }
    return worst;
}

START_TEST(moments_by_every_rule)
{
    gst_kinks smooth = {.dim = 1}, split = {.dim = 1, .count = 1, .arguments = at_both};
    gst_mesh mesh;
    double x[256], w[256];
    for (size_t order = 128; order <= 512; order += 66) {
        ck_assert_int_eq(gst_mesh_build(&mesh, &smooth, 0, 1, NULL, order, 0), GST_OK);
        ck_assert_uint_eq(mesh.n, order + 1);
        ck_assert_double_lt(moments_defect(mesh.n, mesh.x, mesh.w), 4e-15);
        ck_assert_double_lt(moments_defect(mesh.n, mesh.x, mesh.w_half), 4e-15);
        gst_mesh_clear(&mesh);
        ck_assert_int_eq(gst_mesh_build(&mesh, &split, 0, 1, NULL, 2 * order, 0), GST_OK);
        ck_assert_uint_eq(mesh.n, 3 * (2 * order + 1));
        ck_assert_double_lt(moments_defect(mesh.n, mesh.x, mesh.w), 1e-14);
        ck_assert_double_lt(moments_defect(mesh.n, mesh.x, mesh.w_half), 1e-14);
        gst_mesh_clear(&mesh);
    }
    for (size_t n = 5; n <= 256; n++) {
        ck_assert_int_eq(gst_rule_hermite(n, x, w), GST_OK);
        ck_assert_double_lt(moments_defect(n, x, w), 2e-14);
        for (size_t i = 1; i < n; i++)
            ck_assert_double_lt(x[i - 1], x[i]);
    }
}
END_TEST

START_TEST(half_mesh_is_the_coarse_mesh)
{
    gst_kinks kinks = {.dim = 2, .count = 2, .arguments = _i ? at_mixed : at_product};
    kinks.count = _i ? 2 : 1;
    gst_mesh fine, coarse;
    ck_assert_int_eq(gst_mesh_build(&fine, &kinks, 0, 2, NULL, 20, 0), GST_OK);
    ck_assert_int_eq(gst_mesh_build(&coarse, &kinks, 0, 2, NULL, 10, 0), GST_OK);
    ck_assert_uint_eq(fine.dim, 2);
    size_t k = 0;
    for (size_t i = 0; i < fine.n; i++) {
        if (fine.w_half[i] == 0)
            continue;
        ck_assert_uint_lt(k, coarse.n);
        ck_assert_double_eq(fine.x[i], coarse.x[k]);
        ck_assert_double_eq(fine.x[fine.n + i], coarse.x[coarse.n + k]);
        ck_assert_double_eq_tol(fine.w_half[i] / coarse.w[k], 1, 1e-14);
        k++;
    }
    ck_assert_uint_eq(k, coarse.n);
    gst_mesh_clear(&fine);
    gst_mesh_clear(&coarse);
}
END_TEST

START_TEST(mesh_refuses)
{
    gst_kinks kinks = {.dim = 2, .count = 1, .arguments = at_equal};
    gst_kinks bad = {.dim = 2, .count = 1, .arguments = at_half_nan};
    double fixed = 0.37, expected = 2 * exp(-0.5 * fixed * fixed) / sqrt(2 * PI), sum = 0;
    gst_mesh mesh;
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 0, 2, NULL, 31, 0), GST_INVALID);
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 0, 2, NULL, 0, 0), GST_INVALID);
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 1, 2, &fixed, 32, 0), GST_INVALID);
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 1, 1, NULL, 32, 0), GST_INVALID);
    ck_assert_int_eq(gst_mesh_build(&mesh, &bad, 0, 2, NULL, 32, 0), GST_FAILED);
    ck_assert_ptr_null(mesh.x);
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 1, 0, &fixed, 32, 0), GST_OK);
    ck_assert_uint_eq(mesh.n, 1);
    ck_assert_double_eq(mesh.x[0], fixed);
    ck_assert_double_eq(mesh.w[0], 1);
    gst_mesh_clear(&mesh);
    /* the outer axis is not split; the inner one is, except at the ends of the outer */
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 0, 2, NULL, 32, 0), GST_OK);
    ck_assert_uint_eq(mesh.n, 31 * 66 + 2 * 33);
    gst_mesh_clear(&mesh);
    ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 1, 1, &fixed, 128, 0), GST_OK);
    for (size_t k = 0; k < mesh.n; k++)
        sum += mesh.w[k] * fabs(mesh.x[k] - mesh.x[mesh.n + k]);
    ck_assert_double_eq_tol(sum, expected + fixed * erf(fixed / sqrt(2)), 1e-15);
    gst_mesh_clear(&mesh);
    gst_mesh_clear(&mesh);
    gst_mesh_clear(NULL);
    ck_assert_int_eq(gst_rule_hermite(0, NULL, NULL), GST_INVALID);
    ck_assert_int_eq(gst_rule_hermite(257, NULL, NULL), GST_INVALID);
}
END_TEST

START_TEST(hermite_is_exact_to_its_degree)
{
    double x[64], w[64], he[6], gram;
    for (size_t n = 1; n <= 64; n++) {
        ck_assert_int_eq(gst_rule_hermite(n, x, w), GST_OK);
        double *table = malloc(n * n * sizeof *table);
        ck_assert_ptr_nonnull(table);
        gst_hermite_polynomials(n - 1, n, x, table);
        for (size_t j = 0; j < n; j++) {
            for (size_t k = 0; k <= j; k++) {
                gram = 0;
                double norm = exp(-0.5 * (lgamma((double)j + 1) + lgamma((double)k + 1)));
                for (size_t i = 0; i < n; i++)
                    gram += w[i] * table[j * n + i] * norm * table[k * n + i];
                ck_assert_double_eq_tol(gram, j == k, 2e-13);
            }
        }
        free(table);
    }
    double z = 1.373;
    gst_hermite_polynomials(5, 1, &z, he);
    ck_assert_double_eq(he[0], 1);
    ck_assert_double_eq_tol(he[5], pow(z, 5) - 10 * pow(z, 3) + 15 * z, 1e-14);
}
END_TEST

START_TEST(legendre_is_exact_to_its_degree)
{
    double x[130], w[130];
    for (size_t n = 1; n <= 130; n++) {
        ck_assert_int_eq(gst_rule_legendre(n, x, w), GST_OK);
        for (size_t power = 0; power < 2 * n; power += 2) {
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += w[i] * pow(x[i], (double)power);
            ck_assert_double_eq_tol(sum, 2 / (double)(power + 1), 1e-14);
        }
    }
    ck_assert_int_eq(gst_rule_legendre(0, x, w), GST_INVALID);
}
END_TEST

START_TEST(parseval)
{
    enum { order = 30, exponential_order = 18 };
    double c[order + 1], error[order + 1], sine = 0, exponential = 0, factorial = 1;
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand f = {.kinks = {.dim = 1}, .components = 1, .f = f_sin};
    gst_expectand g = {.kinks = {.dim = 1}, .components = 1, .f = f_exp};
    gst_expectand two = {.kinks = {.dim = 2}, .components = 1, .f = g_smooth};
    ck_assert_int_eq(gst_hermite_coefficients(&f, order, &options, c, error), GST_OK);
    for (size_t k = 0; k <= order; k++, factorial *= (double)k)
        sine += c[k] * c[k] / factorial;
    ck_assert_double_eq_tol(sine, 0.5 * (1 - exp(-2 * 2.89) * cos(1.2)), 1e-14);
    ck_assert_int_eq(gst_hermite_coefficients(&g, exponential_order, &options, c, NULL), GST_OK);
    factorial = 1;
    for (size_t k = 0; k <= exponential_order; k++, factorial *= (double)k)
        exponential += c[k] * c[k] / factorial;
    ck_assert_double_eq_tol(exponential, exp(2), 1e-14);
    ck_assert_double_eq_tol(c[7], exp(0.5), 1e-11);
    ck_assert_int_eq(gst_hermite_coefficients(&two, 3, &options, c, error), GST_INVALID);
}
END_TEST

START_TEST(roots_of_known_functions)
{
    const struct {
        gst_integrand *at;
        size_t count;
        double roots[7], tolerance;
    } list[] = {
        {at_both, 2, {-1.373, 0.3}, 0},
        {at_sine, 7, {-3 * PI, -2 * PI, -PI, 0, PI, 2 * PI, 3 * PI}, 0},
        {at_stretch, 1, {0.7}, 0},
        {at_touching, 1, {0.3}, 1e-8},
        {at_close, 2, {0.511, 0.523}, 0},
        {at_jump, 1, {1.2345678}, 0},
        {at_cube, 1, {-0.123}, 0},
        {at_nowhere, 0, {0}, 0},
    };
    double roots[7];
    size_t found;
    gst_kinks kinks = {.dim = 1, .count = 1, .arguments = list[_i].at};
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, NULL, -10, 11, 7, roots, &found), GST_OK);
    ck_assert_uint_eq(found, list[_i].count);
    for (size_t i = 0; i < found; i++)
        ck_assert_double_eq_tol(roots[i], list[_i].roots[i],
                                list[_i].tolerance + 1e-20 + 3e-16 * fabs(list[_i].roots[i]));
}
END_TEST

START_TEST(roots_on_an_axis)
{
    double roots[2], at[2] = {1.7, -0.6};
    size_t found;
    gst_kinks kinks = {.dim = 2, .count = 2, .arguments = at_mixed};
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, at, -12, 12, 2, roots, &found), GST_OK);
    ck_assert_uint_eq(found, 2);
    ck_assert_double_eq_tol(roots[0], 0, 1e-18);
    ck_assert_double_eq_tol(roots[1], 0.6, 1e-16);
    ck_assert_int_eq(gst_kinks_along(&kinks, 1, at, -12, 12, 2, roots, &found), GST_OK);
    ck_assert_uint_eq(found, 1);
    ck_assert_double_eq_tol(roots[0], -1.7, 2e-16);
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, at, -12, 12, 1, roots, &found), GST_FAILED);
    at[1] = 0; /* both arguments vanish at 0 */
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, at, -12, 12, 2, roots, &found), GST_OK);
    ck_assert_uint_eq(found, 1);
    ck_assert_int_eq(gst_kinks_along(&kinks, 2, at, -12, 12, 2, roots, &found), GST_INVALID);
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, at, 3, 3, 2, roots, &found), GST_INVALID);
    ck_assert_int_eq(gst_kinks_along(&kinks, 0, at, 0, INFINITY, 2, roots, &found), GST_INVALID);
}
END_TEST

START_TEST(too_many_or_no_kinks)
{
    double roots[4];
    size_t found;
    gst_kinks many = {.dim = 1, .count = 1, .arguments = at_fast_sine};
    gst_kinks none = {.dim = 1, .count = 1, .arguments = at_nan};
    gst_mesh mesh;
    ck_assert_int_eq(gst_mesh_build(&mesh, &many, 0, 1, NULL, 8, 0), GST_FAILED);
    ck_assert_int_eq(gst_mesh_build(&mesh, &none, 0, 1, NULL, 8, 0), GST_FAILED);
    ck_assert_int_eq(gst_kinks_along(&none, 0, NULL, -1, 1, 4, roots, &found), GST_FAILED);
    ck_assert_uint_eq(found, 0);
    none.count = 0;
    ck_assert_int_eq(gst_kinks_along(&none, 0, NULL, -1, 1, 4, roots, &found), GST_OK);
    ck_assert_uint_eq(found, 0);
}
END_TEST

static void pair(size_t n, const double *x, double *out, void *params)
{
    g_smooth(n, x, out, params);
    for (size_t k = 0; k < n; k++)
        out[n + k] = x[k] * x[k] * x[n + k];
}

START_TEST(cubature_of_known_integrals)
{
    double low[2] = {-0.3, 0.2}, high[2] = {1.1, 2.3}, value[2], error[2], fixed = 0.6;
    double expected = (sin(1.3 * 1.1) - sin(-1.3 * 0.3)) / 1.3 * (exp(1.61) - exp(0.14)) / 0.7;
    double cubic = (1.331 + 0.027) / 3 * (5.29 - 0.04) / 2;
    ck_assert_int_eq(gst_cubature_box(2, pair, NULL, 2, low, high, 0, 1e-11, 100000, value, error),
                     GST_OK);
    ck_assert_double_eq_tol(value[0] / expected, 1, 1e-11);
    ck_assert_double_eq_tol(value[1] / cubic, 1, 1e-11);
    ck_assert_int_eq(
        gst_cubature_gaussian(2, pair, NULL, 0, 2, NULL, 1e-10, 0, 2000000, value, error), GST_OK);
    ck_assert_double_eq_tol(value[0], exp(-0.845 + 0.245), 1e-10);
    ck_assert_double_eq_tol(value[1], 0, 1e-10);
    ck_assert_int_eq(
        gst_cubature_gaussian(2, pair, NULL, 1, 1, &fixed, 0, 1e-12, 20000, value, error),
        GST_LOOSE);
    ck_assert_double_eq_tol(value[0], cos(0.78) * exp(0.245), 1e-12);
}
END_TEST

START_TEST(cubature_refuses)
{
    double low = -1, high = 1, zero = 0, value, error;
    ck_assert_int_eq(
        gst_cubature_box(1, f_half_nan, NULL, 1, &low, &high, 1e-9, 0, 10000, &value, &error),
        GST_FAILED);
    ck_assert_double_nan(value);
    ck_assert_int_eq(
        gst_cubature_box(1, f_zero_nan, NULL, 1, &low, &high, 1e-9, 0, 10000, &value, &error),
        GST_FAILED);
    ck_assert_int_eq(
        gst_cubature_box(1, f_inverse, NULL, 1, &low, &high, 1e-9, 0, 10000, &value, &error),
        GST_FAILED);
    ck_assert_int_eq(
        gst_cubature_box(1, f_inverse, NULL, 1, &zero, &high, 1e-9, 0, 10000, &value, &error),
        GST_LOOSE);
    ck_assert_double_gt(error, 1e-9);
    ck_assert_int_eq(
        gst_cubature_box(1, at_fast_sine, NULL, 1, &zero, &high, 1e-9, 0, 100, &value, &error),
        GST_LOOSE);
    ck_assert_int_eq(
        gst_cubature_box(0, at_sine, NULL, 1, &low, &high, 1e-9, 0, 100, &value, &error),
        GST_INVALID);
    ck_assert_int_eq(
        gst_cubature_box(1, at_sine, NULL, 0, &low, &high, 1e-9, 0, 100, &value, &error),
        GST_INVALID);
    ck_assert_int_eq(
        gst_cubature_box(1, at_sine, NULL, 1, &high, &low, 1e-9, 0, 100, &value, &error),
        GST_INVALID);
    ck_assert_int_eq(
        gst_cubature_box(1, at_sine, NULL, 1, &low, &high, NAN, 0, 100, &value, &error),
        GST_INVALID);
    ck_assert_int_eq(gst_cubature_box(1, at_sine, NULL, 1, &low, &high, 0, -1, 100, &value, &error),
                     GST_INVALID);
    ck_assert_int_eq(gst_cubature_box(1, at_sine, NULL, 1, &low, &high, 0, 1e-9, 0, &value, &error),
                     GST_INVALID);
    ck_assert_int_eq(
        gst_cubature_gaussian(1, at_sine, NULL, 1, 1, NULL, 0, 1e-9, 100, &value, &error),
        GST_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mesh");
    TCase *cases = tcase_create("mesh");
    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, moments_by_every_rule);
    tcase_add_loop_test(cases, half_mesh_is_the_coarse_mesh, 0, 2);
    tcase_add_test(cases, mesh_refuses);
    tcase_add_test(cases, hermite_is_exact_to_its_degree);
    tcase_add_test(cases, legendre_is_exact_to_its_degree);
    tcase_add_test(cases, parseval);
    tcase_add_loop_test(cases, roots_of_known_functions, 0, 8);
    tcase_add_test(cases, roots_on_an_axis);
    tcase_add_test(cases, too_many_or_no_kinks);
    tcase_add_test(cases, cubature_of_known_integrals);
    tcase_add_test(cases, cubature_refuses);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
