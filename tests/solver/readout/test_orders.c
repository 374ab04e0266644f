/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_orders.c - orders of the average over kappa and of the laws of the labels, doubled one at a time: resolutions that
 * share tables and laws, labels with heavy tails at the first order, and answers that forget where a model has been. */
#include "models/training/regime.h"
#include "solver/readout/resolution.h"
#include "tests/network.h"

#define HEAVY                                                                                \
    "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:1,-1:1 --eta 2 --alpha0 3 " \
    "--noise 0.1 --lambda 0.05 --bulk exact "
/* Errors of kappa and of the labels are alike and cancel at first. */
#define ALIKE                                                                                 \
    "--activation tanh(z+0.4) --second-layer 1:0.6,-1:0.4 --eta 2.5 --alpha0 0.7 --beta 1.2 " \
    "--lambda 0.05 --target tanh(1.5*z1)+0.7*tanh(z1*z2)+0.5*z2 --bulk exact "

static double excess(gst_resolution *resolution, const gst_point *point)
{
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    ck_assert_int_eq(gst_resolution_solve(resolution, point, &options, NULL, &risk), GST_OK);
    return risk.excess_risk;
}

/* A label of two variables with tails like exp(-|y|), at 40 nodes: numbers of other axes and of twice the mesh. */
START_TEST(heavy_tails)
{
    static const struct {
        const char *alpha;
        double excess;
    } points[] = {{"1", 1.94674266672}, {"3", 1.550075153937}};
    for (size_t i = 0; i < COUNT(points); i++) {
        network n;
        gst_resolution resolution;
        network_make(&n, HEAVY "--alpha %s", points[i].alpha);
        gst_features *f = network_features(&n);
        gst_orders orders = {.kappa = 1, .labels = 0};
        ck_assert_int_eq(gst_resolution_at(&resolution, f, orders, 0, NULL, NULL), GST_OK);
        ASSERT_NEAR(excess(&resolution, &n.point), points[i].excess, 1e-10);
        gst_resolution_clear(&resolution);
        gst_features_free(f);
        network_clear(&n);
    }
}
END_TEST

/* Shared or its own, the same bytes; and less than both orders is another answer. */
START_TEST(shared)
{
    network n;
    gst_resolution tables, laws, both, own;
    network_make(&n, HEAVY "--alpha 0.7");
    gst_features *f = network_features(&n);
    gst_orders first = {.kappa = 1, .labels = 0}, second = {.kappa = 0, .labels = 1},
               third = {.kappa = 1, .labels = 1};
    for (int half = 0; half < 2; half++) {
        ck_assert_int_eq(gst_resolution_at(&tables, f, first, half, NULL, NULL), GST_OK);
        ck_assert_int_eq(gst_resolution_at(&laws, f, second, half, NULL, NULL), GST_OK);
        ck_assert_int_eq(gst_resolution_at(&both, f, third, half, &tables, &laws), GST_OK);
        ck_assert_int_eq(gst_resolution_at(&own, f, third, half, NULL, NULL), GST_OK);
        double answer = excess(&own, &n.point);
        ck_assert(excess(&both, &n.point) == answer);
        ck_assert(excess(&laws, &n.point) != answer);
        ck_assert(excess(&tables, &n.point) != answer);
        gst_resolution_clear(&tables);
        gst_resolution_clear(&laws);
        gst_resolution_clear(&both);
        gst_resolution_clear(&own);
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* After a reset a model answers as a fresh one does, whatever it was asked before. */
START_TEST(forgets)
{
    static const char *const options[] = {HEAVY, ALIKE};
    network n;
    network_make(&n, "%s --alpha 2", options[_i]);
    gst_model *used = network_model(&n), *fresh = network_model(&n);
    gst_point hard = n.point;
    hard.alpha = 1.17;
    hard.lambda = 1e-4;
    gst_solve_options coarse = gst_solve_defaults();
    coarse.tol = 1e-8;
    gst_risk a, b;
    ck_assert_int_ge(gst_model_solve(used, &hard, &coarse, &a, NULL), 0);
    gst_model_reset(used);
    a = model_risk(used, &n.point, NULL);
    b = model_risk(fresh, &n.point, NULL);
    ck_assert(a.excess_risk == b.excess_risk && a.quad_error == b.quad_error);
    gst_model_free(used);
    gst_model_free(fresh);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("orders");
    tcase_set_timeout(suite, 120);
    tcase_add_test(suite, heavy_tails);
    tcase_add_test(suite, shared);
    tcase_add_loop_test(suite, forgets, 0, 2);
    return run_cases("orders", suite);
}
