/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_step_labels.c - residual labels: averages over the noise, and their laws given kappa, against sums over fine grids
 * of noise and coordinates, on which nothing but the loss is evaluated. */
#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <string.h>

#include "models/loss/loss.h"
#include "models/training/label_residual.h"
#include "models/training/step_target.h"
#include "tests/network.h"

enum { PANELS = 24, POINTS = 20, COORDINATES = 600 };

static gst_step_labels huber(gst_loss *loss, double clip, double noise)
{
    *loss = gst_loss_huber;
    loss->parameter = clip;
    return (gst_step_labels){.kind = GST_LABELS_REAL, .noise = noise, .clip = clip, .loss = loss};
}

static double normal(double x)
{
    return exp(-x * x / 2) / (M_SQRT2 * M_SQRTPI);
}

/* E F(clip(u + sd xi)) on panels of xi that end where the cut begins. */
static double average_over_noise(double u, double clip, double sd, double (*F)(double, double),
                                 double parameter)
{
    double x[POINTS], w[POINTS], sum = 0, ends[4] = {-9.5, 0, 0, 9.5};
    if (!(sd > 0))
        return F(fmin(fmax(u, -clip), clip), parameter);
    ends[1] = fmin(fmax((-clip - u) / sd, -9.5), 9.5);
    ends[2] = fmin(fmax((clip - u) / sd, -9.5), 9.5);
    ck_assert_int_eq(gst_rule_legendre(POINTS, x, w), GST_OK);
    for (int part = 0; part < 3; part++)
        for (int i = 0; i < PANELS; i++) {
            double h = (ends[part + 1] - ends[part]) / PANELS, low = ends[part] + h * i;
            for (int k = 0; k < POINTS; k++) {
                double xi = low + h * (1 + x[k]) / 2;
                sum +=
                    h / 2 * w[k] * normal(xi) * F(fmin(fmax(u + sd * xi, -clip), clip), parameter);
            }
        }
    return sum;
}

static double power(double y, double k)
{
    return pow(y, k);
}

/* Poles at +-i s, as resolvents of the bulk have. */
static double resolvent(double y, double s)
{
    return (1 + 0.7 * y) / (s * s + y * y);
}

static const struct {
    double clip, noise;
} cuts[] = {{0.7, 0.09}, {0.3, 2.3}, {1.3, 1e-4}, {0.7, 1e-9}, {2.1, 0}};

START_TEST(averages_over_the_noise)
{
    gst_loss loss;
    gst_step_labels labels = huber(&loss, cuts[_i].clip, cuts[_i].noise);
    for (double u = -31.7; u < 40; u += u < 3 && u > -3 ? 0.173 : 4.91) {
        const double g = u + 0.3, f0 = 0.3;
        double mean, square, clip = cuts[_i].clip, sd = sqrt(cuts[_i].noise);
        gst_step_labels_average(&labels, 1, &g, &f0, &mean, &square);
        ASSERT_NEAR(mean, average_over_noise(g - f0, clip, sd, power, 1), 3e-14 * (1 + clip));
        ASSERT_NEAR(square, average_over_noise(g - f0, clip, sd, power, 2),
                    1e-13 * (1 + clip * clip));
    }
}
END_TEST

/* Any loss of two labels is a line. */
START_TEST(signs_make_lines)
{
    for (size_t row = 0; gst_loss_row(row); row++) {
        const gst_loss *loss = gst_loss_row(row);
        gst_step_labels labels = {.kind = GST_LABELS_SIGN, .clip = INFINITY, .loss = loss};
        if (strcmp(loss->name, "max-margin") == 0)
            continue;
        for (double f = -2.3; f < 2.5; f += 0.37) {
            const double y[2] = {1, -1}, at[2] = {f, f}, M = 0.3;
            double offset, slope, yt[2], mean, square;
            gst_step_labels_line(&labels, f, &offset, &slope);
            loss->slope(loss, 2, y, at, yt);
            ASSERT_NEAR(offset + slope, yt[0], 1e-15);
            ASSERT_NEAR(offset - slope, yt[1], 1e-15);
            gst_step_labels_average(&labels, 1, &M, &f, &mean, &square);
            ASSERT_NEAR(mean, 0.65 * yt[0] + 0.35 * yt[1], 1e-15);
            ASSERT_NEAR(square, 0.65 * yt[0] * yt[0] + 0.35 * yt[1] * yt[1], 2e-15);
        }
    }
}
END_TEST

/* ---- laws given kappa --------------------------------------------------------------------------- */

/* A spike that has the overlap 0.8 with z: z = 0.8 kappa + 0.6 s. */
static const double U = 0.7, c = 0.9, gamma_ = 0.8, rest = 0.6, kappa = 0.45;

static gst_features features_of(network *n)
{
    gst_features f = {.K = 1, .m = 1, .q = 1, .r = 1, .problem = n->problem};
    f.U = (double *)&U;
    f.c = (double *)&c;
    f.gamma = (double *)&gamma_;
    f.rest = (double *)&rest;
    return f;
}

/* E[F(yt) s^k], over s where it bends too: edges of the cut are found by bisection of increasing targets. */
static double average(const gst_step_labels *labels, double (*g)(double), double f0,
                      double (*F)(double, double), double parameter, int k)
{
    double x[POINTS], w[POINTS], ends[COORDINATES], sum = 0, sd = sqrt(labels->noise);
    size_t count = 0;
    ck_assert_int_eq(gst_rule_legendre(POINTS, x, w), GST_OK);
    for (int i = 0; i <= 2 * PANELS; i++)
        ends[count++] = -9.5 + 19.0 * i / (2 * PANELS);
    for (int side = -1; side <= 1; side += 2)
        for (int i = -16; i <= 16; i++) {
            double low = -9.5, high = 9.5, edge = f0 + side * labels->clip + i * sd / 2;
            for (int step = 0; step < 60; step++) {
                double middle = (low + high) / 2;
                int below = g(gamma_ * kappa + rest * middle) < edge;
                low = below ? middle : low;
                high = below ? high : middle;
            }
            ends[count++] = low;
        }
    for (size_t i = 1; i < count; i++) /* in order */
        for (size_t j = i; j > 0 && ends[j] < ends[j - 1]; j--) {
            double swap = ends[j];
            ends[j] = ends[j - 1];
            ends[j - 1] = swap;
        }
    for (size_t i = 0; i + 1 < count; i++)
        for (int p = 0; p < POINTS; p++) {
            double h = ends[i + 1] - ends[i], s = ends[i] + h * (1 + x[p]) / 2;
            sum += h / 2 * w[p] * normal(s) * pow(s, k) *
                   average_over_noise(g(gamma_ * kappa + rest * s) - f0, labels->clip, sd, F,
                                      parameter);
        }
    return sum;
}

static double steep(double z)
{
    return tanh(3 * z) + 0.2 * z;
}

static double straight(double z)
{
    return 1.1 * z;
}

static const struct {
    double (*g)(double);
    const char *text;
    double clip, noise;
} cut_cases[] = {
    {straight, "1.1*z", 0.7, 0.09},        {straight, "1.1*z", 0.7, 0},
    {straight, "1.1*z", 0.4, 1e-6},        {straight, "1.1*z", 0.4, 3},
    {steep, "tanh(3*z)+0.2*z", 0.5, 0.01}, {steep, "tanh(3*z)+0.2*z", 0.5, 0},
};

/* The tabulated averages, and the law: Gauss rules, dense meshes; full and companion. */
START_TEST(cut_labels)
{
    network n;
    gst_loss loss;
    double f0 = 0;
    gst_step_labels labels = huber(&loss, cut_cases[_i].clip, cut_cases[_i].noise);
    network_make(&n, "--activation tanh --target %s", cut_cases[_i].text);
    gst_features f = features_of(&n);
    labels.mean = n.target;
    for (int k = 0; k < 2000; k++) { /* the output that the rows have */
        double x = -10 + 0.01 * (k + 0.5);
        f0 += 0.01 * normal(x) * tanh(U * kappa + sqrt(c) * x);
    }
    double want[5], poles[2];
    for (int k = 0; k < 3; k++)
        want[k] = average(&labels, cut_cases[_i].g, f0, power, k == 2 ? 2 : 1, k == 1);
    want[3] = average(&labels, cut_cases[_i].g, f0, power, 1, 2);
    want[4] = average(&labels, cut_cases[_i].g, f0, power, 3, 1);
    for (int k = 0; k < 2; k++)
        poles[k] = average(&labels, cut_cases[_i].g, f0, resolvent, 0.8, k);
    for (int half = 0; half < 2; half++) {
        gst_step_target target;
        double mean, square, linear;
        ck_assert_int_eq(gst_step_target_setup(&target, &f, &labels, half), GST_OK);
        ck_assert_int_eq(
            gst_step_target_tabulate(&target, 1, &kappa, &f0, half, &mean, &square, &linear),
            GST_OK);
        ASSERT_NEAR(mean, want[0], 1e-13);
        ASSERT_NEAR(linear, want[1], 1e-13);
        ASSERT_NEAR(square, want[2], 1e-13);
        for (int dense = 0; dense < 2; dense++) {
            gst_label_source source;
            gst_label_law *law;
            ck_assert_int_eq(gst_label_source_setup(&source, n.target, &f, 192, half), GST_OK);
            source.g.kinks = target.kinks;
            ck_assert_int_eq(
                gst_label_law_cut(&law, &source, &labels, &kappa, f0, dense ? 300 : 40, 1, dense),
                GST_OK);
            double pole[2] = {0, 0}, pair = 0;
            for (size_t i = 0; i < law->n; i++) {
                double F = resolvent(law->y[i], 0.8);
                pole[0] += law->weight[i] * F;
                pole[1] += law->weight[gst_label_term_mean(law, 0) * law->n + i] * F;
                pair += law->weight[gst_label_term_square(law, 0, 0) * law->n + i] * law->y[i];
            }
            ASSERT_NEAR(law->moment[0], 1, 1e-12);
            ASSERT_NEAR(law->moment[1], want[0], 1e-11);
            ASSERT_NEAR(law->linear[2], want[4], 1e-11);
            ASSERT_NEAR(law->square[0], want[3], 1e-11);
            ASSERT_NEAR(pair, law->square[0], 1e-11);
            ASSERT_NEAR(pole[0], poles[0], 1e-10);
            ASSERT_NEAR(pole[1], poles[1], 1e-10);
            gst_label_law_free(law);
            gst_label_source_clear(&source);
        }
        gst_step_target_clear(&target);
    }
    network_clear(&n);
}
END_TEST

/* Without spikes, two directions: all moments at once against a sum over a grid. */
START_TEST(cut_labels_at_the_start)
{
    network n;
    gst_loss loss;
    gst_features *f;
    gst_step_target target;
    gst_residual_moments got;
    gst_step_labels labels = huber(&loss, 0.8, 0.3);
    const double f0 = -0.2, h = 1.0 / 32;
    double want[6] = {0};
    network_make(&n, "--activation tanh --target z1+tanh(z1*z2) --alpha0 0");
    f = network_features(&n);
    labels.mean = n.target;
    for (double a = -9; a <= 9; a += h)
        for (double b = -9; b <= 9; b += h) {
            double g = a + tanh(a * b), w = h * h * normal(a) * normal(b), y, y2;
            gst_step_labels_average(&labels, 1, &g, &f0, &y, &y2);
            const double of[6] = {y, y2, y * a, y * b, y * a * b, y * b * b};
            for (int k = 0; k < 6; k++)
                want[k] += w * of[k];
        }
    for (int half = 0; half < 2; half++) {
        ck_assert_int_eq(gst_step_target_setup(&target, f, &labels, half), GST_OK);
        ck_assert_int_eq(gst_step_target_start(&target, f0, half, &got), GST_OK);
        const double is[6] = {got.mean,      got.square,  got.linear[0],
                              got.linear[1], got.pair[1], got.pair[3]};
        for (int k = 0; k < 6; k++)
            ASSERT_NEAR(is[k], want[k], 1e-11);
        gst_step_target_clear(&target);
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* Every term of the law of two labels at one kappa: M = sign(g) or its average over the noise, logistic residuals. */
START_TEST(two_labels)
{
    network n;
    gst_label_source source;
    gst_residual_moments y;
    gst_label_law *law;
    const double f0 = 0.4;
    gst_step_labels labels = {
        .kind = GST_LABELS_SIGN, .clip = INFINITY, .loss = &gst_loss_logistic};
    network_make(&n, "--activation tanh --target %s", _i ? "erf(1.7*(z-0.2))" : "sign(z-0.2)");
    gst_features f = features_of(&n);
    double M[3] = {0}, kink = (0.2 - gamma_ * kappa) / rest, x[POINTS], w[POINTS];
    ck_assert_int_eq(gst_rule_legendre(POINTS, x, w), GST_OK);
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < PANELS; i++)
            for (int p = 0; p < POINTS; p++) {
                double span = side ? 9.5 - kink : kink + 9.5, h = span / PANELS;
                double s = (side ? kink : -9.5) + h * (i + (1 + x[p]) / 2);
                double z = gamma_ * kappa + rest * s - 0.2,
                       mean = _i ? erf(1.7 * z) : (z > 0) - (z < 0);
                for (int k = 0; k < 3; k++)
                    M[k] += h / 2 * w[p] * normal(s) * pow(s, k) * mean;
            }
    const double yt[2] = {1 / (1 + exp(f0)), -1 / (1 + exp(-f0))};
    for (int half = 0; half < 2; half++) {
        ck_assert_int_eq(gst_label_source_setup(&source, n.target, &f, 192, half), GST_OK);
        ck_assert_int_eq(gst_label_source_means(&source, &kappa, &y, NULL), GST_OK);
        ck_assert_int_eq(gst_label_law_signs(&law, &labels, f0, 1, &y, NULL), GST_OK);
        ck_assert_uint_eq(law->n, 2);
        for (size_t i = 0; i < 2; i++) {
            double sign = i ? -1 : 1;
            ASSERT_NEAR(law->y[i], yt[i], 1e-15);
            for (size_t k = 0; k <= 6; k++)
                ASSERT_NEAR(law->weight[k * 2 + i], (1 + sign * M[0]) / 2 * pow(yt[i], (double)k),
                            1e-13);
            for (size_t k = 1; k <= 3; k++)
                ASSERT_NEAR(law->weight[gst_label_term_linear(law, k, 0) * 2 + i],
                            sign * M[1] / 2 * pow(yt[i], (double)k), 1e-13);
            ASSERT_NEAR(law->weight[gst_label_term_mean(law, 0) * 2 + i], sign * M[1] / 2, 1e-13);
            ASSERT_NEAR(law->weight[gst_label_term_square(law, 0, 0) * 2 + i],
                        (1 + sign * M[2]) / 2, 1e-13);
        }
        double plus = (1 + M[0]) / 2, minus = (1 - M[0]) / 2;
        for (size_t k = 0; k < GST_LABEL_MOMENTS; k++)
            ASSERT_NEAR(law->moment[k],
                        plus * pow(yt[0], (double)k) + minus * pow(yt[1], (double)k), 1e-13);
        ASSERT_NEAR(law->linear[1], M[1] / 2 * (yt[0] * yt[0] - yt[1] * yt[1]), 1e-13);
        ASSERT_NEAR(law->square[0], (1 + M[2]) / 2 * yt[0] + (1 - M[2]) / 2 * yt[1], 1e-13);
        gst_label_law_free(law);
        gst_label_source_clear(&source);
    }
    network_clear(&n);
}
END_TEST

START_TEST(equal_labels_are_refused)
{
    network n;
    gst_features *f = NULL;
    gst_message message = {""};
    network_make(&n, "--eta 2 --target 1+z^2");
    n.problem.labels = GST_LABELS_SIGN;
    ck_assert_int_eq(gst_features_train(&f, &n.problem, 0, &message), GST_INVALID);
    ck_assert_msg(!f && strstr(message.text, "labels:") == message.text, "%s", message.text);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("step labels");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, averages_over_the_noise, 0, COUNT(cuts));
    tcase_add_test(cases, signs_make_lines);
    tcase_add_loop_test(cases, cut_labels, 0, COUNT(cut_cases));
    tcase_add_test(cases, cut_labels_at_the_start);
    tcase_add_loop_test(cases, two_labels, 0, 2);
    tcase_add_test(cases, equal_labels_are_refused);
    return run_cases("step labels", cases);
}
