/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_activation.c - moments of activations and targets against closed forms, Stein's identities and
 * Parseval's, at offsets and variances that put the kinks everywhere. */
#include <gsl/gsl_integration.h>

#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "models/training/smooth_table.h"
#include "tests/network.h"

#define PI 3.14159265358979323846

static double density(double x)
{
    return exp(-0.5 * x * x) / sqrt(2 * PI);
}

static double normal(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

/* ---- closed forms ------------------------------------------------------------------------------- */

/* E sigma, E sigma', E sigma''/2, E sigma^2 of sigma(s + sqrt(c) z). */
typedef struct {
    double mu0, mu1, nu, square;
} moments;

static moments relu_shifted(double s, double c)
{
    double u = s - 0.2, t = sqrt(c), p = normal(u / t), f = density(u / t);
    return (moments){u * p + t * f, p, f / (2 * t), (u * u + c) * p + u * t * f};
}

static moments abs_shifted(double s, double c)
{
    double u = s + 0.6, t = sqrt(c), p = 1 - 2 * normal(-u / t), f = density(u / t);
    return (moments){u * p + 2 * t * f, p, f / t, u * u + c};
}

static moments step_shifted(double s, double c)
{
    double u = s - 0.3, t = sqrt(c), p = normal(u / t), f = density(u / t);
    return (moments){p, f / t, -u * f / (2 * t * t * t), p};
}

/* Owen's T. */
static double owen(double h, double a)
{
    double sum = 0;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(64);
    for (size_t i = 0; i < 64; i++) {
        double x, w;
        gsl_integration_glfixed_point(0, a, i, &x, &w, rule);
        sum += w * exp(-0.5 * h * h * (1 + x * x)) / (1 + x * x);
    }
    gsl_integration_glfixed_table_free(rule);
    return sum / (2 * PI);
}

/* erf(x) = 2 Phi(sqrt(2) x) - 1. */
static moments erf_plain(double s, double c)
{
    double v = 1 + 2 * c, f = 2 / sqrt(PI * v) * exp(-s * s / v), h = s * sqrt(2 / v);
    double square = 1 - 8 * owen(h, 1 / sqrt(1 + 4 * c));
    return (moments){erf(s / sqrt(v)), f, -s / v * f, square};
}

static moments sin_shifted(double s, double c)
{
    double u = 1.3 * s + 0.4, v = 1.69 * c, damped = exp(-0.5 * v);
    return (moments){damped * sin(u), 1.3 * damped * cos(u), -0.845 * damped * sin(u),
                     0.5 * (1 - exp(-2 * v) * cos(2 * u))};
}

static moments cubic(double s, double c)
{
    double mu0 = s * s * s + 3 * s * c - 2 * s, mu1 = 3 * s * s + 3 * c - 2;
    return (moments){mu0, mu1, 3 * s,
                     mu0 * mu0 + c * mu1 * mu1 + 18 * s * s * c * c + 6 * c * c * c};
}

static moments exponential(double s, double c)
{
    double mu0 = exp(0.7 * s + 0.245 * c);
    return (moments){mu0, 0.7 * mu0, 0.245 * mu0, exp(1.4 * s + 0.98 * c)};
}

static const struct {
    const char *text;
    moments (*exact)(double s, double c);
} closed[] = {
    {"relu(z-0.2)", relu_shifted},
    {"max(z,0.2)-0.2", relu_shifted},
    {"(z-0.2)*step(z-0.2)", relu_shifted},
    {"abs(z+0.6)", abs_shifted},
    {"step(z-0.3)", step_shifted},
    {"0.5*sign(z-0.3)+0.5", step_shifted},
    {"erf", erf_plain},
    {"sin(1.3*z+0.4)", sin_shifted},
    {"z^3-2*z", cubic},
    {"he3(z)+z", cubic},
    {"exp(0.7*z)", exponential},
};

static const double offsets[] = {-7.3, -2.1, -0.41, 0, 0.2, 0.37, 1.9, 5.6};
static const double variances[] = {0.013, 0.31, 1, 2.7};
enum { OFFSETS = sizeof offsets / sizeof *offsets };

START_TEST(moments_in_closed_form)
{
    gst_activation *a;
    ck_assert_int_eq(gst_activation_compile(&a, closed[_i].text, NULL), GST_OK);
    for (size_t v = 0; v < 4; v++) {
        double mu0[OFFSETS], mu1[OFFSETS], mu2sq[OFFSETS], nu[OFFSETS], c = variances[v];
        for (int half = 0; half < 2; half++) {
            double tol = half ? 1e-13 : 8e-15;
            ck_assert_int_eq(
                gst_activation_moments(a, OFFSETS, offsets, c, half, mu0, mu1, mu2sq, nu), GST_OK);
            for (size_t i = 0; i < OFFSETS; i++) {
                moments m = closed[_i].exact(offsets[i], c);
                double size = sqrt(m.square), rest = m.square - m.mu0 * m.mu0 - c * m.mu1 * m.mu1;
                ASSERT_NEAR(mu0[i], m.mu0, tol * size);
                ASSERT_NEAR(mu1[i] * sqrt(c), m.mu1 * sqrt(c), tol * size);
                ASSERT_NEAR(nu[i] * c, m.nu * c, tol * size);
                ASSERT_NEAR(mu2sq[i], rest, tol * (m.square + 0.1));
                ck_assert_double_ge(mu2sq[i], 0);
            }
        }
    }
    gst_activation_free(a);
}
END_TEST

START_TEST(nothing_to_see_far_from_the_kink)
{
    gst_activation *a;
    double s[2] = {-31.7, 28.3}, mu0[2], mu1[2], mu2sq[2], nu[2];
    ck_assert_int_eq(gst_activation_compile(&a, "relu", NULL), GST_OK);
    ck_assert_int_eq(gst_activation_moments(a, 2, s, 0.71, 0, mu0, mu1, mu2sq, nu), GST_OK);
    ck_assert(mu0[0] == 0 && mu1[0] == 0 && mu2sq[0] == 0 && nu[0] == 0);
    ASSERT_CLOSE(mu0[1], 28.3, 1e-15);
    ASSERT_CLOSE(mu1[1], 1, 4e-14);
    ck_assert_double_le(mu2sq[1], 1e-24);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(gst_activation_moments(a, 2, s, i ? NAN : 0, 0, mu0, mu1, mu2sq, nu),
                         GST_INVALID);
    gst_activation_free(a);
}
END_TEST

/* ---- identities --------------------------------------------------------------------------------- */

/* The Hermite coefficients of the first six decay fast. */
static const char *const sigmas[] = {
    "tanh(z+0.5)",      "erf(1.4*z+0.3)", "sin(2*z)",           "softplus(2*z)",
    "sigmoid(3*z+0.5)", "gelu(z-0.1)",    "relu(z-0.2)",        "abs(z+0.6)",
    "max(z,0.1*z)",     "h3(z)+z",        "min(max(z,-1),1.3)", "exp(-z^2)+z",
    "step(z)*z^2",      "sqrt(z^2+0.1)",  "z/(1+z^2)",          "tanh(6*z-1)",
};

static double mean_at(const gst_activation *a, double s, double c)
{
    double mu0, mu1, mu2sq, nu;
    ck_assert_int_ge(gst_activation_moments(a, 1, &s, c, 0, &mu0, &mu1, &mu2sq, &nu), 0);
    return mu0;
}

/* Sixth-order central difference along (s, c) + t (ds, dc). */
static double slope(const gst_activation *a, double s, double c, double ds, double dc)
{
    const double weight[3] = {0.75, -0.15, 1.0 / 60};
    double sum = 0;
    for (int i = 1; i <= 3; i++)
        sum += weight[i - 1] *
               (mean_at(a, s + i * ds, c + i * dc) - mean_at(a, s - i * ds, c - i * dc));
    return sum / (ds + dc);
}

/* d mu0/ds = mu1, d mu0/dc = nu. */
START_TEST(stein)
{
    gst_activation *a;
    ck_assert_int_eq(gst_activation_compile(&a, sigmas[_i], NULL), GST_OK);
    for (size_t v = 1; v < 4; v += 2) {
        double mu0[OFFSETS], mu1[OFFSETS], mu2sq[OFFSETS], nu[OFFSETS], c = variances[v];
        double scale = fmin(1, sqrt(c)) / 30;
        ck_assert_int_eq(gst_activation_moments(a, OFFSETS, offsets, c, 0, mu0, mu1, mu2sq, nu),
                         GST_OK);
        for (size_t i = 1; i < OFFSETS; i += 2) {
            double size = 1 + fabs(mu0[i]), s = offsets[i];
            ASSERT_NEAR(slope(a, s, c, scale, 0), mu1[i], 2e-7 * size);
            ASSERT_NEAR(slope(a, s, c, 0, scale * scale * 10), nu[i], 2e-7 * size);
        }
    }
    gst_activation_free(a);
}
END_TEST

/* sigma(s + sqrt(c) z) = mu0 + sqrt(c) mu1 z + sqrt(2) c nu h_2 + sum_k>2 a_k h_k, mu2^2 = 2 c^2 nu^2 +
 * sum a_k^2: coefficients from a trapezoid rule of the test's own. */
START_TEST(parseval)
{
    enum { ORDER = 150, NODES = 801 };
    static const double at[] = {-1.3, 0.17, 2.2};
    gst_activation *a;
    double mu0, mu1, mu2sq, nu, c = 0.37;
    ck_assert_int_eq(gst_activation_compile(&a, sigmas[_i], NULL), GST_OK);
    for (size_t i = 0; i < 3; i++) {
        double coefficient[ORDER] = {0}, sum = 0;
        ck_assert_int_eq(gst_activation_moments(a, 1, &at[i], c, 0, &mu0, &mu1, &mu2sq, &nu),
                         GST_OK);
        for (size_t k = 0; k < NODES; k++) {
            double z = -20 + 0.05 * (double)k, x = at[i] + sqrt(c) * z, sigma, h[ORDER];
            gst_expression_evaluate(gst_activation_expression(a), 1, &x, &sigma, NULL);
            h[0] = sqrt(0.05 * density(z));
            h[1] = z * h[0];
            for (int n = 2; n < ORDER; n++)
                h[n] = (z * h[n - 1] - sqrt(n - 1.0) * h[n - 2]) / sqrt(n);
            for (int n = 0; n < ORDER; n++)
                coefficient[n] += sigma * h[n] * sqrt(0.05 * density(z));
        }
        for (int n = 2; n < ORDER; n++)
            sum += coefficient[n] * coefficient[n];
        ASSERT_NEAR(coefficient[0], mu0, 1e-13);
        ASSERT_NEAR(coefficient[1], sqrt(c) * mu1, 1e-13);
        ASSERT_NEAR(coefficient[2], sqrt(2) * c * nu, 1e-13);
        ASSERT_NEAR(sum, mu2sq, 1e-13 * (1 + mu2sq));
    }
    gst_activation_free(a);
}
END_TEST

/* The interpolated tables against the moments themselves, where they are interpolated at all. */
START_TEST(interpolation)
{
    enum { MANY = 600 };
    static double s[MANY], table[4][MANY], exact[4][MANY];
    gst_activation *a;
    ck_assert_int_eq(gst_activation_compile(&a, sigmas[_i], NULL), GST_OK);
    for (size_t v = 0; v < 4; v += 2) {
        double c = variances[v], reach = v ? 8.3 : 0.61;
        for (size_t k = 0; k < MANY; k++)
            s[k] = reach * sin(1.7 * (double)k);
        for (int half = 0; half < 2; half++) {
            double tol = half ? 1e-8 : 2e-13;
            ck_assert_int_ge(gst_smooth_moments(gst_activation_expression(a), MANY, s, c, half,
                                                table[0], table[1], table[2], table[3]),
                             0);
            ck_assert_int_ge(
                gst_activation_moments(a, MANY, s, c, 0, exact[0], exact[1], exact[2], exact[3]),
                0);
            for (size_t k = 0; k < MANY; k++) {
                double square =
                    exact[0][k] * exact[0][k] + c * exact[1][k] * exact[1][k] + exact[2][k];
                double size = sqrt(square) + 1e-3;
                ASSERT_NEAR(table[0][k], exact[0][k], tol * size);
                ASSERT_NEAR(table[1][k] * sqrt(c), exact[1][k] * sqrt(c), tol * size);
                ASSERT_NEAR(table[2][k], exact[2][k], tol * size * size);
                ASSERT_NEAR(table[3][k] * c, exact[3][k] * c, tol * size);
            }
        }
    }
    gst_activation_free(a);
}
END_TEST

/* ---- the gradient ------------------------------------------------------------------------------- */

START_TEST(gradient_in_closed_form)
{
    double f = density(0.2), p = normal(-0.2), g = density(0.6), q = 2 * normal(0.6) - 1;
    double s = exp(-0.5) * sin(0.4), k = exp(-0.5) * cos(0.4), slope = 2 / sqrt(3 * PI);
    const struct {
        const char *text;
        double mean, mu1, c2, c3, c4, s2;
    } list[] = {
        {"relu(z-0.2)", f - 0.2 * p, p, f, 0.2 * f, -0.96 * f, p - p * p - f * f},
        {"abs(z+0.6)", 2 * g + 0.6 * q, q, 2 * g, -1.2 * g, -1.28 * g, 1 - q * q - 4 * g * g},
        {"sin(z+0.4)", s, k, -s, -k, s, 0.5 + 0.5 * exp(-2) * cos(0.8) - k * k - s * s},
        {"z^4-0.5*z^2+z", 2.5, 1, 11, 0, 24, 96},
        {"erf", 0, slope, 0, -slope * 2 / 3, 0, 4 / (PI * sqrt(5)) - slope * slope},
        {"linear", 0, 1, 0, 0, 0, 0},
        {"he3", 0, 0, 0, 6, 0, 18},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        gst_activation *a;
        gst_gradient_moments m;
        ck_assert_int_eq(gst_activation_compile(&a, list[i].text, NULL), GST_OK);
        for (int half = 0; half < 2; half++) {
            double tol = 2e-14 * (1 + fabs(list[i].c4));
            ck_assert_int_eq(gst_activation_gradient_moments(a, half, &m), GST_OK);
            ASSERT_NEAR(m.mean, list[i].mean, tol);
            ASSERT_NEAR(m.mu1, list[i].mu1, tol);
            ASSERT_NEAR(m.c2, list[i].c2, tol);
            ASSERT_NEAR(m.c3, list[i].c3, tol);
            ASSERT_NEAR(m.c4, list[i].c4, tol);
            ASSERT_NEAR(m.s2, list[i].s2, 4 * tol);
        }
        gst_activation_free(a);
    }
}
END_TEST

START_TEST(jumps_are_seen)
{
    static const struct {
        const char *text;
        int jumps;
    } list[] = {
        {"sign", 1},
        {"step", 1},
        {"z*step(z-0.5)", 1},
        {"sign(z-11)", 1},
        {"z*step(z)", 0},
        {"abs", 0},
        {"relu", 0},
        {"max(z,0.1*z)", 0},
        {"sign(z)*z^2", 0},
        {"sqrt(abs(z))", 0},
        {"tanh(300*z)", 0},
        {"step(z)*sin(z)", 0},
        {"z+0.01*step(z+1.7)", 1},
    };
    gst_activation *a;
    ck_assert_int_eq(gst_activation_compile(&a, list[_i].text, NULL), GST_OK);
    ck_assert_int_eq(gst_activation_is_discontinuous(a), list[_i].jumps);
    gst_activation_free(a);
}
END_TEST

/* ---- targets ------------------------------------------------------------------------------------ */

START_TEST(target_in_closed_form)
{
    double e = exp(-0.625), f = density(0), a = normal(0.3), b = density(0.3), x = exp(0.1);
    const struct {
        const char *text;
        gst_target_moments exact;
    } list[] = {
        {"z1^3-z1", {1, 0, 10, {2}, {0}}},
        {"relu", {1, f, 0.5 - f * f, {0.5}, {f}}},
        {"step(z1+0.3)", {1, a, a - a * a, {b}, {-0.3 * b}}},
        {"he2(z1)/3+2", {1, 2, 2.0 / 9, {0}, {2.0 / 3}}},
        {"z1+z1*z2", {2, 0, 2, {1, 0}, {0, 1, 1, 0}}},
        {"sin(z1+0.5*z2)", {2, 0, 0.5 - 0.5 * exp(-2.5), {e, 0.5 * e}, {0, 0, 0, 0}}},
        {"abs(z1-z2)",
         {2,
          2 / sqrt(PI),
          2 - 4 / PI,
          {0, 0},
          {1 / sqrt(PI), -1 / sqrt(PI), -1 / sqrt(PI), 1 / sqrt(PI)}}},
        {"exp(0.4*z2+0.2*z9)",
         {2, x, exp(0.4) - x * x, {0.4 * x, 0.2 * x}, {0.16 * x, 0.08 * x, 0.08 * x, 0.04 * x}}},
        {"sign(z1)+0.5*relu(z2)",
         {2, 0.5 * f, 1 + 0.25 * (0.5 - f * f), {2 * f, 0.25}, {0, 0, 0, 0.5 * f}}},
        {"z1+z2*z4-z4^2", {3, -1, 4, {1}, {[5] = 1, [7] = 1, [8] = -2}}},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        gst_target *target;
        gst_target_moments m, exact = list[i].exact;
        ck_assert_int_eq(gst_target_compile(&target, list[i].text, NULL), GST_OK);
        ck_assert_uint_eq(gst_target_dim(target), exact.r);
        for (int half = 0; half < 2; half++) {
            double tol = (half ? 2e-11 : 2e-15) * sqrt(exact.variance + exact.mean * exact.mean);
            ck_assert_int_ge(gst_target_moments_compute(target, half, &m), 0);
            ck_assert_uint_eq(m.r, exact.r);
            ASSERT_NEAR(m.mean, exact.mean, tol);
            ASSERT_NEAR(m.variance, exact.variance, tol * sqrt(exact.variance));
            for (size_t j = 0; j < m.r; j++)
                ASSERT_NEAR(m.c1[j], exact.c1[j], tol);
            for (size_t j = 0; j < m.r * m.r; j++)
                ASSERT_NEAR(m.second[j], exact.second[j], tol);
        }
        gst_target_free(target);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("activation");
    tcase_add_loop_test(cases, moments_in_closed_form, 0, COUNT(closed));
    tcase_add_test(cases, nothing_to_see_far_from_the_kink);
    tcase_add_loop_test(cases, stein, 0, COUNT(sigmas));
    tcase_add_loop_test(cases, parseval, 0, 6);
    tcase_add_loop_test(cases, interpolation, 0, COUNT(sigmas));
    tcase_add_test(cases, gradient_in_closed_form);
    tcase_add_loop_test(cases, jumps_are_seen, 0, 13);
    tcase_add_test(cases, target_in_closed_form);
    return run_cases("activation", cases);
}
