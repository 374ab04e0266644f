/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_symmetries.c - networks that are the same network, told differently: every pair must have the same
 * errors, the degenerate ones by the minimum-norm answer. */
#include "giantstep/bounds.h"
#include "tests/network.h"

/* The second's errors are `scale` times the first's. */
typedef struct {
    const char *common, *one, *other;
    double scale, tol;
} twins;

static const twins list[] = {
    /* equal groups are one group; order does not matter */
    {"--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --eta 2.2 --alpha 1.3 --beta 0.9 --lambda "
     "0.05",
     "--second-layer ones", "--second-layer 1:0.3,1:0.5,1:0.2", 1, 2e-13},
    {"--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --eta 2.2 --alpha 1.3 --beta 0.9 --width 317",
     "--second-layer ones", "--second-layer 1:0.3,1:0.7", 1, 2e-13},
    {"--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --eta 2.2 --alpha 1.3 --beta 0.9 --lambda "
     "0.05",
     "--second-layer ones", "--second-layer 1:0.3,1.000000000000001:0.7", 1, 1e-11},
    {"--activation 'relu(z-0.2)' --target tanh --eta 1.1 --alpha 0.7 --beta 0.9 --lambda 1e-4 "
     "--noise 0.2",
     "--second-layer 1:0.2,-0.7:0.8", "--second-layer -0.7:0.3,1:0.2,-0.7:0.5", 1, 1e-12},
    {"--activation 'relu(z-0.2)' --target tanh --eta 1.1 --alpha 0.7 --beta 0.9 --lambda 0 --width "
     "99",
     "--second-layer 1:0.2,-0.7:0.8", "--second-layer -0.7:0.3,1:0.2,-0.7:0.5", 1, 1e-12},
    {"--activation 'gelu(z+0.1)' --target 'z1+z1*z2' --alpha 2.7 --beta 1.15 --lambda 0.031 "
     "--noise 0.06",
     "--second-layer 1:0.2,-0.7:0.3,0.4:0.5", "--second-layer 0.4:0.5,1:0.2,-0.7:0.3", 1, 1e-12},
    {"--activation 'tanh(z+0.1)' --target 'sin(2*z)' --alpha 2 --beta 1.5 --lambda 0.01",
     "--spike 1.3,-0.4 --bulk-variance 1.2,0.7 --second-layer 1:0.3,1:0.7 --overlap 0.9",
     "--spike -0.4,1.3,-0.4 --bulk-variance 0.7,1.2,0.7 --second-layer 1:0.1,1:0.3,1:0.6 --overlap "
     "0.9",
     1, 1e-12},
    /* odd sigma: a group of A = -1 is the mirror image of one of A = 1; at finite width too */
    {"--activation tanh --target 'sin(2*z1)' --eta 3.1 --alpha 1.9 --beta 1.2 --lambda 0.02 "
     "--noise 0.04",
     "--second-layer ones", "--second-layer 1:0.37,-1:0.63", 1, 1e-12},
    {"--activation erf --target 'z1^3' --eta 1.1 --alpha 0.9 --beta 1.2 --lambda 0.02 --width 350",
     "--second-layer ones", "--second-layer 1:0.5,-1:0.5", 1, 1e-12},
    {"--activation erf --target 'sign(z1)' --alpha0 1.2 --alpha 0.9 --beta 1.2 --lambda 0",
     "--second-layer ones", "--second-layer 1:0.5,-1:0.5", 1, 1e-12},
    /* A -> -A with eta -> -eta from zero mean; g -> -g with A -> -A; sigma(-z); -sigma */
    {"--activation 'he2(z)+0.7*z' --target 'z1^3+z1^2' --alpha 1.9 --beta 0.8 --lambda 0.3",
     "--second-layer 1:0.3,-0.4:0.7 --eta 0.13", "--second-layer -1:0.3,0.4:0.7 --eta -0.13", 1,
     1e-12},
    {"--activation 'tanh(z+0.5)' --eta 1.3 --alpha 1.9 --beta 0.8 --lambda 0.03",
     "--target 'z1+relu(z1)' --second-layer 1:0.3,-0.4:0.7",
     "--target '-z1-relu(z1)' --second-layer -1:0.3,0.4:0.7", 1, 1e-12},
    {"--target 'sin(z1)+z1^2' --second-layer 1:0.3,-0.4:0.7 --eta 0.8 --alpha 1.9 --beta 2.8 "
     "--lambda 1e-6",
     "--activation 'gelu(z+0.3)'", "--activation 'gelu(0.3-z)'", 1, 1e-11},
    {"--target 'tanh(z1)*z2+z1' --alpha0 0.6 --alpha 1.9 --beta 2.8", "--activation 'erf(z+0.2)'",
     "--activation 'erf(0.2-z)'", 1, 1e-12},
    {"--spike 1.3,-0.4 --target abs(z1)+z1 --alpha 1.9 --beta 0.8 --width 123",
     "--activation relu(z-0.2)", "--activation -relu(z-0.2)", 1, 1e-12},
    /* scales: g and Delta; sigma and lambda; everything that the step sees */
    {"--activation 'tanh(z+0.3)' --spike 1.3,0.4,-0.9 --overlap 0.7 --alpha 2 --beta 1.5 --lambda "
     "0.01",
     "--target sin(2*z1)+0.1 --noise 0.2", "--target 3*sin(2*z1)+0.3 --noise 1.8", 9, 1e-12},
    {"--target 'sin(2*z1)' --spike 1.3,0.4,-0.9 --overlap 0.7 --alpha 2 --beta 1.5",
     "--activation 'tanh(z+0.3)' --lambda 0.01", "--activation '2*tanh(z+0.3)' --lambda 0.04", 1,
     1e-12},
    {"--activation 'sin(z+0.5)' --alpha 1.2 --beta 1.5 --lambda 0.07 --width 444",
     "--target 'z1+0.2' --second-layer 1:0.3,-0.4:0.7 --eta 1.8 --alpha0 2.2 --noise 0.1",
     "--target '3*z+0.6' --second-layer 3:0.3,-1.2:0.7 --eta 0.2 --alpha0 2.2 --noise 0.9", 9,
     1e-12},
    /* coordinates of the target: names, rotations, a variable more; U across r = 1 and q = 1 */
    {"--activation 'tanh(z+0.5)' --eta 1.1 --alpha 1.7 --lambda 0.02", "--target 'z1+z1*z2'",
     "--target 'z7+z7*z4'", 1, 1e-12},
    {"--activation 'tanh(z+0.5)' --eta 1.1 --alpha 1.7 --lambda 0.02 --second-layer 1:0.3,-0.4:0.7",
     "--target 'tanh(2*z1)+z1^2'", "--target 'tanh(1.2*z1+1.6*z2)+(0.6*z1+0.8*z2)^2'", 1, 1e-11},
    {"--activation 'softplus(z-0.5)' --alpha0 0.7 --alpha 1.7 --lambda 0.02 --second-layer "
     "1:0.3,-0.4:0.7",
     "--target 'tanh(2*z1)+z1^2'", "--target 'tanh(1.2*z1+1.6*z2)+(0.6*z1+0.8*z2)^2'", 1, 1e-11},
    {"--activation 'tanh(z+0.5)' --eta 1.3 --alpha 0.8 --beta 1.9 --lambda 1e-5 --width 600",
     "--target 'z1+z1*z2+0.4*z2'",
     "--target '0.6*z1+0.8*z2+(0.6*z1+0.8*z2)*(0.6*z2-0.8*z1)+0.4*(0.6*z2-0.8*z1)'", 1, 1e-11},
    {"--activation 'relu(z+0.2)' --alpha0 0 --alpha 1.7 --lambda 0.02", "--target 'tanh(z1)+z1^2'",
     "--target 'tanh(0.6*z1+0.8*z2)+(0.6*z1+0.8*z2)^2'", 1, 1e-11},
    /* spikes: of strength zero they are residual directions; rotated they are the same; absent ones */
    {"--activation 'tanh(z+0.3)' --target 'sin(2*z)+0.3*z' --alpha 2 --beta 1.5 --lambda 0.03",
     "--spike 1.3,-0.6 --overlap 0.6", "--spike '1.3,-0.6;0,0' --overlap '0.6;0.8'", 1, 1e-11},
    {"--activation 'tanh(z+0.3)' --target 'z1*z2+z1' --alpha 2 --beta 1.5 --lambda 0.03 --width 90",
     "--spike 1.3,-0.6 --overlap 0.6,0.8", "--spike '0,0;1.3,-0.6' --overlap '0.8,-0.6;0.6,0.8'", 1,
     1e-11},
    {"--activation 'gelu(z+0.3)' --target 'sin(z1)' --alpha 1.1 --beta 1.5 --lambda 0.03",
     "--spike '1,-0.5;0.5,1' --overlap '0.6;0.5'", "--spike '1,0.5;0.5,-1' --overlap '0.76;0.18'",
     1, 1e-11},
    {"--activation 'gelu(z+0.3)' --target 'sin(z1)' --alpha 1.1 --beta 1.5 --lambda 0.03 --noise "
     "0.1",
     "--spike 0,0 --overlap 0.6", "--alpha0 0", 1, 1e-11},
    {"--activation 'tanh(z+0.3)' --target 'sin(z1)' --alpha 1.1 --beta 1.5 --lambda 0.03 --noise "
     "0.1",
     "--spike 1.3,0.4", "--spike -1.3,-0.4 --overlap -1", 1, 1e-12},
};

START_TEST(same_network)
{
    const twins *t = &list[_i];
    gst_risk one = solved("%s %s", t->common, t->one), other = solved("%s %s", t->common, t->other);
    ASSERT_CLOSE(other.excess_risk, t->scale * one.excess_risk, t->tol);
    ASSERT_CLOSE(other.test_error, t->scale * one.test_error, t->tol);
    ASSERT_CLOSE(other.train_error, t->scale * one.train_error, t->tol);
}
END_TEST

/* Equal groups share m, theta, eps (by least norm) as pi, or equally: their sums are those of one group. */
START_TEST(minimum_norm_is_shared)
{
    const char *common =
        "--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --eta 2.2 --alpha 1.3 --beta 0.9";
    gst_solution *one, *two;
    network n;
    network_make(&n, "%s --second-layer 0.8:1", common);
    network_solve(&n, &one);
    network_clear(&n);
    network_make(&n, "%s --second-layer 0.8:0.3,0.8:0.7", common);
    network_solve(&n, &two);
    network_clear(&n);
    ASSERT_CLOSE(two->V2[0], 0.3 * one->V2[0], 1e-12);
    ASSERT_CLOSE(two->V2[1], 0.7 * one->V2[0], 1e-12);
    ASSERT_CLOSE(two->V1[0] + 2 * two->V1[1] + two->V1[3], one->V1[0], 1e-12);
    ASSERT_CLOSE(two->mean[0] + two->mean[1], one->mean[0], 1e-11);
    ASSERT_CLOSE(two->mean[0], two->mean[1], 1e-10);
    ASSERT_CLOSE(two->theta[0], 0.3 * one->theta[0], 1e-10);
    ASSERT_CLOSE(two->theta[1], 0.7 * one->theta[0], 1e-10);
    ASSERT_CLOSE(two->eps[0], 0.3 * one->eps[0], 1e-10);
    ASSERT_CLOSE(two->Q[0] + 2 * two->Q[1] + two->Q[3], one->Q[0], 1e-10);
    ASSERT_CLOSE(two->q2[0] + two->q2[1], one->q2[0], 1e-10);
    gst_solution_free(one);
    gst_solution_free(two);
    /* odd sigma, A = +-1: m of opposite signs */
    network_make(&n, "--eta 2.2 --second-layer 1:0.3,-1:0.7");
    network_solve(&n, &two);
    ASSERT_CLOSE(two->mean[0], -two->mean[1], 1e-10);
    gst_solution_free(two);
    network_clear(&n);
}
END_TEST

/* ---- bounds ------------------------------------------------------------------------------------- */

static const char *const steps[] = {
    "--activation tanh --target sin --eta 3",
    "--activation 'tanh(z+0.5)' --target 'z1+sqrt(z1^2+0.1)' --eta 3",
    "--activation 'relu(z-0.2)' --target 'sign(z1)' --second-layer 1:0.3,-0.5:0.7 --eta 1.4",
    "--activation 'erf(z+0.4)' --target 'z1+z1*z2+0.3*z2^2' --second-layer 1:0.6,-1:0.4 --eta 2.1",
    "--activation 'sin(z+0.4)' --target 'tanh(3*z1)' --second-layer gaussian:3 --eta 1.1",
};

/* lower <= any excess risk, min over lambda <= upper; the untrained network stays above the kernel bound; the
 * features' scale and noise of the labels change no bound. */
START_TEST(bounds_hold)
{
    network n;
    gst_bounds b;
    gst_target_moments g;
    network_make(&n, "%s", steps[_i]);
    ck_assert_int_eq(gst_bounds_compute(&n.problem, 1e-10, &b, NULL), GST_OK);
    ck_assert_int_ge(gst_target_moments_compute(n.target, 0, &g), 0);
    double slack = 1e-10 * g.variance;
    ck_assert(b.lower_published <= b.upper + slack && b.lower <= b.upper + slack && b.lower >= 0);
    ck_assert(b.error >= 0 && b.error <= slack && b.upper <= g.variance + g.mean * g.mean);
    gst_model *model = network_model(&n);
    double best = INFINITY;
    for (double lambda = 1e-5; lambda < 1e7; lambda *= 13) {
        for (double alpha = 0.3; alpha < 400; alpha *= 6) {
            gst_point point = {alpha, 1.1, lambda, 0, INFINITY};
            gst_risk risk = model_risk(model, &point, NULL);
            ck_assert_double_ge(risk.excess_risk, b.lower - slack);
            best = fmin(best, risk.excess_risk);
        }
    }
    ck_assert_double_le(best, b.upper * (1 + 1e-6));
    gst_model_free(model);
    n.problem.training.step[0].alpha0 = 0;
    model = network_model(&n);
    for (double lambda = 1e-5; lambda < 1e5; lambda *= 13) {
        gst_point point = {57, 33, lambda, 0, INFINITY};
        ck_assert_double_ge(model_risk(model, &point, NULL).excess_risk, b.kernel - slack);
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* The drawn functions attain their bounds: E (g - f)^2 by the test's own trapezoid rule. */
START_TEST(functions_attain_the_bounds)
{
    enum { NODES = 2401 };
    double kappa[NODES], target[NODES], curve[3][NODES], risk[3] = {0};
    network n;
    gst_bounds b;
    network_make(&n, "%s", _i ? steps[1] : steps[0]);
    for (size_t k = 0; k < NODES; k++)
        kappa[k] = 0.01 * ((double)k - 1200);
    ck_assert_int_eq(gst_bounds_compute(&n.problem, 1e-10, &b, NULL), GST_OK);
    ck_assert_int_eq(
        gst_bounds_functions(&n.problem, NODES, kappa, target, curve[0], curve[1], curve[2], NULL),
        GST_OK);
    for (size_t k = 0; k < NODES; k++) {
        double z = kappa[k], w = 0.01 * exp(-0.5 * z * z) / sqrt(2 * 3.14159265358979323846);
        ASSERT_NEAR(target[k], _i ? z + sqrt(z * z + 0.1) : sin(z), 1e-14 * (1 + fabs(z)));
        for (size_t i = 0; i < 3; i++)
            risk[i] += w * (target[k] - curve[i][k]) * (target[k] - curve[i][k]);
    }
    ASSERT_CLOSE(risk[0], b.upper, 1e-11);
    ASSERT_CLOSE(risk[1], b.lower, 1e-11);
    ASSERT_CLOSE(risk[2], b.lower_published, 1e-11);
    network_clear(&n);
}
END_TEST

START_TEST(bounds_refuse)
{
    static const char *const bad[][2] = {{"--alpha0 3", "alpha0: 3"},
                                         {"--alpha0 0", "alpha0: 0"},
                                         {"--spike 1.3", "spikes: "},
                                         {"--eta nan", "eta: nan"}};
    network n;
    gst_bounds b;
    double x = 0.3, y[4];
    for (int i = 0; i < COUNT(bad); i++) {
        gst_message message = {""};
        network_open(&n, bad[i][0], NULL);
        ck_assert_int_eq(gst_bounds_compute(&n.problem, 1e-10, &b, &message), GST_INVALID);
        ck_assert_msg(strstr(message.text, bad[i][1]) == message.text, "%s", message.text);
        ck_assert(isnan(b.upper));
        network_clear(&n);
    }
    network_make(&n, "--second-layer 1:1,2:1");
    ck_assert_int_eq(gst_bounds_functions(&n.problem, 1, &x, y, y + 1, y + 2, y + 3, NULL),
                     GST_INVALID);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("symmetries");
    tcase_add_loop_test(cases, same_network, 0, COUNT(list));
    tcase_add_test(cases, minimum_norm_is_shared);
    tcase_add_loop_test(cases, bounds_hold, 0, COUNT(steps));
    tcase_add_loop_test(cases, functions_attain_the_bounds, 0, 2);
    tcase_add_test(cases, bounds_refuse);
    return run_cases("symmetries", cases);
}
