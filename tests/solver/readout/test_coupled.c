/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coupled.c - readouts of convex losses against reference numbers, from independent code in another language, at two
 * orders and on the companions, which share no node. */
#include <string.h>

#include "tests/by_hand.h"
#include "tests/numbers.h"

static const hand_case A1 = {.activation = "tanh",
                             .target = "z",
                             .K = 1,
                             .U = {1.3823769947},
                             .c = {1},
                             .pi = {1},
                             .C = {1, -1.6596378127, -1.6596378127, 2.7543976692},
                             .gamma = 1};
static const hand_case A2 = {.activation = "tanh(z+0.5)",
                             .target = "z",
                             .K = 2,
                             .U = {1.71015146, -0.85507573},
                             .c = {1.1017909025, 0.9509543053},
                             .pi = {0.5, 0.5},
                             .C = {1.1017909025, -1.9012893061, -1.9012893061, 3.2809319965,
                                   0.9509543053, 0.8205001726, 0.8205001726, 0.7079420425},
                             .gamma = 1};
/* One finite batch, bulk of the same variance. */
static const hand_case A4 = {.activation = "tanh(z+0.5)",
                             .target = "z",
                             .K = 1,
                             .U = {1.786176186229},
                             .c = {1.839213703256},
                             .pi = {1},
                             .C = {1.839213703256, 0, 0, 0, 1.839213703256, 0, 0, 0, 0},
                             .gamma = 0.718077872613};

typedef struct {
    const hand_case *of;
    const char *loss;
    double alpha, lambda, width, noise;
    double test_loss, test_class, train_loss, train_class, norm2; /* 0: not given */
    double digit;                                                 /* of the last one printed */
} reference;

static const reference references[] = {
    {&A1, "logistic", 2, 0.01, INFINITY, 0.1, 0.360466675492, 0.123171212945, 0.047047912491,
     0.002964973875, 13.3999531630, 1e-12},
    {&A1, "logistic", 2, 0.01, 400, 0.1, 0.360191481740, 0.124054899164, 0.047731901186,
     0.002934543451, 13.6599615980, 1e-12},
    {&A1, "hinge", 2, 0.01, INFINITY, 0.1, 0.375074534736, 0.142971836359, 0, 0, 6.4969096802,
     1e-12},
    {&A1, "hinge", 2, 0.01, 400, 0.1, 0.377345370378, 0.143965588293, 0, 0, 6.6235583299, 1e-12},
    {&A2, "logistic", 2, 0.01, INFINITY, 0.1, 0.351788980963, 0.121893387538, 0.048183401872,
     0.002960229603, 13.6125786504, 1e-11},
    {&A2, "logistic", 2, 0.01, 400, 0.1, 0.351569034395, 0.123054694275, 0.049109215826,
     0.002932187856, 13.9519141008, 1e-11},
    {&A2, "hinge", 2, 0.01, INFINITY, 0.1, 0.370340046134, 0.142215185209, 0, 0, 0, 1e-11},
    {&A4, "squared", 2, 0.05, 400, 0.1, 0.4197942396, 0.2578290276, 0, 0, 0, 1e-10},
    {&A4, "logistic", 2, 0.05, 400, 0.1, 0.5196258019, 0.2417083907, 0, 0, 0, 1e-10},
    {&A1, "max-margin", 4.5, 1, INFINITY, 0.1, 0, 0.1577601607, 0, 0, 0, 1e-10},
    {&A1, "logistic", 4.5, 1e-12, INFINITY, 0.1, 0, 0.15711940, 0, 0, 0, 1e-8},
    {&A1, "logistic", 8, 1e-8, INFINITY, 0.1, 0, 0.1333608733, 0, 0, 0, 1e-10},
};

/* U, c and C themselves are rounded, those of A2 to 8 digits; |a|^2/p has two digits less. */
static void check_digits(const char *what, double have, double want, double digit)
{
    if (want != 0)
        ck_assert_msg(fabs(have - want) <= 1.6 * digit * (want > 5 ? 100 : 1),
                      "%s: %.13g, not %.13g", what, have, want);
}

static double norm2(const by_hand *b)
{
    const gst_coupled *c = &b->r.coupled->equations;
    double sum = 0;
    for (size_t g = 0; g < c->K; g++)
        sum += b->r.coupled->u[gst_coupled_fluctuations(c) + gst_packed_value(c->K, g)];
    return sum;
}

/* _i runs over references, then over (order 1, order 2, companion of order 2). */
START_TEST(reference_numbers)
{
    const reference *r = &references[_i / 3];
    by_hand b;
    by_hand_open(&b, r->of, r->loss, GST_LABELS_SIGN, r->noise, _i % 3 == 0 ? 1 : 2, _i % 3 == 2);
    gst_risk risk = by_hand_solve(&b, r->alpha, 1, r->lambda, r->noise, r->width);
    check_digits("test loss", risk.test_loss, r->test_loss, r->digit);
    check_digits("test class", risk.test_class, r->test_class, r->digit);
    check_digits("train loss", risk.train_loss, r->train_loss, r->digit);
    check_digits("train class", risk.train_class, r->train_class, r->digit);
    check_digits("|a|^2/p", norm2(&b), r->norm2, r->digit);
    if (strcmp(r->loss, "max-margin") == 0)
        ASSERT_NEAR(1 / sqrt(norm2(&b)), 0.0770580210, 1e-10);
    by_hand_clear(&b);
}
END_TEST

START_TEST(separability)
{
    static const double widths[] = {INFINITY, 400}, want[] = {6.0771051232, 6.06404},
                        digit[] = {1e-10, 1e-5};
    gst_solve_options options = gst_solve_defaults();
    by_hand b;
    by_hand_open(&b, &A1, "logistic", GST_LABELS_SIGN, 0.1, 1, _i / 2);
    gst_point point = {.alpha = 1, .beta = 1, .noise = 0.1, .width = widths[_i % 2]};
    gst_coupled_info info;
    double alpha_c;
    ck_assert_int_eq(gst_resolution_separate(&b.r, &point, &options, &alpha_c, &info), GST_OK);
    ASSERT_NEAR(alpha_c, want[_i % 2], digit[_i % 2]);
    ck_assert(info.iterations < 40 && info.residual <= 1e-10);
    by_hand_clear(&b);
}
END_TEST

/* Below the threshold the answer at ridge 0 is the hard margin's, whatever the loss; beyond it solutions have a limit, from
 * which those at ridge lambda differ by O(lambda). */
START_TEST(ridge_to_zero)
{
    static const char *const losses[] = {"logistic", "hinge", "squared-hinge"};
    by_hand b, hard;
    by_hand_open(&b, &A1, losses[_i], GST_LABELS_SIGN, 0.1, 0, 0);
    by_hand_open(&hard, &A1, "max-margin", GST_LABELS_SIGN, 0.1, 0, 0);
    gst_risk limit = by_hand_solve(&b, 4.5, 1, 0, 0.1, INFINITY);
    gst_risk margin = by_hand_solve(&hard, 4.5, 1, 0.3, 0.1, INFINITY);
    ck_assert(limit.note[0] && !margin.note[0] && isnan(margin.test_loss));
    ck_assert(isnan(limit.test_loss) == (_i == 0) && limit.train_loss == 0);
    ASSERT_CLOSE(limit.test_class, margin.test_class, 1e-9);
    double at[3];
    for (int k = 0; k < 3; k++)
        at[k] = by_hand_solve(&b, 8, 1, k == 2 ? 0 : 2e-6 / (k + 1), 0.1, INFINITY).test_class;
    ck_assert(fabs(at[1] - at[2]) < 1e-3);
    ASSERT_CLOSE(at[0] - at[2], 2 * (at[1] - at[2]), 3e-2);
    by_hand_clear(&b);
    by_hand_clear(&hard);
}
END_TEST

/* No minimum: larger and larger m; at a finite width there is one.  And no hard margin beyond the threshold. */
START_TEST(no_minimum)
{
    static const char *const losses[] = {"logistic", "hinge", "squared-hinge", "max-margin"};
    gst_solve_options options = gst_solve_defaults();
    gst_point point = {.alpha = 2, .beta = 1, .lambda = 0.1, .width = INFINITY};
    gst_risk risk;
    by_hand b;
    by_hand_open(&b, &A1, losses[_i], GST_LABELS_SIGN, 0, 0, 0);
    ck_assert_int_eq(gst_resolution_solve(&b.r, &point, &options, NULL, &risk), GST_FAILED);
    ck_assert(isnan(risk.excess_risk) && isnan(risk.test_class));
    ck_assert_ptr_nonnull(strstr(risk.reason, "width"));
    by_hand_solve(&b, 2, 1, 0.1, 0, 300);
    point = (gst_point){.alpha = 8, .beta = 1, .lambda = 0.1, .noise = 0.1, .width = 400};
    int status = gst_resolution_solve(&b.r, &point, &options, NULL, &risk);
    ck_assert_int_eq(status, _i == 3 ? GST_FAILED : GST_OK);
    if (_i == 3)
        ck_assert_ptr_nonnull(strstr(risk.reason, "separated"));
    by_hand_clear(&b);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("coupled");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, reference_numbers, 0, 3 * COUNT(references));
    tcase_add_loop_test(cases, separability, 0, 4);
    tcase_add_loop_test(cases, ridge_to_zero, 0, 3);
    tcase_add_loop_test(cases, no_minimum, 0, 4);
    return run_cases("coupled", cases);
}
