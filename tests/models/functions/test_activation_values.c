/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_activation_values.c - activations on vectors against long double. */
#include <string.h>

#include "models/functions/activation_values.h"
#include "tests/network.h"

/* Units in the last place of the exact value. */
static double ulps(double value, long double exact)
{
    double grid = nextafter(fabs((double)exact), INFINITY) - fabs((double)exact);
    return (double)fabsl((value - exact) / grid);
}

#define HALF_LOG_TWO_PI 0.91893853320467274178032973640561763986L

static long double density(long double z)
{
    return expl(-z * z / 2 - HALF_LOG_TWO_PI);
}

static long double cdf(long double z)
{
    return erfcl(-z / sqrtl(2)) / 2;
}

static long double sigmoid(long double z)
{
    return 1 / (1 + expl(-z));
}

#define FUNCTION(name, f, slope)                   \
    static long double name##_value(long double z) \
    {                                              \
        return (f);                                \
    }                                              \
    static long double name##_slope(long double z) \
    {                                              \
        return (slope);                            \
    }

FUNCTION(tanh, tanhl(z), 1 - tanhl(z) * tanhl(z))
FUNCTION(erf, erfl(z), 2 * sqrtl(2) * density(sqrtl(2) * z))
FUNCTION(sin, sinl(z), cosl(z))
FUNCTION(cos, cosl(z), -sinl(z))
FUNCTION(exp, expl(z), expl(z))
FUNCTION(relu, fmaxl(z, 0), z > 0 ? 1 : z < 0 ? 0 : 0.5L)
FUNCTION(abs, fabsl(z), z > 0 ? 1 : z < 0 ? -1 : 0)
FUNCTION(sigmoid, sigmoid(z), sigmoid(z) * sigmoid(-z))
FUNCTION(softplus, fmaxl(z, 0) + log1pl(expl(-fabsl(z))), sigmoid(z))
FUNCTION(gelu, z *cdf(z), cdf(z) + z * density(z))
FUNCTION(shifted, tanhl(z + 0.5L), 1 - tanhl(z + 0.5L) * tanhl(z + 0.5L))
FUNCTION(mixed, 0.5L * tanhl(2 * z) - sinl(z) / (1 + z * z),
         1 - tanhl(2 * z) * tanhl(2 * z) - cosl(z) / (1 + z * z) +
             2 * z * sinl(z) / (1 + z * z) / (1 + z * z))

#define ROW(name)                         \
    {                                     \
#name, name##_value, name##_slope \
    }
static const struct {
    const char *text;
    long double (*value)(long double z), (*slope)(long double z);
} functions[] = {ROW(tanh),
                 ROW(erf),
                 ROW(sin),
                 ROW(cos),
                 ROW(exp),
                 ROW(relu),
                 ROW(abs),
                 ROW(sigmoid),
                 ROW(softplus),
                 ROW(gelu),
                 {"tanh(z+0.5)", shifted_value, shifted_slope},
                 {"0.5*tanh(2*z)-sin(z)/(1+z^2)", mixed_value, mixed_slope}};

/* On numbers of all sizes up to 22, with the far tails of erf, sigmoid and gelu; values are the same with
 * slopes and without, and in place. */
START_TEST(vector_functions)
{
    enum { N = 40001 };
    static double z[N], value[N], again[N], slope[N];
    network n;
    network_make(&n, "--activation '%s'", functions[_i].text);
    for (int i = 0; i < N; i++) {
        double t = (i - N / 2) / (double)(N / 2);
        z[i] = i % 2 ? 22 * t : copysign(exp(-40 * fabs(t)), t);
    }
    gst_activation_values(n.activation, N, z, value, slope);
    for (int i = 0; i < N; i++) {
        long double exact = functions[_i].value(z[i]), tangent = functions[_i].slope(z[i]);
        double size = fmax(1, (double)fabsl(exact));
        ck_assert_msg(fabsl(value[i] - exact) <= 1e-15 * size, "%s at %.17g: %.17g",
                      functions[_i].text, z[i], value[i]);
        ck_assert_msg(fabsl(slope[i] - tangent) <= 2e-15 * fmax(size, (double)fabsl(tangent)),
                      "slope of %s at %.17g: %.17g", functions[_i].text, z[i], slope[i]);
        ck_assert(_i > 0 || ulps(value[i], exact) <= 4);
    }
    memcpy(again, z, sizeof z);
    gst_activation_values(n.activation, N, again, again, NULL);
    ck_assert(memcmp(again, value, sizeof value) == 0);
    network_clear(&n);
}
END_TEST

/* 0, infinities and NaN: what is not finite is NaN. */
START_TEST(vector_functions_at_the_edge)
{
    const double edge[5] = {0, INFINITY, -INFINITY, NAN, 1};
    static const struct {
        const char *text;
        double at[4];
    } cases[] = {{"tanh", {0, 1, -1, NAN}},
                 {"erf", {0, 1, -1, NAN}},
                 {"sin", {0, NAN, NAN, NAN}},
                 {"cos", {1, NAN, NAN, NAN}},
                 {"exp", {1, NAN, 0, NAN}},
                 {"relu", {0, NAN, 0, NAN}},
                 {"abs", {0, NAN, NAN, NAN}},
                 {"sigmoid", {0.5, 1, 0, NAN}},
                 {"softplus", {0.69314718055994531, NAN, 0, NAN}}};
    for (int i = 0; i < COUNT(cases); i++) {
        double value[5], slope[5];
        network n;
        network_make(&n, "--activation %s", cases[i].text);
        gst_activation_values(n.activation, 5, edge, value, slope);
        for (int k = 0; k < 4; k++) {
            double at = cases[i].at[k];
            ck_assert_msg(isnan(at) ? isnan(value[k]) : fabs(value[k] - at) <= 1e-15, "%s(%g) = %g",
                          cases[i].text, edge[k], value[k]);
            ck_assert(!isnan(value[k]) || isnan(slope[k]));
        }
        ck_assert(isfinite(value[4]) && isfinite(slope[4]));
        network_clear(&n);
    }
}
END_TEST

/* Longer than a vector tape, in place, in lengths that are not multiples of a block. */
START_TEST(long_expressions)
{
    double z[700], value[700], slope[700];
    char options[400] = "--activation '0.5*sin(z)";
    unsigned long long seed = 2;
    network n;
    for (int i = 0; i < 40; i++)
        strcat(options, "+z/8");
    network_make(&n, "%s+relu(z)'", options);
    fill(&seed, 700, z);
    memcpy(value, z, sizeof z);
    gst_activation_values(n.activation, 700, value, value, slope);
    for (int i = 0; i < 700; i++) {
        ASSERT_NEAR(value[i], fmax(z[i], 0) + 0.5 * sin(z[i]) + 5 * z[i], 1e-14);
        ASSERT_NEAR(slope[i], (z[i] > 0) + 0.5 * cos(z[i]) + 5, 1e-14);
    }
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("activation values");
    tcase_add_loop_test(cases, vector_functions, 0, COUNT(functions));
    tcase_add_test(cases, vector_functions_at_the_edge);
    tcase_add_test(cases, long_expressions);
    return run_cases("activation values", cases);
}
