/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_two_step_network.c - two steps at linear width: what the activation makes of the learned directions,
 * by closed forms. */
#include "models/twostep/bulk_edge.h"
#include "tests/numbers.h"
#include "giantstep/two_step.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"
#include "models/twostep/two_step_slopes.h"

static gst_target *target_of(const char *text)
{
    gst_message message = {""};
    gst_target *target;
    ck_assert_msg(gst_target_compile(&target, text, &message) == GST_OK, "%s: %s", text,
                  message.text);
    return target;
}

static gst_activation *activation_of(const char *text)
{
    gst_message message = {""};
    gst_activation *activation;
    ck_assert_msg(gst_activation_compile(&activation, text, &message) == GST_OK, "%s: %s", text,
                  message.text);
    return activation;
}

static gst_two_step problem_of(const gst_target *target, double phi, size_t order,
                               gst_second_batch batch)
{
    return (gst_two_step){
        .target = target, .phi = phi, .phi1 = phi, .order = order, .batch = batch};
}

/* ---- averages of the activation ---------------------------------------------------------------- */

/* E sigma^(k+1) of sin is +-e^{-1/2} for even k, of he3 it is 0, 6 at k = 2. */
START_TEST(coefficients)
{
    double c[6];
    gst_activation *sine = activation_of("sin"), *cubic = activation_of("he3(z)+2*z");
    ck_assert_int_ge(gst_two_step_coefficients(sine, 5, c), 0);
    ASSERT_CLOSE(c[0], exp(-0.5), 1e-13);
    ASSERT_CLOSE(c[2], -exp(-1.5) / 2, 1e-13);
    ASSERT_CLOSE(c[4], exp(-2.5) / 24, 1e-12);
    ck_assert(c[1] == 0 && c[3] == 0 && c[5] == 0);
    ck_assert_int_ge(gst_two_step_coefficients(cubic, 5, c), 0);
    ASSERT_CLOSE(c[0], 2, 1e-13);
    ASSERT_CLOSE(c[2], 4 * 6.0 / 2, 1e-13);
    ck_assert(c[1] == 0 && c[3] == 0 && c[4] == 0 && c[5] == 0);
    gst_activation_free(sine);
    gst_activation_free(cubic);
}
END_TEST

/* ---- singular values ---------------------------------------------------------------------------- */

static gst_two_step_prediction predict(const gst_two_step *problem, const char *sigma, double N,
                                       double d)
{
    gst_message message = {""};
    gst_two_step_network network;
    gst_two_step_prediction p;
    gst_activation *activation = activation_of(sigma);
    int status = gst_two_step_network_prepare(problem, activation, &network, &message);
    ck_assert_msg(status == GST_OK, "%s", message.text);
    ck_assert_int_eq(gst_two_step_network_predict(&network, 0.23, 0.41, N, d, &p), GST_OK);
    gst_activation_free(activation);
    return p;
}

/* sigma = 2 z: both updates are a times 2 (eta_1 beta1 + eta_2 b_0). */
START_TEST(linear_activation)
{
    gst_target *target = target_of("tanh(z)+0.3*cos(z)");
    gst_two_step problem = problem_of(target, 0.6, 3, _i ? GST_BATCH_REUSED : GST_BATCH_FRESH);
    gst_target_moments m;
    double N = 1500, d = 1000, e1 = pow(N, 0.23), e2 = pow(N, 0.41), edge = 1 + sqrt(1.5);
    double c[2] = {1.1, 0.9}, weight[2] = {0.25, 0.75};
    problem.noise = 0.2;
    problem.phi1 = 0.9;
    ck_assert_int_eq(gst_target_moments_compute(target, 0, &m), GST_OK);
    double Y2 = m.variance + m.mean * m.mean + 0.2, C1 = m.c1[0], sum = (e1 + e2) * (e1 + e2);
    double noise = _i ? sum * 0.6 * Y2 : (e1 * e1 * 0.9 + e2 * e2 * 0.6) * Y2;
    double q = 4 * (sum * C1 * C1 + noise), own = 1 - (1.5 + q) / (q * (q + 1));
    gst_two_step_prediction p = predict(&problem, "2*z", N, d);
    ASSERT_CLOSE(p.strength[0], sqrt(q), 1e-11);
    ASSERT_CLOSE(p.value[0], sqrt((1 + q) * (1.5 + q) / q), 1e-11);
    ASSERT_CLOSE(p.overlap[0], sqrt(4 * sum * C1 * C1 / q * own), 1e-11);
    ck_assert_uint_eq(p.outliers, 1);
    ASSERT_CLOSE(p.edge, edge, 1e-12); /* a linear activation leaves nothing in the bulk */
    ASSERT_CLOSE(gst_bulk_edge(1.5, 1, c, NULL), sqrt(1.1) * edge, 1e-12);
    ck_assert(gst_bulk_edge(1.5, 2, c, weight) > sqrt(0.95) * edge);
    ck_assert(p.strength[1] < 1e-6 && p.value[1] == p.edge && isnan(p.overlap[1]));
    gst_target_free(target);
}
END_TEST

/* Wide networks: singular value k grows with exponent a2 - k(1/2 - a1), fresh and reused. */
START_TEST(growth)
{
    gst_target *target = target_of("erf(2*z)-0.6*cos(z)");
    gst_two_step problem = problem_of(target, 0.6, 3, _i ? GST_BATCH_REUSED : GST_BATCH_FRESH);
    gst_two_step_prediction small = predict(&problem, "sin(z)+cos(z)", 1e24, 1e24);
    gst_two_step_prediction large = predict(&problem, "sin(z)+cos(z)", 1e28, 1e28);
    for (size_t k = 0; k <= 3; k++)
        ASSERT_NEAR(log(large.strength[k] / small.strength[k]) / log(1e4),
                    gst_two_step_exponent(0.23, 0.41, k), 1e-2);
    gst_target_free(target);
}
END_TEST

/* sigma = z + z^2/2: E[sigma' sigma''] = E sigma' E sigma'', so that the term k = 1 is mu1 b_1, reused or not;
 * its component outside b_0 is the Cholesky pivot, and the left one is the spread 6 - of a^2: 3 N^{-1}. */
START_TEST(second_singular_value)
{
    gst_target *target = target_of("sin(z)");
    gst_two_step problem = problem_of(target, 0.6, 1, _i ? GST_BATCH_REUSED : GST_BATCH_FRESH);
    double G[4], N = 1e30;
    ck_assert_int_ge(gst_two_step_gram(&problem, G, NULL, NULL), 0);
    gst_two_step_prediction p = predict(&problem, "z+z^2/2", N, N);
    double pivot = G[3] - G[1] * G[1] / G[0];
    ASSERT_CLOSE(p.strength[1], sqrt(3 * pivot) * pow(N, 0.41 - 0.27), 1e-6);
    gst_target_free(target);
}
END_TEST

/* E[sigma'^j sigma^(k+1)] of sin, and of an activation with a kink, where there are none. */
START_TEST(joint_slopes)
{
    double s[16], e = exp(-0.5);
    size_t smooth;
    gst_activation *sine = activation_of("sin"), *kinked = activation_of("relu");
    ck_assert_int_eq(gst_two_step_slopes(sine, 3, 1e-9, s, &smooth), GST_OK);
    ck_assert_uint_eq(smooth, 4);
    ASSERT_NEAR(s[0], e, 1e-13);
    ASSERT_NEAR(s[4 + 1], 0, 1e-9);
    ASSERT_NEAR(s[8 + 1], -(1 + exp(-2)) / 2, 1e-9);
    ASSERT_NEAR(s[8 + 2], -(3 * e + exp(-4.5)) / 4, 1e-9);
    ASSERT_NEAR(s[12 + 2], 0, 1e-8);
    ck_assert_int_ge(gst_two_step_slopes(kinked, 3, 1e-9, s, &smooth), 0);
    ck_assert_uint_eq(smooth, 0);
    ASSERT_NEAR(s[4 + 1], 0.5 / sqrt(2 * acos(-1.0)), 1e-12);
    gst_activation_free(sine);
    gst_activation_free(kinked);
}
END_TEST

/* A reused batch: term 1 is mu1 E sigma'' kappa + phi E[sigma' sigma''] y, kappa = beta1.x - phi y, so b_1 and
 * (1/n) sum y^2 x mixed; for sin and sin + cos all products are known. */
START_TEST(own_slope_in_a_reused_batch)
{
    gst_target *target = target_of("sin(z)");
    gst_two_step problem = problem_of(target, 0.6, 1, GST_BATCH_REUSED);
    double G[4], N = 1e30, phi = 0.6, e = exp(-0.5), mean = -e * e, own = phi * (-exp(-2) - mean);
    double y4 = (3 - 4 * exp(-2) + exp(-8)) / 8, zy3 = 0.75 * (e - exp(-4.5));
    ck_assert_int_ge(gst_two_step_gram(&problem, G, NULL, NULL), 0);
    double square =
        mean * mean * G[3] + 2 * mean * own * phi * (e * zy3 + phi * y4) + own * own * phi * y4;
    gst_two_step_prediction p = predict(&problem, "sin(z)+cos(z)", N, N);
    ASSERT_CLOSE(p.strength[1], sqrt(3 * square) * pow(N, 0.41 - 0.27), 1e-6);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("two steps");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, coefficients);
    tcase_add_loop_test(cases, linear_activation, 0, 2);
    tcase_add_loop_test(cases, growth, 0, 2);
    tcase_add_loop_test(cases, second_singular_value, 0, 2);
    tcase_add_test(cases, joint_slopes);
    tcase_add_test(cases, own_slope_in_a_reused_batch);
    return run_cases("two steps, networks", cases);
}
