/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_degree.c - what expressions know of themselves along a line, and what integrals make of it.
 *
 *   1. Degrees: known ones; differences of one order more vanish.
 *   2. Zeros of arguments that are affine between the zeros of others: against the search on a grid.
 *   3. Expectations with exact rules along some axes: closed forms, and the same by rules that know nothing. */
#include "models/functions/expression.h"
#include "integrals/affine_map.h"
#include "integrals/expectation.h"
#include "integrals/mesh.h"
#include "tests/numbers.h"

#define NONE GST_NO_POLYNOMIAL

static gst_expression *compile(const char *text)
{
    gst_expression *g = NULL;
    gst_message message = {""};
    int status = gst_expression_compile(&g, text, GST_EXPRESSION_VARIABLES, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    return g;
}

/* ---- 1 ------------------------------------------------------------------------------------------ */

static const struct {
    const char *text;
    unsigned moves, degree;
} degrees[] = {
    {"z1+z1*z2+z1*z2*z3+z1*z2*z3*z4", 1, 1},
    {"z1+z1*z2+z1*z2*z3+z1*z2*z3*z4", 15, 4},
    {"z1+z1*z2+z1*z2*z3+z1*z2*z3*z4", 10, 2},
    {"tanh(z1*z2)+z3", 4, 1},
    {"tanh(z1*z2)+z3", 5, NONE},
    {"tanh(z1*z2)*z3^3", 4, 3},
    {"-(z1-2*z2)^4/3+h3(z2)", 1, 4},
    {"he2(z1*z2+1)*h5(z1)", 1, 7},
    {"he2(z1*z2+1)*h5(z1)", 3, 9},
    {"z1/z2", 1, 1},
    {"z1/z2", 2, NONE},
    {"z2^z1", 1, NONE},
    {"z2^-1*z1", 1, 1},
    {"z1^0.5*z2^2", 2, 2},
    {"z1^0*z2", 1, 0},
    {"(z1^40)^40", 1, NONE},
    {"exp(z2)*z1^2*sin(z3)", 1, 2},
    {"linear(z1)^2+cos(0.5)", 1, 2},
    {"z2+0*tanh(z1)", 2, 1},
    {"abs(z1*z2)+z3", 1, 1},
    {"abs(z1*z2)+z3", 3, 2},
    {"max(z1^2,z2)*relu(z1)", 1, 3},
    {"sign(z1)*z2+step(z1+z2)", 3, 1},
    {"sqrt(z1)", 1, NONE},
};

START_TEST(known_degrees)
{
    gst_expression *g = compile(degrees[_i].text);
    gst_kinks kinks = gst_expression_kinks(g);
    unsigned found = kinks.degree(kinks.count, degrees[_i].moves, kinks.params);
    ck_assert_msg(found == degrees[_i].degree, "%s: %u", degrees[_i].text, found);
    gst_expression_free(g);
}
END_TEST

/* All variables at once, and no kinks. */
static const struct {
    const char *text;
    unsigned degree;
} polynomials[] = {
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

START_TEST(polynomials_by_hand)
{
    gst_expression *g = compile(polynomials[_i].text);
    unsigned degree = gst_expression_degree(g);
    ck_assert_msg(degree == polynomials[_i].degree, "%s: %u", polynomials[_i].text, degree);
    gst_expression_free(g);
}
END_TEST

/* Far from kinks the difference of order degree + 1 along the line is rounding, that of order degree is not. */
START_TEST(differences_vanish)
{
    gst_expression *g = compile(degrees[_i].text);
    size_t dim = gst_expression_dim(g);
    unsigned degree = degrees[_i].degree;
    for (unsigned order = degree; degree != NONE && order <= degree + 1; order++) {
        double sum = 0, size = 0, binomial = 1;
        for (unsigned k = 0; k <= order; k++) {
            double x[4] = {1.31, 0.77, 0.93, 1.19}, value;
            static const double v[4] = {0.113, 0.091, 0.079, 0.102};
            for (size_t j = 0; j < dim; j++)
                x[j] += degrees[_i].moves >> j & 1 ? (double)k * v[j] : 0;
            gst_expression_evaluate(g, 1, x, &value, NULL);
            sum += (k % 2 ? -1 : 1) * binomial * value;
            size += fabs(binomial * value);
            binomial *= (double)(order - k) / (double)(k + 1);
        }
        if (order > degree)
            ck_assert_msg(fabs(sum) <= 1e-14 * size, "%s: %g", degrees[_i].text, sum / size);
        else
            ck_assert_msg(fabs(sum) > 1e-14 * size, "%s: %g", degrees[_i].text, sum / size);
    }
    gst_expression_free(g);
}
END_TEST

/* Along x -> offset + matrix x the variables of a whole column move. */
START_TEST(degrees_after_a_map)
{
    static const double matrix[6] = {1, 0, 0.5, -2, 0, 0.25};
    gst_expression *g = compile("z1*z2*tanh(z3)+z1^2");
    gst_affine map = {.from = 2, .to = 3, .matrix = matrix, .kinks = gst_expression_kinks(g)};
    gst_kinks kinks = gst_affine_kinks(&map);
    kinks.power_g = 3;
    kinks.power_x = 2;
    ck_assert_uint_eq(gst_integrand_degree(&kinks, 0), 3 * 2 + 2);
    ck_assert_uint_eq(gst_integrand_degree(&kinks, 1), NONE);
    kinks.power_g = 0;
    ck_assert_uint_eq(gst_integrand_degree(&kinks, 0), NONE);
    gst_expression_free(g);
}
END_TEST

/* ---- 2 ------------------------------------------------------------------------------------------ */

static const char *const affine[] = {
    "max(z1,max(z2,z3))",
    "abs(z1*z2)+z3",
    "relu(z1+relu(z2))",
    "abs(abs(z1-0.3)-0.7*abs(z2-z3))",
    "sign(step(z1-z2)+z3*z2-0.5)",
    "relu(relu(z1)-relu(z2*z3+0.1))*min(z3,1.5)",
    "abs(z1-z2)+abs((z1-z2)*3)+max(z1,z1+z2)",
};

START_TEST(affine_zeros)
{
    enum { MOST = 20, PLACES = 200 };
    gst_expression *g = compile(affine[_i]);
    gst_kinks known = gst_expression_kinks(g), grid = known;
    unsigned long long state = 17 + (unsigned long long)_i;
    grid.degree = NULL;
    for (size_t place = 0; place < PLACES; place++) {
        double at[3], by_known[MOST], by_grid[MOST];
        size_t axis = place % known.dim, found, wanted;
        fill(&state, 3, at);
        at[(axis + 1) % 3] *= place % 7 ? 4 : 0;
        ck_assert(gst_kinks_are_affine(&known, axis) && !gst_kinks_are_affine(&grid, axis));
        ck_assert_int_eq(gst_kinks_along(&known, axis, at, -12, 12, MOST, by_known, &found), 0);
        ck_assert_int_eq(gst_kinks_along(&grid, axis, at, -12, 12, MOST, by_grid, &wanted), 0);
        ck_assert_msg(found == wanted, "%s: %zu, %zu", affine[_i], found, wanted);
        for (size_t i = 0; i < found; i++)
            ASSERT_NEAR(by_known[i], by_grid[i], 1e-14 * (0.1 + fabs(by_grid[i])));
    }
    gst_expression_free(g);
}
END_TEST

/* ---- 3 ------------------------------------------------------------------------------------------ */

static void values(size_t n, const double *x, double *out, void *params)
{
    gst_expression_evaluate(params, n, x, out, NULL);
}

static size_t points;

static void square(size_t n, const double *x, double *out, void *params)
{
    values(n, x, out, params);
    for (size_t k = 0; k < n; k++)
        out[k] *= out[k];
    points += n;
}

/* E g^2; E tanh(z1 z2)^2 by a sum of 800 x 800 terms in another program. */
static const struct {
    const char *text;
    size_t most; /* points, 0: any number */
    double value;
} squares[] = {
    {"z1+z1*z2+z1*z2*z3+z1*z2*z3*z4", 200, 4},
    {"h5(z1)*z2-h3(z3)+2", 600, 6},
    {"z2^7", 20, 135135},
    {"tanh(z1*z2)+z3", 0, 1.27739594526721273},
    {"abs(z1*z2)+z3", 0, 2},
    {"max(z1,z2)*z3", 0, 1},
    {"relu(z1)*(z2^2-1)*z3+z2", 0, 2},
    {"relu(z1-0.5)*z2+abs(z2-z1)*z3", 0,
     2.2096392600253339}, /* 2 + 1.25 Phi(-0.5) - 0.5 phi(0.5) */
};

START_TEST(exact_axes)
{
    gst_expression *g = compile(squares[_i].text);
    gst_expectation_options options = gst_expectation_defaults();
    gst_kinks kinks = gst_expression_kinks(g);
    double value, half, error, size = squares[_i].value;
    kinks.power_g = 2;
    gst_expectand e = {.kinks = kinks, .components = 1, .f = square, .params = g};
    points = 0;
    ck_assert_int_eq(gst_expectation(&e, NULL, &options, &value, &half, &error), GST_OK);
    ck_assert_msg(squares[_i].most == 0 || points <= squares[_i].most, "%zu points", points);
    ASSERT_NEAR(value, size, error + 1e-15 * size);
    ASSERT_NEAR(half, size, error + 1e-15 * size);
    ASSERT_NEAR(error, 0, 1e-13 * size);
    gst_expression_free(g);
}
END_TEST

/* Meshes of polynomials: the rule and its companion, which share no node, give the same sums. */
START_TEST(exact_mesh)
{
    gst_expression *g = compile("z1^3*z2-z2^2");
    gst_kinks kinks = gst_expression_kinks(g);
    kinks.power_g = 2;
    for (int companion = 0; companion < 2; companion++) {
        gst_mesh mesh;
        double sum = 0, half = 0, value[64];
        ck_assert_int_eq(gst_mesh_build(&mesh, &kinks, 0, 2, NULL, 32, companion), GST_OK);
        ck_assert_uint_eq(mesh.n, companion ? 5 * 4 : 4 * 3);
        square(mesh.n, mesh.x, value, g);
        for (size_t k = 0; k < mesh.n; k++) {
            sum += mesh.w[k] * value[k];
            half += mesh.w_half[k] * value[k];
        }
        ASSERT_CLOSE(sum, 18, 1e-14);
        ASSERT_CLOSE(half, 18, 1e-14);
        gst_mesh_clear(&mesh);
    }
    gst_expression_free(g);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("degree");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, known_degrees, 0, COUNT(degrees));
    tcase_add_loop_test(tests, polynomials_by_hand, 0, COUNT(polynomials));
    tcase_add_loop_test(tests, differences_vanish, 0, COUNT(degrees));
    tcase_add_test(tests, degrees_after_a_map);
    tcase_add_loop_test(tests, affine_zeros, 0, COUNT(affine));
    tcase_add_loop_test(tests, exact_axes, 0, COUNT(squares));
    tcase_add_test(tests, exact_mesh);
    return run_cases("degree", tests);
}
