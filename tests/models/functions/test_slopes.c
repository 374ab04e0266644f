/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_slopes.c - averages of the activation's slopes at offsets: closed forms, and the moments at the start, which an
 * adaptive rule found. */
#include <gsl/gsl_math.h>
#include <stdlib.h>

#include "models/functions/activation_moments.h"
#include "giantstep/activation.h"
#include "models/functions/slope_moments.h"
#include "tests/numbers.h"

enum { COUNT_S = 4, ROWS = GST_SLOPE_MOMENTS };

static const double offsets[COUNT_S] = {0.37, -2.9, 1.21, 0};

static gst_activation *compiled(const char *text)
{
    gst_message message = {""};
    gst_activation *a = NULL;
    ck_assert_msg(gst_activation_compile(&a, text, &message) == GST_OK, "%s", message.text);
    return a;
}

/* E[zeta^k e^{b zeta}] over e^{b^2/2}, k = 0 .. 4. */
static double tilted(double b, int k)
{
    const double m[] = {1, b, b * b + 1, b * b * b + 3 * b, b * b * b * b + 6 * b * b + 3};
    return m[k];
}

/* The moments of tau from those of sigma': mixed[j][k] = E[sigma'^j zeta^k], j = 0 .. 4, k = 0 .. 5. */
static void expand(double mixed[5][6], double c, double *out)
{
    double root = sqrt(c), m1 = mixed[1][0], e1 = mixed[1][1];
    double power[5][3]; /* E[tau^j zeta^k] */
    for (int j = 2; j < 5; j++) {
        for (int k = 0; k < 3; k++) {
            power[j][k] = 0;
            for (int a = 0; a <= j; a++) {
                for (int b = 0; a + b <= j; b++) { /* sigma'^(j-a-b) (-m1)^a (-e1 zeta)^b */
                    double ways = gsl_pow_int(-m1, a) * gsl_pow_int(-e1, b);
                    for (int i = 1; i <= j; i++)
                        ways *= i;
                    for (int i = 1; i <= a; i++)
                        ways /= i;
                    for (int i = 1; i <= b; i++)
                        ways /= i;
                    for (int i = 1; i <= j - a - b; i++)
                        ways /= i;
                    if (k + b < 6)
                        power[j][k] += ways * mixed[j - a - b][k + b];
                }
            }
        }
    }
    out[GST_SLOPE_FIRST] = m1;
    out[GST_SLOPE_SECOND] = e1 / root;
    out[GST_SLOPE_THIRD] = (mixed[1][2] - m1) / c;
    out[GST_SLOPE_FOURTH] = (mixed[1][3] - 3 * e1) / (c * root);
    out[GST_SLOPE_SQUARE] = power[2][0];
    out[GST_SLOPE_SQUARE_1] = root * power[2][1];
    out[GST_SLOPE_SQUARE_2] = power[2][2] - power[2][0];
    out[GST_SLOPE_CUBE] = power[3][0];
    out[GST_SLOPE_CUBE_1] = root * power[3][1];
    out[GST_SLOPE_QUARTIC] = power[4][0];
}

/* E zeta^k, k = 0 .. 5. */
static const double normal[6] = {1, 0, 1, 0, 3, 0};

/* sigma = exp(b z): sigma'^j = b^j e^{jbs} e^{jb sqrt(c) zeta}. */
static void exponential(double b, double s, double c, double *out)
{
    double mixed[5][6];
    for (int j = 0; j < 5; j++)
        for (int k = 0; k < 6; k++)
            mixed[j][k] = j == 0  ? normal[k]
                          : k < 5 ? gsl_pow_int(b, j) * exp(j * b * s + j * j * b * b * c / 2) *
                                        tilted(j * b * sqrt(c), k)
                                  : NAN;
    out[GST_SLOPE_VALUE] = exp(b * s + b * b * c / 2);
    expand(mixed, c, out);
}

/* E[zeta^k; zeta > a], by parts. */
static double upper(double a, int k)
{
    double density = exp(-a * a / 2) / sqrt(2 * M_PI);
    if (k < 2)
        return k == 0 ? 0.5 * erfc(a / M_SQRT2) : density;
    return gsl_pow_int(a, k - 1) * density + (k - 1) * upper(a, k - 2);
}

/* relu: sigma' is 1 for zeta > -s/sqrt(c), and so are its powers. */
static void relu(double b, double s, double c, double *out)
{
    double mixed[5][6], at = -s / sqrt(c);
    (void)b;
    for (int j = 0; j < 5; j++)
        for (int k = 0; k < 6; k++)
            mixed[j][k] = j == 0 ? normal[k] : upper(at, k);
    out[GST_SLOPE_VALUE] = s * upper(at, 0) + sqrt(c) * upper(at, 1);
    expand(mixed, c, out);
}

/* abs: 2 relu(z) - z. */
static void absolute(double b, double s, double c, double *out)
{
    double mixed[5][6], at = -s / sqrt(c);
    (void)b;
    for (int j = 0; j < 5; j++)
        for (int k = 0; k < 6; k++)
            mixed[j][k] = j % 2 == 0 ? normal[k] : 2 * upper(at, k) - normal[k];
    out[GST_SLOPE_VALUE] = 2 * (s * upper(at, 0) + sqrt(c) * upper(at, 1)) - s;
    expand(mixed, c, out);
}

/* E[zeta^k cos(t zeta + phase)] = He_k(t) e^{-t^2/2} cos(phase + k pi/2). */
static double wave(double t, double phase, int k)
{
    double he[6] = {1,
                    t,
                    t * t - 1,
                    gsl_pow_3(t) - 3 * t,
                    gsl_pow_4(t) - 6 * t * t + 3,
                    gsl_pow_5(t) - 10 * gsl_pow_3(t) + 15 * t};
    return he[k] * exp(-t * t / 2) * cos(phase + k * M_PI_2);
}

/* cos(b z): powers of its slope by multiples of the angle. */
static void cosine(double b, double s, double c, double *out)
{
    double mixed[5][6], t = b * sqrt(c), u = b * s;
    for (int k = 0; k < 6; k++) {
        double one = wave(t, u - M_PI_2, k), three = wave(3 * t, 3 * u - M_PI_2, k);
        double two = wave(2 * t, 2 * u, k), four = wave(4 * t, 4 * u, k);
        mixed[0][k] = normal[k];
        mixed[1][k] = -b * one;
        mixed[2][k] = b * b * (normal[k] - two) / 2;
        mixed[3][k] = -b * b * b * (3 * one - three) / 4;
        mixed[4][k] = gsl_pow_4(b) * (3 * normal[k] - 4 * two + four) / 8;
    }
    out[GST_SLOPE_VALUE] = wave(t, u, 0);
    expand(mixed, c, out);
}

static const struct {
    const char *text;
    double b;
    void (*closed)(double b, double s, double c, double *out);
} cases_closed[] = {{"exp(0.4*z)", 0.4, exponential},
                    {"relu", 1, relu},
                    {"abs", 1, absolute},
                    {"cos(1.3*z)", 1.3, cosine}};

static void compare(const double *out, size_t count, size_t i, const double *want, double tol)
{
    double size = 1 + fabs(want[GST_SLOPE_FOURTH]) + fabs(want[GST_SLOPE_QUARTIC]);
    for (size_t row = 0; row < ROWS; row++)
        ck_assert_msg(fabs(out[row * count + i] - want[row]) <= tol * size,
                      "row %zu: %.17g is not %.17g", row, out[row * count + i], want[row]);
}

START_TEST(closed_forms)
{
    gst_activation *a = compiled(cases_closed[_i].text);
    double out[ROWS * COUNT_S], want[ROWS];
    for (int half = 0; half < 2; half++) {
        for (double c = 0.31; c < 4; c *= 3.3) {
            ck_assert_int_eq(gst_slope_moments(a, ROWS, COUNT_S, offsets, c, half, out), GST_OK);
            for (size_t i = 0; i < COUNT_S; i++) {
                cases_closed[_i].closed(cases_closed[_i].b, offsets[i], c, want);
                compare(out, COUNT_S, i, want, 3e-14);
            }
        }
    }
    gst_activation_free(a);
}
END_TEST

/* So many offsets that they are interpolated. */
START_TEST(tables)
{
    enum { MANY = 4000 };
    gst_activation *a = compiled(cases_closed[_i].text);
    double *s = malloc(MANY * sizeof *s), *out = malloc(ROWS * MANY * sizeof *out), want[ROWS];
    for (size_t i = 0; i < MANY; i++)
        s[i] = -3 + 6.0 * (double)i / MANY;
    for (int half = 0; half < 2; half++) {
        ck_assert_int_eq(gst_slope_table(a, ROWS, MANY, s, 0.83, half, out), GST_OK);
        for (size_t i = 0; i < MANY; i += 7) {
            cases_closed[_i].closed(cases_closed[_i].b, s[i], 0.83, want);
            compare(out, MANY, i, want, half ? 1e-10 : 1e-13);
        }
    }
    free(s);
    free(out);
    gst_activation_free(a);
}
END_TEST

static const char *const smooth[] = {"tanh(z+0.5)", "erf(0.7*z-0.2)", "relu(z)+0.3*sin(2*z)",
                                     "softplus(3*z)", "tanh(6*z-1)"};

START_TEST(moments_at_the_start)
{
    gst_activation *a = compiled(smooth[_i]);
    double zero = 0, out[ROWS];
    for (int half = 0; half < 2; half++) {
        gst_gradient_moments m;
        ck_assert_int_eq(gst_activation_gradient_moments(a, half, &m), GST_OK);
        ck_assert_int_eq(gst_slope_moments(a, ROWS, 1, &zero, 1, half, out), GST_OK);
        const double want[ROWS] = {m.mean, m.mu1,         m.c2, m.c3,  m.c4, m.s2,
                                   m.s21,  m.s2zz - m.s2, m.t3, m.t31, m.t4};
        compare(out, 1, 0, want, 1e-13);
    }
    gst_activation_free(a);
}
END_TEST

/* Singular slopes: sigma'^2 of sqrt|z| and sigma'^4 of |z|^0.7 diverge; exp(z^2/8) depends on the variance. */
START_TEST(divergence)
{
    static const struct {
        const char *text;
        double c;
        int second, fourth;
    } cases[] = {{"sqrt(abs(z-0.3))", 1.3, 0, 0}, {"abs(z)^0.7", 0.8, 1, 0},
                 {"exp(z^2/8)", 1, 1, 0},         {"exp(z^2/8)", 2.5, 0, 0},
                 {"exp(z^2/8)", 0.5, 1, 1},       {"exp", 1.4, 1, 1}};
    double s = 0.4, out[ROWS];
    gst_activation *a = compiled(cases[_i].text);
    for (int half = 0; half < 2; half++) {
        ck_assert_int_ge(gst_slope_moments(a, ROWS, 1, &s, cases[_i].c, half, out), 0);
        ck_assert_int_eq(isfinite(out[GST_SLOPE_SQUARE]) != 0, cases[_i].second);
        ck_assert_int_eq(isfinite(out[GST_SLOPE_QUARTIC]) != 0, cases[_i].fourth);
    }
    gst_activation_free(a);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("slopes");
    tcase_add_loop_test(cases, closed_forms, 0, COUNT(cases_closed));
    tcase_add_loop_test(cases, tables, 0, COUNT(cases_closed));
    tcase_add_loop_test(cases, moments_at_the_start, 0, COUNT(smooth));
    tcase_add_loop_test(cases, divergence, 0, 6);
    return run_cases("slopes", cases);
}
