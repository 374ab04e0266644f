/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_steps_simulation.c - excess risk and train error of networks really trained by two and three steps, against the
 * theory of the same batches and width.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3 for each of the cases.  tests/long has larger ones. */
#include "giantstep/simulation.h"
#include "tests/network.h"
#include "tests/pairs.h"

#define LEVEL 1e-3

/* The standard error is `blunt` or less. */
static const struct {
    const char *options;
    size_t d, replicates;
    double blunt;
} cases[] = {
    {"--activation tanh --target sin --schedule 3:2,3:2 --alpha 2 --lambda 0.05", 100, 150, 0.003},
    {"--activation tanh --target sin --schedule 3:2,3:2,3:2 --alpha 2 --lambda 0.05", 100, 150,
     0.002},
    {"--activation tanh(z+0.5) --target tanh(2*z) --schedule 2.5:1,2.5:3 --noise 0.1 --alpha 1.5 "
     "--lambda 0.1",
     100, 150, 0.01},
    {"--activation tanh(z+0.4) --target sin(z)+0.4*cos(z) --second-layer 1:0.6,-0.7:0.4 --schedule "
     "2:3,1.5:2 --noise 0.1 --alpha 2 --lambda 0.05",
     100, 150, 0.01},
};

static const char *name_of(size_t i)
{
    return i == 0 ? "excess risk" : "train error";
}

/* d and p, theory of the sizes drawn. */
static void prepare(network *n, size_t d, double *theory)
{
    const gst_training asked = n->problem.training;
    n->point.width = n->point.beta * (double)d;
    n->problem.training = gst_training_realised(&asked, d);
    gst_risk risk = network_solve(n, NULL);
    n->problem.training = asked;
    theory[0] = risk.excess_risk;
    theory[1] = risk.train_error;
}

static void replicate(const network *n, size_t d, size_t number, const double *theory, double *off)
{
    gst_message message = {""};
    gst_sample sample;
    gst_simulation s = {.problem = &n->problem,
                        .weights = GST_WEIGHTS_GD,
                        .d = d,
                        .beta = n->point.beta,
                        .alphas = &n->point.alpha,
                        .alpha_count = 1,
                        .lambdas = &n->point.lambda,
                        .lambda_count = 1,
                        .test_samples = 20 * d,
                        .seed = d};
    int status = gst_simulation_run(&s, number, &sample, &message);
    ck_assert_msg(status == GST_OK && sample.status == GST_OK, "%s", message.text);
    off[0] = sample.excess_risk - theory[0];
    off[1] = sample.train_error - theory[1];
}

START_TEST(trained_networks)
{
    static pairs found;
    const double none[2] = {0};
    double theory[2][2], off[2][2];
    size_t d = cases[_i].d;
    network n;
    found = (pairs){0};
    network_make(&n, "%s --bulk exact", cases[_i].options);
    prepare(&n, d, theory[0]);
    prepare(&n, 2 * d, theory[1]);
    for (size_t k = 0; k < cases[_i].replicates; k++) {
        replicate(&n, d, k, theory[0], off[0]);
        replicate(&n, 2 * d, k, theory[1], off[1]);
        pairs_add(&found, 2, off[0], off[1]);
    }
    pairs_check(&found, none, LEVEL, cases[_i].blunt, name_of);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("steps_simulation");
    tcase_add_loop_test(all, trained_networks, 0, COUNT(cases));
    return run_cases("steps_simulation", all);
}
