/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_small_steps.c - the first layer after one real step of K0/sqrt(p): its leading singular value and the overlap of its right
 * vector with the target, against the limit of large d.
 *
 * Means over replicates of fixed seeds, within 4.5 standard errors (2e-3 of t_7 per number, four numbers) and 1% for what d = 300
 * leaves. */
#include <stdlib.h>

#include "giantstep/regimes.h"
#include "tests/network.h"
#include "validate/networks/make_network.h"

enum { D = 300, P = 450, REPLICATES = 8, ITERATIONS = 400 };
#define SIGMAS 4.5
#define FINITE_SIZE 0.01

/* By power iteration on W^T W from the target's direction. */
static void leading(const gst_first_layer *layer, double *value, double *overlap)
{
    double *v = doubles(D), *u = doubles(P), square = 0;
    v[0] = 1;
    for (size_t pass = 0; pass < ITERATIONS; pass++) {
        square = 0;
        for (size_t i = 0; i < P; i++) {
            u[i] = 0;
            for (size_t j = 0; j < D; j++)
                u[i] += layer->W[i * D + j] * v[j];
        }
        for (size_t j = 0; j < D; j++) {
            v[j] = 0;
            for (size_t i = 0; i < P; i++)
                v[j] += layer->W[i * D + j] * u[i];
            square += v[j] * v[j];
        }
        for (size_t j = 0; j < D; j++)
            v[j] /= sqrt(square);
    }
    *value = sqrt(sqrt(square));
    *overlap = fabs(v[0]);
    free(v);
    free(u);
}

static void assert_mean(const double *x, double limit)
{
    double mean = 0, square = 0;
    for (size_t i = 0; i < REPLICATES; i++)
        mean += x[i] / REPLICATES;
    for (size_t i = 0; i < REPLICATES; i++)
        square += (x[i] - mean) * (x[i] - mean) / (REPLICATES - 1);
    ASSERT_NEAR(mean, limit, SIGMAS * sqrt(square / REPLICATES) + FINITE_SIZE * limit);
}

static const double K0s[] = {4, 6};

START_TEST(spike_of_drawn_weights)
{
    network n;
    gst_weight_spike spike;
    gst_regimes *regimes;
    gst_message message = {""};
    double value[REPLICATES], overlap[REPLICATES];
    network_make(&n,
                 "--activation tanh --target tanh --second-layer gaussian --alpha0 2 --beta 1.5 "
                 "--width 450 --eta %g",
                 K0s[_i]);
    ck_assert_int_eq(gst_regimes_alloc(&regimes, &n.problem, &n.point, 1, 1e-10, &message), GST_OK);
    ck_assert_int_eq(gst_regimes_weights(regimes, &spike), GST_OK);
    gst_regimes_free(regimes);
    n.problem.training.step[0].eta = K0s[_i] / sqrt(P);
    for (uint32_t replicate = 0; replicate < REPLICATES; replicate++) {
        gst_first_layer layer;
        int drawn;
        gst_random random = {.seed = 9, .replicate = replicate};
        ck_assert_int_eq(gst_make_network(&layer, &n.problem, GST_WEIGHTS_GD, D, P,
                                          GST_PRECISION_DOUBLE, random, NULL, &drawn, &message),
                         GST_OK);
        leading(&layer, &value[replicate], &overlap[replicate]);
        gst_first_layer_clear(&layer);
    }
    assert_mean(value, spike.singular_value);
    assert_mean(overlap, spike.overlap);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("small_steps");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, spike_of_drawn_weights, 0, COUNT(K0s));
    return run_cases("small_steps", cases);
}
