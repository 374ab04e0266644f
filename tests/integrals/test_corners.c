/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expectations over several variables of functions whose kinks meet, and that are smooth between them. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "integrals/expectation.h"

#define PI 3.14159265358979323846

typedef struct {
    size_t evaluations;
    double steepness;
} counted;

static double largest(const double *x, size_t n, size_t k)
{
    return fmax(x[k], fmax(x[n + k], x[2 * n + k]));
}

static void at_largest(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = x[n + k] - x[2 * n + k];
        out[n + k] = x[k] - fmax(x[n + k], x[2 * n + k]);
    }
}

/* The largest of three normals: itself, times each, its square. */
static void of_largest(size_t n, const double *x, double *out, void *params)
{
    ((counted *)params)->evaluations += n;
    for (size_t k = 0; k < n; k++) {
        double m = largest(x, n, k);
        out[k] = m;
        for (size_t j = 0; j < 3; j++)
            out[(j + 1) * n + k] = m * x[j * n + k];
        out[4 * n + k] = m * m;
    }
}

START_TEST(corners_cost_little)
{
    const double third = 1.0 / 3,
                 expected[] = {1.5 / sqrt(PI), third, third, third, 1 + sqrt(3) / (2 * PI)};
    counted count = {0, 0};
    double value[5], half[5], error[5];
    gst_expectation_options options = gst_expectation_defaults();
    options.evaluations = 20000000;
    gst_expectand e = {.kinks = {.dim = 3, .count = 2, .arguments = at_largest},
                       .components = 5,
                       .f = of_largest,
                       .params = &count};
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, value, half, error), GST_OK);
    ck_assert_uint_lt(count.evaluations, 6000000);
    for (size_t c = 0; c < 5; c++) {
        ck_assert_double_le(fabs(value[c] - expected[c]), error[c]);
        ck_assert_double_le(fabs(value[c] - half[c]), error[c]);
        ck_assert_double_le(error[c], 1.4e-14);
    }
}
END_TEST

static void at_mixed(size_t n, const double *x, double *out, void *params)
{
    (void)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = x[k];
        out[n + k] = x[k] + x[n + k];
    }
}

/* A layer at a kink: the plain rules of all orders agree on what is left when it is missed. */
static void of_layer(size_t n, const double *x, double *out, void *params)
{
    double a = ((counted *)params)->steepness;
    for (size_t k = 0; k < n; k++)
        out[k] = exp(-a * fabs(x[k])) + fmax(x[k] + x[n + k], 0);
}

START_TEST(layers_at_kinks_are_seen)
{
    const double steepness[] = {1e2, 1e3, 1e4, 1e5, 1e6};
    counted count = {0, steepness[_i]};
    double value, error, a = steepness[_i],
                         layer = sqrt(2 / PI) / a * (1 - pow(a, -2) + 3 * pow(a, -4));
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {.kinks = {.dim = 2, .count = 2, .arguments = at_mixed},
                       .components = 1,
                       .f = of_layer,
                       .params = &count};
    ck_assert_int_ge(gst_expectation(&e, NULL, &options, &value, NULL, &error), GST_OK);
    ck_assert_double_le(fabs(value - layer - 1 / sqrt(PI)), error + 15 * pow(a, -6) / a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("corners");
    TCase *cases = tcase_create("expectation");
    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, corners_cost_little);
    tcase_add_loop_test(cases, layers_at_kinks_are_seen, 0, 5);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
