/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expression_degree.c - the degree that an expression shows: by hand, and by differences along lines, of which those
 * of one order more than the degree vanish. */
#include "models/functions/expression.h"

#include <math.h>

#include "tests/numbers.h"

enum { NONE = -1 };

static const struct {
    const char *text;
    int degree;
} cases[] = {
    {"z1+z1*z2+z1*z2*z3", 3},
    {"-(z1-2*z2)^3*z1/7", 4},
    {"he4(z1)*h3(z2+z1^2)-z3", 10},
    {"linear(z1)*he1(z2)", 2},
    {"(z1+z2)^2^2", 4},
    {"z1^0+z2", 1},
    {"h6(z1)+he5(z2)+h2(z2)+he6(z2)", 6},
    {"h1(he3(z1))+h4(z1)-h5(z2)-he2(z2)", 5},
    {"sin(2)*z1*exp(1)", 1},
    {"3", 0},
    {"sin(z1)", NONE},
    {"z1+0*tanh(z2)", NONE},
    {"z1^1.5", NONE},
    {"z1^z2", NONE},
    {"z1^-1", NONE},
    {"1/z1", NONE},
    {"relu(z1)^2", NONE},
    {"min(z1,z2)", NONE},
    {"sqrt(z1^2)", NONE},
    {"he2(abs(z1))", NONE},
};

START_TEST(degrees_by_hand)
{
    gst_expression *e;
    ck_assert_int_eq(gst_expression_compile(&e, cases[_i].text, 9, NULL), GST_OK);
    double degree = gst_expression_degree(e);
    ck_assert_msg(cases[_i].degree == NONE ? isinf(degree) : degree == cases[_i].degree,
                  "%s: %g, not %d", cases[_i].text, degree, cases[_i].degree);
    gst_expression_free(e);
}
END_TEST

/* The difference of this order of the expression at t a + b, t = 0, 1, .., and the size of its terms. */
static double difference(const gst_expression *e, int order, double *size)
{
    double sum = 0, ways = 1;
    *size = 0;
    for (int t = 0; t <= order; t++) {
        double x[9], value;
        for (size_t j = 0; j < gst_expression_dim(e); j++)
            x[j] = (0.71 - 0.26 * (double)j) * t + 0.3 * (double)j - 0.43;
        gst_expression_evaluate(e, 1, x, &value, NULL);
        sum += ((order - t) % 2 ? -1 : 1) * ways * value;
        *size += ways * fabs(value);
        ways *= (double)(order - t) / (t + 1);
    }
    return sum;
}

START_TEST(differences_vanish)
{
    gst_expression *e;
    double size;
    ck_assert_int_eq(gst_expression_compile(&e, cases[_i].text, 9, NULL), GST_OK);
    int degree = cases[_i].degree;
    if (degree != NONE) {
        ASSERT_NEAR(difference(e, degree + 1, &size), 0, 1e-14 * size);
        ck_assert(fabs(difference(e, degree, &size)) > 1e-10 * size);
    }
    gst_expression_free(e);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("expression degree");
    tcase_add_loop_test(suite, degrees_by_hand, 0, COUNT(cases));
    tcase_add_loop_test(suite, differences_vanish, 0, COUNT(cases));
    return run_cases("expression degree", suite);
}
