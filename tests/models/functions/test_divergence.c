/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_divergence.c - moments that the box [-12, 12] or a singularity cuts off: refused, infinite or flagged, and
 * flagged by no less than their true error.  exp(a z) has all its moments in closed form. */
#include <stdio.h>
#include <string.h>

#include "models/functions/activation_moments.h"
#include "tests/network.h"

static gst_activation *compiled(const char *text)
{
    gst_message message = {""};
    gst_activation *a = NULL;
    int status = gst_activation_compile(&a, text, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    return a;
}

/* ---- refused ------------------------------------------------------------------------------------ */

static const struct {
    const char *text, *says;
} refused[] = {
    {"exp(z^2/2)", "moments that do not converge"},
    {"exp(z^2/4)", "moments that do not converge"},
    {"exp(z^2/4)/sqrt(1+abs(z))", "moments that do not converge"},
    {"exp(6.5*z)", "moments that do not converge"},
    {"1/sqrt(abs(z-0.3))", "moments that do not converge"},
};

START_TEST(divergent_activations)
{
    gst_message message = {""};
    gst_activation *a = NULL;
    ck_assert_int_eq(gst_activation_compile(&a, refused[_i].text, &message), GST_INVALID);
    ck_assert_ptr_null(a);
    ck_assert_msg(strstr(message.text, refused[_i].says), "%s: %s", refused[_i].text, message.text);
}
END_TEST

/* ---- E sigma'^2, E sigma'^4 --------------------------------------------------------------------- */

static const struct {
    const char *text;
    int second, fourth; /* 1: finite */
} slopes[] = {
    {"tanh", 1, 1},
    {"relu", 1, 1},
    {"he6", 1, 1},
    {"exp", 1, 1},
    {"z^3", 1, 1},
    {"(exp(z)-exp(-z))/2", 1, 1},
    {"z", 1, 1},
    {"he2", 1, 1},
    {"abs(z)^0.9", 1, 1},
    {"abs(z-0.3)^0.7", 1, 0},
    {"abs(z)^0.7", 1, 0},
    {"sqrt(abs(z-0.3))", 0, 0},
    {"sqrt(abs(z))", 0, 0},
    {"log(abs(z+1))", 0, 0},
    {"exp(z^2/8)", 1, 0},
};

START_TEST(divergent_slopes)
{
    gst_gradient_moments m;
    const char *text = slopes[_i].text;
    gst_activation *a = compiled(text);
    for (int half = 0; half < 2; half++) {
        ck_assert_int_ge(gst_activation_gradient_moments(a, half, &m), 0);
        ck_assert_msg(isfinite(m.s2) == slopes[_i].second, "%s: s2 = %g", text, m.s2);
        ck_assert_msg(isfinite(m.t4) == slopes[_i].fourth, "%s: t4 = %g", text, m.t4);
        ck_assert(isfinite(m.mu1) && isfinite(m.c2) && isfinite(m.c3) && isfinite(m.c4));
    }
    gst_activation_free(a);
}
END_TEST

/* A finite batch has no answer; a population step and no step have. */
START_TEST(no_finite_batch)
{
#define ROOT "--activation sqrt(abs(z-0.3)) --target sin --eta 1 --alpha 2 "
    static const char *const bulks[] = {"exact", "isotropic"};
    network n;
    gst_message message = {""};
    gst_model *model = NULL;
    network_make(&n, ROOT "--alpha0 2 --bulk %s", bulks[_i]);
    ck_assert_int_eq(gst_model_alloc(&model, &n.problem, &message), GST_FAILED);
    ck_assert_ptr_nonnull(strstr(message.text, "bulk variance inf"));
    network_clear(&n);
    ck_assert_int_eq(solved(ROOT "--alpha0 inf").status, GST_OK);
}
END_TEST

/* ---- closed forms ------------------------------------------------------------------------------- */

/* sigma(s + sqrt(c) z) = exp(a s + b z), b = a sqrt(c): mu0 = e^{as + b^2/2}, mu1 = a mu0, nu = a^2 mu0/2,
 * mu2^2 = mu0^2 (e^{b^2} - 1 - b^2).  |full - half| is no less than the error of full, and not absurd. */
START_TEST(exponential)
{
    static const double slopes_of[] = {0.4, 1, 1.7, 2.5, 3, 3.5, 4, 4.5};
    double a = slopes_of[_i], s = 0.31, c = 1.13, b = a * sqrt(c), full[4], half[4];
    char text[40];
    snprintf(text, sizeof text, "exp(%.17g*z)", a);
    gst_activation *sigma = compiled(text);
    gst_activation_moments(sigma, 1, &s, c, 0, full, full + 1, full + 2, full + 3);
    gst_activation_moments(sigma, 1, &s, c, 1, half, half + 1, half + 2, half + 3);
    double mu0 = exp(a * s + b * b / 2), square = mu0 * mu0 * (exp(b * b) - 1 - b * b);
    double exact[] = {mu0, a * mu0, square, a * a * mu0 / 2};
    for (size_t i = 0; i < 4; i++) {
        double error = fabs(full[i] - exact[i]), claimed = fabs(full[i] - half[i]);
        ck_assert_msg(error <= claimed + 1e-13 * exact[i], "%s, moment %zu: %g, claimed %g", text,
                      i, error / exact[i], claimed / exact[i]);
        ck_assert_double_le(claimed, 100 * error + 1e-12 * exact[i]);
    }
    gst_activation_free(sigma);
}
END_TEST

/* ---- rows ---------------------------------------------------------------------------------------- */

/* Excess risks on the box [-17, 17] instead, where all of these are ok at 1e-10. */
static const struct {
    const char *options;
    double exact;
    int status;
} rows[] = {
    {"--activation exp --target sin --eta 1", 2.52589351139357, GST_OK},
    {"--activation exp(3*z) --target sin --eta 0", 0.863848320397848, GST_OK},
    {"--activation exp(4*z) --target sin --eta 0", 0.864663391985551, GST_LOOSE},
    {"--activation exp(z^2/4.4) --target sin --eta 0", 0.774761474347365, GST_LOOSE},
    {"--activation exp --target sin --spike 3", 5672277.12381775, GST_LOOSE},
    {"--activation exp --target sin --spike 2,3", 3039028.03850896, GST_LOOSE},
};

START_TEST(rows_say_their_error)
{
    network n;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s --alpha 2", rows[_i].options);
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), rows[_i].status);
    ASSERT_NEAR(risk.excess_risk, rows[_i].exact, risk.quad_error + 1e-14 * rows[_i].exact);
    ck_assert_double_lt(risk.quad_error, 1e-3 * rows[_i].exact);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* Averages over kappa that the box cuts off, or that overflow: refused. */
START_TEST(rows_without_a_number)
{
    static const char *const options[] = {
        "--activation exp --target sin --spike 6",
        "--activation exp(z^2/8) --target sin --spike 0.95 --bulk-variance 1.2",
        "--activation exp --target sin --eta 5",
        "--activation exp --target sin --eta 3 --alpha0 2 --bulk exact",
        "--activation exp(2*z) --target sin --eta 1",
        "--activation exp --target sin --eta 4 --alpha0 2 --bulk isotropic",
    };
    network n;
    gst_message message = {""};
    gst_model *model = NULL;
    network_make(&n, "%s --alpha 2", options[_i]);
    ck_assert_int_eq(gst_model_alloc(&model, &n.problem, &message), GST_INVALID);
    ck_assert_ptr_null(model);
    ck_assert_msg(strstr(message.text, "overflow, or do not converge"), "%s", message.text);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("divergence");
    tcase_add_loop_test(cases, divergent_activations, 0, COUNT(refused));
    tcase_add_loop_test(cases, divergent_slopes, 0, COUNT(slopes));
    tcase_add_loop_test(cases, no_finite_batch, 0, 2);
    tcase_add_loop_test(cases, exponential, 0, 8);
    tcase_add_loop_test(cases, rows_say_their_error, 0, COUNT(rows));
    tcase_add_loop_test(cases, rows_without_a_number, 0, 6);
    return run_cases("divergence", cases);
}
