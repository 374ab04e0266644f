/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_first_layer.c - rows, labels, features and gradient steps against plain loops; drawn rows against
 * their law.
 *
 * Statistics use fixed seeds and bounds of 4.5 standard errors (7e-6 per comparison, 1e-3 in all). */
#include <stdlib.h>
#include <string.h>

#include "validate/networks/first_layer.h"
#include "giantstep/simulation.h"
#include "validate/networks/giant_step.h"
#include "tests/network.h"
#include "validate/networks/srf_rows.h"

#define SIGMAS 4.5

START_TEST(groups_by_largest_remainder)
{
    static const struct {
        size_t K;
        double pi[4];
        size_t p, count[4];
    } cases[] = {{1, {1}, 17, {17}},
                 {2, {0.5, 0.5}, 7, {4, 3}},
                 {3, {0.2, 0.5, 0.3}, 11, {2, 6, 3}},
                 {4, {0.25, 0.25, 0.25, 0.25}, 2, {1, 1, 0, 0}},
                 {3, {0.05, 0.05, 0.9}, 10, {1, 0, 9}}};
    for (int i = 0; i < COUNT(cases); i++) {
        size_t count[4];
        gst_groups_split(cases[i].K, cases[i].pi, cases[i].p, count);
        for (size_t g = 0; g < cases[i].K; g++)
            ck_assert_msg(count[g] == cases[i].count[g], "case %d group %zu: %zu", i, g, count[g]);
    }
}
END_TEST

/* ---- gradient steps ----------------------------------------------------------------------------- */

enum { D = 17, WIDE = 13 };

/* One step by the formula of giant_step.h, on inputs, targets and noise drawn one row at a time. */
static void plain_step(gst_first_layer *layer, double eta, size_t n0, uint32_t step)
{
    const gst_problem *t = layer->problem;
    static double gradient[WIDE * D];
    double A[WIDE], x[D], y, xi, s[WIDE], slope[WIDE];
    memset(gradient, 0, sizeof gradient);
    for (size_t g = 0; g < t->layer->K; g++)
        for (size_t i = layer->first[g]; i < layer->first[g + 1]; i++)
            A[i] = t->layer->A[g];
    for (size_t mu = 0; mu < n0; mu++) {
        gst_random_normals(&layer->random, GST_STREAM_STEPS + 2 * step, (uint32_t)mu, D, x);
        gst_random_normals(&layer->random, GST_STREAM_STEPS + 2 * step + 1, (uint32_t)mu, 1, &xi);
        y = x[0] + x[0] * x[1] + sqrt(t->training.noise) * xi;
        for (size_t i = 0; i < WIDE; i++) {
            double z = 0.5;
            for (size_t j = 0; j < D; j++)
                z += layer->W[i * D + j] * x[j];
            s[i] = tanh(z);
            slope[i] = 1 - s[i] * s[i];
            y -= A[i] * s[i] / WIDE;
        }
        for (size_t i = 0; i < WIDE; i++)
            for (size_t j = 0; j < D; j++)
                gradient[i * D + j] += y * slope[i] * x[j];
    }
    for (size_t i = 0; i < WIDE; i++)
        for (size_t j = 0; j < D; j++)
            layer->W[i * D + j] += eta * A[i] / (double)n0 * gradient[i * D + j];
}

static void check_steps(size_t n0, size_t steps)
{
    network n;
    gst_first_layer layer, plain;
    gst_random random = {5, 2};
    network_make(&n,
                 "--activation 'tanh(z+0.5)' --target 'z1 + z1*z2' --second-layer 1:0.6,-0.7:0.4"
                 " --eta 2.3 --alpha0 3 --noise 0.3");
    n.problem.training.steps = steps;
    n.problem.training.step[0].alpha0 = (double)n0 / D;
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, WIDE, random), GST_OK);
    ck_assert_int_eq(gst_first_layer_init(&plain, &n.problem, D, WIDE, random), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    memcpy(plain.W, layer.W, WIDE * D * sizeof(double));
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_OK);
    for (size_t step = 0; step < steps; step++)
        plain_step(&plain, 2.3, n0, (uint32_t)step);
    for (size_t i = 0; i < WIDE * D; i++)
        ASSERT_NEAR(layer.W[i], plain.W[i], 1e-12);
    gst_first_layer_clear(&layer);
    gst_first_layer_clear(&plain);
    network_clear(&n);
}

/* 2500: three blocks of samples, the last one short. */
START_TEST(steps_are_plain_loops)
{
    check_steps(1, 1);
    check_steps(51, 1);
    check_steps(2500, 1);
    check_steps(51, 3);
}
END_TEST

/* Steps of their own sizes; batch: the number of the batch each takes, SIZE_MAX for one that does nothing. */
static void check_schedule(size_t count, const gst_step *step, const size_t *n0,
                           const size_t *batch)
{
    network n;
    gst_first_layer layer, plain;
    network_make(&n, "--activation 'tanh(z+0.5)' --target 'z1 + z1*z2' --noise 0.3 --alpha0 1");
    gst_training *t = &n.problem.training;
    t->steps = t->listed = count;
    memcpy(t->step, step, count * sizeof *step);
    gst_training realised = gst_training_realised(t, D);
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, WIDE, (gst_random){5, 2}), GST_OK);
    ck_assert_int_eq(gst_first_layer_init(&plain, &n.problem, D, WIDE, (gst_random){5, 2}), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    memcpy(plain.W, layer.W, WIDE * D * sizeof(double));
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_OK);
    for (size_t i = 0; i < count; i++) {
        int acts = batch[i] != SIZE_MAX;
        ck_assert_int_eq(gst_step_acts(&step[i]), acts);
        ck_assert_uint_eq(gst_step_samples(&step[i], D), acts ? n0[i] : 0);
        ck_assert(realised.step[i].alpha0 == (acts ? (double)n0[i] / D : step[i].alpha0));
        if (acts) {
            ck_assert_uint_eq(gst_training_batch(t, i), batch[i]);
            plain_step(&plain, step[i].eta, n0[i], (uint32_t)batch[i]);
        }
    }
    for (size_t i = 0; i < WIDE * D; i++)
        ASSERT_NEAR(layer.W[i], plain.W[i], 1e-12);
    gst_first_layer_clear(&layer);
    gst_first_layer_clear(&plain);
    network_clear(&n);
}

START_TEST(schedules)
{
    const gst_step own[] = {{2.3, 3, 0}, {-0.7, 0.2, 0}, {0, 4, 0}, {1.1, 0, 0}, {0.4, 61.3, 0}};
    check_schedule(5, own, (size_t[]){51, 3, 0, 0, 1042}, (size_t[]){0, 1, SIZE_MAX, SIZE_MAX, 4});
    const gst_step again[] = {{2.3, 3, 1}, {0.7, 3, 1}, {0.5, 3, 0}, {0.3, 3, 1}, {0.2, 3, 1}};
    check_schedule(5, again, (size_t[]){51, 51, 51, 51, 51}, (size_t[]){0, 0, 2, 2, 2});
}
END_TEST

/* One entry that stands for all steps: every step after the first is on its batch. */
START_TEST(all_reused)
{
    network n;
    network_make(&n, "--alpha0 3 --steps 4");
    gst_training *t = &n.problem.training;
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(gst_training_batch(t, i), i);
    t->step[0].reused = 1;
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(gst_training_batch(t, i), 0);
    network_clear(&n);
}
END_TEST

/* A step that acts needs samples. */
START_TEST(steps_without_samples)
{
    static const double alpha0[] = {0.02, HUGE_VAL};
    for (int i = 0; i < COUNT(alpha0); i++) {
        network n;
        gst_first_layer layer;
        network_make(&n, "--alpha0 3");
        n.problem.training.step[0].alpha0 = alpha0[i];
        ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, WIDE, (gst_random){1, 0}),
                         GST_OK);
        ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_INVALID);
        gst_first_layer_clear(&layer);
        network_clear(&n);
    }
}
END_TEST

START_TEST(steps_stop_or_fail)
{
    network n;
    gst_first_layer layer;
    const int stop = 1;
    network_make(&n, "--alpha0 3 --eta 1e308 --activation 'z^3' --target 'exp(z)'");
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, D, WIDE, (gst_random){1, 0}), GST_OK);
    gst_first_layer_draw_sphere(&layer);
    ck_assert_int_eq(gst_giant_steps(&layer, &stop), GST_INTERRUPTED);
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_FAILED);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* ---- drawn rows --------------------------------------------------------------------------------- */

START_TEST(sphere_rows)
{
    network n;
    gst_first_layer layer;
    network_make(&n, "--alpha0 3");
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, 50, 2000, (gst_random){8, 1}),
                     GST_OK);
    gst_first_layer_draw_sphere(&layer);
    double first = 0, square = 0;
    for (size_t i = 0; i < 2000; i++) {
        const double *w = layer.W + i * 50;
        double length = 0;
        for (size_t j = 0; j < 50; j++)
            length += w[j] * w[j];
        ASSERT_CLOSE(length, 1, 1e-14);
        first += w[3] / 2000;
        square += w[3] * w[3] / 2000;
    }
    ASSERT_NEAR(first, 0, SIGMAS / sqrt(50 * 2000.0));
    ASSERT_NEAR(square, 1 / 50.0, SIGMAS * sqrt(2 / 2000.0) / 50);
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

/* Sampled covariance of (w.axis - U, |f|^2 - c) of every group against C_g/d. */
static void check_law(const char *options, size_t d, size_t p)
{
    network n;
    gst_first_layer layer;
    gst_message message = {""};
    network_make(&n, "%s", options);
    gst_features *f = network_features(&n);
    size_t s = f->m + f->q, side = s + 1;
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, d, p, (gst_random){4, 7}), GST_OK);
    ck_assert_msg(gst_srf_rows(&layer, f, &message) == GST_OK, "%s", message.text);
    ck_assert_uint_eq(layer.s, s);
    for (size_t g = 0; g < f->K; g++) {
        double mean[10] = {0}, second[100] = {0};
        double rows = (double)(layer.first[g + 1] - layer.first[g]);
        const double *C = f->C + g * side * side;
        for (size_t i = layer.first[g]; i < layer.first[g + 1]; i++) {
            double t[10], *w = layer.W + i * d;
            for (size_t l = 0; l < f->m; l++)
                w[l] -= f->U[g * f->m + l];
            t[s] = -f->c[g];
            for (size_t j = 0; j < d; j++)
                t[s] += w[j] * w[j];
            memcpy(t, w, s * sizeof *t);
            for (size_t a = 0; a < side; a++) {
                mean[a] += t[a] / rows;
                for (size_t b = 0; b < side; b++)
                    second[a * side + b] += (double)d * t[a] * t[b] / rows;
            }
        }
        for (size_t a = 0; a < side; a++) {
            ASSERT_NEAR(mean[a], 0, SIGMAS * sqrt(C[a * side + a] / (double)d / rows) + 1e-14);
            for (size_t b = 0; b < side; b++) {
                double ab = C[a * side + b];
                double error = sqrt((C[a * side + a] * C[b * side + b] + ab * ab) / rows);
                ASSERT_NEAR(second[a * side + b], ab, SIGMAS * error + 1e-12);
            }
        }
    }
    gst_first_layer_clear(&layer);
    gst_features_free(f);
    network_clear(&n);
}

START_TEST(rows_have_their_law)
{
    check_law("--activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --eta 3", 200, 4000);
    check_law(
        "--activation 'tanh(z+0.5)' --target 'z1 + z1*z2' --second-layer 1:0.5,-1:0.5 --eta 2", 150,
        4000);
    check_law("--activation 'tanh(z+0.3)' --target 'sin(2*z)' --spike 1.3,-0.65 "
              "--bulk-variance 1.5,0.7",
              100, 3000);
    check_law("--target 'tanh(z1)+z2' --spike '1,0.5;0,2' --overlap '0.6,0.2;-0.1,0.5'", 100, 3000);
    check_law("--eta 3 --alpha0 2 --bulk isotropic", 100, 3000);
}
END_TEST

/* The target's directions are orthonormal and have the overlaps asked for. */
START_TEST(axes_carry_the_target)
{
    network n;
    gst_first_layer layer;
    double x[100], y, z[2] = {0};
    network_make(&n, "--target 'z1*exp(z2)' --spike '1,0.5;0,2' --overlap '0.6,0.2;-0.1,0.5'");
    gst_features *f = network_features(&n);
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, 100, 10, (gst_random){4, 7}), GST_OK);
    ck_assert_int_eq(gst_srf_rows(&layer, f, NULL), GST_OK);
    size_t s = layer.s;
    const double *R = layer.read;
    gst_first_layer_inputs(&layer, GST_STREAM_DATA, 3, 1, gst_doubles(x));
    for (size_t a = 0; a < s; a++)
        for (size_t j = 0; j < 2; j++)
            z[j] += R[j * s + a] * x[a];
    gst_first_layer_targets(&layer, GST_STREAM_DATA, 3, 1, gst_doubles(x), &y);
    ASSERT_CLOSE(y, z[0] * exp(z[1]), 1e-14);
    double dot[3] = {0};
    for (size_t a = 0; a < s; a++) {
        dot[0] += R[a] * R[a];
        dot[1] += R[a] * R[s + a];
        dot[2] += R[s + a] * R[s + a];
    }
    ASSERT_CLOSE(dot[0], 1, 1e-13);
    ASSERT_NEAR(dot[1], 0, 1e-13);
    ASSERT_CLOSE(dot[2], 1, 1e-13);
    ck_assert(R[0] == 0.6 && R[1] == -0.1 && R[s] == 0.2 && R[s + 1] == 0.5);
    gst_first_layer_clear(&layer);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* Signs of the real labels of the same rows; without noise those of g, either where g = 0; blocks of rows do not matter. */
START_TEST(labels_are_signs)
{
    enum { N = 400, DIM = 5 };
    network n;
    gst_first_layer layer;
    double x[N * DIM], real[N], y[N], again[N];
    size_t zeros = 0, ones = 0;
    network_make(&n, "--target 'max(z1,0)' --noise 0.3");
    ck_assert_int_eq(gst_first_layer_init(&layer, &n.problem, DIM, 2, (gst_random){4, 7}), GST_OK);
    gst_first_layer_inputs(&layer, GST_STREAM_DATA, 0, N, gst_doubles(x));
    for (int noisy = 1; noisy >= 0; noisy--) {
        n.problem.training.noise = noisy ? 0.3 : 0;
        n.problem.labels = GST_LABELS_REAL;
        gst_first_layer_labels(&layer, GST_STREAM_DATA, 0, N, gst_doubles(x), real);
        n.problem.labels = GST_LABELS_SIGN;
        gst_first_layer_labels(&layer, GST_STREAM_DATA, 0, N, gst_doubles(x), y);
        for (size_t i = 0; i < N; i += 100)
            gst_first_layer_labels(&layer, GST_STREAM_DATA, i, 100, gst_doubles(x + i * DIM),
                                   again + i);
        for (size_t i = 0; i < N; i++) {
            ck_assert(y[i] == again[i] && fabs(y[i]) == 1);
            ck_assert(real[i] == 0 || (y[i] > 0) == (real[i] > 0));
            zeros += real[i] == 0;
            ones += real[i] == 0 && y[i] == 1;
        }
        ck_assert(!noisy || zeros == 0);
    }
    ck_assert(zeros > 150 && fabs((double)ones - 0.5 * (double)zeros) < 2 * sqrt((double)zeros));
    gst_first_layer_clear(&layer);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("first layer");
    tcase_add_test(cases, groups_by_largest_remainder);
    tcase_add_test(cases, steps_are_plain_loops);
    tcase_add_test(cases, schedules);
    tcase_add_test(cases, all_reused);
    tcase_add_test(cases, steps_without_samples);
    tcase_add_test(cases, steps_stop_or_fail);
    tcase_add_test(cases, sphere_rows);
    tcase_add_test(cases, rows_have_their_law);
    tcase_add_test(cases, axes_carry_the_target);
    tcase_add_test(cases, labels_are_signs);
    return run_cases("first layer", cases);
}
