/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_loss_simulation.c - networks taught labels +-1 and read out by convex losses: against reference numbers of trained
 * networks (docs/theory, convex losses, A4), against the theory of given spikes, and against themselves.
 *
 * Means of fixed seeds may differ by 4 standard errors plus 2%, what a limit theory leaves out at these sizes. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/simulation.h"
#include "models/loss/loss.h"
#include "tests/network.h"

enum { TRIALS = 12, QUANTITIES = 7 };

typedef struct {
    double mean[QUANTITIES], sem[QUANTITIES];
} averages;

static gst_simulation simulation_of(const network *n, gst_weights weights, size_t d)
{
    return (gst_simulation){.problem = &n->problem,
                            .weights = weights,
                            .d = d,
                            .beta = n->point.beta,
                            .alphas = &n->point.alpha,
                            .alpha_count = 1,
                            .lambdas = &n->point.lambda,
                            .lambda_count = 1,
                            .seed = 4};
}

static void numbers_of(const gst_sample *s, double x[QUANTITIES])
{
    const double values[QUANTITIES] = {s->excess_risk, s->test_error, s->train_error, s->test_loss,
                                       s->train_loss,  s->test_class, s->train_class};
    memcpy(x, values, sizeof values);
}

static averages averages_of(const gst_simulation *s)
{
    averages a = {.mean = {0}};
    double x[QUANTITIES], square[QUANTITIES] = {0};
    for (size_t t = 0; t < TRIALS; t++) {
        gst_sample sample;
        gst_message message = {""};
        ck_assert_msg(gst_simulation_run(s, t, &sample, &message) == GST_OK, "%s", message.text);
        ck_assert_int_eq(sample.status, GST_OK);
        ck_assert_str_eq(gst_sample_reason(&sample), "");
        numbers_of(&sample, x);
        for (size_t q = 0; q < QUANTITIES; q++) {
            a.mean[q] += x[q] / TRIALS;
            square[q] += x[q] * x[q] / TRIALS;
        }
    }
    for (size_t q = 0; q < QUANTITIES; q++)
        a.sem[q] = sqrt(fmax(square[q] - a.mean[q] * a.mean[q], 0) / (TRIALS - 1));
    return a;
}

static void check_mean(const char *name, const averages *a, size_t q, double wanted)
{
    double off = fabs(a->mean[q] - wanted);
    ck_assert_msg(off <= 4 * a->sem[q] + 0.02 * wanted && a->sem[q] < 0.2 * wanted,
                  "%s, quantity %zu: %g +- %g is not %g", name, q, a->mean[q], a->sem[q], wanted);
}

/* A4 of the note: tanh(z+0.5), one step of eta 3 on 2d samples, labels sign(z1 + sqrt(0.1) xi); p = 400, which differ
 * from those at 300 by less than 1e-3. */
START_TEST(trained_networks)
{
    static const struct {
        const char *loss;
        double test_loss, test_class, train_loss, train_class;
    } wanted[] = {{"squared", 0.4297261246, 0.2665227134, 0.1359845368, 0.0611099170},
                  {"logistic", 0.5349477449, 0.2504546841, 0.2861595902, 0.0954118317},
                  {"hinge", 0.6451927570, 0.2668876403, 0.1661997724, 0.0683015974}};
    network n;
    network_make(&n,
                 "--activation tanh(z+0.5) --target z --eta 3 --alpha0 2 --bulk exact --noise 0.1 "
                 "--alpha 2 --lambda 0.05");
    n.problem.labels = GST_LABELS_SIGN;
    for (int k = 0; k < COUNT(wanted); k++) {
        gst_loss loss;
        ck_assert_int_eq(gst_loss_parse(wanted[k].loss, &loss, NULL), GST_OK);
        n.problem.loss = &loss;
        gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 300);
        averages a = averages_of(&s);
        check_mean(wanted[k].loss, &a, 3, wanted[k].test_loss);
        check_mean(wanted[k].loss, &a, 5, wanted[k].test_class);
        check_mean(wanted[k].loss, &a, 4, wanted[k].train_loss);
        check_mean(wanted[k].loss, &a, 6, wanted[k].train_class);
    }
    network_clear(&n);
}
END_TEST

static const struct {
    const char *loss;
    gst_labels labels;
} cases[] = {{"squared", GST_LABELS_SIGN},
             {"logistic", GST_LABELS_SIGN},
             {"squared-hinge", GST_LABELS_SIGN},
             {"huber:1.3", GST_LABELS_SIGN},
             {"huber:0.3", GST_LABELS_REAL}};

/* Rows drawn with a given spike, of which the theory knows everything. */
START_TEST(theory_of_given_spikes)
{
    network n;
    network_make(
        &n,
        "--activation tanh(z+0.3) --target 'tanh(z1)+0.3*z1' --spike 1.38 --noise 0.2 --alpha 1.7 "
        "--lambda 0.1 --width 200 --tol 1e-6");
    for (int k = 0; k < COUNT(cases); k++) {
        gst_loss loss;
        ck_assert_int_eq(gst_loss_parse(cases[k].loss, &loss, NULL), GST_OK);
        n.problem.loss = &loss;
        n.problem.labels = cases[k].labels;
        gst_model *model = network_model(&n);
        gst_risk risk;
        gst_solve_options options = gst_solve_defaults();
        options.tol = 1e-6;
        ck_assert_int_ge(gst_model_solve(model, &n.point, &options, &risk, NULL), 0);
        gst_simulation s = simulation_of(&n, GST_WEIGHTS_SRF, 200);
        averages a = averages_of(&s);
        const double wanted[QUANTITIES] = {risk.excess_risk, risk.test_error, risk.train_error,
                                           risk.test_loss,   risk.train_loss, risk.test_class,
                                           risk.train_class};
        for (size_t q = 0; q < QUANTITIES; q++)
            if (q < 5 || cases[k].labels == GST_LABELS_SIGN)
                check_mean(cases[k].loss, &a, q, wanted[q]);
            else
                ck_assert(isnan(a.mean[q]) && isnan(wanted[q]));
        gst_model_free(model);
    }
    network_clear(&n);
}
END_TEST

/* Exact excess risks and those of many test points are the same number. */
START_TEST(exact_and_sampled)
{
    network n;
    network_make(
        &n,
        "--activation erf --target 'z1+0.2*z2' --spike 1 --overlap 1,0 --noise 0.2 --alpha 1.4");
    for (int labels = 0; labels < 2; labels++) {
        gst_sample exact, sampled;
        gst_message message;
        n.problem.labels = labels ? GST_LABELS_SIGN : GST_LABELS_REAL;
        n.problem.loss = &gst_loss_huber;
        gst_simulation s = simulation_of(&n, GST_WEIGHTS_SRF, 40);
        ck_assert_int_eq(gst_simulation_run(&s, 0, &exact, &message), GST_OK);
        s.test_samples = 60000;
        ck_assert_int_eq(gst_simulation_run(&s, 0, &sampled, &message), GST_OK);
        ASSERT_CLOSE(exact.excess_risk, sampled.excess_risk, 0.02);
        ASSERT_CLOSE(exact.test_error, sampled.test_error, 0.02);
        ck_assert(exact.train_error == sampled.train_error);
        ck_assert(exact.train_loss == sampled.train_loss);
        double floor = exact.test_error - exact.excess_risk, pi = acos(-1);
        ASSERT_CLOSE(floor, labels ? 1 - 2 / pi * asin(1.04 / 1.24) : 0.2, 1e-9);
    }
    network_clear(&n);
}
END_TEST

/* The squared loss of real labels is what it was: nothing is sampled, losses are NaN. */
START_TEST(squared_loss_of_real_labels)
{
    network n;
    gst_sample plain, named;
    gst_message message;
    network_make(&n, "--activation erf --target z --alpha0 2 --noise 0.2 --alpha 1.4");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 40);
    ck_assert_int_eq(gst_simulation_run(&s, 0, &plain, &message), GST_OK);
    ck_assert(!gst_problem_has_losses(&n.problem));
    n.problem.loss = &gst_loss_squared;
    ck_assert(!gst_problem_has_losses(&n.problem));
    ck_assert_int_eq(gst_simulation_run(&s, 0, &named, &message), GST_OK);
    ck_assert(plain.excess_risk == named.excess_risk && plain.train_error == named.train_error);
    ck_assert(isnan(plain.test_loss) && isnan(plain.train_class));
    ck_assert(plain.test_error == plain.excess_risk + 0.2);
    n.problem.labels = GST_LABELS_SIGN;
    ck_assert(gst_problem_has_losses(&n.problem));
    network_clear(&n);
}
END_TEST

/* Labels of steps are signs as well: their gradient is another; a step loss is followed. */
START_TEST(steps_see_the_labels)
{
    network n;
    double risk[4];
    gst_message message;
    network_make(&n, "--activation erf --target 2*z --alpha0 2 --eta 2 --alpha 1.4");
    for (int k = 0; k < 4; k++) {
        gst_sample sample;
        n.problem.labels = k > 0 ? GST_LABELS_SIGN : GST_LABELS_REAL;
        n.problem.training.loss = k == 2 ? &gst_loss_logistic : k == 3 ? &gst_loss_huber : NULL;
        gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 30);
        ck_assert_int_eq(gst_simulation_run(&s, 0, &sample, &message), GST_OK);
        risk[k] = sample.excess_risk;
        for (int j = 0; j < k; j++)
            ck_assert(fabs(risk[k] - risk[j]) > 1e-4 * risk[k]);
    }
    network_clear(&n);
}
END_TEST

START_TEST(margins_want_signs)
{
    network n;
    gst_sample sample;
    gst_message message;
    network_make(&n, "--alpha0 2");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 20);
    n.problem.loss = &gst_loss_hinge;
    ck_assert_int_eq(gst_simulation_run(&s, 0, &sample, &message), GST_INVALID);
    ck_assert(strstr(message.text, "`labels`") && isnan(sample.test_loss));
    n.problem.loss = NULL;
    n.problem.training.loss = &gst_loss_logistic;
    ck_assert_int_eq(gst_simulation_run(&s, 0, &sample, &message), GST_INVALID);
    n.problem.labels = GST_LABELS_SIGN;
    ck_assert_int_eq(gst_simulation_run(&s, 0, &sample, &message), GST_OK);
    network_clear(&n);
}
END_TEST

/* Four times as many samples as features: no hard margin; with few there is one, also at n = p. */
START_TEST(hard_margins)
{
    static const double alphas[] = {4, 0.5, 1};
    network n;
    gst_sample sample[3];
    gst_message message;
    network_make(&n, "--alpha0 2 --noise 0.5 --target z");
    n.problem.labels = GST_LABELS_SIGN;
    n.problem.loss = &gst_loss_max_margin;
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 40);
    s.alphas = alphas;
    s.alpha_count = 3;
    ck_assert_int_eq(gst_simulation_run(&s, 0, sample, &message), GST_OK);
    ck_assert(sample[0].status == GST_FAILED && isnan(sample[0].test_class));
    ck_assert(strstr(gst_sample_reason(&sample[0]), "no hard margin"));
    for (int k = 1; k < 3; k++) {
        ck_assert_int_eq(sample[k].status, GST_OK);
        ck_assert(sample[k].train_class == 0 && sample[k].train_loss == 0);
        ck_assert(isnan(sample[k].test_loss) && sample[k].test_class > 0);
    }
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("loss_simulation");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, trained_networks);
    tcase_add_test(all, theory_of_given_spikes);
    tcase_add_test(all, exact_and_sampled);
    tcase_add_test(all, squared_loss_of_real_labels);
    tcase_add_test(all, steps_see_the_labels);
    tcase_add_test(all, margins_want_signs);
    tcase_add_test(all, hard_margins);
    return run_cases("loss_simulation", all);
}
