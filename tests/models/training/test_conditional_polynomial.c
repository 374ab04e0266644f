/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_conditional_polynomial.c - polynomial targets given the spikes against quadrature over the residual directions. */
#include <math.h>
#include <stdio.h>

#include "integrals/expectation.h"
#include "models/functions/compiled_target.h"
#include "models/training/conditional_direct.h"
#include "models/training/conditional_polynomial.h"
#include "models/training/residual_directions.h"
#include "tests/network.h"

enum { MOST = GST_TARGET_DIM_MAX, POINTS = 131, SAMPLED = 7 };

static const struct {
    size_t m, r;
    double gamma[MOST * MOST];
    const char *target;
} cases[] = {
    {1, 2, {0.6, -0.37}, "z1+z1*z2"},
    {2, 2, {0.71, 0.13, -0.24, 0.62}, "h3(z1)*z2-0.4*z1^2"},
    {1, 3, {0.8, -0.6, 0}, "z1+z1*z2+z1*z2*z3"},
    {2, 3, {0.5, 0.2, -0.3, 0.6, 0.1, 0.4}, "he4(z3)/5+(z1-z2)^3+z1*z2*z3"},
    {2, 4, {0.5, 0.2, -0.3, 0.6, 0.1, 0.4, 0.2, -0.3}, "z1+z1*z2+z1*z2*z3+z1*z2*z3*z4"},
    {1, 2, {0, 0}, "z1-2*z2"},
};

/* The target of a case given its spikes, at points of kappa. */
typedef struct {
    gst_features f;
    double rest[MOST * MOST], kappa[MOST * POINTS];
    gst_target *target;
    gst_conditional_target t;
} table;

static void table_open(table *t, size_t i, const char *more)
{
    char text[128];
    *t = (table){
        .f = {
            .m = cases[i].m, .r = cases[i].r, .gamma = (double *)cases[i].gamma, .rest = t->rest}};
    snprintf(text, sizeof text, "%s%s", cases[i].target, more);
    ck_assert_int_eq(gst_residual_directions(t->f.r, t->f.m, t->f.gamma, t->rest, &t->f.q), GST_OK);
    ck_assert_int_eq(gst_target_compile(&t->target, text, NULL), GST_OK);
    ck_assert_uint_eq(gst_target_dim(t->target), t->f.r);
    gst_conditional_setup(&t->t, &t->f, t->target);
    for (size_t k = 0; k < MOST * POINTS; k++)
        t->kappa[k] = 2.3 * sin(1.7 * (double)(k * k));
}

/* The same with a term that is zero, but is no polynomial: each kappa by adaptive rules. */
START_TEST(against_quadrature)
{
    table a, b;
    double h[2][POINTS], h1[2][MOST * POINTS], rest[2][POINTS];
    gst_polynomial_rule rule;
    table_open(&a, (size_t)_i, "");
    table_open(&b, (size_t)_i, "+0*sin(z1)");
    ck_assert_int_eq(gst_polynomial_rule_set(&rule, &b.t, 0), GST_UNBUILT);
    ck_assert_int_eq(gst_conditional_each(&b.t, SAMPLED, a.kappa, 0, h[1], h1[1], rest[1]), GST_OK);
    for (int half = 0; half < 2; half++) {
        ck_assert_int_eq(gst_conditional_each(&a.t, SAMPLED, a.kappa, half, h[0], h1[0], rest[0]),
                         GST_OK);
        for (size_t k = 0; k < SAMPLED; k++) {
            ASSERT_NEAR(h[0][k], h[1][k], 1e-12 * (1 + fabs(h[1][k])));
            ASSERT_NEAR(rest[0][k], rest[1][k], 1e-12 * (1 + fabs(rest[1][k])));
            for (size_t i = 0; i < a.f.q; i++)
                ASSERT_NEAR(h1[0][i * SAMPLED + k], h1[1][i * SAMPLED + k],
                            1e-12 * (1 + fabs(h1[1][i * SAMPLED + k])));
        }
    }
    gst_target_free(a.target);
    gst_target_free(b.target);
}
END_TEST

/* g s_i s_j. */
static void pairs(size_t n, const double *x, double *out, void *params)
{
    const table *t = params;
    const double *s = x + t->f.m * n;
    gst_conditional_values(&t->t, n, x, out + t->f.q * t->f.q * n);
    for (size_t i = 0; i < t->f.q; i++)
        for (size_t j = 0; j < t->f.q; j++)
            for (size_t k = 0; k < n; k++)
                out[(i * t->f.q + j) * n + k] =
                    out[t->f.q * t->f.q * n + k] * s[i * n + k] * s[j * n + k];
}

/* All points in blocks, the pairs too; some of these by adaptive rules. */
START_TEST(pairs_against_quadrature)
{
    table t;
    double h[POINTS], h1[MOST * POINTS], h2[MOST * MOST * POINTS], rest[POINTS];
    double alone[2], one[MOST], two[MOST * MOST], value[MOST * MOST + 1];
    gst_polynomial_rule rule;
    table_open(&t, (size_t)_i, "");
    size_t q = t.f.q, n = q * q;
    ck_assert_int_eq(gst_polynomial_rule_set(&rule, &t.t, 0), GST_OK);
    ck_assert_int_eq(gst_polynomial_tabulate(&rule, &t.t, POINTS, t.kappa, h, h1, h2, rest),
                     GST_OK);
    gst_expectand e = {
        .kinks = {.dim = t.f.m + q}, .components = n + 1, .f = pairs, .params = &t, .first = t.f.m};
    gst_expectation_options options = gst_expectation_defaults();
    options.epsrel = 1e-13;
    for (size_t k = 0; k < POINTS; k += 13) {
        double kappa[MOST];
        for (size_t l = 0; l < t.f.m; l++)
            kappa[l] = t.kappa[l * POINTS + k];
        ck_assert_int_eq(gst_polynomial_tabulate(&rule, &t.t, 1, kappa, alone, one, two, alone + 1),
                         GST_OK);
        ck_assert_int_eq(gst_expectation(&e, kappa, &options, value, NULL, NULL), GST_OK);
        ASSERT_NEAR(h[k], value[n], 1e-12 * (1 + fabs(value[n])));
        ck_assert_double_eq(h[k], alone[0]);
        ck_assert_double_eq(rest[k], alone[1]);
        for (size_t i = 0; i < q; i++)
            ck_assert_double_eq(h1[i * POINTS + k], one[i]);
        for (size_t i = 0; i < n; i++) {
            ASSERT_NEAR(h2[i * POINTS + k], value[i], 1e-12 * (1 + fabs(value[i])));
            ck_assert_double_eq(h2[i * POINTS + k], two[i]);
        }
    }
    gst_target_free(t.target);
}
END_TEST

/* The companion's nodes are others, but for 0. */
START_TEST(rules_apart)
{
    table t;
    gst_polynomial_rule rule[2];
    table_open(&t, (size_t)_i, "");
    for (int half = 0; half < 2; half++)
        ck_assert_int_eq(gst_polynomial_rule_set(&rule[half], &t.t, half), GST_OK);
    for (size_t i = 0; i < rule[0].n; i++)
        for (size_t j = 0; j < rule[1].n; j++)
            ck_assert(rule[0].x[i] == 0 || fabs(rule[0].x[i] - rule[1].x[j]) > 0.01);
    gst_target_free(t.target);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("conditional polynomial");
    tcase_set_timeout(suite, 120);
    tcase_add_loop_test(suite, against_quadrature, 0, COUNT(cases));
    tcase_add_loop_test(suite, pairs_against_quadrature, 0, COUNT(cases));
    tcase_add_loop_test(suite, rules_apart, 0, COUNT(cases));
    return run_cases("conditional polynomial", suite);
}
