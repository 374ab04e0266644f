/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_methods.c - Newton, damped iteration and enclosure against each other, cold and warm starts, iterations
 * that are stopped or run out, and the best ridge against a dense grid. */
#include "solver/readout/resolution.h"
#include "tests/network.h"

static const char *const cases[] = {
    "--activation 'tanh(z+0.37)' --target 'sin(z1)+0.3*cos(2*z1)' --second-layer "
    "1:0.2,-0.7:0.3,0.4:0.5 --eta 1.7 --alpha 1.373 --beta 0.83 --lambda 0.037 --noise 0.11 "
    "--width 431",
    "--activation erf --target 'sign(z1)' --second-layer gaussian:3 --eta 2.3 --alpha 0.71 --beta "
    "1.9 --lambda 1e-6 --noise 0.05",
    "--activation 'gelu(z-0.3)' --target 'cos(1.5*z1)+z1' --eta 1.1 --alpha 0.83 --beta 0.81 "
    "--lambda 1e-5",
    "--activation 'sin(z+0.4)' --target 'z1^3-z1' --second-layer 1.5:1,-1:2 --eta 0.9 --alpha0 1.9 "
    "--alpha 3.3 --beta 0.47 --lambda 0.0019 --noise 0.07",
    "--activation 'softplus(z)-0.7' --target 'z1^2+0.5*z1' --alpha0 0 --alpha 0.4 --beta 1.9 "
    "--lambda 0 --noise 0.1 --width 57",
    "--activation 'tanh(z+0.45)' --target 'z1+z1*z2' --second-layer 1:0.6,-1:0.4 --eta 1.9 --alpha "
    "2.7 --beta 1.15 --lambda 0.031 --noise 0.06",
    "--activation tanh --target 'sin(2*z1)' --eta 3.1 --second-layer 1:0.37,-1:0.63 --alpha 1.9 "
    "--beta 1.2 --lambda 0",
    "--activation 'sigmoid(2*z-0.3)' --target 'z1+0.3*z1^2' --eta 2.9 --alpha 1.3 --beta 0.9 "
    "--lambda 1e6",
};

START_TEST(methods_agree)
{
    network n;
    gst_risk newton, damped, enclosed;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", cases[_i]);
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &newton, NULL), GST_OK);
    options.method = GST_METHOD_DAMPED;
    options.damping = 0.83;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &damped, NULL), GST_OK);
    options.method = GST_METHOD_ENCLOSE;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &enclosed, NULL), GST_OK);
    ASSERT_CLOSE(damped.excess_risk, newton.excess_risk, 1e-9);
    ASSERT_NEAR(damped.train_error, newton.train_error, 1e-9 * newton.test_error);
    ASSERT_CLOSE(enclosed.excess_risk, newton.excess_risk, 1e-9);
    ck_assert(enclosed.excess_low <= newton.excess_risk &&
              newton.excess_risk <= enclosed.excess_high);
    ck_assert_double_lt(enclosed.excess_high - enclosed.excess_low, 1e-6 * newton.excess_risk);
    ck_assert(isnan(newton.excess_low) && isnan(damped.excess_high));
    ck_assert_uint_gt(damped.iterations, newton.iterations);
    ck_assert(newton.residual <= 1e-13 && newton.quad_error > 0 && newton.reason[0] == '\0');
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* One model along a wild path, warm: every answer that of a fresh model; after a reset, to the last bit. */
START_TEST(a_model_remembers_nothing_that_matters)
{
    static const gst_point path[] = {
        {0.3, 1.1, 0.1, 0, INFINITY},    {3.1, 1.1, 0.1, 0, INFINITY},
        {3.1, 1.1, 1e-9, 0.2, INFINITY}, {0.3, 1.1, 0, 0.2, 77},
        {1.099, 1.1, 1e-4, 0, 77},       {40, 0.03, 1e5, 0.1, INFINITY},
        {0.02, 31, 1e-10, 0.1, 3000},    {2.2, 1.1, 0, 0, INFINITY},
        {2.2, 1.1, 1e-8, 0, INFINITY},   {0.7, 0.9, 1e6, 0.3, INFINITY},
        {0.899, 0.9, 0, 0.3, INFINITY},  {0.3, 1.1, 0.1, 0, INFINITY},
    };
    network n;
    network_make(&n, "%s", cases[_i]);
    gst_model *warm = network_model(&n);
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        gst_model *cold = network_model(&n);
        gst_risk a = model_risk(warm, &path[i], NULL), b = model_risk(cold, &path[i], NULL);
        ASSERT_CLOSE(a.excess_risk, b.excess_risk,
                     1e-10 + 2 * (a.quad_error + b.quad_error) / b.excess_risk);
        ASSERT_NEAR(a.train_error, b.train_error, 1e-10 * b.test_error);
        gst_model_reset(warm);
        a = model_risk(warm, &path[i], NULL);
        ck_assert(a.excess_risk == b.excess_risk && a.iterations == b.iterations);
        gst_model_free(cold);
    }
    gst_model_free(warm);
    network_clear(&n);
}
END_TEST

START_TEST(iterations_run_out)
{
    static volatile const int stop = 1;
    network n;
    gst_risk risk, good;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", cases[0]);
    gst_model *model = network_model(&n);
    good = model_risk(model, &n.point, NULL);
    for (int method = GST_METHOD_NEWTON; method <= GST_METHOD_ENCLOSE; method++) {
        gst_model_reset(model);
        options.method = (gst_method)method;
        options.max_iterations = 2;
        options.stop = NULL;
        int status = gst_model_solve(model, &n.point, &options, &risk, NULL);
        ck_assert(status == GST_LOOSE || status == GST_FAILED);
        ck_assert_int_eq(status, risk.status);
        ck_assert(risk.reason[0] != '\0');
        if (status == GST_FAILED)
            ck_assert(isnan(risk.excess_risk));
        else if (method != GST_METHOD_ENCLOSE)
            ck_assert_double_gt(risk.residual, options.tol);
        if (method == GST_METHOD_ENCLOSE && status == GST_LOOSE)
            ck_assert(risk.excess_low <= good.excess_risk && good.excess_risk <= risk.excess_high);
        options.max_iterations = 0;
        options.stop = &stop;
        gst_model_reset(model);
        ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_INTERRUPTED);
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

START_TEST(a_failure_has_no_numbers)
{
    gst_risk failed = gst_risk_failed(0.25, "a reason");
    ck_assert(isnan(failed.excess_risk) && isnan(failed.test_error) && isnan(failed.train_error));
    ck_assert(isnan(failed.residual) && isnan(failed.quad_error) && isnan(failed.rare_share));
    ck_assert(isnan(failed.excess_low) && isnan(failed.excess_high));
    ck_assert_double_eq(failed.lambda, 0.25);
    ck_assert_uint_eq(failed.iterations, 0);
    ck_assert_int_eq(failed.status, GST_FAILED);
    ck_assert_str_eq(failed.reason, "a reason");
    ck_assert(isnan(gst_risk_failed(NAN, "").lambda));
}
END_TEST

/* A tolerance that rounding cannot meet is missed openly, one that it can is met. */
START_TEST(tolerance_decides)
{
    network n;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", cases[0]);
    gst_model *model = network_model(&n);
    for (options.tol = 1e-14; options.tol <= 0.1; options.tol *= 10) {
        gst_model_reset(model);
        int status = gst_model_solve(model, &n.point, &options, &risk, NULL);
        double size = fabs(risk.excess_risk) + gst_model_target_variance(model);
        int good = risk.residual <= options.tol && risk.quad_error <= options.tol * size;
        ck_assert_int_eq(status, good ? GST_OK : GST_LOOSE);
        ck_assert((risk.reason[0] == '\0') == good);
        ASSERT_CLOSE(risk.excess_risk, 0.218222587995688, options.tol + 1e-13);
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* ---- orders and tables -------------------------------------------------------------------------- */

/* A large step on a large batch wants more nodes of kappa than doublings of the label law; then the
 * population's answer is approached like 1/alpha0. */
START_TEST(orders_grow_apart)
{
    const char *shared = "--target tanh --eta 50 --alpha 2 --lambda 0.01 --bulk exact --alpha0";
    double limit = solved("%s inf", shared).excess_risk;
    double far = solved("%s 1e5", shared).excess_risk - limit;
    double near = solved("%s 1e6", shared).excess_risk - limit;
    ASSERT_CLOSE(far, 10 * near, 0.01);
    ASSERT_NEAR(near, 0, 1e-5 * limit);
}
END_TEST

/* A table that misses its tolerance makes the difference of full and half order count tenfold. */
START_TEST(loose_tables_are_remembered)
{
    network n;
    gst_moments *moments;
    gst_resolution full, half;
    gst_risk risk, by_full, by_half;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "--activation 'gelu(z)+1e-8*sin(1e6*z)' --target 'z1+sqrt(z1^2+0.1)' "
                     "--spike 1.1,0.3,-0.4,-0.9 --overlap 0.9 --alpha 13.14 --beta 0.453 "
                     "--lambda 8.285e-10");
    gst_features *f = network_features(&n), *coarse;
    ck_assert_int_eq(gst_features_train(&coarse, &n.problem, 1, NULL), GST_OK);
    int quality = gst_moments_tabulate(&moments, f, n.problem.activation, n.problem.target, 96, 0);
    ck_assert_int_eq(quality, GST_LOOSE);
    ck_assert_int_eq(gst_resolution_alloc(&full, f, 0, 0), GST_OK);
    ck_assert_int_eq(gst_resolution_alloc(&half, coarse, 0, 1), GST_OK);
    ck_assert_int_eq(full.quality, GST_LOOSE);
    ck_assert_int_eq(gst_resolution_solve(&full, &n.point, &options, NULL, &by_full), GST_OK);
    ck_assert_int_eq(gst_resolution_solve(&half, &n.point, &options, &full, &by_half), GST_OK);
    gst_model *model = network_model(&n);
    options.tol = 0.1; /* the first order will do */
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_OK);
    double difference = fabs(by_full.excess_risk - by_half.excess_risk);
    ck_assert(difference > 0 && risk.quad_error >= 9.99 * difference);
    gst_model_free(model);
    gst_resolution_clear(&full);
    gst_resolution_clear(&half);
    gst_moments_free(moments);
    gst_features_free(f);
    gst_features_free(coarse);
    network_clear(&n);
}
END_TEST

/* ---- the best ridge ----------------------------------------------------------------------------- */

static const char *const ridges[] = {
    "--eta 3 --alpha0 20 --alpha 3",
    ("--activation 'tanh(z+0.37)' --second-layer 1:0.2,-0.7:0.3,0.4:0.5 --eta 1.7 --alpha 1.373 "
     "--beta 0.83 --noise 0.11 --width 431"),
    "--activation relu --target 'sign(z1)' --eta 1.5 --alpha 1.6 --beta 1.6 --noise 0.4",
    "--activation 'gelu(z-0.1)' --target 'tanh(3*z)' --alpha0 0 --alpha 0.7 --beta 3 --noise 0.02",
};

START_TEST(best_ridge_beats_a_dense_grid)
{
    network n;
    gst_risk best;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", ridges[_i]);
    gst_model *model = network_model(&n);
    n.point.lambda = NAN;
    int status = gst_model_optimise_lambda(model, &n.point, 1e-8, 1e4, &options, &best, NULL);
    ck_assert_msg(status == GST_OK, "%d %s", status, best.reason);
    double least = INFINITY, at = 0;
    for (int i = 0; i <= 1200; i++) {
        n.point.lambda = pow(10, -8 + 0.01 * i);
        gst_risk risk = model_risk(model, &n.point, NULL);
        ck_assert_double_ge(risk.excess_risk, best.excess_risk * (1 - 1e-11));
        if (risk.excess_risk < least) {
            least = risk.excess_risk;
            at = n.point.lambda;
        }
    }
    ASSERT_CLOSE(least, best.excess_risk, 1e-3);
    ASSERT_NEAR(log10(at), log10(best.lambda), 0.011);
    n.point.lambda = best.lambda;
    ASSERT_CLOSE(model_risk(model, &n.point, NULL).excess_risk, best.excess_risk, 1e-11);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* Ranges that end before the minimum on either side. */
START_TEST(boundary_is_flagged)
{
    network n;
    gst_risk best, risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", ridges[1]);
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 1e-8, 1e4, &options, &best, NULL),
                     GST_OK);
    for (int side = 0; side < 2; side++) {
        double low = side ? best.lambda * 3 : 1e-8, high = side ? 1e4 : best.lambda / 3;
        ck_assert_int_eq(
            gst_model_optimise_lambda(model, &n.point, low, high, &options, &risk, NULL),
            GST_LOOSE);
        ck_assert(risk.status == GST_LOOSE && risk.reason[0] != '\0');
        ck_assert_double_eq(risk.lambda, side ? low : high);
        ck_assert_double_gt(risk.excess_risk, best.excess_risk);
    }
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 0, 1, &options, &risk, NULL),
                     GST_INVALID);
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 2, 1, &options, &risk, NULL),
                     GST_INVALID);
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, NAN, 1, &options, &risk, NULL),
                     GST_INVALID);
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 1, INFINITY, &options, &risk, NULL),
                     GST_INVALID);
    n.point.alpha = -1;
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 0.1, 1, &options, &risk, NULL),
                     GST_INVALID);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("methods");
    tcase_add_loop_test(all, methods_agree, 0, COUNT(cases));
    tcase_add_loop_test(all, a_model_remembers_nothing_that_matters, 0, 6);
    tcase_add_test(all, iterations_run_out);
    tcase_add_test(all, a_failure_has_no_numbers);
    tcase_add_test(all, tolerance_decides);
    tcase_add_test(all, orders_grow_apart);
    tcase_add_test(all, loose_tables_are_remembered);
    tcase_add_loop_test(all, best_ridge_beats_a_dense_grid, 0, COUNT(ridges));
    tcase_add_test(all, boundary_is_flagged);
    return run_cases("methods", all);
}
