/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_limits.c - limits in lambda, eta and width, and cases with an answer in closed form. */
#include "giantstep/bounds.h"
#include "tests/network.h"

/* ---- closed forms ------------------------------------------------------------------------------- */

/* The positive root of an increasing function, by bisection on a logarithmic scale. */
static double root_of(double (*f)(double x, const double *p), const double *p)
{
    double low = 1e-30, high = 1e30;
    for (int i = 0; i < 4000 && low < high; i++) {
        double middle = sqrt(low) * sqrt(high);
        if (middle <= low || middle >= high)
            break;
        *(f(middle, p) < 0 ? &low : &high) = middle;
    }
    return sqrt(low) * sqrt(high);
}

/* Stieltjes transform of W^T W at -x, W of p x d with rows on the sphere: x m^2 + (x + beta - 1) m = 1
 * (Marchenko-Pastur); its slope by implicit differentiation. */
static double stieltjes(double x, double beta, double *slope)
{
    double b = x + beta - 1, root = sqrt(b * b + 4 * x);
    double m = b > 0 ? 2 / (b + root) : (root - b) / (2 * x);
    *slope = -(m * m + m) / (2 * x * m + b);
    return m;
}

/* lambda beta/x + df1 - alpha, decreasing in x: negated. */
static double degrees_of_freedom(double x, const double *p)
{
    double slope, m = stieltjes(x, p[1], &slope);
    return p[0] - p[2] * p[1] / x - (1 - x * m);
}

/* sigma = linear, untrained: ridge regression on p random directions.  With W^T W of Marchenko-Pastur law
 * and x the effective ridge, lambda beta/x + E mu/(mu+x) = alpha:
 *   test = ( |c1|^2 E x^2/(mu+x)^2 + rest )/( 1 - E mu^2/(mu+x)^2/alpha ),  train = (lambda beta/(alpha x))^2 test,
 * rest = Var g - |c1|^2 + (E g)^2 + Delta. */
START_TEST(linear_network)
{
    /* alpha, beta, lambda, noise; g = sin(z1) + z1^2 has c1 = e^{-1/2}, E g^2 = 3 + (1 - e^{-2})/2 */
    static const double list[][4] = {
        {1.6, 0.7, 0.03, 0.05}, {0.7, 1.6, 0.03, 0.05}, {2.9, 1.7, 1e-6, 0},  {0.31, 27, 0.7, 0.2},
        {19, 0.11, 1e3, 0},     {1.1, 1.1, 1e-4, 0.1},  {1.6, 0.7, 0, 0.05},  {0.4, 0.9, 0, 0.05},
        {0.6, 1.7, 0, 0.3},     {0.5, 0.5, 40, 0.01},   {3.3, 1e4, 2.2, 0.1},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        double alpha = list[i][0], beta = list[i][1], lambda = list[i][2], noise = list[i][3],
               slope;
        double p[3] = {alpha, beta, lambda}, c1 = exp(-1), square = 3 + 0.5 * (1 - exp(-2));
        int plain = lambda == 0 && alpha > beta; /* x = 0 */
        double x = plain ? 0 : root_of(degrees_of_freedom, p);
        double m = plain ? 0 : stieltjes(x, beta, &slope);
        double rest = plain ? fmax(1 - beta, 0) : -x * x * slope;
        double df2 = plain ? fmin(beta, 1) : 1 - 2 * x * m - x * x * slope;
        double test = (c1 * rest + square - c1 + noise) / (1 - df2 / alpha);
        double shrink = plain ? 1 - fmin(beta, 1) / alpha : lambda * beta / (alpha * x);
        gst_risk risk =
            solved("--activation linear --target sin(z)+z^2 --alpha0 0 --alpha %.17g --beta %.17g "
                   "--lambda %.17g --noise %.17g",
                   alpha, beta, lambda, noise);
        ASSERT_CLOSE(risk.test_error, test, 1e-10);
        ASSERT_CLOSE(risk.train_error, shrink * shrink * test, 1e-9);
    }
}
END_TEST

/* More parameters than inputs, more samples than either, lambda = 0: ordinary least squares on the inputs, or
 * an answer that is not called ok. */
START_TEST(linear_network_of_low_rank)
{
    network n;
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    network_make(&n, "--activation linear --alpha0 0 --alpha %g --beta %g --lambda 0",
                 _i ? 2.9 : 1.7, _i ? 1.7 : 2.9);
    gst_model *model = network_model(&n);
    int status = gst_model_solve(model, &n.point, &options, &risk, NULL);
    if (status == GST_OK)
        ASSERT_CLOSE(risk.excess_risk, (0.5 * (1 - exp(-2)) - exp(-1)) / (1 - 1 / n.point.alpha),
                     1e-9);
    else
        ck_assert(status >= GST_FAILED && risk.reason[0] != '\0');
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* lambda V (1 + v V) + rho v V - 1 - v V */
static double noise_equation(double V, const double *p)
{
    return p[0] * V * (1 + p[1] * V) + p[2] * p[1] * V - 1 - p[1] * V;
}

/* he3, untrained: mu0 = mu1 = 0, the features are noise of variance v = 6: V = 1/(lambda + rho v/(1 + v V)),
 * test = E y^2/(1 - rho (v V/(1 + v V))^2). */
START_TEST(features_of_noise)
{
    static const double list[][3] = {{1.373, 0.83, 0.037}, {0.4, 2.6, 1e-7}, {2.2, 1.9, 17}};
    for (size_t i = 0; i < 3; i++) {
        double rho = list[i][0] / list[i][1], p[3] = {list[i][2], 6, rho},
               V = root_of(noise_equation, p);
        double share = 6 * V / (1 + 6 * V), test = (1.7 + 0.11) / (1 - rho * share * share);
        gst_risk risk = solved(
            "--activation he3 --target z1+z1^2*0.35^0.5-0.35^0.5 --alpha0 0 --alpha %g --beta %g "
            "--lambda %g --noise 0.11",
            list[i][0], list[i][1], list[i][2]);
        ASSERT_CLOSE(risk.test_error, test, 1e-11);
        ASSERT_CLOSE(risk.train_error, test / ((1 + 6 * V) * (1 + 6 * V)), 1e-10);
    }
}
END_TEST

/* ---- lambda ------------------------------------------------------------------------------------- */

#define THREE_GROUPS                                                               \
    "--activation 'tanh(z+0.37)' --target 'sin(z1)+0.3*cos(2*z1)' --second-layer " \
    "1:0.2,-0.7:0.3,0.4:0.5 "                                                      \
    "--eta 1.7 --noise 0.11 --alpha 1.373 --beta 0.83 "

/* Without width the means cost nothing: what is left is the fit by mu0, the upper bound.  With it, E y^2. */
START_TEST(infinite_ridge)
{
    network n;
    gst_bounds bounds;
    gst_target_moments g;
    gst_solution *solution;
    network_make(&n, THREE_GROUPS "--lambda 1e9");
    gst_risk risk = network_solve(&n, &solution);
    ck_assert_int_eq(gst_bounds_compute(&n.problem, 1e-10, &bounds, NULL), GST_OK);
    ASSERT_CLOSE(risk.excess_risk, bounds.upper, 1e-7);
    for (size_t a = 0; a < 3; a++)
        ASSERT_CLOSE(solution->V2[a], n.layer.pi[a] / 1e9, 1e-7);
    gst_solution_free(solution);
    ck_assert_int_eq(gst_target_moments_compute(n.target, 0, &g), GST_OK);
    n.point.width = 431;
    n.point.lambda = 1e13;
    risk = network_solve(&n, NULL);
    ASSERT_CLOSE(risk.excess_risk, g.variance + g.mean * g.mean, 1e-9);
    ASSERT_CLOSE(risk.train_error, g.variance + g.mean * g.mean + 0.11, 1e-9);
    network_clear(&n);
}
END_TEST

/* The errors at small lambda approach those at 0 linearly, on both sides of n = p. */
START_TEST(vanishing_ridge)
{
    static const char *const list[] = {
        THREE_GROUPS,
        THREE_GROUPS "--width 431 ",
        "--activation relu --target abs(z1)+z1 --alpha0 2.1 --alpha 2.2 --beta 1.7 --noise 0.2 ",
        "--activation gelu(z-0.1) --target tanh(3*z1) --spike 1.3,-0.4 --alpha 1.1 --beta 0.4 ",
    };
    network n;
    network_make(&n, "%s", list[_i]);
    gst_model *model = network_model(&n);
    gst_point sides[2] = {n.point, n.point};
    sides[1].alpha = n.point.beta;
    sides[1].beta = n.point.alpha;
    for (int side = 0; side < 2; side++) {
        gst_point point = sides[side];
        point.lambda = 0;
        gst_risk limit = model_risk(model, &point, NULL);
        if (point.alpha < point.beta)
            ck_assert_double_eq(limit.train_error, 0);
        double last = 0;
        for (point.lambda = 1e-6; point.lambda > 5e-9; point.lambda /= 10) {
            gst_risk risk = model_risk(model, &point, NULL);
            double gap = risk.excess_risk - limit.excess_risk;
            if (last != 0)
                ASSERT_CLOSE(last / gap, 10, 1e-3);
            ck_assert_double_le(risk.train_error,
                                limit.train_error + 1e3 * point.lambda * limit.test_error);
            ck_assert_double_ge(risk.train_error, limit.train_error * (1 - 1e-12));
            last = gap;
        }
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* At n = p the minimum-norm limit diverges: one point fails and says why, its neighbours stand. */
START_TEST(no_ridge_at_n_equal_p)
{
    gst_solve_options options = gst_solve_defaults();
    network n;
    gst_risk risk;
    network_make(&n, "%s", THREE_GROUPS);
    gst_model *model = network_model(&n);
    gst_point point = n.point;
    point.lambda = 0;
    point.alpha = point.beta;
    ck_assert_int_eq(gst_model_solve(model, &point, &options, &risk, NULL), GST_FAILED);
    ck_assert_int_eq(risk.status, GST_FAILED);
    ck_assert(isnan(risk.excess_risk) && isnan(risk.train_error) && isnan(risk.quad_error));
    ck_assert_str_eq(risk.reason, "lambda = 0 has no limit at n = p");
    point.alpha *= 1.1;
    ck_assert_int_eq(gst_model_solve(model, &point, &options, &risk, NULL), GST_OK);
    point.alpha = point.beta;
    point.lambda = 0.01;
    ck_assert_int_eq(gst_model_solve(model, &point, &options, &risk, NULL), GST_OK);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* ---- step size, batch, width, noise ------------------------------------------------------------- */

/* eta = 0, alpha0 = 0 and steps = 0 are one network, whatever its second layer; small eta comes near (at finite
 * width: without, an arbitrarily small spread of the means is used in full). */
START_TEST(untrained)
{
    static const char *const same[] = {"--eta 0", "--alpha0 0", "--steps 0",
                                       "--alpha0 0 --second-layer gaussian:4",
                                       "--eta 0 --second-layer 1:0.2,-0.7:0.8"};
    const char *rest =
        "--activation 'tanh(z+0.5)' --target z1+0.5*he2(z1) --alpha 1.7 --beta 1.1 --lambda 0.08 "
        "--noise 0.1 --width 700 ";
    gst_risk first = solved("%s --alpha0 0", rest);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        gst_risk risk = solved("%s %s", rest, same[i]);
        ASSERT_CLOSE(risk.excess_risk, first.excess_risk, 1e-12);
        ASSERT_CLOSE(risk.train_error, first.train_error, 1e-12);
    }
    for (double eta = 1e-4; eta > 1e-7; eta /= 10) {
        gst_risk population = solved("%s --eta %g", rest, eta);
        gst_risk batch = solved("%s --eta %g --alpha0 1.9", rest, eta);
        ASSERT_CLOSE(population.excess_risk, first.excess_risk, 30 * eta);
        ASSERT_CLOSE(batch.excess_risk, first.excess_risk, 30 * eta);
    }
}
END_TEST

/* The correction at width p dies out like 1/p. */
START_TEST(infinite_width)
{
    static const char *const list[] = {
        "--activation 'tanh(z+0.5)' --eta 2 --second-layer 1:0.5,-0.6:0.5 --alpha 2.1 --lambda "
        "0.03 --noise 0.1",
        "--activation gelu(z+0.2) --target z1+z1*z2 --alpha0 0.8 --alpha 0.7 --beta 1.8 --lambda "
        "1e-5",
    };
    network n;
    network_make(&n, "%s", list[_i]);
    gst_model *model = network_model(&n);
    gst_risk limit = model_risk(model, &n.point, NULL);
    double last = 0;
    for (n.point.width = 1e5; n.point.width < 2e7; n.point.width *= 10) {
        gst_risk risk = model_risk(model, &n.point, NULL);
        double gap = risk.excess_risk - limit.excess_risk;
        if (last != 0)
            ASSERT_CLOSE(last / gap, 10, 0.02);
        last = gap;
    }
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* The readout's noise enters linearly where the step does not see it, with a slope that no target changes. */
START_TEST(noise_is_linear)
{
    static const char *const list[] = {
        "--spike 1.3,-0.4 --overlap 0.85 --target sin(2*z1) ",
        "--spike 1.3,-0.4 --overlap 0.85 --target tanh(z1)+z1^2/5 ",
        "--spike 1.3,-0.4 --overlap -0.3 --target abs(z1) ",
        THREE_GROUPS,
    };
    double slopes[4];
    for (int i = 0; i < 4; i++) {
        double excess[3], train[3];
        for (int k = 0; k < 3; k++) {
            gst_risk risk =
                solved("--activation tanh(z+0.3) %s --alpha 2 --beta 1.5 --lambda 0.01 --noise %g",
                       list[i], k * 0.7);
            excess[k] = risk.excess_risk;
            train[k] = risk.train_error;
            ck_assert_double_eq(risk.test_error, risk.excess_risk + k * 0.7);
        }
        ASSERT_CLOSE(excess[2] - excess[1], excess[1] - excess[0], 1e-12);
        ASSERT_CLOSE(train[2] - train[1], train[1] - train[0], 1e-12);
        slopes[i] = excess[1] - excess[0];
    }
    ASSERT_CLOSE(slopes[1], slopes[0], 1e-11);
    ASSERT_CLOSE(slopes[2], slopes[0], 1e-11);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("limits");
    tcase_add_test(cases, linear_network);
    tcase_add_loop_test(cases, linear_network_of_low_rank, 0, 2);
    tcase_add_test(cases, features_of_noise);
    tcase_add_test(cases, infinite_ridge);
    tcase_add_loop_test(cases, vanishing_ridge, 0, 4);
    tcase_add_test(cases, no_ridge_at_n_equal_p);
    tcase_add_test(cases, untrained);
    tcase_add_loop_test(cases, infinite_width, 0, 2);
    tcase_add_test(cases, noise_is_linear);
    return run_cases("limits", cases);
}
