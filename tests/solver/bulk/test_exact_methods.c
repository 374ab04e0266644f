/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exact_methods.c - the exact bulk by Newton, by damped iteration and enclosed, at ordinary and at extreme
 * parameters: the three agree, or the answer is flagged. */
#include "tests/network.h"

#define ODD "--activation tanh --target tanh --eta 3 --lambda 0.01 --bulk exact "
#define EVEN                                                                                      \
    "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 --eta 3 " \
    "--noise 0.02 --lambda 0.05 --bulk exact "

static const char *const cases[] = {
    ODD "--alpha0 0.5 --alpha 0.7",
    ODD "--alpha0 20 --alpha 2.3 --second-layer 1:0.4,-1:0.6",
    EVEN "--alpha0 0.5 --alpha 0.7",
    EVEN "--alpha0 0.5 --alpha 2.1 --width 300",
    "--activation softplus(z)-0.7 --target cos(z)+z --second-layer gaussian:3 --eta 1.3 --alpha0 "
    "0.6 "
    "--alpha 1.4 --beta 0.8 --lambda 0.02 --bulk exact",
    "--activation tanh(z+0.4) --target sin(z1)+0.5*cos(z2) --second-layer 1:0.3,-0.7:0.7 --eta 1.6 "
    "--alpha0 "
    "1.31 --alpha 1.7 --beta 1.2 --lambda 0.05 --bulk exact",
    /* minimum norm, and nearly, on both sides of n = p and at it */
    ODD "--alpha0 20 --lambda 0 --alpha 0.5",
    ODD "--alpha0 0.5 --lambda 0 --alpha 2",
    EVEN "--alpha0 0.5 --lambda 0 --alpha 0.5",
    EVEN "--alpha0 0.5 --lambda 0 --alpha 2",
    ODD "--alpha0 20 --lambda 1e-8 --alpha 0.5",
    ODD "--alpha0 0.5 --lambda 1e-8 --alpha 2",
    EVEN "--alpha0 0.5 --lambda 1e-8 --alpha 0.95",
    EVEN "--alpha0 0.5 --lambda 1e-8 --alpha 1.05",
    EVEN "--alpha0 0.5 --lambda 1e-6 --alpha 1",
    /* a large ridge */
    EVEN "--alpha0 0.5 --lambda 1e5 --alpha 1",
};

static int solve_by(const network *n, gst_method method, double tol, gst_risk *risk)
{
    gst_solve_options options = gst_solve_defaults();
    options.method = method;
    options.tol = tol;
    gst_model *model = network_model(n);
    int status = gst_model_solve(model, &n->point, &options, risk, NULL);
    ck_assert(status == risk->status);
    gst_model_free(model);
    return status;
}

/* Groups may be split without a trace: eight of them, whose pencil has so many unknowns that its linearisation serves several
 * steps (chain.c), are two. */
START_TEST(split_groups)
{
    double two = solved(EVEN "--alpha0 0.5 --alpha 2.1 --width 300").excess_risk;
    gst_risk eight = solved("--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer "
                            "1:0.1,1:0.2,1:0.1,1:0.1,-0.5:0.3,-0.5:0.1,-0.5:0.05,-0.5:0.05 --eta 3 "
                            "--noise 0.02 --lambda 0.05 --bulk exact --alpha0 0.5 --alpha 2.1 "
                            "--width 300");
    ASSERT_CLOSE(eight.excess_risk, two, 1e-11);
}
END_TEST

START_TEST(methods_agree)
{
    network n;
    gst_risk newton, damped, enclosed;
    network_make(&n, "%s", cases[_i]);
    ck_assert_int_eq(solve_by(&n, GST_METHOD_NEWTON, 1e-10, &newton), GST_OK);
    ck_assert_int_eq(solve_by(&n, GST_METHOD_DAMPED, 1e-10, &damped), GST_OK);
    ck_assert_int_eq(solve_by(&n, GST_METHOD_ENCLOSE, 1e-10, &enclosed), GST_OK);
    ASSERT_CLOSE(damped.excess_risk, newton.excess_risk, 1e-9);
    ASSERT_CLOSE(enclosed.excess_risk, newton.excess_risk, 1e-9);
    ASSERT_NEAR(damped.train_error, newton.train_error, 1e-9 * newton.test_error);
    ASSERT_NEAR(enclosed.train_error, newton.train_error, 1e-9 * newton.test_error);
    ck_assert(enclosed.excess_low <= newton.excess_risk &&
              newton.excess_risk <= enclosed.excess_high);
    ck_assert_double_lt(enclosed.excess_high - enclosed.excess_low, 1e-6 * newton.excess_risk);
    network_clear(&n);
}
END_TEST

/* Ridge to zero: the minimum norm, approached in proportion to the ridge (n > p) or, where mu2 vanishes at large
 * kappa, a little slower. */
START_TEST(ridge_limit)
{
    static const char *const starts[] = {ODD "--alpha0 20 --alpha 2", EVEN "--alpha0 0.5 --alpha 2",
                                         EVEN "--alpha0 0.5 --alpha 0.5"};
    double limit = solved("%s --lambda 0", starts[_i]).excess_risk;
    double near = solved("%s --lambda 1e-7", starts[_i]).excess_risk - limit;
    double nearer = solved("%s --lambda 1e-8", starts[_i]).excess_risk - limit;
    ck_assert(0.09 < nearer / near && nearer / near < (_i == 2 ? 0.3 : 0.11));
    ck_assert_double_lt(fabs(nearer), 1e-3 * limit);
}
END_TEST

/* ---- extreme batches and steps ------------------------------------------------------------------ */

static const double etas[] = {1e-3, 1e3}, ratios[] = {1e-6, 0.1, 1e8};

/* No number, with a reason, where the one found by Newton's method has fewer than two digits: rounding decides. */
static int is_honest_failure(int status, const gst_risk *risk, const gst_risk *newton)
{
    return status == GST_FAILED && isnan(risk->excess_risk) && risk->reason[0] != '\0' &&
           newton->quad_error > 1e-2 * newton->excess_risk;
}

/* Never a wrong number: ok, and the others agree; loose, with a reason, and they agree within the error that is
 * reported; or failed, with a reason and without a number. */
START_TEST(extreme_steps)
{
    network n;
    gst_risk newton, damped, enclosed;
    double eta = etas[_i / COUNT(ratios) % COUNT(etas)], alpha0 = ratios[_i % COUNT(ratios)];
    const char *layer = _i < COUNT(etas) * COUNT(ratios) ? "ones" : "1:0.5,-0.5:0.5";
    const char *sigma = _i < COUNT(etas) * COUNT(ratios) ? "tanh" : "tanh(z+0.5)";
    network_make(
        &n,
        "--activation %s --target tanh(z)+0.5*cos(z) --second-layer %s --eta %g --alpha0 %g "
        "--alpha 2 --lambda 0.05 --bulk exact",
        sigma, layer, eta, alpha0);
    int status = solve_by(&n, GST_METHOD_NEWTON, 1e-7, &newton);
    ck_assert(status == GST_OK || status == GST_LOOSE || status == GST_FAILED);
    ck_assert((newton.reason[0] == '\0') == (status == GST_OK));
    ck_assert(status != GST_FAILED || isnan(newton.excess_risk));
    if (status != GST_FAILED) {
        double tol = newton.quad_error + 1e-6 * newton.excess_risk;
        ck_assert(newton.residual <= 1e-7);
        int by_map = solve_by(&n, GST_METHOD_DAMPED, 1e-7, &damped);
        int by_bounds = solve_by(&n, GST_METHOD_ENCLOSE, 1e-7, &enclosed);
        ck_assert(is_honest_failure(by_map, &damped, &newton) ||
                  fabs(damped.excess_risk - newton.excess_risk) <= tol + damped.quad_error);
        ck_assert_msg(is_honest_failure(by_bounds, &enclosed, &newton) ||
                          (enclosed.excess_low <= newton.excess_risk + tol &&
                           newton.excess_risk - tol <= enclosed.excess_high),
                      "%d: %g in [%g, %g], Newton %g +- %g, %s", by_bounds, enclosed.excess_risk,
                      enclosed.excess_low, enclosed.excess_high, newton.excess_risk,
                      newton.quad_error, enclosed.reason);
    }
    network_clear(&n);
}
END_TEST

/* From ever smaller batches the excess risk rises to a limit, at which N_perp has entries from 1e8 to 1e25 (its values were
 * 0.7409054 +- 1e-6 and 0.7209 at the first two when its root mixed their units). */
START_TEST(small_batches)
{
    double before = 0.7405;
    static const double small[] = {1e-4, 1e-5, 1e-7};
    for (size_t i = 0; i < COUNT(small); i++) {
        network n;
        gst_risk risk;
        network_make(
            &n,
            "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 "
            "--eta 1e3 --alpha0 %g --alpha 2 --lambda 0.05 --bulk exact",
            small[i]);
        ck_assert_int_ne(solve_by(&n, GST_METHOD_NEWTON, 1e-7, &risk), GST_FAILED);
        ck_assert_double_lt(risk.quad_error, 1e-4);
        ck_assert(before <= risk.excess_risk + risk.quad_error);
        ASSERT_NEAR(risk.excess_risk, 0.74093, 0.6 * small[i] + 2e-6 + risk.quad_error);
        before = risk.excess_risk;
        network_clear(&n);
    }
}
END_TEST

/* A small step is no step, for both bulks alike. */
START_TEST(small_steps)
{
    const char *rest = "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --alpha0 0.7 --alpha 2 "
                       "--lambda 0.05 --noise 0.02";
    double none = solved("%s --eta 0 --bulk exact", rest).excess_risk, before = 0;
    for (double eta = 1e-2; eta > 1e-6; eta *= 0.1) {
        double gap = solved("%s --eta %g --bulk exact", rest, eta).excess_risk - none;
        if (before != 0)
            ASSERT_NEAR(log10(gap / before), -1, 0.05);
        before = gap;
    }
    ck_assert_double_lt(fabs(before), 1e-4 * none);
    ck_assert_double_eq(none, solved("%s --eta 0 --bulk isotropic", rest).excess_risk);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("exact_methods");
    tcase_add_test(all, split_groups);
    tcase_add_loop_test(all, methods_agree, 0, COUNT(cases));
    tcase_add_loop_test(all, ridge_limit, 0, 3);
    tcase_add_loop_test(all, extreme_steps, 0, 2 * COUNT(etas) * COUNT(ratios));
    tcase_add_test(all, small_batches);
    tcase_add_test(all, small_steps);
    return run_cases("exact_methods", all);
}
