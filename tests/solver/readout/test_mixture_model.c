/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_model.c - readouts of inputs from Gaussian mixtures: identities that map one problem to another, and
 * reference numbers of another code (docs/theory, mixtures).
 *
 * One cluster of mean 0 and deviation s everywhere is the Gaussian problem with sigma(s z), g(s z); there the Gaussian code
 * averages over the spikes, given these over the residual directions, this one over nodes of all of them. */
#include <stdio.h>
#include <string.h>

#include "models/loss/loss.h"
#include "tests/network.h"

enum { QUANTITIES = 7 };

static const char *const names[QUANTITIES] = {"excess risk", "test error", "train error",
                                              "test loss",   "train loss", "test class",
                                              "train class"};

static void answer(const char *options, const char *loss, const char *step_loss, gst_labels labels,
                   double x[QUANTITIES])
{
    network n;
    gst_loss of_readout, of_steps;
    network_make(&n, "%s --bulk exact", options);
    ck_assert_int_eq(gst_loss_parse(loss, &of_readout, NULL), GST_OK);
    ck_assert_int_eq(gst_loss_parse(step_loss, &of_steps, NULL), GST_OK);
    n.problem.loss = &of_readout;
    n.problem.training.loss = &of_steps;
    n.problem.labels = labels == GST_LABELS_SIGN ? labels : n.problem.labels;
    gst_risk r = network_solve(&n, NULL);
    const double values[QUANTITIES] = {r.excess_risk, r.test_error, r.train_error, r.test_loss,
                                       r.train_loss,  r.test_class, r.train_class};
    memcpy(x, values, sizeof values);
    network_clear(&n);
}

static void check_same(const char *what, const double *a, const double *b, double tol)
{
    for (int q = 0; q < QUANTITIES; q++)
        ck_assert_msg(fabs(a[q] - b[q]) <= tol * (1 + fabs(b[q])) || (isnan(a[q]) && isnan(b[q])),
                      "%s, %s: %.15g is not %.15g", what, names[q], a[q], b[q]);
}

/* ---- one problem in two ways -------------------------------------------------------------------- */

static const struct {
    const char *mixture, *activation, *target; /* the one way */
    const char *other, *activation2, *target2; /* the other; NULL: Gaussian inputs */
    const char *options, *loss, *step_loss;
    gst_labels labels;
} pairs_of_ways[] = {
    /* scaling: no step, a population, a batch, two steps, groups, several directions */
    {"1:0:0.7:0.7", "tanh(z+0.5)", "sin(z)", NULL, "tanh(0.7*z+0.5)", "sin(0.7*z)",
     "--steps 0 --alpha 1.7 --lambda 0.05 --noise 0.1", "squared", "squared", GST_LABELS_REAL},
    {"1:0:0.7:0.7", "tanh(z+0.5)", "sin(z)", NULL, "tanh(0.7*z+0.5)", "sin(0.7*z)",
     "--eta 2 --second-layer 1,-0.5 --alpha 1.7 --lambda 0.05 --noise 0.1 --width 300", "squared",
     "squared", GST_LABELS_REAL},
    {"1:0:1.3:1.3", "tanh(z+0.5)", "tanh(z)", NULL, "tanh(1.3*z+0.5)", "tanh(1.3*z)",
     "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1 --width 400", "squared", "squared",
     GST_LABELS_REAL},
    {"1:0:0.7:0.7", "tanh(z+0.5)", "tanh(z)", NULL, "tanh(0.7*z+0.5)", "tanh(0.7*z)",
     "--schedule 2:2,1.5:3 --second-layer 1,-0.5 --alpha 1.7 --lambda 0.05 --noise 0.1", "squared",
     "squared", GST_LABELS_REAL},
    {"1:0:0.7:0.7", "tanh(z+0.5)", "z", NULL, "tanh(0.7*z+0.5)", "0.7*z",
     "--schedule 2:inf,1.5:inf --second-layer 1,-0.5 --alpha 1.7 --lambda 0.05 --noise 0.1",
     "logistic", "squared", GST_LABELS_SIGN},
    {"1:0:1.3:1.3", "tanh(z+0.5)", "tanh(z)", NULL, "tanh(1.3*z+0.5)", "tanh(1.3*z)",
     "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1", "logistic", "logistic",
     GST_LABELS_SIGN},
    {"1:0:1.3:1.3", "tanh(z+0.5)", "tanh(z)", NULL, "tanh(1.3*z+0.5)", "tanh(1.3*z)",
     "--schedule 2:2,1.5:3 --alpha 1.7 --lambda 0.05 --noise 0.1", "squared", "squared",
     GST_LABELS_SIGN},
    {"1:0:0.7:0.7", "tanh(z+0.5)", "tanh(z)", NULL, "tanh(0.7*z+0.5)", "tanh(0.7*z)",
     "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1", "huber:0.3", "huber:0.4",
     GST_LABELS_REAL},
    {"1:0,0:0.7,0.7:0.7", "tanh(z+0.5)", "z1+z1*z2", NULL, "tanh(0.7*z+0.5)", "0.7*z1+0.49*z1*z2",
     "--eta 2 --second-layer 1,-0.5 --alpha 1.7 --lambda 0.05 --noise 0.1", "squared", "squared",
     GST_LABELS_REAL},
    /* clusters that are one, in another order, and of which one is nowhere */
    {"1:0.4:0.8:1.1;3:0.4:0.8:1.1", "tanh(z+0.5)", "tanh(z)", "1:0.4:0.8:1.1", "tanh(z+0.5)",
     "tanh(z)", "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1", "squared", "squared",
     GST_LABELS_REAL},
    {"1:1.2;3:-0.4:0.8:1.1;2:0.3:1.2", "tanh(z+0.5)", "tanh(z)", "2:0.3:1.2;1:1.2;3:-0.4:0.8:1.1",
     "tanh(z+0.5)", "tanh(z)", "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1",
     "logistic", "squared", GST_LABELS_SIGN},
    {"1:1.2;3:-0.4:0.8:1.1;1e-14:0.3:1.2", "tanh(z+0.5)", "tanh(z)", "1:1.2;3:-0.4:0.8:1.1",
     "tanh(z+0.5)", "tanh(z)", "--schedule 2:2,1.5:3 --alpha 1.7 --lambda 0.05 --noise 0.1",
     "squared", "squared", GST_LABELS_REAL},
    /* the target turned, and scaled with the inputs */
    {"1:1,0.3:0.7,0.9;2:-0.6,0.2:1,1", "tanh(z+0.5)", "tanh(z1)+0.3*z2",
     "1:0.3,1:0.9,0.7;2:0.2,-0.6:1,1", "tanh(z+0.5)", "tanh(z2)+0.3*z1",
     "--eta 2 --alpha0 2 --alpha 1.7 --lambda 0.05 --noise 0.1 --tol 1e-8", "squared", "squared",
     GST_LABELS_REAL},
    {"1:1:0.7:0.8;2:-0.6:1:1.2", "tanh(z+0.5)", "tanh(z)", "1:0.5:0.35:0.4;2:-0.3:0.5:0.6",
     "tanh(2*z+0.5)", "tanh(2*z)", "--schedule 1:2,0.7:2 --alpha 1.7 --lambda 0.05 --noise 0.1",
     "squared", "squared", GST_LABELS_REAL},
};

START_TEST(two_ways)
{
    char options[2][400];
    double x[2][QUANTITIES];
    const char *other = pairs_of_ways[_i].other;
    snprintf(options[0], sizeof options[0], "--mixture %s --activation %s --target %s %s",
             pairs_of_ways[_i].mixture, pairs_of_ways[_i].activation, pairs_of_ways[_i].target,
             pairs_of_ways[_i].options);
    snprintf(options[1], sizeof options[1], "%s %s --activation %s --target %s %s",
             other ? "--mixture" : "", other ? other : "", pairs_of_ways[_i].activation2,
             pairs_of_ways[_i].target2, pairs_of_ways[_i].options);
    for (int k = 0; k < 2; k++)
        answer(options[k], pairs_of_ways[_i].loss, pairs_of_ways[_i].step_loss,
               pairs_of_ways[_i].labels, x[k]);
    check_same(options[0], x[0], x[1], 1e-9);
}
END_TEST

/* A cluster's label is what a target says that is +1 at one mean and -1 at the other, far apart. */
START_TEST(labels_and_signs)
{
    double x[2][QUANTITIES];
    const char *rest =
        "--activation tanh(z+0.5) --eta 2 --alpha0 2 --alpha 2 --lambda 0.05 --width 400";
    char options[2][300];
    snprintf(options[0], sizeof options[0], "--mixture 1:2:0.2;1:-2:0.2 --cluster-labels 1,-1 %s",
             rest);
    snprintf(options[1], sizeof options[1], "--mixture 1:2:0.2;1:-2:0.2 --target sign(z) %s", rest);
    for (int k = 0; k < 2; k++)
        answer(options[k], "logistic", "squared", GST_LABELS_SIGN, x[k]);
    check_same(options[0], x[0], x[1], 1e-9);
}
END_TEST

/* ---- another code ------------------------------------------------------------------------------- */

/* NaN: not known.  Of the batch's own, the squared loss is known to 2e-7, where the two routes below agree to 1e-12. */
static const struct {
    const char *name, *options, *loss;
    double test_loss, test_class, train_loss, tol;
} known[] = {
    {"untrained", "--steps 0 --second-layer 1,-0.5", "squared", 0.5758886667 / 2, NAN,
     0.2104338060 / 2, 1e-10},
    {"untrained", "--steps 0 --second-layer 1,-0.5", "logistic", 0.3637065452, 0.1608449749,
     0.1995628069, 1e-10},
    {"population", "--eta 2 --second-layer 1,-0.5", "squared", 0.3133995889 / 2, NAN,
     0.0715652745 / 2, 1e-10},
    {"population", "--eta 2 --second-layer 1,-0.5 --width 300", "squared", 0.3138604568 / 2, NAN,
     0.0716851985 / 2, 1e-10},
    {"population", "--eta 2 --second-layer 1,-0.5 --width 300", "logistic", 0.1901874939,
     0.0728336531, NAN, 1e-10},
    {"batch", "--eta 3 --alpha0 2 --width 400", "squared", 0.18242904, 0.1039573, 0.03616506, 2e-7},
    {"batch", "--eta 3 --alpha0 2 --width 400", "logistic", 0.25073210, 0.09336308, 0.13210306,
     2e-8},
};

START_TEST(reference_numbers)
{
    char options[400];
    double x[QUANTITIES], tol = known[_i].tol;
    snprintf(options, sizeof options,
             "--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) --alpha 2 "
             "--lambda 0.05 %s",
             known[_i].options);
    answer(options, known[_i].loss, "squared", GST_LABELS_SIGN, x);
    ASSERT_NEAR(x[3], known[_i].test_loss, tol);
    if (!isnan(known[_i].test_class))
        ASSERT_NEAR(x[5], known[_i].test_class, strcmp(known[_i].name, "batch") ? tol : 5e-8);
    if (!isnan(known[_i].train_loss))
        ASSERT_NEAR(x[4], known[_i].train_loss, tol);
}
END_TEST

/* Least squares by linear equations, and by those of a loss that is the square as far as anyone looks. */
START_TEST(two_routes_to_least_squares)
{
    static const char *const options[] = {
        "--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --eta 3 --alpha0 2 --alpha 2 --lambda "
        "0.05 "
        "--activation tanh(z+0.5) --width 400",
        "--mixture 1:1:0.6:0.7;2:-0.6:1:1.2 --cluster-labels 1,-1 --eta 2 --second-layer 1,-0.5 "
        "--activation tanh(z+0.5) --alpha 1.7 --noise 0.2",
        "--mixture 1:1:0.6:0.7;2:-0.6:1:1.2;1:0.2 --cluster-labels 1,-1,1 --schedule 2:2,1:3 "
        "--activation tanh(z+0.5) --alpha 1.7 --noise 0.2"};
    for (int k = 0; k < COUNT(options); k++) {
        double x[2][QUANTITIES];
        answer(options[k], "squared", "squared", GST_LABELS_SIGN, x[0]);
        answer(options[k], "huber:1000", "squared", GST_LABELS_SIGN, x[1]);
        check_same(options[k], x[0], x[1], 1e-11);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("readouts of mixtures");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, two_ways, 0, COUNT(pairs_of_ways));
    tcase_add_test(cases, labels_and_signs);
    tcase_add_loop_test(cases, reference_numbers, 0, COUNT(known));
    tcase_add_test(cases, two_routes_to_least_squares);
    return run_cases("readouts of mixtures", cases);
}
