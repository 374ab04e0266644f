/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_outliers.c - readouts of labels with outliers (tests/outliers.h), on drawn networks, against the theory of the same
 * width; and theories of other noise, which the same networks refute.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3. */
#include "giantstep/model.h"
#include "tests/numbers.h"
#include "tests/outliers.h"
#include "tests/pairs.h"
#include "validate/networks/blas.h"

#define LEVEL 1e-3

enum { POINTS = 4, SMALL = 100, REPLICATES = 100, TEST = 2000, SAMPLES = 4 };

static const struct {
    const char *loss;
    double alpha, lambda;
} points[POINTS] = {
    {"huber:0.3", 2, 0.1}, {"huber:0.3", SAMPLES, 0.1}, {"huber:3", 2, 1}, {"squared", 2, 1}};

static const char *name_of(size_t i)
{
    return points[i].loss;
}

static gst_loss loss_of(size_t i)
{
    gst_loss loss;
    ck_assert_int_eq(gst_loss_parse(points[i].loss, &loss, NULL), GST_OK);
    return loss;
}

/* Excess risks of one network at all points. */
static void replicate(const outliers_case *of, size_t d, uint32_t number, double *excess)
{
    outliers_network network;
    ck_assert_int_eq(outliers_draw(&network, of, d, SAMPLES * d, TEST,
                                   (gst_random){.seed = d, .replicate = number}),
                     GST_OK);
    for (size_t i = 0; i < POINTS; i++) {
        gst_loss loss = loss_of(i);
        size_t n = (size_t)(points[i].alpha * (double)d + 0.5);
        ck_assert_int_eq(outliers_fit(&network, of, &loss, n, points[i].lambda, &excess[i]),
                         GST_OK);
    }
    outliers_network_clear(&network);
}

/* 2 x(2d) - x(d) of the theory with that noise. */
static void extrapolate(outliers_case *of, gst_label_noise noise, double *want)
{
    gst_coupled c;
    ck_assert_int_eq(outliers_equations(&c, of, noise), GST_OK);
    for (size_t i = 0; i < POINTS; i++) {
        gst_loss loss = loss_of(i);
        double at[2];
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(outliers_theory(&c, &loss, points[i].alpha, points[i].lambda,
                                             (k + 1) * SMALL, &at[k]),
                             GST_OK);
        want[i] = 2 * at[1] - at[0];
    }
    gst_coupled_clear(&c);
}

static void refute(const pairs *found, size_t i, const double *wrong, const char *what)
{
    double off = found->mean[i] - wrong[i], error = pairs_error(found, i);
    ck_assert_msg(fabs(off) > 6 * error, "%s, %s: off by %g, of error %g", what, points[i].loss,
                  off, error);
}

/* Noise of one Gaussian of the same variance is another theory for Huber's loss, none for ridge; the outliers' absence is
 * another one for both. */
START_TEST(drawn_networks)
{
    static pairs found;
    outliers_case of;
    double want[POINTS], one[POINTS], without[POINTS], small[POINTS], large[POINTS];
    ck_assert_int_eq(outliers_open(&of), GST_OK);
    extrapolate(&of, outliers_noise, want);
    extrapolate(&of, outliers_as_one_gaussian(), one);
    extrapolate(&of, outliers_left_out(), without);
    for (uint32_t k = 0; k < REPLICATES; k++) {
        replicate(&of, SMALL, k, small);
        replicate(&of, 2 * SMALL, k, large);
        pairs_add(&found, POINTS, small, large);
    }
    pairs_check(&found, want, LEVEL, 0.01, name_of);
    for (size_t i = 0; i < 2; i++)
        refute(&found, i, one, "one Gaussian");
    ASSERT_CLOSE(one[3], want[3], 1e-8);
    refute(&found, 3, without, "no outliers");
    outliers_clear(&of);
}
END_TEST

/* The theory of ridge regression is that of the program at the total variance. */
START_TEST(ridge)
{
    outliers_case of;
    gst_coupled c;
    gst_model *model;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    gst_loss loss = loss_of(3);
    double excess;
    ck_assert_int_eq(outliers_open(&of), GST_OK);
    ck_assert_int_eq(outliers_equations(&c, &of, outliers_noise), GST_OK);
    ck_assert_int_eq(outliers_theory(&c, &loss, 2, 1, 300, &excess), GST_OK);
    ck_assert_int_eq(gst_model_alloc(&model, &of.problem, NULL), GST_OK);
    gst_point point = {.alpha = 2,
                       .beta = 1,
                       .lambda = 1,
                       .noise = outliers_as_one_gaussian().variance[0],
                       .width = 300};
    ck_assert_int_eq(gst_model_solve(model, &point, &options, &risk, NULL), GST_OK);
    ASSERT_CLOSE(excess, risk.excess_risk, 1e-7);
    gst_model_free(model);
    gst_coupled_clear(&c);
    outliers_clear(&of);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("outliers");
    tcase_set_timeout(all, 120);
    gst_dense_set_threads(1);
    tcase_add_test(all, drawn_networks);
    tcase_add_test(all, ridge);
    return run_cases("outliers", all);
}
