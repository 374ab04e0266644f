/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_functions.c - the table of functions and operators: value, derivative, kinks, text.
 *
 *   1. A row of FUNCTIONS gives the value y(u) and the slope y'(u) as C expressions; UNARY turns it
 *      into a loop over a block of points, and the same row becomes the entry the parser looks up.
 *   2. Derivatives follow the chain rule, dy = y'(u) du, with dy = 0 where du = 0 even if y' is
 *      infinite there: sqrt(z2) does not spoil the derivative with respect to z1.
 *   3. Comparisons are arranged so that NaN arguments give NaN.
 *   4. A polynomial of its argument has its degree beside it, all else 0 (expression_degree.c).
 *
 * He_k, probabilists' Hermite polynomials: He_{k+1} = u He_k - k He_{k-1}, He_k' = k He_{k-1}. */
#include "models/functions/expression_tape.h"
#include "models/functions/expression.h"

#include <math.h>
#include <string.h>

#define SQRT_HALF 0.70710678118654752440
#define TWO_OVER_SQRT_PI 1.12837916709551257390
#define ONE_OVER_SQRT_TWO_PI 0.39894228040143267794

/* Integer exponents up to this size are multiplied out; beyond, pow is more accurate. */
#define MULTIPLIED_POWER 64

static inline double chain(double du, double slope)
{
    return du == 0 ? 0 : du * slope;
}

static inline double hermite(unsigned order, double u)
{
    double last = 0, value = 1;
    for (unsigned k = 0; k < order; k++) {
        double next = u * value - k * last;
        last = value;
        value = next;
    }
    return value;
}

static inline double sigmoid(double u)
{
    return 1 / (1 + exp(-u));
}

static inline double softplus(double u)
{
    return fmax(u, 0) + log1p(exp(-fabs(u)));
}

static inline double smaller(double u, double v)
{
    return u < v ? u : v <= u ? v : u + v;
}

/* The share of the larger of two numbers: all if it is u. */
static inline double share(double u, double v)
{
    return u > v ? 1 : u < v ? 0 : 0.5;
}

static inline double normal_cdf(double u)
{
    return 0.5 * erfc(-u * SQRT_HALF);
}

static inline double normal_density(double u)
{
    return ONE_OVER_SQRT_TWO_PI * exp(-0.5 * u * u);
}

/* clang-format off */
/* X(name, kink, value, slope, text); u is the argument, y the value; u - u is 0, or NaN for NaN. */
#define FUNCTIONS(X)                                                                                \
    X(tanh, GST_SMOOTH, 0, tanh(u), (1 - y) * (1 + y), "hyperbolic tangent")                        \
    X(erf, GST_SMOOTH, 0, erf(u), TWO_OVER_SQRT_PI * exp(-u * u), "error function erf(z)")          \
    X(sin, GST_SMOOTH, 0, sin(u), cos(u), "sine")                                                   \
    X(cos, GST_SMOOTH, 0, cos(u), -sin(u), "cosine")                                                \
    X(linear, GST_SMOOTH, 1, u, 1, "z")                                                             \
    X(relu, GST_KINK_ARGUMENT, 0, u <= 0 ? 0 : u, u > 0 ? 1 : u < 0 ? 0 : 0.5, "max(z, 0)")         \
    X(abs, GST_KINK_ARGUMENT, 0, fabs(u), u > 0 ? 1 : u < 0 ? -1 : 0, "absolute value")             \
    X(sign, GST_KINK_ARGUMENT, 0, u > 0 ? 1 : u < 0 ? -1 : u - u, 0, "sign of z, sign(0) = 0")      \
    X(step, GST_KINK_ARGUMENT, 0, u > 0 ? 1 : u <= 0 ? 0 : u, 0, "1 if z > 0, else 0")              \
    X(sigmoid, GST_SMOOTH, 0, sigmoid(u), y * sigmoid(-u), "1/(1 + e^-z)")                          \
    X(softplus, GST_SMOOTH, 0, softplus(u), sigmoid(u), "log(1 + e^z)")                             \
    X(gelu, GST_SMOOTH, 0, u * normal_cdf(u), normal_cdf(u) + u * normal_density(u), "z Phi(z)")    \
    X(he1, GST_SMOOTH, 1, u, 1, "Hermite polynomial He_1 = z")                                      \
    X(he2, GST_SMOOTH, 2, hermite(2, u), 2 * hermite(1, u), "He_2 = z^2 - 1")                       \
    X(he3, GST_SMOOTH, 3, hermite(3, u), 3 * hermite(2, u), "He_3 = z^3 - 3z")                      \
    X(he4, GST_SMOOTH, 4, hermite(4, u), 4 * hermite(3, u), "He_4 = z^4 - 6z^2 + 3")                \
    X(he5, GST_SMOOTH, 5, hermite(5, u), 5 * hermite(4, u), "He_5 = z^5 - 10z^3 + 15z")             \
    X(he6, GST_SMOOTH, 6, hermite(6, u), 6 * hermite(5, u), "He_6 = z^6 - 15z^4 + 45z^2 - 15")      \
    X(h1, GST_SMOOTH, 1, u, 1, "normalised Hermite polynomial, He_1")                               \
    X(h2, GST_SMOOTH, 2, hermite(2, u) / sqrt(2), hermite(1, u) * sqrt(2), "He_2/sqrt(2!)")         \
    X(h3, GST_SMOOTH, 3, hermite(3, u) / sqrt(6), hermite(2, u) * 3 / sqrt(6), "He_3/sqrt(3!)")     \
    X(h4, GST_SMOOTH, 4, hermite(4, u) / sqrt(24), hermite(3, u) * 4 / sqrt(24), "He_4/sqrt(4!)")   \
    X(h5, GST_SMOOTH, 5, hermite(5, u) / sqrt(120), hermite(4, u) * 5 / sqrt(120), "He_5/sqrt(5!)") \
    X(h6, GST_SMOOTH, 6, hermite(6, u) / sqrt(720), hermite(5, u) * 6 / sqrt(720), "He_6/sqrt(6!)") \
    X(exp, GST_SMOOTH, 0, exp(u), y, "exponential")                                                 \
    X(sqrt, GST_KINK_ARGUMENT, 0, sqrt(u), 0.5 / y, "square root")                                  \
    X(log, GST_KINK_ARGUMENT, 0, log(u), 1 / u, "natural logarithm")

#define UNARY(name, kink, degree, value, slope, text)                           \
    static void apply_##name(size_t n, double *restrict a, double *restrict da) \
    {                                                                           \
        if (!da) {                                                              \
            for (size_t k = 0; k < n; k++) {                                    \
                const double u = a[k];                                          \
                a[k] = (value);                                                 \
            }                                                                   \
            return;                                                             \
        }                                                                       \
        for (size_t k = 0; k < n; k++) {                                        \
            const double u = a[k], y = (value);                                 \
            a[k] = y;                                                           \
            da[k] = chain(da[k], (slope));                                      \
        }                                                                       \
    }

/* The same for y(u, v), with the slopes in u and in v. */
#define BINARY(name, value, slope_u, slope_v)                                     \
    static void apply_##name(size_t n, double *restrict a, double *restrict da,   \
                             const double *restrict b, const double *restrict db) \
    {                                                                             \
        if (!da) {                                                                \
            for (size_t k = 0; k < n; k++) {                                      \
                const double u = a[k], v = b[k];                                  \
                a[k] = (value);                                                   \
            }                                                                     \
            return;                                                               \
        }                                                                         \
        for (size_t k = 0; k < n; k++) {                                          \
            const double u = a[k], v = b[k], y = (value);                         \
            a[k] = y;                                                             \
            da[k] = chain(da[k], (slope_u)) + chain(db[k], (slope_v));            \
        }                                                                         \
    }

FUNCTIONS(UNARY)
UNARY(negate, GST_SMOOTH, 1, -u, -1, "-z")
BINARY(add, u + v, 1, 1)
BINARY(subtract, u - v, 1, -1)
BINARY(multiply, u * v, v, u)
BINARY(divide, u / v, 1 / v, -y / v)
BINARY(power, pow(u, v), v != 0 ? v * pow(u, v - 1) : 0, y != 0 ? y * log(u) : 0)
BINARY(min, smaller(u, v), share(v, u), share(u, v))
BINARY(max, -smaller(-u, -v), share(u, v), share(v, u))
/* clang-format on */

/* product = base^exponent by squaring; base is overwritten. */
static void multiply_out(size_t n, unsigned exponent, double *restrict base,
                         double *restrict product)
{
    for (size_t k = 0; k < n; k++)
        product[k] = 1;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            for (size_t k = 0; k < n; k++)
                product[k] *= base[k];
        for (size_t k = 0; k < n; k++)
            base[k] *= base[k];
    }
}

/* A constant integer exponent m = b[0]: u^m from p = u^(|m| - 1), which gives the slope as well. */
static void apply_integer_power(size_t n, double *restrict a, double *restrict da,
                                const double *restrict b, const double *restrict db)
{
    double p[GST_TAPE_BLOCK], base[GST_TAPE_BLOCK];
    const double m = b[0];
    if (m == 0 || fabs(m) > MULTIPLIED_POWER) {
        apply_power(n, a, da, b, db);
        return;
    }
    memcpy(base, a, n * sizeof *a);
    multiply_out(n, (unsigned)fabs(m) - 1, base, p);
    if (da)
        for (size_t k = 0; k < n; k++)
            da[k] = chain(da[k], m > 0 ? m * p[k] : m / (a[k] * p[k]) / a[k]);
    for (size_t k = 0; k < n; k++)
        a[k] = m > 0 ? a[k] * p[k] : 1 / (a[k] * p[k]);
}

const gst_operation gst_add = {.name = "+", .text = "sum", .kink = GST_SMOOTH, .binary = apply_add};
const gst_operation gst_subtract = {
    .name = "-", .text = "difference", .kink = GST_SMOOTH, .binary = apply_subtract};
const gst_operation gst_multiply = {
    .name = "*", .text = "product", .kink = GST_SMOOTH, .binary = apply_multiply};
const gst_operation gst_divide = {
    .name = "/", .text = "quotient", .kink = GST_SMOOTH, .binary = apply_divide};
const gst_operation gst_negate = {
    .name = "-", .text = "negative", .kink = GST_SMOOTH, .degree = 1, .unary = apply_negate};
const gst_operation gst_power = {
    .name = "^", .text = "power", .kink = GST_KINK_ARGUMENT, .binary = apply_power};
const gst_operation gst_power_whole = {
    .name = "^", .text = "power", .kink = GST_SMOOTH, .binary = apply_integer_power};
const gst_operation gst_power_negative = {
    .name = "^", .text = "power", .kink = GST_KINK_ARGUMENT, .binary = apply_integer_power};

static void apply_tabulated(size_t n, double *restrict a, double *restrict da)
{
    for (size_t k = 0; k < n; k++)
        a[k] = NAN;
    for (size_t k = 0; da && k < n; k++)
        da[k] = NAN;
}

const gst_operation gst_tabulated = {
    .name = "table:", .text = "table", .kink = GST_SMOOTH, .unary = apply_tabulated};

/* clang-format off */
static const gst_operation functions[] = {
#define X(function, at, power, value, slope, about) \
    {.name = #function, .text = about, .kink = at, .degree = power, .unary = apply_##function},
    FUNCTIONS(X)
#undef X
    {.name = "min", .text = "min(a, b), the smaller of two",
     .kink = GST_KINK_DIFFERENCE, .binary = apply_min},
    {.name = "max", .text = "max(a, b), the larger of two",
     .kink = GST_KINK_DIFFERENCE, .binary = apply_max},
};
/* clang-format on */

#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

const gst_operation *gst_operation_find(const char *name, size_t length)
{
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        if (strlen(functions[i].name) == length && memcmp(functions[i].name, name, length) == 0)
            return &functions[i];
    return NULL;
}

const char *gst_expression_function_name(size_t index)
{
    return index < FUNCTION_COUNT ? functions[index].name : NULL;
}

const char *gst_expression_function_text(size_t index)
{
    return index < FUNCTION_COUNT ? functions[index].text : NULL;
}
