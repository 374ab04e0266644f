/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_regimes.c - every step size: numbers computed by another implementation, limits that the finite-width equations approach, the
 * gains in the training objective, the bound of a giant step. */
#include <stdio.h>
#include <string.h>

#include "giantstep/regimes.h"
#include "tests/network.h"

#define SIGMA "tanh(z+0.6)"
#define TARGET "h1(z1)+0.7*h2(z1)+0.5*h3(z1)"
#define READOUT "--alpha0 4 --alpha 2 --beta 1 --lambda 0.01 --bulk isotropic "
#define CASE_M \
    "--activation '" SIGMA "' --target '" TARGET "' --second-layer gaussian --width 9 " READOUT
#define CASE_D                                                                              \
    "--activation tanh --target 'tanh(2*z1)' --second-layer gaussian --width 9 --alpha0 4 " \
    "--alpha 2 --beta 1 --lambda 0.1 --bulk isotropic --eta 2 "
/* E tanh(z + 0.6), by 30 digits. */
#define MEAN "0.35076575104607048917"

/* The regimes of options; the network must outlive them. */
static gst_regimes *regimes_of(network *n, const char *options, size_t order)
{
    gst_message message = {""};
    gst_regimes *regimes;
    network_make(n, "%s", options);
    n->problem.training.noise = n->point.noise;
    int status = gst_regimes_alloc(&regimes, &n->problem, &n->point, order, 1e-10, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", options, message.text);
    return regimes;
}

static gst_stage stage_of(const char *options, size_t l, int threshold)
{
    network n;
    gst_stage stage;
    gst_regimes *regimes = regimes_of(&n, options, l > 3 ? l : 3);
    ck_assert_int_eq(gst_regimes_stage(regimes, l, threshold, &stage), GST_OK);
    gst_regimes_free(regimes);
    network_clear(&n);
    return stage;
}

/* ---- numbers of another implementation ---------------------------------------------------------- */

/* By two older implementations of the same equations. */
static const struct {
    const char *options;
    size_t l;
    int threshold;
    double excess, train;
    size_t spikes;
} numbers[] = {
    {CASE_M, 0, 0, 1.8521820949, 0.5256693183, 0}, {CASE_M, 1, 0, 1.4797703683, 0.4199748410, 1},
    {CASE_M, 2, 0, 1.0560292659, 0.2997125314, 2}, {CASE_M, 1, 1, 1.7666548638, 0.5013957648, 0},
    {CASE_D, 0, 0, 0.3572041550, 0.1513455678, 0}, {CASE_D, 1, 1, 0.2846233737, 0.1205934632, 0},
};

START_TEST(numbers_of_stages)
{
    gst_stage stage = stage_of(numbers[_i].options, numbers[_i].l, numbers[_i].threshold);
    ASSERT_NEAR(stage.excess_risk, numbers[_i].excess, 6e-11);
    ASSERT_NEAR(stage.train_error, numbers[_i].train, 6e-11);
    ck_assert_uint_eq(stage.spikes, numbers[_i].spikes);
}
END_TEST

/* Activations without mean that are not odd: a stage frees one combination of powers. */
START_TEST(activation_without_mean)
{
    const char *options = "--activation '" SIGMA "-" MEAN "' --target '" TARGET
                          "' --second-layer gaussian --width 9 " READOUT;
    network n;
    gst_stage stage;
    gst_regimes *regimes = regimes_of(&n, options, 3);
    ck_assert_int_eq(gst_regimes_stage(regimes, 2, 0, &stage), GST_OK);
    ASSERT_NEAR(stage.excess_risk, 1.2178, 5e-5);
    ck_assert_int_eq(gst_regimes_stage(regimes, 3, 0, &stage), GST_FAILED);
    ck_assert(isnan(stage.excess_risk) && strstr(stage.reason, "not known"));
    gst_regimes_free(regimes);
    network_clear(&n);
}
END_TEST

/* The risks of Ba et al. at s = 0: tanh, tanh, and steps of growing size. */
START_TEST(first_threshold_against_step_size)
{
    const double K0[] = {0, 1, 3, 6}, excess[] = {0.128545, 0.122154, 0.098188, 0.082217},
                 train[] = {0.035441, 0.033679, 0.027071, 0.022668};
    for (size_t i = 0; i < 4; i++) {
        char options[300];
        snprintf(options, sizeof options,
                 "--activation tanh --target tanh --second-layer gaussian --width 9 --alpha0 2 "
                 "--alpha 2 "
                 "--beta 1.5 --lambda 0.05 --bulk isotropic --eta %g",
                 K0[i]);
        gst_stage stage = stage_of(options, 1, 1);
        ASSERT_NEAR(stage.excess_risk, excess[i], 5.1e-7);
        ASSERT_NEAR(stage.train_error, train[i], 5.1e-7);
    }
}
END_TEST

/* ---- limits of the finite-width equations ------------------------------------------------------- */

/* At width p, s, with eight values of A: they are those of gaussian:8 in all printed digits. */
static double finite(const char *sigma, double s, double p)
{
    network n;
    gst_risk risk;
    gst_solve_options by = gst_solve_defaults();
    network_make(&n,
                 "--activation '%s' --target '" TARGET "' --second-layer gaussian:8 " READOUT
                 "--eta %.17g --width %.17g",
                 sigma, pow(p, s - 0.5), p);
    gst_model *model = network_model(&n);
    ck_assert_int_ge(gst_model_solve(model, &n.point, &by, &risk, NULL), 0);
    gst_model_free(model);
    network_clear(&n);
    return risk.excess_risk;
}

/* With p^e the smallest cost of a power that is not free or the largest of one that is. */
static const struct {
    double s;
    size_t l;
    int threshold;
    double rate;     /* of what is left, in powers of p, */
    double from, to; /* between these p, where that is more than rounding */
} limits[] = {{0, 1, 1, -1, 1e3, 1e5},
              {0.1, 1, 0, -0.2, 1e14, 1e18},
              {0.25, 2, 1, -0.5, 1e9, 1e12},
              {0.3, 2, 0, -0.2, 1e14, 1e18}};

START_TEST(finite_width_approaches)
{
    double limit = stage_of(CASE_M, limits[_i].l, limits[_i].threshold).excess_risk;
    double from = limits[_i].from, to = limits[_i].to;
    double far = finite(SIGMA, limits[_i].s, from) - limit;
    double near = finite(SIGMA, limits[_i].s, to) - limit;
    double rate = log(fabs(near / far)) / log(to / from);
    ck_assert_msg(fabs(rate / limits[_i].rate - 1) < 0.12, "s %g: %g, %g: rate %g, not %g",
                  limits[_i].s, far, near, rate, limits[_i].rate);
}
END_TEST

/* Printed for p = 1e20, where doubles hold six digits of nearly collinear groups. */
START_TEST(very_large_widths)
{
    const double s[] = {0.1, 0.26, 0.3, 0.35};
    const double excess[] = {1.479895, 1.372678, 1.056809, 0.936607};
    for (size_t i = 0; i < 4; i++)
        ASSERT_NEAR(finite(SIGMA, s[i], 1e20), excess[i], 2e-6);
    ASSERT_NEAR(finite(SIGMA "-" MEAN, 0.3, 1e20), 1.2180, 5e-5);
}
END_TEST

/* The features at finite width: K = 8 and s = 0.3, 0.1 at p = 1000; five digits of case D at p = 500. */
START_TEST(finite_width_numbers)
{
    ASSERT_NEAR(finite(SIGMA, 0.3, 1000), 1.4505849695, 6e-11);
    ASSERT_NEAR(finite(SIGMA, 0.1, 1000), 1.6506359677, 6e-11);
    gst_risk risk =
        solved("--activation tanh --target 'tanh(2*z1)' --second-layer gaussian --alpha0 4 "
               "--alpha 2 --beta 1 --lambda 0.1 --bulk isotropic --width 500 --eta %.17g",
               2 / sqrt(500.0));
    ASSERT_NEAR(risk.excess_risk, 0.2845267364, 6e-11);
}
END_TEST

/* ---- the training objective --------------------------------------------------------------------- */

/* objective = train + lambda |a|^2/n, and |a|^2/n is its derivative by lambda. */
START_TEST(objective_is_what_is_minimised)
{
    for (size_t l = 0; l <= 3; l++) {
        for (int threshold = 0; threshold <= (l > 0); threshold++) {
            double objective[2];
            for (int side = 0; side < 2; side++) {
                char options[400];
                snprintf(options, sizeof options, "%s --noise 0.07 --eta 1.3 --lambda %.17g",
                         CASE_M, 0.01 * (side ? 1 + 1e-4 : 1 - 1e-4));
                objective[side] = stage_of(options, l, threshold).objective;
            }
            gst_stage stage = stage_of(CASE_M " --noise 0.07 --eta 1.3", l, threshold);
            double norm = (objective[1] - objective[0]) / 2e-6;
            ASSERT_CLOSE(stage.objective - 0.01 * norm, stage.train_error, 1e-7);
        }
    }
}
END_TEST

/* Gains in the objective that Moniri et al. predict for tanh + 0.3 He_2: 0.0995 for the first stage, 0.1668 for two, with a pure
 * kappa^2 column, which makes 2/3 of what it does with a free constant. */
START_TEST(gains_of_stages)
{
    const char *options =
        "--activation 'tanh(z)+0.3*he2(z)+1e-6' --target 'z1+0.7*he2(z1)' --second-layer gaussian "
        "--width 9 --alpha0 2 --alpha 2 --beta 1.5 --lambda 0.0666666666666667 --noise 0.09 "
        "--bulk isotropic";
    double none = stage_of(options, 0, 0).objective, one = stage_of(options, 1, 0).objective;
    double two = stage_of(options, 2, 0).objective;
    ASSERT_NEAR(none - one, 0.0995, 2e-4);
    ASSERT_NEAR(none - one + (one - two) * 2 / 3, 0.1668, 2e-4);
}
END_TEST

/* ---- layers, directions ------------------------------------------------------------------------- */

/* D values have at most D powers, the constant among them unless sigma is odd. */
START_TEST(values_limit_the_stages)
{
    const char *two = "--activation '" SIGMA "' --target '" TARGET "' --second-layer 1,-1 " READOUT;
    const char *odd = "--activation tanh --target '" TARGET "' --second-layer 1,-1 " READOUT;
    const char *three =
        "--activation '" SIGMA "' --target '" TARGET "' --second-layer 1,0,-1 " READOUT;
    ck_assert_uint_eq(stage_of(two, 3, 0).spikes, 1);
    ck_assert_double_eq(stage_of(two, 3, 0).excess_risk, stage_of(two, 1, 0).excess_risk);
    ck_assert_uint_eq(stage_of(odd, 3, 0).spikes, 1);
    ck_assert_uint_eq(stage_of(three, 3, 0).spikes, 2);
    ASSERT_NEAR(stage_of(three, 3, 0).excess_risk, stage_of(CASE_M, 2, 0).excess_risk, 1e-10);
}
END_TEST

/* A linear activation has one column, on whatever direction of several the step takes; nothing to learn beside it. */
START_TEST(targets_of_two_variables)
{
    const char *options =
        "--activation 'tanh(z+0.6)' --target 'z1+0.5*z2+0.3*z1*z2' --second-layer gaussian "
        "--width 9 " READOUT;
    double excess = 3;
    for (size_t l = 0; l <= 3; l++) {
        gst_stage stage = stage_of(options, l, 0);
        ck_assert(l < 3 ? stage.excess_risk < excess : stage.excess_risk <= excess + 1e-12);
        excess = stage.excess_risk;
    }
    gst_stage turned =
        stage_of("--activation 'tanh(z+0.6)' --second-layer gaussian --width 9 --target "
                 "'0.6*z1-0.8*z2+0.5*(0.8*z1+0.6*z2)+0.3*(0.6*z1-0.8*z2)*(0.8*z1+0.6*z2)' " READOUT,
                 3, 0);
    ASSERT_NEAR(turned.excess_risk, excess, 1e-9);
}
END_TEST

/* ---- the bound of a giant step, the weights ----------------------------------------------------- */

static const struct {
    const char *sigma, *target;
    double tau, argument;
} bounds[] = {{"tanh", "tanh", 9.45265e-5, 1.58827},
              {"erf", "erf", 0, 1.7320508},
              {"tanh", "sin", 9.04415e-3, 1.78474},
              {"relu", "relu", 0.0400557, 0.961786},
              {"sin", "sin", 0.0632234, 1.11410}};

START_TEST(bound_of_a_giant_step)
{
    network n;
    gst_step_bound bound;
    char options[200];
    snprintf(options, sizeof options, "--activation %s --target %s --alpha0 2", bounds[_i].sigma,
             bounds[_i].target);
    gst_regimes *regimes = regimes_of(&n, options, 2);
    ck_assert_int_eq(gst_regimes_bound(regimes, &bound), GST_OK);
    ASSERT_NEAR(bound.tau, bounds[_i].tau, 6e-6 * bounds[_i].tau + 1e-16);
    ASSERT_NEAR(bound.argument, bounds[_i].argument, 6e-6);
    ck_assert(bound.kernel > bound.tau);
    gst_regimes_free(regimes);
    network_clear(&n);
}
END_TEST

START_TEST(spike_of_the_weights)
{
    network n;
    gst_weight_spike spike;
    gst_regimes *regimes =
        regimes_of(&n,
                   "--activation tanh --target tanh --second-layer gaussian --width 9 "
                   "--alpha0 2 --beta 1.5 --eta 3",
                   1);
    ck_assert_int_eq(gst_regimes_weights(regimes, &spike), GST_OK);
    ASSERT_NEAR(spike.theta1, 1.3647, 5e-5);
    ASSERT_NEAR(spike.singular_value, 2.2733, 5e-5);
    ASSERT_NEAR(spike.overlap * spike.overlap, 0.2402, 5e-5);
    gst_regimes_free(regimes);
    network_clear(&n);
    char options[200];
    for (int side = -1; side <= 1; side += 2) {
        snprintf(options, sizeof options,
                 "--activation tanh --target tanh --second-layer gaussian --width 9 --alpha0 2 "
                 "--beta 1.5 --eta %.17g",
                 spike.K0_threshold * (1 + side * 1e-6));
        gst_weight_spike near;
        regimes = regimes_of(&n, options, 1);
        ck_assert_int_eq(gst_regimes_weights(regimes, &near), GST_OK);
        ASSERT_NEAR(near.singular_value, 1 + sqrt(1.5), 1e-10);
        ck_assert((near.overlap > 0) == (side > 0) && near.overlap < 2e-3);
        gst_regimes_free(regimes);
        network_clear(&n);
    }
}
END_TEST

START_TEST(refusals)
{
    network n;
    gst_regimes *regimes;
    gst_message message = {""};
    network_make(&n, CASE_M);
    gst_point point = n.point;
    point.lambda = 0;
    point.alpha = 0.5;
    ck_assert_int_eq(gst_regimes_alloc(&regimes, &n.problem, &point, 2, 1e-10, &message), GST_OK);
    gst_stage stage;
    ck_assert_int_eq(gst_regimes_stage(regimes, 1, 0, &stage), GST_FAILED);
    ck_assert(strstr(stage.reason, "lambda = 0"));
    ck_assert_int_eq(gst_regimes_stage(regimes, 3, 0, &stage), GST_INVALID);
    ck_assert_int_eq(gst_regimes_stage(regimes, 0, 1, &stage), GST_INVALID);
    gst_regimes_free(regimes);
    ck_assert_int_eq(gst_regimes_alloc(&regimes, &n.problem, &n.point, 0, 1e-10, &message),
                     GST_INVALID);
    ck_assert(strstr(message.text, "order"));
    ck_assert_int_eq(gst_regimes_alloc(&regimes, &n.problem, &n.point, 11, 1e-10, &message),
                     GST_INVALID);
    n.problem.training.step[0].alpha0 = 0;
    ck_assert_int_eq(gst_regimes_alloc(&regimes, &n.problem, &n.point, 2, 1e-10, &message),
                     GST_INVALID);
    ck_assert(strstr(message.text, "alpha0"));
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("regimes");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, numbers_of_stages, 0, COUNT(numbers));
    tcase_add_test(cases, activation_without_mean);
    tcase_add_test(cases, first_threshold_against_step_size);
    tcase_add_loop_test(cases, finite_width_approaches, 0, COUNT(limits));
    tcase_add_test(cases, very_large_widths);
    tcase_add_test(cases, finite_width_numbers);
    tcase_add_test(cases, objective_is_what_is_minimised);
    tcase_add_test(cases, gains_of_stages);
    tcase_add_test(cases, values_limit_the_stages);
    tcase_add_test(cases, targets_of_two_variables);
    tcase_add_loop_test(cases, bound_of_a_giant_step, 0, COUNT(bounds));
    tcase_add_test(cases, spike_of_the_weights);
    tcase_add_test(cases, refusals);
    return run_cases("regimes", cases);
}
