/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_model_layers.c - second layers that are laws: what K values leave is in quad_error, and infinite width has no
 * answer. */
#include <stdio.h>
#include <string.h>

#include "giantstep/model.h"
#include "tests/network.h"

#define CASE_M                                                                                 \
    "--activation 'tanh(z+0.6)' --target 'h1(z1)+0.7*h2(z1)+0.5*h3(z1)' --alpha0 4 --alpha 2 " \
    "--beta 1 --lambda 0.01 --bulk isotropic "

static gst_risk answer(const char *layer, double eta, double width, double tol)
{
    network n;
    gst_risk risk;
    gst_solve_options by = gst_solve_defaults();
    by.tol = tol;
    network_make(&n, CASE_M "--second-layer %s --eta %.17g --width %.17g", layer, eta, width);
    gst_model *model = network_model(&n);
    int status = gst_model_solve(model, &n.point, &by, &risk, NULL);
    ck_assert_int_eq(status, risk.status);
    double size = risk.excess_risk + gst_model_target_variance(model);
    ck_assert(status >= 0 && (status == GST_OK) == (risk.quad_error <= tol * size));
    gst_model_free(model);
    network_clear(&n);
    return risk;
}

/* At p = 500 and a giant step twelve, 16, 20 and 30 values are 1.21143, 1.21051, 1.21020, 1.21005, each of them ok. */
START_TEST(values_are_raised_until_the_tolerance_holds)
{
    const double p = 500, exact = answer("gaussian", 1, p, 3e-10).excess_risk;
    ASSERT_NEAR(exact, 1.2100365903, 1e-9);
    for (double tol = 1e-3; tol > 1e-10; tol *= 0.1) {
        gst_risk risk = answer("gaussian", 1, p, tol);
        ck_assert_int_eq(risk.status, GST_OK);
        ck_assert(fabs(risk.excess_risk - exact) <= risk.quad_error + 1e-11);
    }
    ck_assert(fabs(answer("gaussian:20", 1, p, 1e-10).excess_risk - exact) > 1e-4);
}
END_TEST

/* A small step sees low moments alone. */
START_TEST(small_steps_need_few_values)
{
    double eta = 1 / sqrt(500.0);
    gst_risk law = answer("gaussian", eta, 500, 1e-10),
             rule = answer("gaussian:9", eta, 500, 1e-10);
    ASSERT_CLOSE(law.excess_risk, rule.excess_risk, 1e-13);
    ck_assert_int_eq(law.status, GST_OK);
}
END_TEST

/* The uniform law and a list of its Gauss rule. */
START_TEST(uniform_law)
{
    gst_risk law = answer("uniform", 0.5, 300, 1e-10);
    gst_risk rule = answer("'-1.5694043110:0.2369268851,-0.9326552360:0.4786286705,0:0.5688888889,"
                           "0.9326552360:0.4786286705,1.5694043110:0.2369268851'",
                           0.5, 300, 1e-10);
    ck_assert_int_eq(law.status, GST_OK);
    ASSERT_CLOSE(law.excess_risk, rule.excess_risk, 1e-4);
    ck_assert(fabs(law.excess_risk - answer("rademacher", 0.5, 300, 1e-10).excess_risk) > 1e-3);
}
END_TEST

/* Values of the same law: the answer is the sample's own, exactly so once there are as many groups as values. */
START_TEST(sample_of_values)
{
    network n;
    gst_risk risk;
    gst_solve_options by = gst_solve_defaults();
    double values[30];
    char list[700] = "";
    for (size_t i = 0; i < 30; i++) {
        values[i] = 1.7 * sin(1.0 + (double)i);
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.17g", i ? "," : "",
                 values[i]);
    }
    network_make(&n, CASE_M "--second-layer rademacher --eta 0.7 --width 30");
    gst_second_layer_clear(&n.layer);
    ck_assert_int_eq(gst_second_layer_of_sample(&n.layer, 30, values, NULL), GST_OK);
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &by, &risk, NULL), GST_OK);
    gst_model_free(model);
    gst_second_layer_clear(&n.layer);
    ck_assert_int_eq(gst_second_layer_parse(&n.layer, list, NULL), GST_OK);
    gst_risk all = network_solve(&n, NULL);
    ck_assert(fabs(all.excess_risk - risk.excess_risk) <= risk.quad_error + 1e-12);
    network_clear(&n);
}
END_TEST

START_TEST(infinite_width_has_no_answer)
{
    network n;
    gst_risk risk;
    gst_solve_options by = gst_solve_defaults();
    network_make(&n, CASE_M "--second-layer gaussian --eta 1 --width 400");
    gst_model *model = network_model(&n);
    gst_point point = n.point;
    point.width = INFINITY;
    ck_assert_int_eq(gst_model_solve(model, &point, &by, &risk, NULL), GST_INVALID);
    gst_solution *solution = model_solution(model);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &by, &risk, solution), GST_INVALID);
    gst_solution_free(solution);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* Points of a sweep start from the rule of the one before: the same answer within the tolerance. */
START_TEST(order_of_points_does_not_matter)
{
    network n;
    gst_risk cold, warm;
    gst_solve_options by = gst_solve_defaults();
    network_make(&n, CASE_M "--second-layer gaussian --eta 0.5 --width 400");
    by.tol = 1e-8;
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &by, &cold, NULL), GST_OK);
    n.point.alpha *= 1.3;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &by, &warm, NULL), GST_OK);
    gst_model_reset(model);
    ck_assert_int_eq(gst_model_solve(model, &n.point, &by, &cold, NULL), GST_OK);
    ck_assert(fabs(cold.excess_risk - warm.excess_risk) <= cold.quad_error + warm.quad_error);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("model_layers");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, values_are_raised_until_the_tolerance_holds);
    tcase_add_test(cases, small_steps_need_few_values);
    tcase_add_test(cases, uniform_law);
    tcase_add_test(cases, sample_of_values);
    tcase_add_test(cases, infinite_width_has_no_answer);
    tcase_add_test(cases, order_of_points_does_not_matter);
    return run_cases("model_layers", cases);
}
