/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expression.c - functions given as text: values, derivatives, kinks.
 *
 *   1. Every function of the table against a closed form of its value and of its slope.
 *   2. Derivatives of compositions against central differences.
 *   3. Values at kinks and outside domains.
 *   4. Kinks by the roots of their arguments.
 * The grammar is tested in test_expression_text.c. */
#include "models/functions/expression.h"
#include "integrals/integrand.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define POINTS 301 /* more than two blocks, and no multiple of one */

static gst_expression *compile(const char *text)
{
    gst_expression *expression;
    gst_message message = {""};
    int status = gst_expression_compile(&expression, text, 9, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    ck_assert_str_eq(gst_expression_text(expression), text);
    return expression;
}

/* The value at one point given by its own variables, and the derivative. */
static double value_at(const char *text, const double *x, double *derivative)
{
    gst_expression *expression = compile(text);
    double value;
    gst_expression_evaluate(expression, 1, x, &value, derivative);
    gst_expression_free(expression);
    return value;
}

static int close_to(double a, double b, double tolerance)
{
    return isnan(b) ? isnan(a) : islessequal(fabs(a - b), tolerance * (1 + fabs(b)));
}

/* 1. The table: name, value, slope. */
#define TABLE(X)                                                                                  \
    X(tanh, (exp(x) - exp(-x)) / (exp(x) + exp(-x)), 1 / (cosh(x) * cosh(x)))                     \
    X(erf, 1 - erfc(x), 2 / sqrt(pi) * exp(-x * x))                                               \
    X(sin, cos(x - pi / 2), cos(x))                                                               \
    X(cos, sin(x + pi / 2), -sin(x))                                                              \
    X(linear, x, 1)                                                                               \
    X(relu, (x + fabs(x)) / 2, x > 0)                                                             \
    X(abs, x < 0 ? -x : x, x / fabs(x))                                                           \
    X(sign, x / fabs(x), 0)                                                                       \
    X(step, x > 0, 0)                                                                             \
    X(sigmoid, (1 + tanh(x / 2)) / 2, 0.25 / (cosh(x / 2) * cosh(x / 2)))                         \
    X(softplus, log(1 + exp(x)), (1 + tanh(x / 2)) / 2)                                           \
    X(gelu, x / 2 * (1 + erf(x / sqrt(2))),                                                       \
      (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi))                            \
    X(he1, x, 1)                                                                                  \
    X(he2, x *x - 1, 2 * x)                                                                       \
    X(he3, x *(x * x - 3), 3 * (x * x - 1))                                                       \
    X(he4, pow(x, 4) - 6 * x * x + 3, 4 * pow(x, 3) - 12 * x)                                     \
    X(he5, pow(x, 5) - 10 * pow(x, 3) + 15 * x, 5 * pow(x, 4) - 30 * x * x + 15)                  \
    X(he6, pow(x, 6) - 15 * pow(x, 4) + 45 * x * x - 15, 6 * pow(x, 5) - 60 * pow(x, 3) + 90 * x) \
    X(h1, x, 1)                                                                                   \
    X(h2, (x * x - 1) / sqrt(2), 2 * x / sqrt(2))                                                 \
    X(h3, x *(x * x - 3) / sqrt(6), 3 * (x * x - 1) / sqrt(6))                                    \
    X(h4, (pow(x, 4) - 6 * x * x + 3) / sqrt(24), (4 * pow(x, 3) - 12 * x) / sqrt(24))            \
    X(h5, (pow(x, 5) - 10 * pow(x, 3) + 15 * x) / sqrt(120),                                      \
      (5 * pow(x, 4) - 30 * x * x + 15) / sqrt(120))                                              \
    X(h6, (pow(x, 6) - 15 * pow(x, 4) + 45 * x * x - 15) / sqrt(720),                             \
      (6 * pow(x, 5) - 60 * pow(x, 3) + 90 * x) / sqrt(720))                                      \
    X(exp, 1 / exp(-x), 1 / exp(-x))                                                              \
    X(sqrt, x < 0 ? NAN : pow(x, 0.5), x < 0 ? NAN : 0.5 * pow(x, -0.5))                          \
    X(log, x < 0 ? NAN : 2.5 * log(pow(x, 0.4)), x < 0 ? NAN : 1 / x)

static const double pi = 3.14159265358979323846;

#define X(name, value, slope)            \
    static double value_##name(double x) \
    {                                    \
        return value;                    \
    }                                    \
    static double slope_##name(double x) \
    {                                    \
        return (slope) + 0 * x;          \
    }
TABLE(X)
#undef X

static const struct {
    const char *name;
    double (*value)(double), (*slope)(double);
} table[] = {
#define X(name, value, slope) {#name, value_##name, slope_##name},
    TABLE(X)
#undef X
};

/* As a bare name, called, and with an inner function whose slope is not 1. */
START_TEST(function_values)
{
    static const char *forms[] = {"%s", "%s(z3)", " %s ( 0.37*z2 - 1.113 ) "};
    const char *name = table[_i].name;
    for (size_t form = 0; form < COUNT(forms); form++) {
        char text[64];
        double x[POINTS], value[POINTS], slope[POINTS], alone[POINTS];
        const double scale = form == 2 ? 0.37 : 1, shift = form == 2 ? -1.113 : 0;
        snprintf(text, sizeof text, forms[form], name);
        gst_expression *expression = compile(text);
        ck_assert_uint_eq(gst_expression_dim(expression), 1);
        for (size_t k = 0; k < POINTS; k++)
            x[k] = -6.213 + 0.04137 * (double)k;
        gst_expression_evaluate(expression, POINTS, x, value, slope);
        gst_expression_evaluate(expression, POINTS, x, alone, NULL);
        gst_expression_free(expression);
        for (size_t k = 0; k < POINTS; k++) {
            const double u = scale * x[k] + shift;
            const double want = table[_i].value(u), want_slope = scale * table[_i].slope(u);
            ck_assert_msg(close_to(value[k], want, 1e-13), "%s at %g: %.17g, not %.17g", text, x[k],
                          value[k], want);
            ck_assert_msg(close_to(slope[k], want_slope, 1e-12), "%s' at %g: %.17g, not %.17g",
                          text, x[k], slope[k], want_slope);
            ck_assert(memcmp(&alone[k], &value[k], sizeof value[k]) == 0 || isnan(value[k]));
        }
    }
}
END_TEST

START_TEST(function_list)
{
    size_t count = 0;
    for (; gst_expression_function_name(count); count++) {
        ck_assert(strlen(gst_expression_function_text(count)) > 0);
        if (count < COUNT(table))
            ck_assert_str_eq(gst_expression_function_name(count), table[count].name);
    }
    ck_assert_uint_eq(count, COUNT(table) + 2);
    ck_assert_str_eq(gst_expression_function_name(count - 2), "min");
    ck_assert_str_eq(gst_expression_function_name(count - 1), "max");
    ck_assert_ptr_null(gst_expression_function_text(count));
    ck_assert_ptr_null(gst_expression_function_name(SIZE_MAX));
}
END_TEST

/* 2. Derivatives, at points where the expressions are smooth. */
START_TEST(central_differences)
{
    static const char *texts[] = {
        "tanh(3*z)*exp(-z^2/2)",
        "sin(z)*cos(2*z)+h3(z/2)",
        "gelu(z1*z2) - softplus(z1-z2)^3",
        "erf(z/(1+z^2))",
        "log(1+z^2)^1.5",
        "(1+z^2)^sin(z)",
        "sigmoid(z2*z1)/(2+cos(z1))",
        "sqrt(2+sin(z))*he5(z/3)",
        "max(z^2, z2^3)*min(tanh(z), relu(z-z2))",
        "z^-3+3^z-z^5*z2",
        "abs(sin(3*z))^2.2",
        "he6(tanh(z))+h6(z/2)*h2(z)-he4(z/2)",
        "step(z)*z+sign(z-z2)*z^2",
    };
    static const double points[][2] = {{1.373, -0.618}, {-0.7317, 0.917}, {0.2591, 1.236}};
    const double step = 1e-4;
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t k = 0; k < COUNT(points); k++) {
            double x[5][2], value[5], derivative;
            for (size_t j = 0; j < 5; j++) {
                x[j][0] = points[k][0] + ((double)j - 2) * step;
                x[j][1] = points[k][1];
                value[j] = value_at(texts[i], x[j], &derivative);
            }
            value_at(texts[i], x[2], &derivative);
            const double want = (8 * (value[3] - value[1]) - (value[4] - value[0])) / (12 * step);
            ck_assert_msg(close_to(derivative, want, 1e-10), "(%s)': %.15g, not %.15g", texts[i],
                          derivative, want);
        }
}
END_TEST

/* 3. At kinks and outside domains: text, point, value, derivative. */
static const struct {
    const char *text;
    double x, value, slope;
} special[] = {
    {"relu(z)", 0, 0, 0.5},
    {"abs(z)", 0, 0, 0},
    {"sign(z)", 0, 0, 0},
    {"sign(z)", -0.0, 0, 0},
    {"step(z)", 0, 0, 0},
    {"min(z,2*z)", 0, 0, 1.5},
    {"max(z,-3*z)", 0, 0, -1},
    {"z^2", 0, 0, 0},
    {"z^1", 0, 0, 1},
    {"z^0", 0, 1, 0},
    {"sqrt(z^2)", 0, 0, 0},
    {"sqrt(z)", 0, 0, NAN},
    {"exp(-1/z^2)", 0, 0, 0},
    {"sigmoid(z)", -1000, 0, 0},
    {"sigmoid(z)", 1000, 1, 0},
    {"softplus(z)", 1000, 1000, 1},
    {"softplus(z)", -1000, 0, 0},
    {"1/(1+exp(z))", 1000, 0, NAN},
    {"gelu(z)", -40, 0, 0},
    {"exp(z)", 1000, NAN, NAN},
    {"1/z", 0, NAN, NAN},
    {"z^-2", 0, NAN, NAN},
    {"log(z)", 0, NAN, NAN},
    {"log(z)", -1.1, NAN, NAN},
    {"sqrt(z)", -1.1, NAN, NAN},
    {"sqrt(z)+z", -1.1, NAN, NAN},
    {"z^0.5", -1.1, NAN, NAN},
    {"z^z", -1.1, NAN, NAN},
    {"min(sqrt(z),1)", -1.1, NAN, NAN},
    {"min(1,sqrt(z))", -1.1, NAN, NAN},
    {"max(sqrt(z),1)", -1.1, NAN, NAN},
    {"max(1,sqrt(z))", -1.1, NAN, NAN},
    {"relu(sqrt(z))", -1.1, NAN, NAN},
    {"abs(sqrt(z))", -1.1, NAN, NAN},
    {"sign(sqrt(z))", -1.1, NAN, NAN},
    {"step(sqrt(z))", -1.1, NAN, NAN},
    {"softplus(sqrt(z))", -1.1, NAN, NAN},
    {"sqrt(-1)+z", 1.1, NAN, NAN},
};

START_TEST(special_values)
{
    double derivative;
    double value = value_at(special[_i].text, &special[_i].x, &derivative);
    ck_assert_msg(close_to(value, special[_i].value, 1e-15), "%s: %g", special[_i].text, value);
    ck_assert_msg(close_to(derivative, special[_i].slope, 1e-15), "(%s)': %g", special[_i].text,
                  derivative);
    if (value == 0 && strstr(special[_i].text, "sign"))
        ck_assert(!signbit(value));
}
END_TEST

/* 4. Kinks along z1 at z2 = 1.25 (if there is a z2): their number, and a root of each. */
static const struct {
    const char *text;
    size_t count;
    double root[4];
} kinked[] = {
    {"tanh(z)*exp(z)+z^2-z^7*z2", 0, {0}},
    {"relu", 1, {0}},
    {"abs(z-0.3)", 1, {0.3}},
    {"sign(2*z+1)", 1, {-0.5}},
    {"step(0.75-z)*z", 1, {0.75}},
    {"sqrt(z+2)", 1, {-2}},
    {"log(3-z)", 1, {3}},
    {"min(z, 0.4)", 1, {0.4}},
    {"max(2*z, z+1.5)", 1, {1.5}},
    {"(z-0.6)^-2", 1, {0.6}},
    {"(z-0.6)^2.5", 1, {0.6}},
    {"(z-0.6)^2", 0, {0}},
    {"(z-0.6)^0+z", 0, {0}},
    {"(z-0.6)^100", 0, {0}},
    {"(z-0.6)^(2*1.5)", 0, {0}},
    {"(0.5+z)^z", 1, {-0.5}},
    {"2^z", 0, {0}},
    {"abs(-3)*z+relu(2)+max(1,2)*sqrt(2)+abs(2)^0.5", 0, {0}},
    {"max(z,0)+relu(abs(z-0.5)-3)", 3, {0, 0.5, 3.5}},
    {"1+2*relu(3*4-z)*min(1+1, z*z2)", 2, {12, 1.6}},
    {"z2 - step(z - z2)*abs(min(z, z2/5))", 3, {1.25, 0.25, 0}},
};

START_TEST(kink_roots)
{
    gst_expression *expression = compile(kinked[_i].text);
    gst_kinks kinks = gst_expression_kinks(expression);
    ck_assert_uint_eq(kinks.count, kinked[_i].count);
    ck_assert_uint_eq(kinks.dim, gst_expression_dim(expression));
    for (size_t c = 0; c < kinks.count; c++) {
        const double root = kinked[_i].root[c];
        double x[6] = {root - 1e-6, root, root + 1e-6, 1.25, 1.25, 1.25}, out[12];
        kinks.arguments(3, x, out, kinks.params);
        ck_assert_msg(fabs(out[3 * c + 1]) < 1e-15, "%s: kink %zu is %g", kinked[_i].text, c,
                      out[3 * c + 1]);
        ck_assert_msg(out[3 * c] * out[3 * c + 2] < 0, "%s: kink %zu", kinked[_i].text, c);
    }
    gst_expression_free(expression);
}
END_TEST

/* All arguments at many points at once, out[c*n + k], as at each point alone. */
START_TEST(kink_arrays)
{
    gst_expression *expression = compile("relu(z1-z2)+min(z1*z2,sin(z4))/abs(tanh(z4)+0.1)+z1");
    gst_kinks kinks = gst_expression_kinks(expression);
    double x[3 * POINTS], out[3 * POINTS], point[3], one[3];
    ck_assert_uint_eq(kinks.count, 3);
    for (size_t k = 0; k < 3 * POINTS; k++)
        x[k] = 3 * sin(1.373 * (double)(k * k));
    kinks.arguments(POINTS, x, out, kinks.params);
    for (size_t k = 0; k < POINTS; k++) {
        for (size_t j = 0; j < 3; j++)
            point[j] = x[j * POINTS + k];
        kinks.arguments(1, point, one, kinks.params);
        ck_assert_double_eq_tol(out[k], point[0] - point[1], 1e-15);
        ck_assert_double_eq_tol(out[POINTS + k], point[0] * point[1] - sin(point[2]), 1e-14);
        ck_assert_double_eq_tol(out[2 * POINTS + k], tanh(point[2]) + 0.1, 1e-15);
        for (size_t c = 0; c < 3; c++)
            ck_assert_double_eq(one[c], out[c * POINTS + k]);
    }
    gst_expression_free(expression);
}
END_TEST

static Suite *expression_suite(void)
{
    Suite *suite = suite_create("expression");
    TCase *values = tcase_create("values"), *kinks = tcase_create("kinks");
    tcase_add_loop_test(values, function_values, 0, COUNT(table));
    tcase_add_test(values, function_list);
    tcase_add_test(values, central_differences);
    tcase_add_loop_test(values, special_values, 0, COUNT(special));
    tcase_add_loop_test(kinks, kink_roots, 0, COUNT(kinked));
    tcase_add_test(kinks, kink_arrays);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, kinks);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(expression_suite());
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
