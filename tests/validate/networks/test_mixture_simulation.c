/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_simulation.c - networks trained and read out on inputs from Gaussian mixtures, against the theory of the same
 * batches and width; and a theory with a planted error, which the same networks refute.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3 for each of the cases. */
#include "models/loss/loss.h"
#include "tests/beside.h"

#define LEVEL 1e-3
#define TOL 1e-5

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

START_TEST(trained_networks)
{
    static beside b;
    size_t d = cases[_i].d;
    network n;
    gst_loss loss;
    network_make(&n, "%s --bulk exact", cases[_i].options);
    ck_assert_int_eq(gst_loss_parse(cases[_i].loss, &loss, NULL), GST_OK);
    n.problem.loss = &loss;
    beside_theory(&b, &n, d, TOL);
    beside_measure(&b, &n, cases[_i].weights, d, cases[_i].replicates, 10);
    beside_check(&b, cases[_i].from, LEVEL, cases[_i].blunt);
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
    static beside b;
    const char *rest = "--target tanh(2*z) --activation tanh(z+0.5) --eta 3 --alpha0 0.5 --noise "
                       "0.1 --alpha 4 --lambda 0.1";
    network n, wrong;
    network_make(&n, "--mixture 1:1.2:0.6:0.7;2:-0.5:1:1.2 --bulk exact %s", rest);
    b = (beside){0};
    beside_measure(&b, &n, GST_WEIGHTS_GD, 100, 110, 10);
    for (int k = 0; k < COUNT(planted); k++) {
        network_make(&wrong, "%s %s", planted[k], rest);
        beside_theory(&b, &wrong, 100, TOL);
        double off = b.off.mean[0] - (2 * b.theory[1][0] - b.theory[0][0]);
        ck_assert_msg(fabs(off) > 6 * pairs_error(&b.off, 0), "%s: off by %g, of error %g",
                      planted[k], off, pairs_error(&b.off, 0));
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
