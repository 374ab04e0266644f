/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closed.c - Gaussian moments in closed form.
 *
 * Waves: E[He_n(z) exp(i w z)] = (i w)^n exp(-w^2/2); periodic functions by their Fourier series.
 * Steps and bumps: E erf(u) and E exp(-l u^2) of u = p z + q; E erf(u)^2 by Owen's T function.
 * tanh: the trapezoid rule in t, x - b = sinh(t)/a, which converges exponentially. */
#include "tests/closed.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdio.h>

static const double pi = 3.14159265358979323846;

/* ---- waves -------------------------------------------------------------------------------------- */

/* E[He_n(z) cos(w z + phase)] */
static double wave(int n, double w, double phase)
{
    return pow(w, n) * exp(-0.5 * w * w) * cos(phase + 0.5 * pi * n);
}

/* E[z^n cos(w z + phase)], n <= 3 */
static double power_wave(int n, double w, double phase)
{
    double He = wave(n, w, phase);
    return n == 2 ? He + wave(0, w, phase) : n == 3 ? He + 3 * wave(1, w, phase) : He;
}

static closed_moments cosine(double a, double phase, double s, double root)
{
    double w = a * root, at = a * s + phase, twice = wave(0, 2 * w, 2 * at);
    return (closed_moments){wave(0, w, at), wave(1, w, at), wave(2, w, at), 0.5 * (1 + twice),
                            0.5 * a * a * (1 - twice)};
}

/* x sin(t), t = a x + b: with x = s + root z and sin = cos(. - pi/2). */
static closed_moments x_sine(double a, double b, double s, double root)
{
    double w = a * root, t = a * s + b, sine = t - 0.5 * pi, E[4], C[3], S[2];
    for (int n = 0; n < 4; n++)
        E[n] = power_wave(n, w, sine);
    for (int n = 0; n < 3; n++)
        C[n] = power_wave(n, 2 * w, 2 * t);
    for (int n = 0; n < 2; n++)
        S[n] = power_wave(n, 2 * w, 2 * t - 0.5 * pi);
    double xx = s * s + root * root, xxC = s * s * C[0] + 2 * s * root * C[1] + root * root * C[2];
    return (closed_moments){s * E[0] + root * E[1], s * E[1] + root * E[2],
                            s * (E[2] - E[0]) + root * (E[3] - E[1]), 0.5 * (xx - xxC),
                            0.5 * (1 - C[0]) + a * (s * S[0] + root * S[1]) +
                                0.5 * a * a * (xx + xxC)};
}

/* sum_k c_k wave(n, k w, k t) of exp(power sin t) cos(t)^cosines; the coefficients by the trapezoid rule. */
static double series(int n, double power, int cosines, double w, double t)
{
    enum { TERMS = 32, POINTS = 128 };
    double sum = 0, f[POINTS], cosine_of[POINTS], sine_of[POINTS];
    for (int j = 0; j < POINTS; j++) {
        cosine_of[j] = cos(2 * pi * j / POINTS);
        sine_of[j] = sin(2 * pi * j / POINTS);
        f[j] = exp(power * sine_of[j]) * pow(cosine_of[j], cosines) / POINTS;
    }
    for (int k = -TERMS; k <= TERMS; k++) {
        double even = 0, odd = 0;
        for (int j = 0; j < POINTS; j++) {
            even += f[j] * cosine_of[(j * (k + TERMS * POINTS)) % POINTS];
            odd += f[j] * sine_of[(j * (k + TERMS * POINTS)) % POINTS];
        }
        sum += even * wave(n, k * w, k * t) + odd * wave(n, k * w, k * t - 0.5 * pi);
    }
    return sum;
}

static closed_moments exp_sine(double a, double b, double s, double root)
{
    double w = a * root, t = a * s + b;
    return (closed_moments){series(0, 1, 0, w, t), series(1, 1, 0, w, t), series(2, 1, 0, w, t),
                            series(0, 2, 0, w, t), a * a * series(0, 2, 2, w, t)};
}

/* ---- steps and bumps ---------------------------------------------------------------------------- */

static double owen_integrand(double x, void *params)
{
    double h = *(double *)params, r = 1 + x * x;
    return exp(-0.5 * h * h * r) / (2 * pi * r);
}

/* T(h, a), a <= 1 */
static double owen(double h, double a)
{
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(100);
    gsl_function f = {owen_integrand, &h};
    double value = gsl_integration_glfixed(&f, 0, a, rule);
    gsl_integration_glfixed_table_free(rule);
    return value;
}

/* E exp(-l u^2), u = p z + q */
static double bump_mean(double l, double p, double q)
{
    double D = 1 + 2 * l * p * p;
    return exp(-l * q * q / D) / sqrt(D);
}

static closed_moments step(double a, double b, double s, double root)
{
    double p = a * root, q = a * (s - b), r2 = 1 + 2 * p * p, r = sqrt(r2);
    double density = 2 / sqrt(pi) * bump_mean(1, p, q);
    return (closed_moments){erf(q / r), p * density, -2 * p * p * q / r2 * density,
                            1 - 8 * owen(sqrt(2) * q / r, 1 / sqrt(1 + 4 * p * p)),
                            4 * a * a / pi * bump_mean(2, p, q)};
}

static closed_moments bump(double a, double b, double s, double root)
{
    double p = a * root, q = a * (s - b), D = 1 + p * p, M = bump_mean(0.5, p, q);
    double D2 = 1 + 2 * p * p, M2 = bump_mean(1, p, q);
    return (closed_moments){M, -p * q / D * M, p * p * (q * q / D - 1) / D * M, M2,
                            a * a * M2 * (p * p + q * q / D2) / D2};
}

/* ---- tanh and sigmoid --------------------------------------------------------------------------------------- */

typedef struct {
    long double f, slope;
} value;

static value tanh_value(long double u)
{
    long double cosh_u = coshl(u);
    return (value){tanhl(u), 1 / (cosh_u * cosh_u)};
}

/* 1/(1 + exp(-u)) */
static value sigmoid_value(long double u)
{
    long double f = 1 / (1 + expl(-u));
    return (value){f, f / (1 + expl(u))};
}

/* The moments of F(a (x - b)): sum over z = z0 + sinh(t)/p; the step follows from how fast the Gaussian varies in t. */
static closed_moments steep(value (*F)(long double), double a, double b, double s, double root)
{
    long double p = (long double)a * root, z0 = ((long double)b - s) / root;
    long double step = 0.05L / (1 + fabsl(z0)), from = asinhl(p * (-13 - z0));
    long double to = asinhl(p * (13 - z0)), m[5] = {0};
    for (long double k = 0.2371L; from + k * step < to; k++) {
        long double t = from + k * step, u = sinhl(t), z = z0 + u / p;
        long double w = step * coshl(t) / p * expl(-0.5L * z * z) / sqrtl(2 * (long double)pi);
        value y = F(u);
        m[0] += w * y.f;
        m[1] += w * y.f * z;
        m[2] += w * y.f * (z * z - 1);
        m[3] += w * y.f * y.f;
        m[4] += w * a * a * y.slope * y.slope;
    }
    return (closed_moments){(double)m[0], (double)m[1], (double)m[2], (double)m[3], (double)m[4]};
}

static closed_moments tanh_moments(double a, double b, double s, double root)
{
    return steep(tanh_value, a, b, s, root);
}

static closed_moments sigmoid_moments(double a, double b, double s, double root)
{
    return steep(sigmoid_value, a, b, s, root);
}

/* ---- all of them -------------------------------------------------------------------------------- */

static closed_moments sine(double a, double b, double s, double root)
{
    return cosine(a, b - 0.5 * pi, s, root);
}

static const struct {
    const char *text;
    closed_moments (*moments)(double a, double b, double s, double root);
} families[CLOSED_FAMILIES] = {
    [CLOSED_SIN] = {"sin(%.17g*z+(%.17g))", sine},
    [CLOSED_COS] = {"cos(%.17g*z+(%.17g))", cosine},
    [CLOSED_EXPSIN] = {"exp(sin(%.17g*z+(%.17g)))", exp_sine},
    [CLOSED_XSIN] = {"z*sin(%.17g*z+(%.17g))", x_sine},
    [CLOSED_ERF] = {"erf(%.17g*(z-(%.17g)))", step},
    [CLOSED_TANH] = {"tanh(%.17g*(z-(%.17g)))", tanh_moments},
    [CLOSED_SIGMOID] = {"sigmoid(%.17g*(z-(%.17g)))", sigmoid_moments},
    [CLOSED_BUMP] = {"exp(-(%.17g*(z-(%.17g)))^2/2)", bump},
};

closed_moments closed_form(closed_function f, double s, double c)
{
    return families[f.family].moments(f.a, f.b, s, sqrt(c));
}

void closed_text(closed_function f, size_t size, char *text)
{
    snprintf(text, size, families[f.family].text, f.a, f.b);
}
