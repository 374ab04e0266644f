/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_verdict.c - the verdict on made-up simulations: fits and probabilities in closed form, Holm's known
 * answers, floors, what cannot be tested. */
#include <gsl/gsl_fit.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synthetic.h"

static gst_finding settled(const gst_ladder *ladder)
{
    gst_verdict_options options = gst_verdict_defaults();
    gst_finding f = ladder_found(ladder);
    ck_assert_int_eq(gst_verdict_settle(1, &f, &options), GST_OK);
    return f;
}

/* ---- the fit ------------------------------------------------------------------------------------ */

START_TEST(fit_is_weighted_least_squares)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (size_t trial = 0; trial < 50; trial++) {
        ladder_data x;
        double inverse[MOST_RUNGS], mean[MOST_RUNGS], w[MOST_RUNGS], a, b, c00, c01, c11, chi;
        ladder_make(&x, 3 + trial % 4, 2 + trial % 30);
        ladder_simulate(&x, 1, &scatter_plain, 0.07, -13, 0.02, rng);
        for (size_t l = 0; l < x.ladder.rungs; l++) {
            double sem;
            gst_mean_sem(x.ladder.trials, x.sim + l * x.ladder.trials, &mean[l], &sem);
            mean[l] -= x.theory[l];
            inverse[l] = 1 / x.d[l];
            w[l] = 1 / (sem * sem);
        }
        gsl_fit_wlinear(inverse, 1, w, 1, mean, 1, x.ladder.rungs, &a, &b, &c00, &c01, &c11, &chi);
        gst_finding f = ladder_found(&x.ladder);
        ASSERT_CLOSE(f.a, a, 1e-10);
        ASSERT_CLOSE(f.b, b, 1e-10);
        ASSERT_CLOSE(f.error, sqrt(c00), 1e-10);
        ASSERT_CLOSE(f.scale, x.theory[x.ladder.rungs - 1], 1e-15);
        ck_assert(f.df == (double)x.ladder.trials - 1);
    }
    gsl_rng_free(rng);
}
END_TEST

/* d = 1, 2, 4.  w = d: W = 7, H = 3, G = 7/4, det = 13/4; w = 1: W = 3, H = 7/4, G = 21/16, det = 7/8. */
START_TEST(weights_in_closed_form)
{
    const double d[3] = {1, 2, 4}, half[3] = {1, sqrt(0.5), 0.5}, equal[3] = {5, 5, 5};
    const double a[3] = {-5, 2, 16}, b[3] = {16, 4, -20};
    double ca[3], cb[3];
    gst_trend_weights(3, d, half, ca, cb);
    for (size_t l = 0; l < 3; l++) {
        ASSERT_CLOSE(13 * ca[l], a[l], 1e-14);
        ASSERT_CLOSE(13 * cb[l], b[l], 1e-14);
    }
    gst_trend_weights(3, d, equal, ca, cb);
    for (size_t l = 0; l < 3; l++) {
        ASSERT_CLOSE(ca[l], 1.5 - 2 / d[l], 1e-14);
        ASSERT_NEAR(cb[l], (24 / d[l] - 14) / 7, 1e-14);
    }
    const double same[2] = {7, 7};
    gst_trend_weights(2, same, equal, ca, cb);
    ck_assert(isnan(ca[0]) && isnan(cb[1]));
}
END_TEST

/* Equal errors of 1 resp. 1/sqrt 3 at d = 1, 2, 4: error of a sqrt(3/2) times that.  Student: 1 degree of
 * freedom p = 1 - (2/pi) atan t, 2 degrees p = 1 - t/sqrt(2 + t^2). */
START_TEST(p_in_closed_form)
{
    ladder_data x;
    double d[3] = {1, 2, 4}, theory[3] = {0}, pair[6] = {-1, 1, -1, 1, 4, 6},
           triple[9] = {-1, 0, 1, -1, 0, 1, 3, 4, 5};
    x.ladder = (gst_ladder){3, 2, d, theory, pair, 0};
    gst_finding f = ladder_found(&x.ladder);
    ASSERT_CLOSE(f.a, 5, 1e-14);
    ASSERT_CLOSE(f.error, sqrt(1.5), 1e-14);
    ASSERT_CLOSE(f.p, 1 - 2 / M_PI * atan(5 / sqrt(1.5)), 1e-13);
    x.ladder = (gst_ladder){3, 3, d, theory, triple, 0};
    f = ladder_found(&x.ladder);
    double t = 4 * sqrt(2);
    ASSERT_CLOSE(f.t, t, 1e-14);
    ASSERT_CLOSE(f.p, 1 - t / sqrt(2 + t * t), 1e-13);
    double mean, sem;
    gst_mean_sem(3, triple + 6, &mean, &sem);
    ASSERT_CLOSE(mean, 4, 1e-15);
    ASSERT_CLOSE(sem, 1 / sqrt(3), 1e-15);
    gst_mean_sem(1, triple + 6, &mean, &sem);
    ck_assert(mean == 3 && isnan(sem));
}
END_TEST

START_TEST(holm_known_answers)
{
    double p[4] = {0.01, 0.04, 0.03, 0.005}, q[4];
    const double want[4] = {0.03, 0.06, 0.06, 0.02};
    ck_assert_int_eq(gst_holm_adjust(4, p, q), GST_OK);
    for (size_t i = 0; i < 4; i++)
        ASSERT_CLOSE(q[i], want[i], 1e-14);
    double with_nan[4] = {NAN, 0.2, 0.01, 0.6};
    ck_assert_int_eq(gst_holm_adjust(4, with_nan, q), GST_OK);
    ck_assert(isnan(q[0]));
    ASSERT_CLOSE(q[1], 0.6, 1e-14);
    ASSERT_CLOSE(q[2], 0.04, 1e-14);
    ck_assert(q[3] == 1);
    double scattered[7] = {0.2, NAN, 0.01, NAN, 0.6, 0.001, NAN};
    double inner[7];
    ck_assert_int_eq(gst_holm_adjust(7, scattered, inner), GST_OK);
    ASSERT_CLOSE(inner[5], 0.007, 1e-14);
    ASSERT_CLOSE(inner[2], 0.06, 1e-14);
    ck_assert(inner[0] == 1 && inner[4] == 1 && isnan(inner[3]));
    double ties[3] = {0.02, 0.02, 0.02};
    ck_assert_int_eq(gst_holm_adjust(3, ties, q), GST_OK);
    for (size_t i = 0; i < 3; i++)
        ASSERT_CLOSE(q[i], 0.06, 1e-14);
    ck_assert_int_eq(gst_holm_adjust(0, NULL, NULL), GST_OK);
}
END_TEST

/* ---- verdicts ----------------------------------------------------------------------------------- */

static gst_verdict verdict_of(size_t T, double theory, double a, double error, double floor)
{
    ladder_data x;
    ladder_exact(&x, T, theory, a, error);
    x.ladder.floor = theory * floor;
    gst_finding f = settled(&x.ladder);
    ASSERT_NEAR(f.a, theory * a, theory * 1e-13);
    ASSERT_CLOSE(f.error, theory * error, 1e-9);
    ck_assert((f.verdict == GST_VERDICT_UNDECIDED) == (*f.reason != '\0'));
    return f.verdict;
}

START_TEST(verdict_rules)
{
    const struct {
        size_t T;
        double a, error, floor;
        gst_verdict want;
    } rules[] = {
        {10, 0.0049, 1e-5, 0, GST_VERDICT_AGREE},      /* below 0.5%, however certain */
        {10, 0.0051, 1e-5, 0, GST_VERDICT_DISAGREE},   /* above */
        {10, -0.0051, 1e-5, 0, GST_VERDICT_DISAGREE},  /* either side */
        {10, 0.04, 0.01, 0, GST_VERDICT_AGREE},        /* t = 4 < 4.78 */
        {10, 0.05, 0.01, 0, GST_VERDICT_DISAGREE},     /* t = 5 */
        {10, 0.01, 0.0499, 0, GST_VERDICT_AGREE},      /* error below 5% */
        {10, 0.01, 0.0501, 0, GST_VERDICT_UNDECIDED},  /* above */
        {10, 9, 0.5, 0, GST_VERDICT_DISAGREE},         /* a wrong theory, the error 50% of it */
        {10, 0.01, 0.0501, 0.06, GST_VERDICT_AGREE},   /* all rounding */
        {10, 0.05, 0.001, 0.06, GST_VERDICT_AGREE},    /* all rounding */
        {10, 0.07, 0.001, 0.06, GST_VERDICT_DISAGREE}, /* more than rounding */
        {2, 0.001, 0.01, 0, GST_VERDICT_UNDECIDED},    /* |t| > 637 needed: nothing could be seen */
        {2, 0.001, 0.001, 0, GST_VERDICT_AGREE},       /* 0.637 of the theory could */
        {4, 0.2, 0.01, 0, GST_VERDICT_DISAGREE},       /* t = 20 > 12.9 */
        {4, 0.1, 0.01, 0, GST_VERDICT_AGREE},          /* t = 10 */
    };
    const double theory[] = {1, 3e-7, 250}; /* all limits are relative to it */
    for (int i = 0; i < COUNT(rules) * COUNT(theory); i++) {
        int k = i % COUNT(rules);
        gst_verdict found = verdict_of(rules[k].T, theory[i / COUNT(rules)], rules[k].a,
                                       rules[k].error, rules[k].floor);
        ck_assert_msg(found == rules[k].want, "rule %d, theory %g", k, theory[i / COUNT(rules)]);
    }
    ck_assert_int_eq(gst_verdict_join(GST_VERDICT_AGREE, GST_VERDICT_UNDECIDED),
                     GST_VERDICT_UNDECIDED);
    ck_assert_int_eq(gst_verdict_join(GST_VERDICT_DISAGREE, GST_VERDICT_UNDECIDED),
                     GST_VERDICT_DISAGREE);
    ck_assert_str_eq(gst_verdict_name(GST_VERDICT_DISAGREE), "disagree");
}
END_TEST

/* No scatter at all: p is 0 or 1, never NaN. */
START_TEST(no_scatter)
{
    double d[3] = {1, 2, 4}, theory[3] = {1, 1, 1}, sim[6] = {1, 1, 1, 1, 1, 1};
    gst_ladder ladder = {3, 2, d, theory, sim, 0};
    gst_finding f = settled(&ladder);
    ck_assert(f.t == 0 && f.p == 1 && f.verdict == GST_VERDICT_AGREE);
    for (size_t i = 0; i < 6; i++)
        sim[i] = 2;
    f = settled(&ladder);
    ck_assert(f.p == 0 && f.verdict == GST_VERDICT_DISAGREE);
    double zero[3] = {0}, none[6] = {0};
    ladder = (gst_ladder){3, 2, d, zero, none, 0};
    f = settled(&ladder);
    ck_assert(f.a == 0 && f.p == 1 && f.verdict == GST_VERDICT_AGREE);
}
END_TEST

/* A dimension without scatter is exact: the line goes through it, and the errors are those of the others. */
START_TEST(scatter_below_rounding)
{
    const double unit = _i ? 0x1p-80 : 1;
    double d[3] = {1, 2, 4}, theory[3] = {1, 1, 1}, sim[6] = {3, 3, 1, 3, 0, 2};
    for (size_t i = 0; i < 6; i++) {
        sim[i] *= unit;
        theory[i / 2] = unit;
    }
    gst_ladder ladder = {3, 2, d, theory, sim, 0};
    gst_finding f = ladder_found(&ladder);
    ASSERT_NEAR((f.a + f.b) / unit, 2, 1e-12);
    ASSERT_CLOSE(f.a / unit, (1 * 0.5 * (1 - 2 * 0.5) + 0.75 * (0 - 2 * 0.25)) / (0.25 + 0.5625),
                 1e-12);
    ASSERT_CLOSE(f.error / unit, 1 / sqrt(0.25 + 0.5625), 1e-12);
    ladder.floor = 10 * unit; /* all of it rounding: equal weights */
    f = ladder_found(&ladder);
    ASSERT_CLOSE(f.a / unit, -0.5 * 2 + 0.5 * 1 + 0, 1e-12);
    ASSERT_CLOSE(f.error / unit, sqrt(0.25 + 1), 1e-12);
}
END_TEST

/* Moving the simulation away from the theory lowers p, and never takes a disagreement back. */
START_TEST(monotone)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (size_t trial = 0; trial < 20; trial++) {
        ladder_data x;
        ladder_make(&x, 3, 10);
        ladder_simulate(&x, 1, &scatter_plain, 0, 2, 0.01, rng);
        double start = ladder_found(&x.ladder).a, last = 1;
        int disagreed = 0;
        for (int step = 0; step < 200; step++) {
            gst_finding f = settled(&x.ladder);
            if (start >= 0)
                ck_assert(f.p <= last);
            last = start >= 0 ? f.p : 1;
            ck_assert(!disagreed || f.verdict == GST_VERDICT_DISAGREE);
            disagreed = f.verdict == GST_VERDICT_DISAGREE;
            for (size_t i = 0; i < 30; i++)
                x.sim[i] += start >= 0 ? 0.001 : -0.001;
        }
        ck_assert(disagreed);
    }
    gsl_rng_free(rng);
}
END_TEST

START_TEST(what_cannot_be_tested)
{
    ladder_data x;
    ladder_make(&x, 3, 4);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    ladder_simulate(&x, 1, &scatter_plain, 0, 0, 0.001, rng);
    gsl_rng_free(rng);
    ck_assert_int_eq(settled(&x.ladder).verdict, GST_VERDICT_AGREE);
    gst_ladder bad = x.ladder;
    bad.rungs = 2;
    ck_assert_str_eq(settled(&bad).reason, "fewer than 3 different d");
    bad.rungs = 0;
    ck_assert_int_eq(settled(&bad).verdict, GST_VERDICT_UNDECIDED);
    bad = x.ladder;
    bad.trials = 1;
    ck_assert_str_eq(settled(&bad).reason, "one trial has no standard error");
    const double wrong[3] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        ladder_data y = x;
        y.ladder = (gst_ladder){3, 4, y.d, y.theory, y.sim, 0};
        y.sim[7] = wrong[i];
        ck_assert_str_eq(settled(&y.ladder).reason, "the simulation failed");
        ck_assert(isnan(settled(&y.ladder).p) && isnan(settled(&y.ladder).a));
        y.theory[1] = wrong[i];
        ck_assert_str_eq(settled(&y.ladder).reason, "the theory failed");
        y.d[2] = wrong[i];
        ck_assert_str_eq(settled(&y.ladder).reason, "a dimension is not a positive number");
        ck_assert_int_eq(settled(&y.ladder).verdict, GST_VERDICT_UNDECIDED);
    }
    x.d[1] = x.d[2];
    ck_assert_str_eq(settled(&x.ladder).reason, "fewer than 3 different d");
    ladder_make(&x, 4, 4);
    x.d[0] = x.d[3];
    ck_assert_str_eq(settled(&x.ladder).reason, "a dimension is given twice");
}
END_TEST

START_TEST(options_validate)
{
    gst_message message;
    const gst_verdict_options good = gst_verdict_defaults(),
                              bad[] = {
                                  {0, 0.005, 0.05, 3},   {0.00501, 0.005, 0.05, 3},
                                  {NAN, 0.005, 0.05, 3}, {1e-3, -1e-9, 0.05, 3},
                                  {1e-3, NAN, 0.05, 3},  {1e-3, 0, 0, 3},
                                  {1e-3, 0, NAN, 3},     {1e-3, 0, 0.05, 2},
                              };
    ck_assert_int_eq(gst_verdict_validate(&good, &message), GST_OK);
    for (int i = 0; i < COUNT(bad); i++)
        ck_assert_msg(gst_verdict_validate(&bad[i], &message) == GST_INVALID, "%d", i);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("verdict");
    tcase_add_test(cases, fit_is_weighted_least_squares);
    tcase_add_test(cases, weights_in_closed_form);
    tcase_add_test(cases, p_in_closed_form);
    tcase_add_test(cases, holm_known_answers);
    tcase_add_test(cases, verdict_rules);
    tcase_add_test(cases, no_scatter);
    tcase_add_loop_test(cases, scatter_below_rounding, 0, 2);
    tcase_add_test(cases, monotone);
    tcase_add_test(cases, what_cannot_be_tested);
    tcase_add_test(cases, options_validate);
    return run_cases("verdict", cases);
}
