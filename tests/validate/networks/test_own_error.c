/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_own_error.c - a network's error with its own second layer: against a sum over given inputs, and against the exact
 * one of another route. */
#include <math.h>
#include <string.h>

#include "tests/network.h"
#include "validate/networks/giant_step.h"
#include "validate/networks/overlap_simulation.h"
#include "validate/networks/own_error.h"

enum { D = 20, P = 31 };

static void open_layer(network *n, gst_first_layer *layer, const char *options)
{
    network_make(n, "%s --second-layer 1.3:0.6,-0.7:0.4 --eta 2 --alpha0 3", options);
    ck_assert_int_eq(gst_first_layer_init(layer, &n->problem, D, P, (gst_random){8, 1}), GST_OK);
    gst_first_layer_draw_sphere(layer);
    ck_assert_int_eq(gst_giant_steps(layer, NULL), GST_OK);
}

static double plain_output(const gst_first_layer *layer, const double *x, double (*sigma)(double))
{
    const gst_second_layer *second = layer->problem->layer;
    double f = 0;
    for (size_t g = 0; g < second->K; g++)
        for (size_t i = layer->first[g]; i < layer->first[g + 1]; i++) {
            double s = 0;
            for (size_t j = 0; j < D; j++)
                s += layer->W[i * D + j] * x[j];
            f += second->A[g] * sigma(s) / P;
        }
    return f;
}

/* Mean and standard error of (g - f)^2 over inputs of a stream. */
static double plain_error(const gst_first_layer *layer, uint32_t stream, size_t points,
                          double (*sigma)(double), double *sem)
{
    double x[D], sum = 0, square = 0;
    for (size_t k = 0; k < points; k++) {
        gst_random_normals(&layer->random, stream, (uint32_t)k, D, x);
        double miss = x[0] + x[0] * x[1] - plain_output(layer, x, sigma);
        sum += miss * miss;
        square += miss * miss * miss * miss;
    }
    sum /= (double)points;
    *sem = sqrt((square / (double)points - sum * sum) / (double)points);
    return sum;
}

static double shifted(double z)
{
    return tanh(z + 0.5);
}

START_TEST(of_test_points)
{
    network n;
    gst_first_layer layer;
    double risk, sem;
    open_layer(&n, &layer, "--activation 'tanh(z+0.5)' --target 'z1+z1*z2'");
    ck_assert_int_eq(gst_own_error(&layer, NULL, &risk), GST_OK);
    ASSERT_CLOSE(risk, plain_error(&layer, GST_STREAM_TEST, 4 * D, shifted, &sem), 1e-12);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Exact: within 4.5 standard errors of 2e5 points (7e-6), which are 0.5%. */
START_TEST(exact)
{
    network n;
    gst_first_layer layer;
    double risk, sem;
    open_layer(&n, &layer, "--activation erf --target 'z1+z1*z2'");
    ck_assert_int_eq(gst_own_error(&layer, NULL, &risk), GST_OK);
    double plain = plain_error(&layer, GST_STREAM_DATA, 200000, erf, &sem);
    ASSERT_NEAR(risk, plain, 4.5 * sem);
    ck_assert(sem < 0.01 * plain);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Behind the overlaps, one for every step; without being asked for, not there, and the overlaps are the same. */
START_TEST(of_a_simulation)
{
    enum { T = 2, K = 2, NUMBERS = 2 + 1 + 9, LAWS = (T + 1) * K * NUMBERS };
    network n;
    gst_first_layer layer;
    gst_message message = {""};
    double with[LAWS + T + 1], without[LAWS], risk;
    open_layer(&n, &layer, "--activation erf --target 'z1+z1*z2' --steps 2");
    gst_overlap_simulation s = {.problem = &n.problem, .d = D, .p = P, .trials = 1, .seed = 8};
    ck_assert_uint_eq(gst_overlap_size(&s), LAWS);
    ck_assert_int_eq(gst_overlap_replicate(&s, 1, without, &message), GST_OK);
    s.own_error = 1;
    ck_assert_uint_eq(gst_overlap_size(&s), LAWS + T + 1);
    ck_assert_int_eq(gst_overlap_replicate(&s, 1, with, &message), GST_OK);
    ck_assert_int_eq(memcmp(with, without, sizeof without), 0);
    ck_assert_int_eq(gst_own_error(&layer, NULL, &risk), GST_OK);
    ASSERT_CLOSE(with[LAWS + T], risk, 1e-12);
    ck_assert(with[LAWS] != with[LAWS + 1] && with[LAWS + 1] != with[LAWS + 2]);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Labels of clusters at +-1.5 with noise: E[y|x] = erf(1/sqrt(2 Delta)) tanh(1.5 z1), whatever cluster x is of. */
START_TEST(of_clusters_with_labels)
{
    network n;
    gst_first_layer layer;
    double x[4 * D * D], risk, sum = 0, mean = erf(1 / sqrt(0.6));
    open_layer(&n, &layer,
               "--mixture 1:1.5;1:-1.5 --cluster-labels 1,-1 --noise 0.3 --activation tanh(z+0.5)");
    ck_assert_int_eq(gst_own_error(&layer, NULL, &risk), GST_OK);
    gst_first_layer_inputs(&layer, GST_STREAM_TEST, 0, 4 * D, x);
    for (size_t k = 0; k < 4 * D; k++) {
        double miss = mean * tanh(1.5 * x[k * D]) - plain_output(&layer, x + k * D, shifted);
        sum += miss * miss / (4 * D);
    }
    ASSERT_CLOSE(risk, sum, 1e-12);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

START_TEST(stopped_or_failed)
{
    network n;
    gst_first_layer layer;
    const int stop = 1;
    double risk;
    open_layer(&n, &layer, "--activation 'tanh(z+0.5)' --target 'z1+z1*z2'");
    ck_assert_int_eq(gst_own_error(&layer, &stop, &risk), GST_INTERRUPTED);
    layer.W[0] = NAN;
    ck_assert_int_eq(gst_own_error(&layer, NULL, &risk), GST_FAILED);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("own error");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, of_test_points);
    tcase_add_test(cases, exact);
    tcase_add_test(cases, of_a_simulation);
    tcase_add_test(cases, of_clusters_with_labels);
    tcase_add_test(cases, stopped_or_failed);
    return run_cases("own error", cases);
}
