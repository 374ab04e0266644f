/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_batch.c - what one step on a finite batch leaves in the rows (docs/theory, 7.4): printed coefficients, those
 * that one step alone has by its own formulas, scaling, and the law of the residual labels as a Gauss rule. */
#include <stdlib.h>

#include "models/training/trajectory.h"
#include "tests/network.h"
#include "tests/one_batch.h"

/* ---- printed coefficients ----------------------------------------------------------------------- */

#define ODD "--activation tanh --target tanh --eta 3 --alpha0 0.5 --bulk exact"
#define EVEN                                                                                    \
    "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 --eta " \
    "3 --alpha0 0.5 --noise 0.02 --bulk exact"

/* U, c, gamma, q1, q2, om of a group; NaN: not printed. */
static const struct {
    const char *options;
    size_t group;
    double U, c, gamma, q1[3], q2[3], om;
} printed[] = {
    {ODD, 0, NAN, NAN, NAN, {-2.18157226, 0, 0}, {0, 0, -1.08872404}, 9.02528293},
    {EVEN,
     0,
     1.99531369,
     1.76897349,
     0.51180257,
     {-1.5044444965, 0.4875239827, 0},
     {0, -0.6550256941, -0.1307965081},
     8.16045684},
    {EVEN,
     1,
     -0.99765684,
     1.36576290,
     0.51180257,
     {0.8998217624, 0.1218809957, 0},
     {0, -0.1958883747, 0.0163495636},
     2.07223192},
};

static gst_trajectory *trajectory_of(const network *n)
{
    gst_trajectory *t;
    gst_label_resolution at = {.order = 256, .spikes = 96, .nodes = 80};
    ck_assert_int_ge(gst_trajectory_build(&t, &n->problem, at, NULL), 0);
    ck_assert_uint_eq(t->steps, 1);
    ck_assert_uint_eq(t->step[0].n, 1);
    return t;
}

/* Coefficient of yt^power in a special vector of group g. */
static double psi(const gst_trajectory *t, size_t g, gst_psi kind, size_t power)
{
    return t->step[0].node[0].psi[(g * GST_PSI_KINDS + kind) * GST_PSI_POWERS + power - 1];
}

/* d Var(delta): v_1.v_1 of untrained rows, and Om. */
static double norm_variance(const gst_trajectory *t, size_t g)
{
    const gst_step_law *law = &t->step[0];
    const gst_label_law *y = law->node[0].labels;
    double sum = law->Om[g];
    for (size_t i = 1; i <= 3; i++) {
        for (size_t j = 1; j <= 3; j++) {
            double overlap = law->phi * y->moment[i + j];
            for (size_t k = 0; k < y->r; k++)
                overlap += y->linear[(i - 1) * y->r + k] * y->linear[(j - 1) * y->r + k];
            sum += psi(t, g, GST_PSI_NORM, i) * psi(t, g, GST_PSI_NORM, j) * overlap;
        }
    }
    return sum;
}

START_TEST(printed_coefficients)
{
    network n;
    network_make(&n, "%s", printed[_i].options);
    gst_features *f = network_features(&n);
    gst_trajectory *t = trajectory_of(&n);
    size_t g = printed[_i].group;
    const double half = 0.51e-8;
    if (!isnan(printed[_i].U)) {
        ASSERT_NEAR(f->U[g], printed[_i].U, half);
        ASSERT_NEAR(f->c[g], printed[_i].c, half);
        ASSERT_NEAR(f->gamma[0], printed[_i].gamma, half);
    }
    ASSERT_NEAR(norm_variance(t, g), printed[_i].om, half);
    for (size_t k = 0; k < 3; k++) {
        ASSERT_NEAR(psi(t, g, GST_PSI_NORM, k + 1), printed[_i].q1[k], half);
        ASSERT_NEAR(psi(t, g, GST_PSI_NOISE, k + 1), printed[_i].q2[k], half);
    }
    gst_trajectory_free(t);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

static const char *const single[] = {
    ODD,
    EVEN,
    "--activation relu --target z1+0.4*z1*z2 --second-layer 1:1,-0.3:2 --eta 1.3 --alpha0 1.7",
    "--activation erf(z-0.4) --target cos(z1)*z2 --eta 2.3 --alpha0 0.9 --noise 0.3",
};

START_TEST(formulas_of_one_step)
{
    network n;
    network_make(&n, "%s", single[_i]);
    gst_trajectory *t = trajectory_of(&n);
    one_batch *batch = one_batch_of(&n.problem, 256, 80);
    const gst_step_law *law = &t->step[0];
    ck_assert_int_eq(law->linear, batch->linear);
    for (size_t g = 0; g < n.layer.K; g++) {
        ASSERT_NEAR(law->node[0].b[g], batch->b[g], 1e-13);
        ASSERT_NEAR(law->node[0].a[g], batch->w[g], 1e-13);
        ASSERT_CLOSE(norm_variance(t, g), batch->om[g], 1e-9);
        for (size_t k = 0; k < 3; k++) {
            ASSERT_NEAR(psi(t, g, GST_PSI_NORM, k + 1), batch->q1[g * 3 + k], 1e-11);
            ASSERT_NEAR(psi(t, g, GST_PSI_NOISE, k + 1), batch->q2[g * 3 + k], 1e-11);
        }
    }
    one_batch_free(batch);
    gst_trajectory_free(t);
    network_clear(&n);
}
END_TEST

/* As alpha0 grows the norm of a row varies as after a population step. */
START_TEST(large_batch_is_the_population_step)
{
    network n, limit;
    const char *rest = "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1) --eta 3";
    network_make(&limit, "%s --alpha0 inf", rest);
    gst_features *f = network_features(&limit);
    double before = 0;
    for (double alpha0 = 1e2; alpha0 < 1e6; alpha0 *= 10) {
        network_make(&n, "%s --alpha0 %g", rest, alpha0);
        gst_trajectory *t = trajectory_of(&n);
        double gap = norm_variance(t, 0) - f->C[3];
        if (before != 0)
            ASSERT_NEAR(log10(gap / before), -1, 0.05);
        before = gap;
        gst_trajectory_free(t);
        network_clear(&n);
    }
    ck_assert_double_lt(fabs(before), 1e-3 * f->C[3]);
    gst_features_free(f);
    network_clear(&limit);
}
END_TEST

/* ---- the law of the residual labels ------------------------------------------------------------- */

static const struct {
    const char *target;
    double f0, noise;
    size_t r, atoms; /* 0: as many nodes as asked for */
} laws[] = {
    {"sin(z)", 0.3, 0, 1, 0},
    {"z+sqrt(z^2+0.1)", 0.1, 0.2, 1, 0},
    {"sign(z)", 0, 0, 1, 2},
    {"sign(z)", 0.2, 0, 1, 2},
    {"sign(z)+step(z-0.5)", 0, 0, 1, 3},
    {"sign(z)", 0, 0.3, 1, 0},
    {"tanh(z1)+0.4*z2", -0.2, 0, 2, 0},
    {"sign(z1)*sign(z2)", 0, 0, 2, 2},
    {"sin(z1+0.3)+0.5*tanh(z1)*z2", 0, 0.1, 2, 0},
};

static gst_label_law *law_of(int i, size_t order, size_t nodes)
{
    gst_target *target;
    gst_label_law *law;
    ck_assert_int_eq(gst_target_compile(&target, laws[i].target, NULL), GST_OK);
    ck_assert_int_eq(gst_label_law_build(&law, target, laws[i].f0, laws[i].noise, order, nodes, 0),
                     GST_OK);
    gst_target_free(target);
    return law;
}

static double total(const gst_label_law *law, size_t term, double (*F)(double), double scale)
{
    double sum = 0;
    for (size_t i = 0; i < law->n; i++)
        sum += law->weight[term * law->n + i] * (F ? F(law->y[i] / scale) : 1);
    return sum;
}

/* Totals of all weights: moments of yt, E[yt^k z], E z = 0, E[zz^T] = 1. */
START_TEST(totals)
{
    gst_label_law *law = law_of(_i, 256, 40);
    size_t r = laws[_i].r;
    ck_assert_uint_eq(law->r, r);
    ck_assert_uint_eq(law->n, laws[_i].atoms ? laws[_i].atoms : 40);
    ASSERT_NEAR(law->moment[0], 1, 1e-13);
    ASSERT_NEAR(total(law, gst_label_term_one(), NULL, 1), 1, 1e-12);
    for (size_t k = 2; k <= 6; k++)
        ASSERT_NEAR(total(law, gst_label_term_power(k), NULL, 1), law->moment[k],
                    1e-11 * law->moment[6]);
    for (size_t j = 0; j < r; j++) {
        ASSERT_NEAR(total(law, gst_label_term_mean(law, j), NULL, 1), 0, 1e-11);
        for (size_t k = 1; k <= 3; k++)
            ASSERT_NEAR(total(law, gst_label_term_linear(law, k, j), NULL, 1),
                        law->linear[(k - 1) * r + j], 1e-11 * (1 + law->moment[6]));
        for (size_t i = 0; i < r; i++)
            ASSERT_NEAR(total(law, gst_label_term_square(law, i, j), NULL, 1), i == j, 1e-11);
    }
    for (size_t i = 0; i < law->n; i++)
        ck_assert(law->weight[i] > 0 && isfinite(law->y[i]));
    gst_label_law_free(law);
}
END_TEST

/* Moments of yt in closed form: sin(z) - f0, sign(z) - f0 + noise. */
START_TEST(closed_forms)
{
    gst_label_law *law = law_of(0, 256, 40);
    double even = (1 - exp(-2)) / 2, f0 = 0.3;
    ASSERT_CLOSE(law->moment[1], -f0, 1e-13);
    ASSERT_CLOSE(law->moment[2], even + f0 * f0, 1e-13);
    ASSERT_CLOSE(law->linear[0], exp(-0.5), 1e-13);
    ASSERT_CLOSE(law->linear[1], -2 * f0 * exp(-0.5), 1e-13);
    gst_label_law_free(law);
    law = law_of(5, 256, 40);
    ASSERT_CLOSE(law->moment[2], 1.3, 1e-13);
    ASSERT_CLOSE(law->moment[4], 1 + 6 * 0.3 + 3 * 0.09, 1e-12);
    ASSERT_CLOSE(law->linear[0], sqrt(2 / acos(-1)), 1e-12);
    gst_label_law_free(law);
    law = law_of(2, 256, 40);
    for (size_t i = 0; i < 2; i++) {
        ASSERT_CLOSE(fabs(law->y[i]), 1, 1e-13);
        ASSERT_CLOSE(law->weight[i], 0.5, 1e-13);
        ASSERT_NEAR(law->weight[gst_label_term_mean(law, 0) * 2 + i],
                    law->y[i] / sqrt(2 * acos(-1)), 1e-12);
    }
    gst_label_law_free(law);
}
END_TEST

static double rational(double y)
{
    return 1 / (1.7 + y + y * y);
}

/* Averages of rational functions converge geometrically, for every weight. */
START_TEST(rational_averages_converge)
{
    gst_label_law *fine = law_of(_i, 512, 120);
    double scale = sqrt(fine->moment[2]), worst[2] = {0, 0};
    for (int level = 0; level < 2; level++) {
        gst_label_law *law = law_of(_i, 512, level ? 40 : 10);
        for (size_t t = 0; t < law->terms; t++) {
            double off = total(law, t, rational, scale) - total(fine, t, rational, scale);
            worst[level] = fmax(worst[level], fabs(off) / (1 + fine->moment[6]));
        }
        gst_label_law_free(law);
    }
    ck_assert_double_lt(worst[1], 1e-6);
    ck_assert(laws[_i].atoms || worst[1] < 1e-2 * worst[0]);
    gst_label_law_free(fine);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("batch");
    tcase_add_loop_test(cases, printed_coefficients, 0, COUNT(printed));
    tcase_add_loop_test(cases, formulas_of_one_step, 0, COUNT(single));
    tcase_add_test(cases, large_batch_is_the_population_step);
    tcase_add_loop_test(cases, totals, 0, COUNT(laws));
    tcase_add_test(cases, closed_forms);
    tcase_add_loop_test(cases, rational_averages_converge, 0, COUNT(laws));
    return run_cases("batch", cases);
}
