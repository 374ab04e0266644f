/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exact.c - the exact finite-batch bulk end to end: the printed reference numbers of the theory, symmetries
 * that hold without knowing any number, and the limit of a large batch. */
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"

enum { VERSIONS = 8 };

/* ---- reference numbers -------------------------------------------------------------------------- */

#define A "--activation tanh --target sin --eta 3 --alpha0 20 --lambda 0.1 --bulk exact"
#define B "--activation tanh --target tanh --eta 3 --lambda 0.01 --bulk exact"
#define C                                                                                       \
    "--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 --eta " \
    "3 --alpha0 0.5 --alpha 2 --lambda 0.05 --noise 0.02 --bulk exact"
#define N                                                                                       \
    "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1) --eta 3 --alpha 2 --lambda 0.01 --bulk " \
    "exact --width 400"
#define TWO                                                                                  \
    "--activation tanh(z+0.4) --second-layer 1:0.6,-1:0.4 --eta 2.5 --alpha0 0.7 --alpha 2 " \
    "--beta 1.2 --lambda 0.05 --bulk exact "

/* Numbers as the theory prints them (specification of 7.4, section 13), derived and checked there against
 * trained networks: test error, train error. */
static const struct {
    const char *options, *test, *train;
} printed[] = {
    {A " --alpha 0.2", "0.0481268007", "0.0123539911"},
    {A " --alpha 0.9", "0.0416284423", "0.0163251466"},
    {A " --alpha 3", "0.0315256375", "0.0212907966"},
    {B " --alpha0 0.5 --alpha 1", "0.4521298160", "0.0297921513"},
    {B " --alpha0 0.5 --alpha 3", "0.2369749317", "0.1074247336"},
    {B " --alpha0 2 --alpha 2", "0.1146132632", "0.0285915777"},
    {B " --alpha0 2000 --alpha 2", "0.0062088014", "0.0019001277"},
    {C, "0.355014355", "0.134242273"},
    {C " --width 1000", "0.355520772", "0.134412106"},
    {N " --alpha0 10", "1.38111145", "0.75882250"},
    {N " --alpha0 50", "1.21365545", "0.71724591"},
    {TWO "--target tanh(1.5*z1)+0.7*tanh(z1*z2)+0.5*z2", "0.68228", "0.24279"},
};

/* Half a unit of the last printed digit. */
static double half_digit(const char *number)
{
    return 0.5001 * pow(10, -(double)strlen(strchr(number, '.') + 1));
}

START_TEST(printed_digits)
{
    gst_risk risk = solved("%s", printed[_i].options);
    ASSERT_NEAR(risk.test_error, strtod(printed[_i].test, NULL), half_digit(printed[_i].test));
    ASSERT_NEAR(risk.train_error, strtod(printed[_i].train, NULL), half_digit(printed[_i].train));
    ck_assert(risk.residual <= 1e-13);
}
END_TEST

/* ---- symmetries --------------------------------------------------------------------------------- */

#define EVEN "--activation tanh(1.1*z+0.37) --eta 2.3 --alpha0 0.83 "
#define SUM "--target sin(z1)+0.3*cos(2*z1) "
#define POINT "--alpha 1.373 --beta 0.83 --lambda 0.037 --noise 0.11 --width 431 --bulk exact"
#define GROUPS "--activation tanh(1.1*z+0.37) --alpha0 0.83 --eta 2.3 --second-layer "
#define ODD "--activation tanh(1.3*z) --alpha0 1.7 --eta 2.1 "

/* Rows of equal answers. */
static const char *const equal[][VERSIONS] = {
    /* permuted groups */
    {GROUPS "1:0.2,-0.7:0.3,0.4:0.5 " SUM POINT, GROUPS "0.4:0.5,1:0.2,-0.7:0.3 " SUM POINT,
     GROUPS "-0.7:3,1:2,0.4:5 " SUM POINT},
    /* groups split in equal ones */
    {GROUPS "1:0.6,-0.7:0.4 " SUM POINT, GROUPS "1:0.25,-0.7:0.4,1:0.35 " SUM POINT,
     GROUPS "1:0.3,-0.7:0.1,1:0.3,-0.7:0.3 " SUM POINT},
    {EVEN SUM POINT, GROUPS "1:0.31,1:0.69 " SUM POINT},
    {ODD SUM POINT, ODD SUM POINT " --second-layer 1:0.31,1:0.69"},
    /* z -> -z in the target, in the activation, in both */
    {EVEN SUM POINT, EVEN "--target sin(-z1)+0.3*cos(2*z1) " POINT,
     "--activation tanh(0.37-1.1*z) --eta 2.3 --alpha0 0.83 " SUM POINT,
     "--activation tanh(0.37-1.1*z) --eta 2.3 --alpha0 0.83 --target "
     "sin(-z1)+0.3*cos(2*z1) " POINT},
    /* the sign of A moved to sigma, or to the labels; sizes moved from A to sigma */
    {GROUPS "1:0.6,-0.7:0.4 " SUM POINT,
     "--activation -tanh(1.1*z+0.37) --eta 2.3 --alpha0 0.83 --second-layer -1:0.6,0.7:0.4 " SUM
         POINT,
     GROUPS "-1:0.6,0.7:0.4 --target -sin(z1)-0.3*cos(2*z1) " POINT},
    /* both signs of A alike: g(z) -> -g(-z) */
    {GROUPS "1:0.5,-1:0.5 " SUM POINT, GROUPS "1:0.5,-1:0.5 --target sin(z1)-0.3*cos(2*z1) " POINT},
    /* the sign of A moved to eta, if the output at initialisation is zero */
    {"--activation tanh(z)+0.3*he2(z) --eta 1.9 --alpha0 0.83 --second-layer 1:0.6,-0.7:0.4 " SUM
         POINT,
     "--activation tanh(z)+0.3*he2(z) --eta -1.9 --alpha0 0.83 --second-layer -1:0.6,0.7:0.4 " SUM
         POINT},
    /* odd sigma: the sign of A is that of the row */
    {ODD SUM POINT, ODD "--second-layer 1:0.5,-1:0.5 " SUM POINT,
     ODD "--second-layer 1:0.3,-1:0.2,1:0.2,-1:0.3 " SUM POINT},
    /* another basis of the target space, and a direction too many */
    {TWO "--target tanh(1.5*z1)+0.7*tanh(z1*z2)+0.5*z2",
     TWO "--target tanh(1.5*(0.6*z1+0.8*z2))+0.7*tanh((0.6*z1+0.8*z2)*(0.6*z2-0.8*z1))"
         "+0.5*(0.6*z2-0.8*z1)"},
    {TWO "--target sin(z1)+0.2*z1^2", TWO "--target sin(z1)+0.2*z1^2+0*z2",
     TWO "--target sin(0.6*z1-0.8*z2)+0.2*(0.6*z1-0.8*z2)^2"},
};

START_TEST(equal_answers)
{
    gst_risk first = solved("%s", equal[_i][0]);
    for (size_t k = 1; k < VERSIONS && equal[_i][k]; k++) {
        gst_risk risk = solved("%s", equal[_i][k]);
        double tol = 1e-11 + 10 * (first.quad_error + risk.quad_error) / first.excess_risk;
        ASSERT_CLOSE(risk.excess_risk, first.excess_risk, tol);
        ASSERT_CLOSE(risk.train_error, first.train_error, tol);
    }
}
END_TEST

static gst_risk solved_to(double tol, const char *text)
{
    gst_solve_options options = gst_solve_defaults();
    network n;
    gst_risk risk;
    network_make(&n, "%s", text);
    gst_model *model = network_model(&n);
    options.tol = tol;
    ck_assert_int_eq(gst_model_solve(model, &n.point, &options, &risk, NULL), GST_OK);
    gst_model_free(model);
    network_clear(&n);
    return risk;
}

/* The same with label noise, which costs many nodes in two variables: to the first order that may do. */
START_TEST(noise_in_two_variables)
{
    gst_risk one = solved_to(1e-8, TWO "--noise 0.1 --target sin(z1)+0.2*z1^2");
    gst_risk two = solved_to(1e-6, TWO "--noise 0.1 --target sin(z1)+0.2*z1^2+0*z2");
    ASSERT_NEAR(two.excess_risk, one.excess_risk, two.quad_error + one.quad_error);
}
END_TEST

/* Unequal fractions of A = +-1 do matter for an activation with an even part: the equalities are no accident. */
START_TEST(different_answers)
{
    double a = solved(GROUPS "1:0.5,-1:0.5 " SUM POINT).excess_risk;
    double b = solved(GROUPS "1:0.4,-1:0.6 " SUM POINT).excess_risk;
    double c = solved(GROUPS "1:0.4,-1:0.6 --target sin(z1)-0.3*cos(2*z1) " POINT).excess_risk;
    ck_assert_double_gt(fabs(a - b), 1e-4 * a);
    ck_assert_double_gt(fabs(b - c), 1e-4 * a);
}
END_TEST

/* ---- large batches ------------------------------------------------------------------------------ */

static const char *const populations[] = {
    "--activation tanh --target tanh --eta 3 --alpha 2 --lambda 0.01",
    "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1) --eta 3 --alpha 2 --lambda 0.01 --width 400",
    "--activation tanh(z+0.4) --target sin(z1)+0.3*cos(z1) --second-layer 1:0.6,-0.7:0.4 --eta 2.5 "
    "--alpha 1.7 --beta 1.2 --lambda 0.05 --noise 0.07",
    "--activation tanh(z+0.4) --target tanh(1.5*z1)+0.3*z1*z2 --second-layer 1:0.6,-1:0.4 --eta "
    "1.5 "
    "--alpha 2 --beta 1.2 --lambda 0.05",
};

/* Excess risk, train error, sum of V2, sum over groups of eps_g. */
static void summarise(const char *options, double alpha0, double *out)
{
    network n;
    network_make(&n, "%s --bulk exact --alpha0 %.17g", options, alpha0);
    gst_model *model = network_model(&n);
    gst_solution *solution = model_solution(model);
    gst_solve_options coarser = gst_solve_defaults();
    gst_risk risk;
    coarser.tol = 1e-8; /* the gaps below are 1e-5 and more; two variables cost ten times less */
    ck_assert_int_eq(gst_model_solve(model, &n.point, &coarser, &risk, solution), GST_OK);
    out[0] = risk.excess_risk;
    out[1] = risk.train_error;
    out[2] = out[3] = 0;
    for (size_t g = 0; g < solution->K; g++) {
        out[2] += solution->V2[g];
        out[3] += solution->eps[g];
    }
    gst_solution_free(solution);
    gst_model_free(model);
    network_clear(&n);
}

/* Slope of ln |x(alpha0) - x(inf)| over 1e2 .. 1e5, and of its last decade. */
START_TEST(population_limit_at_rate_one)
{
    double limit[4], gap[4][4];
    summarise(populations[_i], INFINITY, limit);
    for (int k = 0; k < 4; k++) {
        double at[4];
        summarise(populations[_i], pow(10, 2 + k), at);
        for (int i = 0; i < 4; i++)
            gap[i][k] = log(fabs(at[i] - limit[i]) / (fabs(limit[i]) + 1e-3));
    }
    for (int i = 0; i < 4; i++) {
        double slope = (3 * (gap[i][3] - gap[i][0]) + gap[i][2] - gap[i][1]) / (10 * log(10));
        ASSERT_NEAR(slope, -1, 0.1);
        ASSERT_NEAR((gap[i][3] - gap[i][2]) / log(10), -1, 0.005);
        ck_assert_double_lt(gap[i][3], log(1e-2));
    }
}
END_TEST

/* A width without bound is no width: the correction falls like 1/p. */
START_TEST(width_limit)
{
    double limit = solved(C).excess_risk, before = 0;
    for (double p = 1e3; p < 1e7; p *= 10) {
        double gap = solved(C " --width %g", p).excess_risk - limit;
        if (before != 0)
            ASSERT_NEAR(log10(gap / before), -1, 0.02);
        before = gap;
    }
    ck_assert_double_lt(fabs(before), 1e-5 * limit);
}
END_TEST

/* The exact and the isotropic bulk differ by what the theory prints, in both directions. */
START_TEST(isotropic_errs_both_ways)
{
    const char *isotropic =
        "--activation tanh --target tanh --eta 3 --lambda 0.01 --bulk isotropic";
    double low = solved("%s --alpha0 0.5 --alpha 3", isotropic).excess_risk;
    double high = solved("%s --alpha0 2000 --alpha 2", isotropic).excess_risk;
    ASSERT_NEAR(low, 0.2129198234, 1e-10);
    ASSERT_NEAR(high, 0.0067272765, 1e-10);
    ck_assert_double_lt(low, 0.2369749317);
    ck_assert_double_gt(high, 0.0062088014);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("exact");
    tcase_add_loop_test(cases, printed_digits, 0, COUNT(printed));
    tcase_add_loop_test(cases, equal_answers, 0, COUNT(equal));
    tcase_add_test(cases, noise_in_two_variables);
    tcase_add_test(cases, different_answers);
    tcase_add_loop_test(cases, population_limit_at_rate_one, 0, COUNT(populations));
    tcase_add_test(cases, width_limit);
    tcase_add_test(cases, isotropic_errs_both_ways);
    return run_cases("exact", cases);
}
