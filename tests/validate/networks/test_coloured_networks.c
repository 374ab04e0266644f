/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coloured_networks.c - networks on inputs of any covariance: a gradient step against plain loops in the raw coordinates,
 * and excess risk and train error of trained and of drawn networks against the theory of the same batches and width.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h) of simulation less theory: a right program with other seeds would fail
 * with probability 1e-3 for each of the cases. */
#include <stdlib.h>
#include <string.h>

#include "tests/beside.h"
#include "validate/networks/colouring.h"
#include "validate/networks/giant_step.h"

#define LEVEL 1e-3

/* ---- rows in the raw coordinates ---------------------------------------------------------------- */

enum { D = 24, WIDE = 10, SAMPLES = 37 };

#define RAW                                                          \
    "--activation tanh(z+0.3) --target z1+tanh(z1)*z2 --covariance " \
    "levels:3,0.25;0.3333333333333333,0.75 "                         \
    "--teacher-source 0.5 --eta 1.7 --alpha0 1.5416666666666667 --noise 0.1 --second-layer 1,-0.4"

/* Rows w = Omega^(-1/2) H^T wt. */
static void raw_rows(const gst_first_layer *layer, double *w)
{
    const gst_colouring *c = layer->colouring;
    memcpy(w, layer->W, WIDE * D * sizeof *w);
    for (size_t i = 0; i < WIDE; i++) {
        gst_colouring_turn_back(c, w + i * D);
        for (size_t k = 0; k < D; k++)
            w[i * D + k] /= sqrt(c->omega[k]);
    }
}

/* x = Omega^(1/2) H^T xt. */
static void raw_input(const gst_colouring *c, double *x)
{
    gst_colouring_turn_back(c, x);
    for (size_t k = 0; k < D; k++)
        x[k] *= sqrt(c->omega[k]);
}

START_TEST(steps_in_raw_coordinates)
{
    network n;
    gst_first_layer layer;
    double w[WIDE * D], after[WIDE * D], gradient[WIDE * D] = {0}, x[SAMPLES * D], y[SAMPLES];
    network_make(&n, "%s", RAW);
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, WIDE, (gst_random){9, 3}), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    const gst_colouring *c = layer.colouring;
    raw_rows(&layer, w);
    gst_first_layer_inputs(&layer, GST_STREAM_STEPS, 0, SAMPLES, gst_doubles(x));
    gst_first_layer_labels(&layer, GST_STREAM_STEPS, 0, SAMPLES, gst_doubles(x), y);
    for (size_t mu = 0; mu < SAMPLES; mu++) {
        double f = 0, z = x[mu * D], h[WIDE], target = 0;
        raw_input(c, x + mu * D);
        /* z1 by the raw direction Omega^(-1/2) w*_1 */
        for (size_t k = 0; k < D; k++)
            target += c->target[k] / sqrt(c->omega[k]) * x[mu * D + k];
        ASSERT_NEAR(target, z, 1e-13);
        for (size_t i = 0; i < WIDE; i++) {
            double square = 0;
            h[i] = 0;
            for (size_t k = 0; k < D; k++) {
                h[i] += w[i * D + k] * x[mu * D + k];
                square += w[i * D + k] * w[i * D + k];
            }
            ASSERT_NEAR(square, 1, 1e-13);
            f += (i < layer.first[1] ? 1 : -0.4) * tanh(h[i] + 0.3) / WIDE;
        }
        for (size_t i = 0; i < WIDE; i++) {
            double t = tanh(h[i] + 0.3), A = i < layer.first[1] ? 1 : -0.4;
            for (size_t k = 0; k < D; k++)
                gradient[i * D + k] +=
                    1.7 * A / SAMPLES * (y[mu] - f) * (1 - t * t) * x[mu * D + k];
        }
    }
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_OK);
    raw_rows(&layer, after);
    for (size_t i = 0; i < WIDE * D; i++)
        ASSERT_NEAR(after[i], w[i] + gradient[i], 1e-12);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Orthonormal directions, on the first axes once turned, with the energies asked for. */
START_TEST(directions)
{
    network n;
    gst_colouring *c;
    network_make(&n, "%s", RAW);
    ck_assert_int_eq(gst_colouring_alloc(&c, &n.problem, D), GST_OK);
    double T[4] = {0}, share = 0.25 * sqrt(3) / (0.25 * sqrt(3) + 0.75 / sqrt(3));
    for (size_t j = 0; j < 2; j++) {
        double turned[D];
        memcpy(turned, c->target + j * D, sizeof turned);
        gst_colouring_turn(c, turned);
        for (size_t k = 0; k < D; k++)
            ASSERT_NEAR(turned[k], k == j, 1e-14);
        for (size_t i = 0; i < 2; i++)
            for (size_t k = 0; k < D / 4; k++)
                T[j * 2 + i] += c->target[j * D + k] * c->target[i * D + k];
    }
    ASSERT_CLOSE(T[0], share, 1e-13);
    ASSERT_CLOSE(T[3], share, 0.2); /* D/4 = 6 axes are one period of the signs and a half */
    gst_colouring_free(c);
    network_clear(&n);
}
END_TEST

/* ---- against theory ----------------------------------------------------------------------------- */

#define TWO "--covariance levels:1.6,0.5;0.4,0.5 --alpha 2 --lambda 0.05 --noise 0.05 "
/* The standard error is `blunt' or less. */
static const struct {
    const char *options;
    gst_weights weights;
    size_t replicates;
    double blunt;
} cases[] = {
    {TWO "--activation tanh --target sin --alpha0 0", GST_WEIGHTS_SRF, 60, 0.01},
    {TWO "--activation tanh --target sin --eta 2", GST_WEIGHTS_SRF, 60, 0.01},
    {TWO "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --eta 1.5 --steps 2 --second-layer "
         "1,-0.5",
     GST_WEIGHTS_SRF, 60, 0.01},
    {TWO "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --eta 2 --alpha0 2", GST_WEIGHTS_GD,
     90, 0.01},
    {"--covariance power:0.6:0.2 --alpha 2 --lambda 0.05 --noise 0.05 --activation tanh(z+0.3) "
     "--target sin(z)+0.3*z --eta 2 --alpha0 1.5 --second-layer 1,-0.5",
     GST_WEIGHTS_GD, 90, 0.01},
};

START_TEST(networks_and_theory)
{
    enum { SMALL = 100 };
    static beside b;
    network n;
    network_make(&n, "%s --bulk exact", cases[_i].options);
    beside_theory(&b, &n, SMALL, gst_solve_defaults().tol);
    beside_measure(&b, &n, cases[_i].weights, SMALL, cases[_i].replicates, 20);
    beside_check(&b, 0, LEVEL, cases[_i].blunt);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("coloured_networks");
    tcase_set_timeout(all, 240);
    tcase_add_test(all, steps_in_raw_coordinates);
    tcase_add_test(all, directions);
    tcase_add_loop_test(all, networks_and_theory, 0, COUNT(cases));
    return run_cases("coloured_networks", all);
}
