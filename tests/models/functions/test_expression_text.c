/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expression_text.c - the grammar of functions given as text.
 *
 *   1. Precedence, numbers and powers: a table of values and derivatives.
 *   2. Bad inputs with the column that the message must name.
 *   3. The limits of nesting and length. */
#include "models/functions/expression.h"
#include "integrals/integrand.h"

#include <check.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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

static const double pi = 3.14159265358979323846;

/* 1. Text, value, derivative in z1, at z1 = x, z2 = y. */
#define ARITHMETIC(X)                                                                          \
    X("1", 1, 0)                                                                               \
    X(" .5\t", 0.5, 0)                                                                         \
    X("2e-3", 0.002, 0)                                                                        \
    X("1.", 1, 0)                                                                              \
    X("1.5E+1", 15, 0)                                                                         \
    X("0.1", 0.1, 0)                                                                           \
    X("9007199254740993.0000000000000000000001", 9007199254740994, 0)                          \
    X("0.000000000000000000000000000000123456789012345678e30", 0.123456789012345678, 0)        \
    X("123456789012345678901234567890e-30", 0.12345678901234567890123456789, 0)                \
    X("4.9e-324", 4.9e-324, 0)                                                                 \
    X("1.7976931348623157e308", 1.7976931348623157e308, 0)                                     \
    X("0e99999999999999999999", 0, 0)                                                          \
    X("pi", pi, 0)                                                                             \
    X("e", exp(1), 0)                                                                          \
    X("2*e-3", 2 * exp(1) - 3, 0)                                                              \
    X("z", x, 1)                                                                               \
    X("+z", x, 1)                                                                              \
    X("--z", x, 1)                                                                             \
    X("-z^2", -x *x, -2 * x)                                                                   \
    X("(-z)^2", x *x, 2 * x)                                                                   \
    X("2^-1", 0.5, 0)                                                                          \
    X("2^-1*z", 0.5 * x, 0.5)                                                                  \
    X("2^3^2", 512, 0)                                                                         \
    X("(2^3)^2", 64, 0)                                                                        \
    X("2^-z^2", pow(2, -x *x), -2 * x * log(2) * pow(2, -x * x))                               \
    X("1-2-3", -4, 0)                                                                          \
    X("1-(2-3)", 2, 0)                                                                         \
    X("2/3/5", 2.0 / 15, 0)                                                                    \
    X("2/3*z", 2.0 / 3 * x, 2.0 / 3)                                                           \
    X("2+3*z^2", 2 + 3 * x * x, 6 * x)                                                         \
    X("3*-z", -3 * x, -3)                                                                      \
    X("z1 + z1*z2", x + x * y, 1 + y)                                                          \
    X("z1/z2", x / y, 1 / y)                                                                   \
    X("z2/z1", y / x, -y / (x * x))                                                            \
    X("(z1-z2)*(z1+z2)", x *x - y * y, 2 * x)                                                  \
    X("z^0+z2", 1 + y, 0)                                                                      \
    X("z^1", x, 1)                                                                             \
    X("z^3", x *x *x, 3 * x * x)                                                               \
    X("z^13", pow(x, 13), 13 * pow(x, 12))                                                     \
    X("z^64", pow(x, 64), 64 * pow(x, 63))                                                     \
    X("z^65", pow(x, 65), 65 * pow(x, 64))                                                     \
    X("z^1001", pow(x, 1001), 1001 * pow(x, 1000))                                             \
    X("z^-1", 1 / x, -1 / (x * x))                                                             \
    X("z^-7", pow(x, -7), -7 * pow(x, -8))                                                     \
    X("z^-91", pow(x, -91), -91 * pow(x, -92))                                                 \
    X("z^(1+1)", x *x, 2 * x)                                                                  \
    X("z^0.5", x < 0 ? NAN : sqrt(x), x < 0 ? NAN : 0.5 / sqrt(x))                             \
    X("abs(z)^z2", pow(fabs(x), y), y *pow(fabs(x), y) / x)                                    \
    X("abs(z2)^z1", pow(fabs(y), x), log(fabs(y)) * pow(fabs(y), x))                           \
    X("exp(z)^z", exp(x *x), 2 * x * exp(x * x))                                               \
    X("min(z1,z2)", fmin(x, y), x < y)                                                         \
    X("max(z1,z2)", fmax(x, y), x > y)                                                         \
    X("max(min(z,2),1)-z2", fmax(fmin(x, 2), 1) - y, x > 1 && x < 2)                           \
    X("min(z1 , z2*max(1, z1))", fmin(x, y *fmax(1, x)), x < y * fmax(1, x) ? 1 : y * (x > 1)) \
    X("tanh(z+0.5)", tanh(x + 0.5), 1 - pow(tanh(x + 0.5), 2))                                 \
    X("sqrt(abs(z2))+z1", sqrt(fabs(y)) + x, 1)                                                \
    X("((((z2))))-z1", y - x, -1)

#define X(text, value, slope) {text},
static const struct {
    const char *text;
} arithmetic[] = {ARITHMETIC(X)};
#undef X

static void arithmetic_at(double x, double y, double *value, double *slope)
{
    size_t i = 0;
#define X(text, v, s) value[i] = (v), slope[i++] = (s);
    ARITHMETIC(X)
#undef X
}

START_TEST(arithmetic_values)
{
    static const double points[][2] = {{1.373, -0.618}, {-1.373, 0.617}, {0.7071, 2.236}};
    const double x = points[_i][0], y = points[_i][1];
    double want[COUNT(arithmetic)], want_slope[COUNT(arithmetic)];
    arithmetic_at(x, y, want, want_slope);
    for (size_t i = 0; i < COUNT(arithmetic); i++) {
        gst_expression *expression = compile(arithmetic[i].text);
        double own[2] = {x, y}, value, slope;
        const size_t dim = gst_expression_dim(expression);
        const int first = dim > 0 && gst_expression_variable(expression, 0) == 1;
        own[0] = first ? x : y;
        gst_expression_evaluate(expression, 1, own, &value, &slope);
        gst_expression_free(expression);
        ck_assert_msg(close_to(value, want[i], 1e-14), "%s: %.17g, not %.17g", arithmetic[i].text,
                      value, want[i]);
        if (first || dim == 0)
            ck_assert_msg(close_to(slope, want_slope[i], 1e-13), "%s': %.17g, not %.17g",
                          arithmetic[i].text, slope, want_slope[i]);
    }
}
END_TEST

/* Numbers do not depend on the locale (where one with a decimal comma is installed). */
START_TEST(locale_comma)
{
    setlocale(LC_ALL, "de_DE.UTF-8");
    double half = value_at("0.5", NULL, NULL), small = value_at("12.5e-1", NULL, NULL);
    setlocale(LC_ALL, "C");
    ck_assert_double_eq(half, 0.5);
    ck_assert_double_eq(small, 1.25);
}
END_TEST

START_TEST(compact_variables)
{
    double x[3] = {1.373, -0.618, 0.29}, derivative;
    gst_expression *expression = compile("z9*z3 - z7^2 + z3");
    ck_assert_uint_eq(gst_expression_dim(expression), 3);
    ck_assert_uint_eq(gst_expression_variable(expression, 0), 3);
    ck_assert_uint_eq(gst_expression_variable(expression, 1), 7);
    ck_assert_uint_eq(gst_expression_variable(expression, 2), 9);
    gst_expression_free(expression);
    ck_assert_double_eq_tol(value_at("z9*z3 - z7^2 + z3", x, &derivative),
                            x[2] * x[0] - x[1] * x[1] + x[0], 1e-15);
    ck_assert_double_eq_tol(derivative, x[2] + 1, 1e-15);
    expression = compile("2*pi");
    ck_assert_uint_eq(gst_expression_dim(expression), 0);
    ck_assert_uint_eq(gst_expression_kinks(expression).count, 0);
    gst_expression_free(expression);
}
END_TEST

/* clang-format off */
/* 2. Bad inputs, and the column that the message names. */
static const struct {
    const char *text;
    size_t variables, column;
} bad[] = {
    {"", 9, 1}, {"  ", 9, 3}, {"0,5*z", 9, 2}, {"z=3", 9, 2}, {"1..2", 9, 3}, {"1.2.3", 9, 4},
    {".", 9, 1}, {".e5", 9, 1}, {"2z", 9, 2}, {"2e", 9, 2}, {"2e+", 9, 2}, {"2(z)", 9, 2},
    {"z z", 9, 3}, {"z1.5", 9, 3}, {"z(1)", 9, 2}, {"z0", 9, 1}, {"z10", 9, 1},
    {"1+z01", 9, 3}, {"y", 9, 1}, {"1 + foo(z)", 9, 5}, {"Tanh(z)", 9, 1}, {"tan(z)", 9, 1},
    {"tanhh", 9, 1}, {"_z", 9, 1}, {"z2", 1, 1}, {"z + z2", 1, 5}, {"z5", 4, 1}, {"(z", 9, 3},
    {"z)", 9, 2}, {"((z)", 9, 5}, {"()", 9, 2}, {")", 9, 1}, {"(z z)", 9, 4}, {"tanh(z", 9, 7},
    {"tanh()", 9, 6}, {"tanh(z, 1)", 9, 7}, {"tanh z", 9, 6}, {"tanh + 1", 9, 6},
    {"1 + tanh", 9, 9}, {"(tanh)", 9, 6}, {"-tanh", 9, 6}, {"tanh tanh", 9, 6}, {"min", 9, 4},
    {"min(z)", 9, 6}, {"min(z,)", 9, 7}, {"min(z,1,2)", 9, 8}, {"1 +", 9, 4},
    {"1 + * 2", 9, 5}, {"*z", 9, 1}, {"z ** 2", 9, 4}, {"z^", 9, 3}, {"z^^2", 9, 3},
    {"1 \xe2\x88\x92 z", 9, 3}, {"\xe2\x88\x92z", 9, 1}, {"z\xc2\xb2", 9, 2}, {"z\n", 9, 2},
    {"z;", 9, 2}, {"z!", 9, 2}, {"z%2", 9, 2}, {"[z]", 9, 1}, {"0x1", 9, 2}, {"inf", 9, 1},
    {"nan", 9, 1}, {"1+1e400", 9, 3}, {"1e-400", 9, 1}, {"1e99999999999999999999", 9, 1},
    {"1.5e-99999999999999999999", 9, 1}, {"z$", 9, 2}, {"'z'", 9, 1},
};
/* clang-format on */

/* The column at the end of a message, or 0. */
static size_t column_of(const gst_message *message)
{
    const char *last = strstr(message->text, " at column ");
    for (const char *next = last; next; next = strstr(next + 1, " at column "))
        last = next;
    return last ? (size_t)strtoul(last + strlen(" at column "), NULL, 10) : 0;
}

static size_t refused_at(const char *text, size_t variables)
{
    gst_message message = {""};
    gst_expression *expression = (gst_expression *)&message;
    ck_assert_msg(gst_expression_compile(&expression, text, variables, &message) == GST_INVALID,
                  "%s is accepted", text);
    ck_assert_ptr_null(expression);
    ck_assert_int_eq(gst_expression_compile(&expression, text, variables, NULL), GST_INVALID);
    return column_of(&message);
}

START_TEST(bad_inputs)
{
    const size_t column = refused_at(bad[_i].text, bad[_i].variables);
    ck_assert_msg(column == bad[_i].column, "%s: column %zu", bad[_i].text, column);
}
END_TEST

START_TEST(bad_variables)
{
    gst_expression *expression;
    ck_assert_int_eq(gst_expression_compile(&expression, "z", 0, NULL), GST_INVALID);
    ck_assert_int_eq(gst_expression_compile(&expression, "z", 10, NULL), GST_INVALID);
    ck_assert_ptr_null(expression);
    gst_expression_free(NULL);
}
END_TEST

/* 3. `count` copies of open, z, `count` copies of close. */
static char *nest(const char *open, const char *close, size_t count)
{
    char *text = calloc(count * (strlen(open) + strlen(close)) + 2, 1);
    ck_assert_ptr_nonnull(text);
    char *end = text;
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, open);
    end = stpcpy(end, "z");
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, close);
    return text;
}

/* 200 levels work, 201 do not; the deepest stack has three values per level. */
START_TEST(nesting)
{
    static const struct {
        const char *open, *close;
        size_t last; /* of open: the character after which the next level starts */
    } shapes[] = {
        {"(", ")", 1},     {"-", "", 1},    {"2^", "", 2},
        {"tanh(", ")", 5}, {"1+(", ")", 3}, {"0.1+z*min(z,", ")", 10},
    };
    for (size_t i = 0; i < COUNT(shapes); i++) {
        double x[40], value[40], derivative[40];
        char *text = nest(shapes[i].open, shapes[i].close, 200);
        gst_expression *expression = compile(text);
        for (size_t k = 0; k < 40; k++)
            x[k] = -1 + 0.0373 * (double)k;
        gst_expression_evaluate(expression, 40, x, value, derivative);
        for (size_t k = 0; k < 40; k++) {
            double one;
            gst_expression_evaluate(expression, 1, &x[k], &one, NULL);
            ck_assert_msg(close_to(one, value[k], 0), "%s", shapes[i].open);
        }
        gst_expression_free(expression);
        free(text);
        text = nest(shapes[i].open, shapes[i].close, 201);
        ck_assert_uint_eq(refused_at(text, 9), 200 * strlen(shapes[i].open) + shapes[i].last);
        free(text);
    }
}
END_TEST

START_TEST(longest_text)
{
    char text[4098];
    const double x = 0.25;
    memset(text, ' ', sizeof text);
    text[4097] = '\0';
    text[0] = 'z';
    ck_assert_uint_eq(refused_at(text, 9), 4097);
    for (size_t i = 0; i < 4096; i++)
        text[i] = i % 2 == 0 ? 'z' : '+';
    text[4095] = ' ';
    text[4096] = '\0';
    ck_assert_double_eq(value_at(text, &x, NULL), 512);
    memset(text, '1', 4096);
    ck_assert_uint_eq(refused_at(text, 9), 1);
    text[1] = '.';
    ck_assert_double_eq_tol(value_at(text, NULL, NULL), 10.0 / 9, 1e-15);
}
END_TEST

static Suite *expression_suite(void)
{
    Suite *suite = suite_create("expression text");
    TCase *values = tcase_create("values"), *errors = tcase_create("errors");
    tcase_add_loop_test(values, arithmetic_values, 0, 3);
    tcase_add_test(values, locale_comma);
    tcase_add_test(values, compact_variables);
    tcase_add_loop_test(errors, bad_inputs, 0, COUNT(bad));
    tcase_add_test(errors, bad_variables);
    tcase_add_test(errors, nesting);
    tcase_add_test(errors, longest_text);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, errors);
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
