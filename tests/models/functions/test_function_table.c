/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_function_table.c - functions given by the coefficients of polynomials on panels.
 *
 *   1. A function tabulated here, by sums of cosines, against its expression: values, slopes by the polynomial's own
 *      derivative and by one that is given; inside other expressions.
 *   2. Kinks where the file says, through an argument too.
 *   3. Not a number outside of the panels.
 *   4. Files that are none, one fault at a time. */
#include "models/functions/expression.h"
#include "integrals/integrand.h"
#include "models/functions/function_table.h"
#include "integrals/mesh.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NODES = 18, PANELS = 80, POINTS = 301 };
#define REACH 20.0

static char name[] = "/tmp/function_table.XXXXXX";

static void make_name(void)
{
    int file = mkstemp(name);
    ck_assert(file >= 0);
    close(file);
}

static void remove_file(void)
{
    unlink(name);
}

static void write_text(const char *text)
{
    FILE *file = fopen(name, "w");
    ck_assert(file != NULL);
    fputs(text, file);
    fclose(file);
}

static gst_expression *compile(const char *text)
{
    gst_expression *expression;
    gst_message message = {""};
    int status = gst_expression_compile(&expression, text, 1, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    return expression;
}

/* The table's name in place of each @. */
static gst_expression *compile_with(const char *pattern)
{
    char text[512] = "";
    for (const char *c = pattern; *c; c++) {
        size_t used = strlen(text);
        if (*c == '@')
            snprintf(text + used, sizeof text - used, "table:%s", name);
        else
            snprintf(text + used, sizeof text - used, "%c", *c);
    }
    return compile(text);
}

/* Coefficients of the interpolant through Chebyshev points, from values or slopes. */
static void print_coefficients(FILE *file, const gst_expression *of, double low, double high,
                               int slope)
{
    const double pi = acos(-1);
    double f[2][NODES];
    for (int i = 0; i < NODES; i++) {
        double z = 0.5 * (low + high) + 0.5 * (high - low) * cos(pi * (i + 0.5) / NODES);
        gst_expression_evaluate(of, 1, &z, &f[0][i], &f[1][i]);
    }
    for (int k = 0; k < NODES; k++) {
        double sum = 0;
        for (int i = 0; i < NODES; i++)
            sum += f[slope][i] * cos(pi * k * (i + 0.5) / NODES);
        fprintf(file, " %.17g", sum * (k == 0 ? 1.0 : 2.0) / NODES);
    }
    fputc('\n', file);
}

static void tabulate(const char *text, int with_slope)
{
    gst_expression *of = compile(text);
    FILE *file = fopen(name, "w");
    ck_assert(file != NULL);
    fprintf(file, "# %s\n", text);
    for (int i = 0; i < PANELS; i++) {
        double low = REACH * (2.0 * i / PANELS - 1), high = REACH * (2.0 * (i + 1) / PANELS - 1);
        fprintf(file, "panel %.17g %.17g", low, high);
        print_coefficients(file, of, low, high, 0);
        if (with_slope) {
            fprintf(file, "  slope");
            print_coefficients(file, of, low, high, 1);
        }
    }
    fclose(file);
    gst_expression_free(of);
}

static void compare(const char *pattern, const char *wanted, double tolerance)
{
    gst_expression *table = compile_with(pattern), *expression = compile(wanted);
    double z[POINTS], v[2][POINTS], d[2][POINTS];
    for (int k = 0; k < POINTS; k++)
        z[k] = (REACH - 2) * (2.0 * k / (POINTS - 1) - 1) + 1e-3;
    gst_expression_evaluate(table, POINTS, z, v[0], d[0]);
    gst_expression_evaluate(expression, POINTS, z, v[1], d[1]);
    for (int k = 0; k < POINTS; k++) {
        ck_assert_double_eq_tol(v[0][k], v[1][k], 3e-14);
        ck_assert_double_eq_tol(d[0][k], d[1][k], tolerance);
    }
    gst_expression_free(table);
    gst_expression_free(expression);
}

START_TEST(values_and_slopes)
{
    tabulate("tanh(z+0.3)", 0);
    compare("@", "tanh(z+0.3)", 3e-12);
    compare("2*@(z-1) - @ (0.5*z)^2", "2*tanh(z-0.7) - tanh(0.5*z+0.3)^2", 1e-11);
    compare("sin((@)*3) + @(1)", "sin(3*tanh(z+0.3)) + tanh(1.3)", 1e-11);
    tabulate("tanh(z+0.3)", 1);
    compare("@", "tanh(z+0.3)", 1e-14);
}
END_TEST

START_TEST(kinks)
{
    double roots[8], at = 0;
    size_t found;
    write_text("kink -1.25\nkink 0.5 # another\npanel -50 -1.25 3\n\npanel -1.25 0.5 0 1\n"
               "panel 0.5 50 1\n");
    gst_expression *g = compile_with("@(0.5*z - 0.25)");
    gst_kinks of = gst_expression_kinks(g);
    ck_assert_int_eq(gst_kinks_along(&of, 0, &at, -12, 12, 8, roots, &found), GST_OK);
    ck_assert_uint_eq(found, 2);
    ck_assert_double_eq_tol(roots[0], -2, 1e-14);
    ck_assert_double_eq_tol(roots[1], 1.5, 1e-14);
    gst_expression_free(g);
}
END_TEST

START_TEST(ends)
{
    const double z[] = {-13, -13.000001, 14, 14.000001, 1e300, NAN};
    double value[6], slope[6];
    write_text("panel -13 14 2 3");
    gst_expression *g = compile_with("@");
    gst_expression_evaluate(g, 6, z, value, slope);
    ck_assert_double_eq(value[0], -1);
    ck_assert_double_eq(value[2], 5);
    ck_assert_double_eq_tol(slope[2], 6.0 / 27, 1e-15);
    for (int k = 1; k < 6; k += k == 1 ? 2 : 1) {
        ck_assert(isnan(value[k]));
        ck_assert(isnan(slope[k]));
    }
    gst_expression_free(g);
}
END_TEST

static const struct {
    const char *text, *why;
} faults[] = {
    {"", "has no panels"},
    {"kink 1\n", "has no panels"},
    {"panel -20 20\n", ":1: a panel is its two ends"},
    {"panel 20 -20 1\n", ":1: the panel ends before it begins"},
    {"panel -20 0 1\npanel 0.1 20 1\n", ":2: the panel does not begin where"},
    {"panel -11.9 20 1\n", "from -11.9 to 20, do not cover -12 to 12"},
    {"panel -20 11.9 1\n", "do not cover"},
    {"panel -20 20 1 nan\n", ":1: has something that is no finite number"},
    {"panel -20 20 1,2\n", ":1: has something that is no finite number"},
    {"\nslope 1\npanel -20 20 1\n", ":2: a slope follows its panel"},
    {"panel -20 20 1\nslope 1\nslope 1\n", ":3: a slope follows its panel"},
    {"panel -20 20 1\nslope\n", ":2: a slope has"},
    {"panel -20 20 1\nkink 1 2\n", ":2: a kink is one number"},
    {"kink 1\nkink 1\npanel -20 20 1\n", ":2: kinks are not in ascending order"},
    {"panels -20 20 1\n", ":1: begins with none of"},
};

START_TEST(refused)
{
    gst_expression *expression;
    gst_message message = {""};
    char text[128];
    snprintf(text, sizeof text, "table:%s", name);
    write_text(faults[_i].text);
    ck_assert_int_eq(gst_expression_compile(&expression, text, 1, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, faults[_i].why) != NULL, "%s", message.text);
    ck_assert_ptr_null(expression);
}
END_TEST

/* The most coefficients a panel may have, and one more; no file; a name that is none. */
START_TEST(bounds)
{
    for (int count = 64; count <= 65; count++) {
        gst_function_table *table;
        gst_message message = {""};
        FILE *file = fopen(name, "w");
        fprintf(file, "panel -20 20");
        for (int k = 0; k < count; k++)
            fprintf(file, " %d", k);
        fclose(file);
        int status = gst_function_table_read(&table, name, strlen(name), &message);
        ck_assert_int_eq(status, count == 64 ? GST_OK : GST_INVALID);
        gst_function_table_free(table);
    }
    gst_expression *expression;
    gst_message message = {""};
    ck_assert_int_eq(gst_expression_compile(&expression, "table:/nowhere", 1, &message),
                     GST_INVALID);
    ck_assert_msg(strstr(message.text, "/nowhere: No such file") != NULL, "%s", message.text);
    ck_assert_int_eq(gst_expression_compile(&expression, "table:", 1, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, "wants a name of 1 to") != NULL, "%s", message.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("function_table");
    TCase *all = tcase_create("all");
    tcase_add_unchecked_fixture(all, make_name, remove_file);
    tcase_add_test(all, values_and_slopes);
    tcase_add_test(all, kinks);
    tcase_add_test(all, ends);
    tcase_add_loop_test(all, refused, 0, sizeof faults / sizeof *faults);
    tcase_add_test(all, bounds);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
