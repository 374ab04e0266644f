/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_two_step_settled.c - predicted singular values against networks that took two real steps, from small to large
 * phi at widths where the sum over terms settles and where it does not: the mean of the networks lies within the
 * error of the prediction and 4 standard errors, and what is far off is not ok. */
#include <stdlib.h>

#include "validate/networks/blas.h"
#include "tests/numbers.h"
#include "giantstep/two_step.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"
#include "validate/networks/two_step_simulation.h"

enum { NETWORKS = 24, SHOWN = 3 };

/* More than this off, relative, is not ok. */
#define FAR 0.25

static const struct {
    const char *activation, *target;
    double a1, a2, phi;
    size_t d, order;
    int reused; /* expected status of a reused batch */
} cases[] = {
    {"tanh", "tanh", 0.25, 0.4, 0.1, 50, 4, GST_OK},
    {"tanh", "tanh", 0.25, 0.4, 0.5, 50, 4, GST_OK},
    {"tanh", "tanh", 0.25, 0.4, 1, 50, 4, GST_LOOSE},
    {"tanh", "tanh", 0.25, 0.4, 3, 50, 4, GST_LOOSE},
    {"tanh", "tanh", 0.25, 0.4, 3, 50, 1, GST_LOOSE}, /* one term tells nothing */
    {"tanh", "tanh", 0.25, 0.4, 3, 120, 4, GST_LOOSE},
    {"sin(z)+cos(z)", "tanh", 0.3, 0.45, 3, 80, 3, GST_LOOSE},
    {"z+z^2/2", "z+h2(z)", 0.25, 0.4, 0.5, 60, 3, GST_OK},
};

/* Mean and standard error of singular value k. */
static double mean_value(gst_two_step_sample found[NETWORKS][2], int batch, size_t k, double *sem)
{
    double mean = 0, square = 0;
    for (size_t i = 0; i < NETWORKS; i++)
        mean += found[i][batch].value[k] / NETWORKS;
    for (size_t i = 0; i < NETWORKS; i++)
        square += (found[i][batch].value[k] - mean) * (found[i][batch].value[k] - mean);
    *sem = sqrt(square / (NETWORKS - 1) / NETWORKS);
    return mean;
}

static void check(const gst_two_step_prediction *p, gst_two_step_sample found[NETWORKS][2],
                  int batch, size_t order)
{
    for (size_t k = 0; k <= order && k < SHOWN; k++) {
        double sem, mean = mean_value(found, batch, k, &sem), off = fabs(mean - p->value[k]);
        ck_assert_msg(off <= p->error[k] + 4 * sem,
                      "batch %d, k = %zu: %g +- %g, networks %g +- %g", batch, k, p->value[k],
                      p->error[k], mean, sem);
        ck_assert_msg(off <= FAR * mean + 4 * sem || p->status[k] != GST_OK,
                      "batch %d, k = %zu: %g is ok, networks %g +- %g", batch, k, p->value[k], mean,
                      sem);
    }
}

START_TEST(networks)
{
    static gst_two_step_sample found[NETWORKS][2];
    gst_activation *activation;
    gst_target *target;
    double a1 = cases[_i].a1, a2 = cases[_i].a2, size = (double)cases[_i].d;
    ck_assert_int_eq(gst_activation_compile(&activation, cases[_i].activation, NULL), GST_OK);
    ck_assert_int_eq(gst_target_compile(&target, cases[_i].target, NULL), GST_OK);
    gst_two_step problem = {
        .target = target, .phi = cases[_i].phi, .phi1 = cases[_i].phi, .order = cases[_i].order};
    gst_two_step_simulation simulation = {.problem = &problem,
                                          .activation = activation,
                                          .a1 = a1,
                                          .a2 = a2,
                                          .beta = 1,
                                          .d = cases[_i].d,
                                          .loss = GST_LOSS_CORRELATION,
                                          .seed = 11};
    for (size_t i = 0; i < NETWORKS; i++)
        ck_assert_int_eq(gst_two_step_simulation_run(&simulation, i, found[i]), GST_OK);
    for (int batch = 0; batch < 2; batch++) {
        gst_two_step_network network;
        gst_two_step_prediction p;
        problem.batch = (gst_second_batch)batch;
        ck_assert_int_eq(gst_two_step_network_prepare(&problem, activation, &network, NULL),
                         GST_OK);
        ck_assert_int_eq(gst_two_step_network_predict(&network, a1, a2, size, size, &p), GST_OK);
        check(&p, found, batch, problem.order);
        if (batch == GST_BATCH_REUSED)
            ck_assert_int_eq(p.status[0], cases[_i].reused);
    }
    gst_activation_free(activation);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    gst_dense_set_threads(1);
    TCase *all = tcase_create("settled");
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, networks, 0, COUNT(cases));
    return run_cases("two steps: sums that settle", all);
}
