/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_optimise.c - the best step size and ridge against dense grids, and the errors they claim. */
#include "tests/network.h"
#include "giantstep/optimise_step.h"

static const gst_range eta_default = {1e-2, 1e2, 17}, lambda_default = {1e-8, 1e4, 49};

static gst_risk best(const network *n, const gst_range *eta, const gst_range *lambda, double tol,
                     gst_minimiser at[2])
{
    gst_message message = {""};
    gst_solve_options options = gst_solve_defaults();
    gst_plane *plane;
    gst_risk risk;
    options.tol = tol;
    ck_assert_int_eq(gst_plane_alloc(&plane, &n->problem, eta, lambda, &message), GST_OK);
    int status = gst_plane_solve(plane, &n->point, &options, &risk, at, &message);
    ck_assert_msg(status >= 0 && status == risk.status, "%d: %s", status, message.text);
    ck_assert(gst_plane_model(plane) != NULL);
    gst_plane_free(plane);
    return risk;
}

/* The excess risk at a step size, at the ridge `lambda` or, 0, at the best one. */
static double excess(const network *n, double eta, double lambda)
{
    network other = *n;
    other.problem.training.step[0].eta = eta;
    if (lambda > 0)
        other.point.lambda = lambda;
    return network_solve(&other, NULL).excess_risk;
}

/* The lowest of `count` step sizes spread over the range; its place to *eta. */
static double lowest(const network *n, const gst_range *range, int count, double *eta)
{
    double least = INFINITY;
    for (int i = 0; i < count; i++) {
        double part = i / (count - 1.0);
        double at = range->low > 0 ? range->low * pow(range->high / range->low, part)
                                   : range->low + part * (range->high - range->low);
        double value = excess(n, at, 0);
        if (value < least) {
            least = value;
            *eta = at;
        }
    }
    return least;
}

/* Over eta alone; two ranges have two minima, one of either sign, the lower one first or last; the next
 * has its minimum between the end and the second point. */
static const struct {
    const char *options;
    gst_range range;
} lines[] = {
    {"--alpha 1.373 --beta 1.19 --noise 0.1", {1e-2, 1e2, 17}},
    {"--alpha 1.373 --noise 0.1 --activation tanh(z+0.5) --second-layer -1:1,1:2", {-20, 20, 33}},
    {"--alpha 1.373 --noise 0.1 --activation tanh(z+0.5) --second-layer -2.3:1,1:2", {-20, 20, 9}},
    {"--alpha 1.373 --beta 1.19 --noise 0.1 --lambda 0.3", {6, 600, 17}},
    {"--alpha 0.77 --beta 1.9 --noise 0.2 --alpha0 2.3 --activation relu", {0.1, 10, 17}},
};

START_TEST(step_size)
{
    network n;
    gst_minimiser at[2];
    gst_range range = lines[_i].range;
    double around = 0;
    int count = 101;
    network_make(&n, "%s", lines[_i].options);
    gst_risk risk = best(&n, &range, NULL, 1e-10, at);
    ck_assert_int_eq(risk.status, GST_OK);
    double least = lowest(&n, &range, count, &around), step = range.high - range.low;
    ck_assert_msg(risk.excess_risk <= least + 1e-13, "%.15g at %g, grid %.15g at %g",
                  risk.excess_risk, at[0].value, least, around);
    if (range.low > 0)
        step = at[0].value * log(range.high / range.low);
    ASSERT_NEAR(at[0].value, around, step / (count - 1));
    ASSERT_CLOSE(excess(&n, at[0].value, 0), risk.excess_risk, 1e-12);
    /* The slope changes its sign within the error claimed, which is small. */
    ck_assert(at[0].error > 0 && at[0].error < 1e-3 * fabs(at[0].value));
    for (int side = -1; side <= 1; side += 2)
        ck_assert_double_gt(excess(&n, at[0].value + side * 30 * at[0].error, 0), risk.excess_risk);
    ck_assert(isnan(at[1].error) && at[1].value == n.point.lambda);
    network_clear(&n);
}
END_TEST

/* eta and lambda: no point of a grid is lower, and the nearest ones come close. */
START_TEST(step_size_and_ridge)
{
    static const char *const list[] = {"--alpha 1.373 --beta 1.19 --noise 0.1 --alpha0 2.3",
                                       "--alpha 2.7 --beta 0.8 --noise 0.5 --target sin(z1)+z1*z2 "
                                       "--activation tanh(z+0.5) --alpha0 4"};
    network n;
    gst_minimiser at[2];
    double least = INFINITY, eta = 0, lambda = 0, ratio = pow(10, 1.0 / 8);
    gst_range range = {0.3, 10, 17};
    network_make(&n, "%s", list[_i]);
    gst_risk risk = best(&n, &range, &lambda_default, 1e-10, at);
    ck_assert_int_eq(risk.status, GST_OK);
    ck_assert_double_eq(risk.lambda, at[1].value);
    for (double x = range.low; x < range.high; x *= ratio) {
        network other = n;
        other.problem.training.step[0].eta = x;
        gst_model *model = network_model(&other);
        for (other.point.lambda = 1e-2; other.point.lambda < 10; other.point.lambda *= ratio) {
            double value = model_risk(model, &other.point, NULL).excess_risk;
            if (value < least) {
                least = value;
                eta = x;
                lambda = other.point.lambda;
            }
        }
        gst_model_free(model);
    }
    ck_assert_double_lt(risk.excess_risk, least);
    ASSERT_CLOSE(risk.excess_risk, least, 0.03);
    ASSERT_NEAR(log(at[0].value / eta), 0, 2 * log(ratio));
    ASSERT_NEAR(log(at[1].value / lambda), 0, 2 * log(ratio));
    double d = 3e-3;
    for (int side = -1; side <= 1; side += 2) {
        ck_assert_double_gt(excess(&n, at[0].value * (1 + side * d), risk.lambda),
                            risk.excess_risk);
        ck_assert_double_gt(excess(&n, at[0].value, risk.lambda * (1 + side * d)),
                            risk.excess_risk);
    }
    network_clear(&n);
}
END_TEST

/* A minimum outside the range is reported on its boundary, as loose. */
START_TEST(boundary)
{
    static const gst_range ranges[] = {{0.1, 1.7, 17}, {17, 90, 17}};
    const double ends[] = {1.7, 17};
    network n;
    gst_minimiser at[2];
    network_make(&n, "--alpha 1.373 --beta 1.19 --noise 0.1");
    gst_risk risk = best(&n, &ranges[_i], NULL, 1e-10, at);
    ck_assert_int_eq(risk.status, GST_LOOSE);
    ck_assert_double_eq(at[0].value, ends[_i]);
    ck_assert(isnan(at[0].error) && strstr(risk.reason, "boundary"));
    ck_assert_double_eq(risk.excess_risk, excess(&n, ends[_i], 0));
    network_clear(&n);
}
END_TEST

/* The ridge is on the boundary when the features need none: a population gradient and few neurons' worth
 * of signal; the step size is still found. */
START_TEST(ridge_on_boundary)
{
    network n;
    gst_minimiser at[2];
    gst_range lambda = {1e-3, 1, 17};
    network_make(&n, "--alpha 1.373 --beta 1.19 --noise 0.1");
    gst_risk risk = best(&n, &eta_default, &lambda, 1e-10, at);
    ck_assert_int_eq(risk.status, GST_LOOSE);
    ck_assert(risk.lambda == 1 && isnan(at[1].error) && at[0].error > 0);
    network_clear(&n);
}
END_TEST

/* What a search at a coarse tolerance says differs from that at a fine one by no more than its error. */
START_TEST(errors)
{
    network n;
    gst_minimiser fine[2], coarse[2];
    network_make(&n, "--alpha 0.573 --noise 0.1 --lambda 0.01 --activation tanh(2*z)");
    best(&n, &eta_default, NULL, 1e-13, fine);
    best(&n, &eta_default, NULL, 1e-4, coarse);
    ck_assert_double_gt(coarse[0].error, fine[0].error);
    ASSERT_NEAR(coarse[0].value, fine[0].value, coarse[0].error + fine[0].error);
    network_clear(&n);
}
END_TEST

/* A search does not remember the points before it, once told to forget; NaN and reversed ranges are none. */
START_TEST(plane_is_reusable)
{
    network n;
    gst_message message;
    gst_solve_options options = gst_solve_defaults();
    gst_minimiser first[2], again[2];
    gst_risk risk[2];
    gst_plane *plane;
    network_make(&n, "--alpha 1.373 --noise 0.1");
    gst_point other = n.point;
    other.alpha = 3;
    ck_assert_int_eq(gst_plane_alloc(&plane, &n.problem, &eta_default, NULL, &message), GST_OK);
    gst_plane_solve(plane, &n.point, &options, &risk[0], first, &message);
    gst_plane_solve(plane, &other, &options, &risk[1], again, &message);
    gst_plane_reset(plane);
    gst_plane_solve(plane, &n.point, &options, &risk[1], again, &message);
    ck_assert_double_eq(risk[0].excess_risk, risk[1].excess_risk);
    ck_assert_double_eq(first[0].value, again[0].value);
    gst_plane_free(plane);
    static const gst_range bad[] = {{1, 1, 9}, {2, 1, 9}, {NAN, 1, 9}, {1, INFINITY, 9}, {1, 2, 2}};
    for (int i = 0; i < COUNT(bad); i++) {
        ck_assert_int_eq(gst_plane_alloc(&plane, &n.problem, &bad[i], NULL, &message), GST_INVALID);
        ck_assert_int_eq(gst_plane_alloc(&plane, &n.problem, &eta_default, &bad[i], &message),
                         GST_INVALID);
    }
    network_clear(&n);
}
END_TEST

/* The ridge of the minimum, its error, and what a Newton step in log lambda by wide differences says of both: F is known to
 * its quad_error, so that the minimum is to within sqrt(2 quad_error/F''). */
START_TEST(error_of_the_ridge)
{
    network n;
    network_make(&n, "--alpha 1.373 --beta 1.19 --noise 0.5 --eta 2");
    gst_model *model = network_model(&n);
    gst_solve_options options = gst_solve_defaults();
    gst_risk best;
    double error, h = 0.05, value[3];
    ck_assert_int_eq(gst_model_optimise_lambda(model, &n.point, 1e-6, 1e4, &options, &best, NULL),
                     GST_OK);
    ck_assert_int_eq(gst_model_lambda_error(model, &n.point, &options, &best, &error), GST_OK);
    for (int i = 0; i < 3; i++)
        value[i] = excess(&n, n.problem.training.step[0].eta, best.lambda * exp(h * (i - 1)));
    double slope = (value[2] - value[0]) / (2 * h);
    double bend = (value[2] - 2 * value[1] + value[0]) / (h * h);
    ck_assert(bend > 0 && error > 0 && error < 1e-4 * best.lambda);
    ck_assert(fabs(slope) / bend < h * h); /* the third derivative's part */
    ck_assert(error >= 0.5 * sqrt(2 * best.quad_error / bend) * best.lambda);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("optimise");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, step_size, 0, COUNT(lines));
    tcase_add_loop_test(cases, step_size_and_ridge, 0, 2);
    tcase_add_loop_test(cases, boundary, 0, 2);
    tcase_add_test(cases, ridge_on_boundary);
    tcase_add_test(cases, errors);
    tcase_add_test(cases, error_of_the_ridge);
    tcase_add_test(cases, plane_is_reusable);
    return run_cases("optimise", cases);
}
