/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_enclosure.c - the certificate: orders that must be proved, bounds that close where plain iteration would
 * take for ever, and enclosures that have not closed, which bound nothing. */
#include "solver/readout/resolution.h"
#include "tests/network.h"

/* Easy, critical (n = p at a tiny ridge), several groups, without ridge, exact bulk. */
/* Order parameters of a case at most. */
enum { MOST = 32 };

static const char *const cases[] = {
    "--activation 'tanh(z+0.37)' --target 'sin(z1)' --eta 1.7 --alpha 1.373 --beta 0.83 --lambda "
    "0.037 --noise 0.11",
    "--activation 'relu(z-0.2)' --target 'sign(z1)' --second-layer 1:0.4,-0.6:0.6 --eta 1.2 "
    "--alpha "
    "1.3 --beta 1.3 --lambda 1e-9 --noise 0.3",
    "--activation 'tanh(z+0.3)' --target 'sin(2*z1)' --second-layer gaussian:4 --eta 2 --alpha 0.7 "
    "--beta 1.9 --lambda 1e-6 --width 300",
    "--activation 'softplus(z)-0.7' --target 'z1^2+0.5*z1' --alpha0 0 --alpha 0.4 --beta 1.9 "
    "--lambda 0 --noise 0.1",
    "--activation 'gelu(z-0.3)' --target 'cos(1.5*z1)+z1' --eta 1.1 --alpha 0.83 --beta 0.81 "
    "--lambda 1e6",
    "--activation 'tanh(z+0.5)' --target 'tanh(z1)+0.5*cos(z1)' --second-layer 1:1,-0.5:1 --eta 3 "
    "--alpha0 0.5 --bulk exact --alpha 2 --lambda 0.05",
};

static gst_risk enclosed(gst_model *model, const network *n, size_t max_iterations)
{
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    options.method = GST_METHOD_ENCLOSE;
    options.max_iterations = max_iterations;
    gst_model_reset(model);
    ck_assert_int_eq(gst_model_solve(model, &n->point, &options, &risk, NULL), risk.status);
    return risk;
}

START_TEST(closes_around_newton)
{
    network n;
    network_make(&n, "%s", cases[_i]);
    gst_model *model = network_model(&n);
    gst_risk newton = model_risk(model, &n.point, NULL), risk = enclosed(model, &n, 1000);
    ck_assert_msg(risk.status == GST_OK, "%s", risk.reason);
    ck_assert(risk.excess_low <= newton.excess_risk && newton.excess_risk <= risk.excess_high);
    ck_assert(risk.excess_low <= risk.excess_risk && risk.excess_risk <= risk.excess_high);
    ck_assert_double_le(risk.excess_high - risk.excess_low, 1e-4 * newton.excess_risk);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

START_TEST(bounds_nothing_unless_closed)
{
    network n;
    network_make(&n, "%s", cases[_i]);
    gst_model *model = network_model(&n);
    for (size_t most = 1; most <= 4; most++) {
        gst_risk risk = enclosed(model, &n, most);
        ck_assert(risk.status == GST_LOOSE || risk.status == GST_FAILED || risk.iterations <= most);
        if (risk.status == GST_LOOSE)
            ck_assert(risk.excess_low <= 0 && risk.excess_high == INFINITY && risk.reason[0]);
        else if (risk.status == GST_FAILED)
            ck_assert(isnan(risk.excess_low) && isnan(risk.excess_high) && risk.reason[0]);
        else
            ck_assert(risk.excess_high < INFINITY);
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* At the solution both orders hold up to rounding, and neither is proved; scaled, just the right one is. */
START_TEST(rounding_proves_no_order)
{
    const double rounding = 64 * 2.2e-16;
    network n;
    gst_resolution resolution;
    gst_iteration_info info;
    gst_iteration_options options = {.tol = 1e-10, .damping = 1, .max_iterations = 1000};
    network_make(&n, "%s", cases[_i]);
    gst_features *features = network_features(&n);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, features, 0, 0), GST_OK);
    gst_fixed_point *f = &resolution.fixed_point;
    double x[MOST];
    ck_assert_uint_le(resolution.state->L, MOST);
    gst_averages *at = resolution.averages;
    gst_scaled_point point =
        gst_scale_point(n.point.alpha, n.point.beta, n.point.lambda, n.point.noise, n.point.width);
    ck_assert_int_eq(gst_solve_newton(f, &point, NULL, &options, &info), GST_OK);
    for (int sign = -1; sign <= 1; sign += 2) {
        ck_assert(!gst_averages_ordered(at, sign, rounding));
        ck_assert(gst_averages_ordered(at, sign, -rounding));
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        for (size_t a = 0; a < resolution.state->L; a++)
            x[a] = resolution.state->x[a] * (1 + 0.1 * sign);
        ck_assert_int_eq(gst_averages_map(at, &point, x), GST_OK);
        ck_assert(gst_averages_ordered(at, sign, rounding));
        ck_assert(!gst_averages_ordered(at, -sign, -rounding));
        ck_assert_int_eq(gst_solve_newton(f, &point, NULL, &options, &info), GST_OK);
    }
    gst_resolution_clear(&resolution);
    gst_features_free(features);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("enclosure");
    tcase_add_loop_test(all, closes_around_newton, 0, COUNT(cases));
    tcase_add_loop_test(all, bounds_nothing_unless_closed, 0, COUNT(cases));
    tcase_add_loop_test(all, rounding_proves_no_order, 0, COUNT(cases));
    return run_cases("enclosure", all);
}
