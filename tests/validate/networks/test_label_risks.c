/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_label_risks.c - averages over the noise of labels against sums over it, point by point. */
#include <stdlib.h>

#include "giantstep/status.h"
#include "giantstep/problem.h"
#include "giantstep/target.h"
#include "models/loss/loss.h"
#include "models/training/label_target.h"
#include "tests/numbers.h"
#include "validate/networks/label_risks.h"

enum { POINTS = 40001 };

/* E h(g + sqrt(noise) n, f) by the trapezoid rule over n: errors 1e-8 where h has bends or jumps. */
static gst_label_risk summed(const gst_problem *problem, double g, double f)
{
    gst_label_risk r = {.share = 0};
    double m = 0, total = 0, noise = problem->training.noise;
    const gst_loss *loss = gst_loss_of(problem->loss);
    for (int k = 0; k < POINTS; k++) {
        double n = 20.0 * (k + 0.5 - 0.5 * POINTS) / POINTS, w = exp(-0.5 * n * n), l;
        double y = g + sqrt(noise) * n;
        if (problem->labels == GST_LABELS_SIGN)
            y = y > 0 ? 1 : -1;
        loss->value(loss, 1, &y, &f, &l);
        total += w;
        m += w * y;
        r.error += w * (y - f) * (y - f);
        r.loss += w * l;
        r.share += w * (y * f < 0);
    }
    r.excess = (m / total - f) * (m / total - f);
    r.error /= total;
    r.loss /= total;
    r.share /= total;
    return r;
}

START_TEST(averages_over_the_noise)
{
    static const struct {
        const char *loss;
        gst_labels labels;
    } cases[] = {{"squared", GST_LABELS_REAL},  {"huber:0.4", GST_LABELS_REAL},
                 {"squared", GST_LABELS_SIGN},  {"logistic", GST_LABELS_SIGN},
                 {"hinge", GST_LABELS_SIGN},    {"squared-hinge", GST_LABELS_SIGN},
                 {"huber:0.4", GST_LABELS_SIGN}};
    static const double g[] = {-1.3, 0.02, 0.7}, f[] = {-2.1, -0.3, 0.9, 4};
    for (int k = 0; k < COUNT(cases); k++) {
        gst_loss loss;
        double work[GST_LABEL_RISK_WORK];
        ck_assert_int_eq(gst_loss_parse(cases[k].loss, &loss, NULL), GST_OK);
        gst_problem problem = {
            .loss = &loss, .labels = cases[k].labels, .training = {.noise = 0.37}};
        for (int i = 0; i < COUNT(g); i++)
            for (int j = 0; j < COUNT(f); j++) {
                gst_label_risk a = gst_label_risks(&problem, 1, g + i, NULL, f + j, 1, work);
                gst_label_risk b = summed(&problem, g[i], f[j]);
                double tol = cases[k].labels == GST_LABELS_SIGN ? 1e-3 : 1e-7;
                ASSERT_NEAR(a.excess, b.excess, tol);
                ASSERT_NEAR(a.error, b.error, tol);
                ASSERT_NEAR(a.loss, b.loss, tol);
                if (cases[k].labels == GST_LABELS_SIGN)
                    ASSERT_NEAR(a.share, b.share, tol);
                else
                    ck_assert(isnan(a.share));
            }
    }
}
END_TEST

/* Without noise the label is known; where g = 0 it is either; f = 0 is wrong by halves; many points are a mean. */
START_TEST(no_noise)
{
    static const double g[] = {0.4, -2, 0, 1}, f[] = {1.5, 9, 0.5, 9, 0.25, 9, 0, 9};
    double work[4 * GST_LABEL_RISK_WORK];
    gst_problem problem = {.labels = GST_LABELS_SIGN, .loss = &gst_loss_hinge};
    gst_label_risk r = gst_label_risks(&problem, 4, g, NULL, f, 2, work);
    ASSERT_CLOSE(r.share, (0 + 1 + 0.5 + 0.5) / 4, 1e-15);
    ASSERT_CLOSE(r.loss, (0 + 1.5 + (0.75 + 1.25) / 2 + 1) / 4, 1e-15);
    ASSERT_CLOSE(r.excess, (0.25 + 2.25 + 0.0625 + 1) / 4, 1e-15);
    ASSERT_CLOSE(r.error, (0.25 + 2.25 + 1.0625 + 1) / 4, 1e-15);
    problem.loss = &gst_loss_max_margin;
    ck_assert(isnan(gst_label_risks(&problem, 4, g, NULL, f, 2, work).loss));
    problem = (gst_problem){.loss = &gst_loss_huber};
    r = gst_label_risks(&problem, 1, g + 1, NULL, f, 1, work); /* delta = 1, u = -3.5 */
    ASSERT_CLOSE(r.loss, 3, 1e-15);
}
END_TEST

/* E Var(y|x) of g = z1: with m = erf(z/sqrt(2 Delta)) it is 1 - (2/pi) asin(1/(1 + Delta)). */
START_TEST(least_square_of_signs)
{
    gst_target *target;
    double floor, pi = acos(-1);
    ck_assert_int_eq(gst_target_compile(&target, "z1", NULL), GST_OK);
    gst_problem problem = {.target = target, .labels = GST_LABELS_SIGN};
    problem.training.noise = 0.3;
    ck_assert_int_eq(gst_label_floor(&problem, &floor), GST_OK);
    ASSERT_CLOSE(floor, 1 - 2 / pi * asin(1 / 1.3), 1e-9);
    problem.training.noise = 0;
    ck_assert_int_eq(gst_label_floor(&problem, &floor), GST_OK);
    ASSERT_NEAR(floor, 0, 1e-12);
    problem.labels = GST_LABELS_REAL;
    problem.training.noise = 0.3;
    ck_assert_int_eq(gst_label_floor(&problem, &floor), GST_OK);
    ck_assert(floor == 0.3);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("label_risks");
    tcase_add_test(all, averages_over_the_noise);
    tcase_add_test(all, no_noise);
    tcase_add_test(all, least_square_of_signs);
    return run_cases("label_risks", all);
}
