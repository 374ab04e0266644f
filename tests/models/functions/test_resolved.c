/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_resolved.c - no answer of one-variable quadrature that calls itself ok lies outside its error.
 *
 *   1. Random functions that oscillate, are steep or narrow, each as target (E g, E[g z], E g^2), as activation
 *      given the spikes (mu0, mu1, mu2^2, nu) and in the gradient (E tau^2), against closed forms (closed.h):
 *      with status GST_OK, |full - exact| <= |full - half| + ROUNDING*(size of f and of x f', for the
 *      argument is rounded too) + BEYOND; with GST_LOOSE, DOUBT times that, as model.c takes it.
 *   2. Cases that were once wrong.
 *
 * test_resolved DRAWS SEED: that many draws instead, and a line of counts; status 1 if one is wrong. */
#include "giantstep/activation.h"
#include "models/functions/activation_moments.h"
#include "tests/closed.h"
#include "tests/network.h"
#include "giantstep/target.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDING (32 * DBL_EPSILON)
/* Functions of size one beyond 12 standard deviations, which nothing looks at. */
#define BEYOND 1e-30
/* What the difference counts where a moment missed its tolerance (model.c). */
#define DOUBT 10

typedef struct {
    unsigned long long ok, loose, refused, wrong;
    double slowest, worst; /* seconds of a draw; error in units of what is allowed */
    char slow[200];
} tally;

typedef struct {
    const char *what, *text;
    double s, c;
    int status;
    tally *counts;
} check;

static void compare(check *k, const char *name, double full, double half, double exact, double size)
{
    double apart = fabs(full - half) * (k->status == GST_OK ? 1 : DOUBT);
    double allowed = apart + ROUNDING * size + BEYOND, off = fabs(full - exact) / allowed;
    if (off > k->counts->worst)
        k->counts->worst = off;
    if (off <= 1)
        return;
    if (k->status != GST_OK)
        printf("loose and ");
    k->counts->wrong++;
    printf("wrong: %s of %s, s = %.17g, c = %.17g: %s %.17g, companion %.3g off, exact %.3g off, "
           "allowed %.2g\n",
           k->what, k->text, k->s, k->c, name, full, half - full, exact - full, allowed);
}

/* Counts the status; 1 if there are values, which are to be right. */
static int accept(check *k, int full, int half)
{
    k->status = full != GST_OK ? full : half;
    if (k->status == GST_OK)
        k->counts->ok++;
    else if (k->status > 0)
        k->counts->loose++;
    else
        k->counts->refused++;
    if (k->status != GST_OK && getenv("RESOLVED_VERBOSE"))
        printf("status %d: %s of %s, s = %.17g, c = %.17g\n", k->status, k->what, k->text, k->s,
               k->c);
    return k->status >= 0;
}

/* |f| and what rounding of x and of the argument makes of it. */
static double size_of(closed_moments m, closed_function f, double s, double c)
{
    return sqrt(m.square) + sqrt(m.slope) * (fabs(s) + sqrt(c) + fabs(f.b));
}

static void check_target(closed_function f, tally *counts)
{
    char text[200];
    gst_target *target;
    gst_target_moments full, half;
    gst_message message;
    closed_text(f, sizeof text, text);
    check k = {.what = "target", .text = text, .c = 1, .counts = counts};
    if (gst_target_compile(&target, text, &message) != GST_OK) {
        accept(&k, GST_INVALID, GST_OK);
        return;
    }
    int first = gst_target_moments_compute(target, 0, &full);
    if (accept(&k, first, gst_target_moments_compute(target, 1, &half))) {
        closed_moments m = closed_form(f, 0, 1);
        double size = size_of(m, f, 0, 1), square = sqrt(m.square) * size;
        compare(&k, "E g", full.mean, half.mean, m.mean, size);
        compare(&k, "E[g z]", full.c1[0], half.c1[0], m.first, size);
        compare(&k, "E g^2", full.variance + full.mean * full.mean,
                half.variance + half.mean * half.mean, m.square, square);
        compare(&k, "E[(g - mean) z^2]", full.second[0], half.second[0], m.second, 2 * size);
    }
    gst_target_free(target);
}

static void check_features(const gst_activation *a, const char *text, closed_function f, double s,
                           double c, tally *counts)
{
    double full[4], half[4], root = sqrt(c);
    check k = {.what = "features", .text = text, .s = s, .c = c, .counts = counts};
    int first = gst_activation_moments(a, 1, &s, c, 0, &full[0], &full[1], &full[2], &full[3]);
    if (!accept(&k, first,
                gst_activation_moments(a, 1, &s, c, 1, &half[0], &half[1], &half[2], &half[3])))
        return;
    closed_moments m = closed_form(f, s, c);
    double size = size_of(m, f, s, c), square = sqrt(m.square) * size;
    compare(&k, "mu0", full[0], half[0], m.mean, size);
    compare(&k, "mu1", full[1], half[1], m.first / root, size / root);
    compare(&k, "mu2sq", full[2], half[2], m.square - m.mean * m.mean - m.first * m.first, square);
    compare(&k, "nu", full[3], half[3], m.second / (2 * c), size / c);
}

static void check_gradient(const gst_activation *a, const char *text, closed_function f,
                           tally *counts)
{
    gst_gradient_moments full, half;
    check k = {.what = "gradient", .text = text, .c = 1, .counts = counts};
    int first = gst_activation_gradient_moments(a, 0, &full);
    if (!accept(&k, first, gst_activation_gradient_moments(a, 1, &half)))
        return;
    closed_moments m = closed_form(f, 0, 1);
    double size = m.slope * (1 + f.a * (1 + fabs(f.b)));
    compare(&k, "s2", full.s2, half.s2, m.slope - m.first * m.first - m.second * m.second, size);
}

static void check_activation(closed_function f, double s, double c, tally *counts, int gradient)
{
    char text[200];
    gst_activation *activation;
    gst_message message;
    closed_text(f, sizeof text, text);
    check k = {.what = "activation", .text = text, .c = c, .s = s, .counts = counts};
    if (gst_activation_compile(&activation, text, &message) != GST_OK) {
        accept(&k, GST_INVALID, GST_OK);
        return;
    }
    if (gradient)
        check_gradient(activation, text, f, counts);
    else
        check_features(activation, text, f, s, c, counts);
    gst_activation_free(activation);
}

/* One function: frequency, or 1/width, log-uniform from 1 to 2000 (1000 for bumps) in units of the standard
 * deviation, to the power `crowd` of the uniform number in it: many low ones; the Gaussian around any place, or around what there is to see. */
static void draw(unsigned long long *state, double crowd, tally *counts)
{
    closed_function f = {.family = (closed_family)(uniform(state) * CLOSED_FAMILIES)};
    double most = f.family == CLOSED_BUMP ? 1000 : 2000, w = pow(most, pow(uniform(state), crowd));
    double c = 0.01 * pow(5000, uniform(state)), s = 3.5 * (2 * uniform(state) - 1);
    f.b = 3.5 * (2 * uniform(state) - 1);
    if (uniform(state) < 0.5)
        s = f.b + 3 * sqrt(c) * (2 * uniform(state) - 1);
    f.a = w;
    clock_t began = clock();
    check_target(f, counts);
    check_activation(f, 0, 1, counts, 1);
    f.a = w / sqrt(c);
    check_activation(f, s, c, counts, 0);
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    if (seconds > counts->slowest) {
        counts->slowest = seconds;
        closed_text(f, sizeof counts->slow, counts->slow);
    }
}

static tally scan(unsigned long long draws, unsigned long long seed, double crowd)
{
    tally counts = {0};
    for (unsigned long long i = 0; i < draws; i++)
        draw(&seed, crowd, &counts);
    printf("answers: ok %llu, loose %llu, refused %llu, wrong %llu; largest error %.3g of what is "
           "allowed; slowest draw %.3f s (%s)\n",
           counts.ok, counts.loose, counts.refused, counts.wrong, counts.worst, counts.slowest,
           counts.slow);
    return counts;
}

START_TEST(scanned)
{
    tally counts = scan(200, 20260, 12);
    ck_assert_uint_eq(counts.wrong, 0);
    ck_assert_uint_le(10 * (counts.loose + counts.refused), counts.ok);
}
END_TEST

/* ---- cases that were once wrong ------------------------------------------------------------------ */

/* Functions of 1., each in what of it was wrong; s and c of the features. */
static const struct {
    closed_function f;
    double s, c;
    int target, features, gradient;
} fixed[] = {
    {{CLOSED_SIN, 16.75, 0}, 0, 1, 1, 0, 0},
    {{CLOSED_SIN, 14.58, 0}, 0, 1, 1, 0, 0},
    {{CLOSED_EXPSIN, 3.819, 0}, 1.3, 20, 0, 1, 0},
    {{CLOSED_XSIN, 7.143, 2}, 1.3, 20, 0, 1, 0},
    {{CLOSED_COS, 6.686, 0}, 1.3, 20, 0, 1, 0},
    {{CLOSED_ERF, 305.7, 1.37}, 0, 1, 0, 0, 1},
    /* a panel of 0.6 that ends where the step's tail is still 1e-4 */
    {{CLOSED_ERF, 785.28717808495924, -2.4101745539787029},
     -2.4136162429138772,
     0.039744793452629462,
     0,
     1,
     0},
    {{CLOSED_TANH, 243.5, 3.1}, 0, 1, 0, 0, 1},
    {{CLOSED_SIGMOID, 426.2, 2.92}, 0, 1, 0, 0, 1},
    {{CLOSED_ERF, 1900, 0.1234}, 0, 1, 0, 0, 1},
    {{CLOSED_ERF, 1900, -1.291}, 0, 1, 0, 0, 1},
    {{CLOSED_ERF, 1752.3235121136008, -0.070809324041273547}, 0, 1, 0, 0, 1},
    {{CLOSED_BUMP, 447.213595499958, 1.2345}, 0, 1, 1, 0, 0},
    {{CLOSED_TANH, 500, 0}, 0, 1, 1, 0, 0},
};

/* E tau^2, and that a curve which needs it is ok. */
static void check_slope(closed_function f)
{
    char text[200];
    gst_activation *a;
    gst_gradient_moments g;
    gst_message message;
    closed_moments m = closed_form(f, 0, 1);
    closed_text(f, sizeof text, text);
    ck_assert_int_eq(gst_activation_compile(&a, text, &message), GST_OK);
    ck_assert_int_ge(gst_activation_gradient_moments(a, 0, &g), 0);
    ASSERT_CLOSE(g.s2, m.slope - m.first * m.first - m.second * m.second, 1e-10);
    gst_activation_free(a);
    solved("--activation %s --alpha0 2", text);
}

START_TEST(once_wrong)
{
    tally counts = {0};
    closed_function f = fixed[_i].f;
    if (fixed[_i].target)
        check_target(f, &counts);
    if (fixed[_i].features)
        check_activation(f, fixed[_i].s, fixed[_i].c, &counts, 0);
    if (fixed[_i].gradient)
        check_slope(f);
    else
        ck_assert_uint_eq(counts.ok + counts.loose, 1);
    ck_assert_uint_eq(counts.wrong, 0);
}
END_TEST

/* The numbers by themselves, as they were found elsewhere. */
START_TEST(known_values)
{
    static const double s2[] = {75.86, 1.06, 0.399};
    static const closed_function steep[] = {
        {CLOSED_ERF, 305.7, 1.37}, {CLOSED_TANH, 243.5, 3.1}, {CLOSED_SIGMOID, 426.2, 2.92}};
    ASSERT_CLOSE(closed_form((closed_function){CLOSED_EXPSIN, 3.819, 0}, 1.3, 20).mean, 1.266,
                 5e-4);
    for (int i = 0; i < COUNT(s2); i++) {
        closed_moments m = closed_form(steep[i], 0, 1);
        ASSERT_CLOSE(m.slope - m.first * m.first - m.second * m.second, s2[i], 5e-3);
    }
}
END_TEST

/* Two functions without a linear part: the excess risk of an untrained network is proportional to the variance. */
START_TEST(purely_nonlinear)
{
    gst_risk wave = solved("--target sin(16.75*z) --alpha0 0");
    gst_risk cubic = solved("--target h3 --alpha0 0");
    ASSERT_CLOSE(wave.excess_risk, 0.5 * cubic.excess_risk, 1e-12);
    ASSERT_CLOSE(wave.excess_risk, 0.748303752811408, 1e-12);
}
END_TEST

/* E 1/(1 + (k (z - b))^2)^2 is what the program says by a trapezoid rule in z - b = sinh(t)/k. */
START_TEST(resonance)
{
    gst_target *target;
    gst_target_moments m;
    gst_message message;
    double mean = 0, square = 0, k = 100, b = 0.7, step = 0.02;
    for (double t = -8; t < 8; t += step) {
        double u = sinh(t), z = b + u / k, f = 1 / (1 + u * u);
        double w = step * cosh(t) / k * exp(-0.5 * z * z) / sqrt(2 * acos(-1.0));
        mean += w * f;
        square += w * f * f;
    }
    ck_assert_int_eq(gst_target_compile(&target, "1/(1+10000*(z1-0.7)^2)", &message), GST_OK);
    ck_assert_int_ge(gst_target_moments_compute(target, 0, &m), 0);
    ASSERT_CLOSE(m.mean, mean, 1e-10);
    ASSERT_CLOSE(m.variance + m.mean * m.mean, square, 1e-10);
    solved("--target 1/(1+10000*(z1-0.7)^2) --alpha0 0");
    gst_target_free(target);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 3)
        return scan(strtoull(argv[1], NULL, 10), strtoull(argv[2], NULL, 10), 1).wrong > 0;
    TCase *cases = tcase_create("resolved");
    tcase_add_test(cases, scanned);
    tcase_add_test(cases, known_values);
    tcase_add_loop_test(cases, once_wrong, 0, COUNT(fixed));
    tcase_add_test(cases, purely_nonlinear);
    tcase_add_test(cases, resonance);
    return run_cases("resolved", cases);
}
