/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_steps_simulation.c - excess risk and train error of networks really trained by two and three steps, against the
 * theory of the same batches and width.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3 for each of the cases; 150 pairs passed too.  tests/long has larger ones. */
#include "tests/beside.h"

#define LEVEL 1e-3

/* The standard error is `blunt` or less. */
static const struct {
    const char *options;
    size_t d, replicates;
    double blunt;
} cases[] = {
    {"--activation tanh --target sin --schedule 3:2,3:2 --alpha 2 --lambda 0.05", 100, 100, 0.003},
    {"--activation tanh --target sin --schedule 3:2,3:2,3:2 --alpha 2 --lambda 0.05", 100, 100,
     0.002},
    {"--activation tanh(z+0.5) --target tanh(2*z) --schedule 2.5:1,2.5:3 --noise 0.1 --alpha 1.5 "
     "--lambda 0.1",
     100, 100, 0.01},
    {"--activation tanh(z+0.4) --target sin(z)+0.4*cos(z) --second-layer 1:0.6,-0.7:0.4 --schedule "
     "2:3,1.5:2 --noise 0.1 --alpha 2 --lambda 0.05",
     100, 100, 0.01},
};

START_TEST(trained_networks)
{
    static beside b;
    size_t d = cases[_i].d;
    network n;
    network_make(&n, "%s --bulk exact", cases[_i].options);
    beside_theory(&b, &n, d, gst_solve_defaults().tol);
    beside_measure(&b, &n, GST_WEIGHTS_GD, d, cases[_i].replicates, 20);
    beside_check(&b, 0, LEVEL, cases[_i].blunt);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("steps_simulation");
    tcase_add_loop_test(all, trained_networks, 0, COUNT(cases));
    return run_cases("steps_simulation", all);
}
