/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dynamics.c - several giant steps on the population: averages by two routes, printed numbers,
 * symmetries, spanned and residual directions, trained networks. */
#include "models/training/bulk_law.h"
#include "models/training/regime.h"
#include "models/training/rows.h"
#include "models/functions/slope_moments.h"
#include "solver/readout/resolution.h"
#include "tests/network.h"
#include "validate/networks/overlap_simulation.h"

#include <string.h>

enum { SIDE = GST_TARGET_DIM_MAX + 1 };

/* The rows of a network after its steps, on the target's variables: U[g*r + j], C[(g*s + a)*s + b], s = r + 1. */
typedef struct {
    gst_features *f;
    size_t r;
    double U[2 * GST_TARGET_DIM_MAX], C[2 * SIDE * SIDE];
} row_law;

static row_law law_of(const network *n, int half)
{
    row_law law = {.r = gst_target_dim(n->target)};
    gst_message message = {""};
    size_t s = law.r + 1;
    int status = gst_features_trained(&law.f, &n->problem, half, &message);
    ck_assert_msg(status == GST_OK, "%s", message.text);
    for (size_t g = 0; g < law.f->K; g++) {
        for (size_t j = 0; j < law.r; j++)
            for (size_t l = 0; l < law.f->m; l++)
                law.U[g * law.r + j] += law.f->U[g * law.f->m + l] * law.f->gamma[j * law.f->m + l];
        for (size_t i = 0; i < s * s; i++)
            law.C[g * s * s + i] = features_covariance(law.f, g, i / s, i % s);
    }
    return law;
}

/* ---- derivatives of the activation -------------------------------------------------------------- */

/* sin(z + 0.3): E sigma^{(k)}(s + sqrt(c) xi) = e^{-c/2} sin(s + 0.3 + k pi/2).  abs: E|x|, and the density. */
START_TEST(derivatives_in_closed_form)
{
    network n;
    const double s[] = {0.37, -2.9, 11.3};
    double out[3 * GST_SLOPE_DERIVATIVES];
    for (int half = 0; half < 2; half++) {
        network_make(&n, "--activation sin(z+0.3)");
        for (double c = 0.11; c < 3; c *= 5.1) {
            ck_assert_int_eq(
                gst_slope_moments(n.activation, GST_SLOPE_DERIVATIVES, 3, s, c, half, out), GST_OK);
            for (size_t i = 0; i < 3 * GST_SLOPE_DERIVATIVES; i++) {
                double angle = s[i % 3] + 0.3 + (double)(i / 3) * acos(0.0);
                ASSERT_NEAR(out[i], exp(-c / 2) * sin(angle), 2e-14 * (1 + pow(c, -1.5)));
            }
        }
        network_clear(&n);
        network_make(&n, "--activation abs(z-0.2)");
        ck_assert_int_eq(
            gst_slope_moments(n.activation, GST_SLOPE_DERIVATIVES, 3, s, 0.81, half, out), GST_OK);
        for (size_t i = 0; i < 3; i++) {
            double x = (s[i] - 0.2) / 0.9, density = exp(-x * x / 2) / sqrt(4 * acos(0.0));
            ASSERT_NEAR(out[i], 0.9 * (2 * density + x * erf(x / sqrt(2))), 1e-13);
            ASSERT_NEAR(out[3 + i], erf(x / sqrt(2)), 1e-14);
            ASSERT_NEAR(out[6 + i], 2 * density / 0.9, 1e-14);
            ASSERT_NEAR(out[9 + i], -2 * x * density / 0.81, 1e-13);
            ASSERT_NEAR(out[12 + i], 2 * (x * x - 1) * density / 0.729, 1e-13);
        }
        network_clear(&n);
    }
}
END_TEST

/* ---- the averages of a step --------------------------------------------------------------------- */

static const char *const at_start[] = {
    "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:1,-1:1",
    "--activation relu --target relu(z1-0.3)+0.4*z1*z2 --second-layer 1.2:1,-0.4:2",
    "--activation softplus(2*z) --target h3(z)+0.3*z --second-layer gaussian:3",
    "--activation erf(z-0.4) --target tanh(z1)*z2+z3^2",
};

/* At the start sigma and the target separate: moments against the r-dimensional quadrature, and against that over the
 * residual directions alone. */
START_TEST(averages_at_start)
{
    network n;
    network_make(&n, "%s", at_start[_i]);
    size_t r = gst_target_dim(n.target), K = n.layer.K;
    gst_rows rows;
    gst_step_labels labels;
    ck_assert_int_eq(gst_rows_start(&rows, &n.problem), GST_OK);
    ck_assert_int_eq(gst_step_labels_init(&labels, &n.problem, NULL), GST_OK);
    for (int half = 0; half < 2; half++) {
        gst_step_means one, two, three;
        ck_assert_int_eq(gst_step_means_start(&one, rows.f, &labels, half), GST_OK);
        ck_assert_int_eq(gst_step_means_population(&two, rows.f, &labels, half), GST_OK);
        ck_assert_int_eq(gst_step_means_batch(&three, rows.f, &labels, half), GST_OK);
        ASSERT_CLOSE(one.square, two.square, 1e-12);
        ASSERT_CLOSE(one.square, three.square, 1e-12);
        for (size_t g = 0; g < K; g++) {
            ASSERT_NEAR(one.second[g], two.second[g], 1e-12);
            ASSERT_NEAR(one.second[g], three.second[g], 1e-12);
            ASSERT_CLOSE(one.noise[g], three.noise[g], 1e-12);
            ASSERT_CLOSE(one.second_square[g] + 1, three.second_square[g] + 1, 1e-12);
            ASSERT_CLOSE(fabs(one.factor[g]), fabs(three.factor[g]), 1e-12);
            ASSERT_NEAR(one.fourth[g], two.fourth[g], 1e-11);
        }
        for (size_t i = 0; i < K * r; i++) {
            ASSERT_NEAR(one.drift[i], two.drift[i], 1e-12);
            ASSERT_NEAR(one.drift[i], three.drift[i], 1e-12);
            ASSERT_NEAR(one.third[i], two.third[i], 1e-11);
        }
        for (size_t i = 0; i < K * r * r; i++)
            ASSERT_NEAR(one.hessian[i], two.hessian[i], 1e-12);
        gst_step_means_clear(&one);
        gst_step_means_clear(&two);
        gst_step_means_clear(&three);
    }
    gst_step_labels_clear(&labels);
    gst_rows_clear(&rows);
    network_clear(&n);
}
END_TEST

/* Polynomials are averaged over kappa alone.  With a term that is zero, but is no polynomial, over all of z. */
START_TEST(averages_over_kappa)
{
    static const char *const targets[] = {"z1+z1*z2", "z1+z1*z2+z1*z2*z3",
                                          "0.6*z1-0.8*z2+h3(z2)*z1/2"};
    for (int steps = 2; steps < 5; steps++) {
        network plain, whole;
        const char *options = "--activation tanh(z+0.4) --second-layer 1:0.5,-0.7:0.5 --eta 1.3";
        network_make(&plain, "%s --steps %d --target %s", options, steps, targets[_i]);
        network_make(&whole, "%s --steps %d --target %s+0*sin(z1)", options, steps, targets[_i]);
        for (int half = 0; half < 2; half++) {
            row_law a = law_of(&plain, half), b = law_of(&whole, half);
            for (size_t i = 0; i < 2 * a.r; i++)
                ASSERT_NEAR(a.U[i], b.U[i], 1e-12);
            for (size_t g = 0; g < 2; g++)
                ASSERT_CLOSE(a.f->c[g], b.f->c[g], 1e-12);
            for (size_t i = 0; i < 2 * (a.r + 1) * (a.r + 1); i++)
                ASSERT_NEAR(a.C[i], b.C[i], 1e-11);
            gst_features_free(a.f);
            gst_features_free(b.f);
        }
        network_clear(&plain);
        network_clear(&whole);
    }
}
END_TEST

/* ---- printed numbers ---------------------------------------------------------------------------- */

#define STAIRCASE                                                                              \
    "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:0.5,-1:0.5 --eta 2 --beta 1 " \
    "--lambda 0.05 --alpha 3 "

START_TEST(two_steps_of_the_staircase)
{
    static const double U[2][2] = {{1.1239858949, 0}, {1.3742219646, -0.1654392150}};
    static const double c[2] = {1, 0.7390004};
    static const double C[2][6] = {
        {1.1130151996, -0.6723546672, -1.1341625658, 1.1130151996, 0.3812797472, 1.2863247257},
        {0.5065288336, -0.4070973599, -0.7266258659, 0.8362360582, 0.5615586747, 1.0433478962}};
    network n;
    network_make(&n, STAIRCASE "--steps %d", _i + 1);
    for (int half = 0; half < 2; half++) {
        row_law law = law_of(&n, half);
        for (size_t g = 0; g < 2; g++) {
            double sign = g == 0 ? 1 : -1;
            ASSERT_NEAR(law.U[2 * g], sign * U[_i][0], 6e-11);
            ASSERT_NEAR(law.U[2 * g + 1], U[_i][1], 6e-11);
            ASSERT_NEAR(law.f->c[g], c[_i], 6e-8);
            for (size_t a = 0, i = 0; a < 3; a++) {
                for (size_t b = a; b < 3; b++, i++) {
                    double turned = a == 0 && b > 0 ? sign : 1;
                    ASSERT_NEAR(law.C[(g * 3 + a) * 3 + b], turned * C[_i][i], 6e-11);
                    ASSERT_NEAR(law.C[(g * 3 + b) * 3 + a], turned * C[_i][i], 6e-11);
                }
            }
        }
        gst_features_free(law.f);
    }
    network_clear(&n);
}
END_TEST

START_TEST(errors_on_the_staircase)
{
    static const double excess[] = {1.726780180, 1.204041946, 1.120645664};
    static const double train[] = {0.878040725, 0.776309579, 0.815276482};
    gst_risk risk = solved(STAIRCASE "--steps %d", _i);
    ASSERT_NEAR(risk.excess_risk, excess[_i], 6e-10);
    ASSERT_NEAR(risk.train_error, train[_i], 6e-10);
}
END_TEST

/* ---- symmetries --------------------------------------------------------------------------------- */

/* Equal groups are one group. */
START_TEST(equal_groups)
{
    gst_risk one = solved(STAIRCASE "--steps 3 --second-layer 0.8:1");
    gst_risk two = solved(STAIRCASE "--steps 3 --second-layer 0.8:0.3,0.8:0.7");
    ASSERT_CLOSE(one.excess_risk, two.excess_risk, 1e-10);
    ASSERT_CLOSE(one.train_error, two.train_error, 1e-10);
}
END_TEST

/* (z1, z2) -> (0.6 z1 - 0.8 z2, 0.8 z1 + 0.6 z2): overlaps turn, errors stay. */
START_TEST(rotated_variables)
{
    network plain, turned;
    network_make(&plain, STAIRCASE "--steps 3");
    network_make(&turned, STAIRCASE "--steps 3 --target '(0.6*z1-0.8*z2)*(1+0.8*z1+0.6*z2)'");
    row_law a = law_of(&plain, 0), b = law_of(&turned, 0);
    for (size_t g = 0; g < 2; g++) {
        const double *u = a.U + 2 * g, *v = b.U + 2 * g;
        ASSERT_NEAR(v[0], 0.6 * u[0] + 0.8 * u[1], 1e-12);
        ASSERT_NEAR(v[1], -0.8 * u[0] + 0.6 * u[1], 1e-12);
        ASSERT_CLOSE(a.f->c[g], b.f->c[g], 1e-12);
    }
    gst_risk one = network_solve(&plain, NULL), two = network_solve(&turned, NULL);
    ASSERT_CLOSE(one.excess_risk, two.excess_risk, 1e-10);
    gst_features_free(a.f);
    gst_features_free(b.f);
    network_clear(&plain);
    network_clear(&turned);
}
END_TEST

/* An even activation cannot feel an odd target, nor z1 a target of information exponent 3. */
START_TEST(nothing_learned)
{
    static const char *const options[] = {"--activation tanh --target h3 --steps 3 --eta 2",
                                          "--activation cos --target tanh(z1)*z2^2 --steps 3"};
    network n;
    network_make(&n, "%s", options[_i]);
    row_law law = law_of(&n, 0);
    ck_assert_uint_eq(law.f->m, 0);
    gst_features_free(law.f);
    network_clear(&n);
}
END_TEST

/* ---- spikes or residual directions -------------------------------------------------------------- */

/* The excess risk with all target variables as spikes, whether the U_g span them or not. */
static double unrotated(const network *n, row_law *law)
{
    size_t r = law->r;
    double identity[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX] = {0};
    for (size_t j = 0; j < r; j++)
        identity[j * r + j] = 1;
    gst_features f = {.K = law->f->K,
                      .m = r,
                      .q = 0,
                      .r = r,
                      .pi = n->layer.pi,
                      .U = law->U,
                      .c = law->f->c,
                      .C = law->C,
                      .gamma = identity,
                      .problem = n->problem,
                      .bulk = &gst_bulk_law_isotropic};
    gst_resolution resolution;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    ck_assert_int_eq(gst_resolution_alloc(&resolution, &f, 1, 0), GST_OK);
    ck_assert_int_eq(gst_resolution_solve(&resolution, &n->point, &options, NULL, &risk), GST_OK);
    gst_resolution_clear(&resolution);
    return risk.excess_risk;
}

static const struct {
    const char *options;
    size_t m;
} rotations[] = {
    {STAIRCASE "--steps 1", 1},
    {STAIRCASE "--steps 2", 2},
    {STAIRCASE "--steps 3 --second-layer 0.7:1 --noise 0.1", 1},
    {STAIRCASE "--steps 2 --target z1+0.5*z2+z1^2-z2^2 --second-layer 0.7:1,-0.2:1 --width 80", 2},
};

START_TEST(spanned_directions_suffice)
{
    network n;
    network_make(&n, "%s", rotations[_i].options);
    row_law law = law_of(&n, 0);
    ck_assert_uint_eq(law.f->m, rotations[_i].m);
    gst_risk rotated = network_solve(&n, NULL);
    ASSERT_CLOSE(rotated.excess_risk, unrotated(&n, &law), 1e-9);
    gst_features_free(law.f);
    network_clear(&n);
}
END_TEST

/* An irrelevant variable (weight 1e-9 in the target) changes nothing. */
START_TEST(three_variables)
{
    gst_risk two = solved(STAIRCASE "--steps 2 --second-layer 1:0.5,-0.6:0.5");
    gst_risk three =
        solved(STAIRCASE "--steps 2 --second-layer 1:0.5,-0.6:0.5 --target z1+z1*z2+1e-9*z3");
    ASSERT_NEAR(two.excess_risk, three.excess_risk, 1e-8);
}
END_TEST

/* ---- networks ----------------------------------------------------------------------------------- */

/* Mean overlaps of trained networks, d = 120, 150 d samples a step, 6 replicates: within 6 standard errors
 * of 6 replicates (Student t with 5 degrees of freedom: 2e-3 for one of the 12 numbers) and 1.5% for d and the
 * batch being finite. False alarms: 2% over seeds; the seed is fixed. */
START_TEST(trained_networks)
{
    network n;
    enum { NUMBERS = 2 + 1 + 9, K = 2, T = 2 };
    double mean[(T + 1) * K * NUMBERS], sem[(T + 1) * K * NUMBERS];
    gst_message message = {""};
    network_make(&n, STAIRCASE "--steps 2");
    gst_problem finite = n.problem;
    finite.training.step[0].alpha0 = 150;
    gst_overlap_simulation s = {.problem = &finite, .d = 120, .p = 360, .trials = 6, .seed = 11};
    ck_assert_uint_eq(gst_overlap_numbers(2), NUMBERS);
    ck_assert_int_eq(gst_overlap_simulate(&s, mean, sem, &message), GST_OK);
    row_law law = law_of(&n, 0);
    for (size_t g = 0; g < K; g++) {
        const double *at = mean + (T * K + g) * NUMBERS, *error = sem + (T * K + g) * NUMBERS;
        for (size_t j = 0; j < 2; j++)
            ASSERT_NEAR(at[j], law.U[2 * g + j], 6 * error[j] + 0.015);
        ASSERT_NEAR(at[2], law.f->c[g] + 2.2 / 150, 6 * error[2] + 0.015);
    }
    gst_features_free(law.f);
    finite.training.step[0].alpha0 = 0.004;
    ck_assert_int_eq(gst_overlap_simulate(&s, mean, sem, &message), GST_INVALID);
    ck_assert(strncmp(message.text, "alpha0: ", 8) == 0);
    network_clear(&n);
}
END_TEST

/* ---- bad input ---------------------------------------------------------------------------------- */

/* A step that takes a row to length zero: eta c2 E res = -1 for sigma = z^2, E res = 1. */
START_TEST(row_of_length_zero)
{
    network n;
    gst_features *features;
    gst_message message = {""};
    network_make(&n, "--activation z^2 --target 2+z --eta -0.5 --steps 2");
    ck_assert_int_eq(gst_features_train(&features, &n.problem, 0, &message), GST_FAILED);
    ck_assert(!features && strstr(message.text, "step 1"));
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("dynamics");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, derivatives_in_closed_form);
    tcase_add_loop_test(cases, averages_at_start, 0, COUNT(at_start));
    tcase_add_loop_test(cases, averages_over_kappa, 0, 3);
    tcase_add_loop_test(cases, two_steps_of_the_staircase, 0, 2);
    tcase_add_loop_test(cases, errors_on_the_staircase, 0, 3);
    tcase_add_test(cases, equal_groups);
    tcase_add_test(cases, rotated_variables);
    tcase_add_loop_test(cases, nothing_learned, 0, 2);
    tcase_add_loop_test(cases, spanned_directions_suffice, 0, COUNT(rotations));
    tcase_add_test(cases, three_variables);
    tcase_add_test(cases, trained_networks);
    tcase_add_test(cases, row_of_length_zero);
    return run_cases("dynamics", cases);
}
