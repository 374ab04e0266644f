/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_small_ridges.c - small ridges on both sides of the threshold of separability, alpha = 6.0771, and next to it, where
 * the averages over outputs a thousand times as wide as a turn of prox are magnified most. */
#include "models/loss/loss.h"
#include "tests/network.h"

static const double alphas[] = {4.5, 6.0, 6.08}, lambdas[] = {0, 1e-12, 1e-10, 1e-8};

static gst_risk answer(double alpha, double lambda)
{
    network n;
    gst_loss loss;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n,
                 "--activation tanh --target z --eta 3 --labels sign --noise 0.1 --alpha %g "
                 "--lambda %g",
                 alpha, lambda);
    ck_assert_int_eq(gst_loss_parse("logistic", &loss, NULL), GST_OK);
    n.problem.loss = &loss;
    n.problem.labels = GST_LABELS_SIGN;
    n.problem.training.noise = n.point.noise;
    gst_model *model = network_model(&n);
    int status = gst_model_solve(model, &n.point, &options, &risk, NULL);
    ck_assert_msg(status == GST_OK, "alpha %g, lambda %g: %s, error %g of %g", alpha, lambda,
                  risk.reason, risk.quad_error, risk.excess_risk);
    gst_model_free(model);
    network_clear(&n);
    return risk;
}

START_TEST(near_threshold)
{
    size_t i = (size_t)_i / COUNT(lambdas), j = (size_t)_i % COUNT(lambdas);
    gst_risk risk = answer(alphas[i], lambdas[j]);
    ck_assert_int_eq(risk.note[0] != '\0', i < 2 && j == 0);
    ck_assert_uint_lt(risk.iterations, 700);
}
END_TEST

/* By rules of 24 points in the place of 16. */
START_TEST(number)
{
    ASSERT_CLOSE(answer(6.08, 1e-12).excess_risk, 296526.8198, 1e-9);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("small ridges");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, near_threshold, 0, COUNT(alphas) * COUNT(lambdas));
    tcase_add_test(cases, number);
    return run_cases("small ridges", cases);
}
