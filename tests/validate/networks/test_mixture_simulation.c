/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_simulation.c - networks trained and read out on inputs from Gaussian mixtures, against the theory of the same
 * batches and width; and a theory with a planted error, which the same networks refute.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3 for each of the cases. */
#include "giantstep/simulation.h"
#include "models/loss/loss.h"
#include "tests/network.h"
#include "tests/pairs.h"

#define LEVEL 1e-3

enum { NUMBERS = 4 };

/* The numbers from `from' on, the standard errors `blunt' or less.  The squared error of logistic readouts has too long a
 * tail. */
static const struct {
    const char *options, *loss;
    gst_weights weights;
    size_t from, d, replicates;
    double blunt;
} cases[] = {
    {"--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) --eta 2 "
     "--second-layer 1,-0.5 --alpha 2 --lambda 0.05",
     "squared", GST_WEIGHTS_SRF, 0, 150, 40, 0.01},
    {"--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) --eta 3 --alpha0 2 "
     "--alpha 2 --lambda 0.05",
     "logistic", GST_WEIGHTS_GD, 2, 100, 60, 0.02},
    {"--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2 --target tanh(2*z) --activation tanh(z+0.5) "
     "--eta 2.5 --alpha0 2 --noise 0.1 --alpha 1.7 --lambda 0.1",
     "squared", GST_WEIGHTS_GD, 0, 100, 100, 0.02},
    {"--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2 --target tanh(2*z) --activation tanh(z+0.5) "
     "--schedule 2:2,1.5:3 --noise 0.1 --alpha 1.7 --lambda 0.1",
     "squared", GST_WEIGHTS_GD, 0, 100, 80, 0.02},
    {"--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2;1:0.1:0.8:0.7 --cluster-labels 1,-1,-1 --activation "
     "tanh(z+0.5) --eta 2 --alpha0 2 --noise 0.3 --alpha 1.7 --lambda 0.1",
     "squared", GST_WEIGHTS_GD, 0, 100, 100, 0.02},
};

static size_t first_number;

static const char *name_of(size_t i)
{
    static const char *const names[NUMBERS] = {"excess risk", "train error", "test loss",
                                               "test class"};
    return names[first_number + i];
}

static size_t count_of(const network *n)
{
    size_t all = n->problem.labels == GST_LABELS_SIGN ? 4 : 2;
    return all - first_number;
}

/* Theory of the sizes that d draws. */
static void prepare(network *n, size_t d, double theory[NUMBERS])
{
    const gst_training asked = n->problem.training;
    n->point.width = n->point.beta * (double)d;
    n->problem.training = gst_training_realised(&asked, d);
    gst_solve_options options = gst_solve_defaults();
    options.tol = 1e-5;
    gst_risk risk;
    gst_model *model = network_model(n);
    ck_assert_int_eq(gst_model_solve(model, &n->point, &options, &risk, NULL), GST_OK);
    gst_model_free(model);
    n->problem.training = asked;
    theory[0] = risk.excess_risk;
    theory[1] = risk.train_error;
    theory[2] = risk.test_loss;
    theory[3] = risk.test_class;
}

static void replicate(const network *n, gst_weights weights, size_t d, size_t number,
                      const double *theory, double *off)
{
    gst_message message = {""};
    gst_sample sample;
    gst_simulation s = {.problem = &n->problem,
                        .weights = weights,
                        .d = d,
                        .beta = n->point.beta,
                        .alphas = &n->point.alpha,
                        .alpha_count = 1,
                        .lambdas = &n->point.lambda,
                        .lambda_count = 1,
                        .test_samples = 10 * d,
                        .seed = d};
    int status = gst_simulation_run(&s, number, &sample, &message);
    ck_assert_msg(status == GST_OK && sample.status == GST_OK, "%s", message.text);
    off[0] = sample.excess_risk - theory[0];
    off[1] = sample.train_error - theory[1];
    off[2] = sample.test_loss - theory[2];
    off[3] = sample.test_class - theory[3];
}

static void measure(network *n, gst_weights weights, size_t d, size_t replicates,
                    double theory[2][NUMBERS], pairs *found)
{
    double off[2][NUMBERS];
    *found = (pairs){0};
    for (size_t k = 0; k < replicates; k++) {
        replicate(n, weights, d, k, theory[0], off[0]);
        replicate(n, weights, 2 * d, k, theory[1], off[1]);
        pairs_add(found, count_of(n), off[0] + first_number, off[1] + first_number);
    }
}

START_TEST(trained_networks)
{
    static pairs found;
    const double none[NUMBERS] = {0};
    double theory[2][NUMBERS];
    size_t d = cases[_i].d;
    network n;
    gst_loss loss;
    first_number = cases[_i].from;
    network_make(&n, "%s --bulk exact", cases[_i].options);
    ck_assert_int_eq(gst_loss_parse(cases[_i].loss, &loss, NULL), GST_OK);
    n.problem.loss = &loss;
    prepare(&n, d, theory[0]);
    prepare(&n, 2 * d, theory[1]);
    measure(&n, cases[_i].weights, d, cases[_i].replicates, theory, &found);
    pairs_check(&found, none, LEVEL, cases[_i].blunt, name_of);
    network_clear(&n);
}
END_TEST

/* The theory of an isotropic bulk, of another bulk of the first cluster, of means that are closer: its excess risk is further off
 * than 6 standard errors. */
START_TEST(planted_errors)
{
    static const char *const planted[] = {"--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2 --bulk isotropic",
                                          "--mixture 1:1.2:0.6;2:-0.5:1:1.2 --bulk exact",
                                          "--mixture 1:0.6:0.6:0.7;2:-0.5:1:1.2 --bulk exact"};
    static pairs found;
    const char *rest = "--target tanh(2*z) --activation tanh(z+0.5) --eta 3 --alpha0 0.5 --noise "
                       "0.1 --alpha 4 --lambda 0.1";
    network n, wrong;
    double theory[2][NUMBERS] = {{0}};
    network_make(&n, "--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2 --bulk exact %s", rest);
    measure(&n, GST_WEIGHTS_GD, 100, 110, theory, &found);
    for (int k = 0; k < COUNT(planted); k++) {
        network_make(&wrong, "%s %s", planted[k], rest);
        prepare(&wrong, 100, theory[0]);
        prepare(&wrong, 200, theory[1]);
        double off = found.mean[0] - (2 * theory[1][0] - theory[0][0]);
        ck_assert_msg(fabs(off) > 6 * pairs_error(&found, 0), "%s: off by %g, of error %g",
                      planted[k], off, pairs_error(&found, 0));
        network_clear(&wrong);
    }
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("simulations of mixtures");
    tcase_set_timeout(all, 200);
    tcase_add_loop_test(all, trained_networks, 0, COUNT(cases));
    tcase_add_test(all, planted_errors);
    return run_cases("simulations of mixtures", all);
}
