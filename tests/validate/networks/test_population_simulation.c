/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_population_simulation.c - which simulated risks are exact, and that they are those of test points. */
#include "tests/network.h"
#include "giantstep/simulation.h"

static gst_simulation simulation_of(const network *n, gst_weights weights, size_t d)
{
    static const double alphas[] = {2.1, 0.7}, lambdas[] = {0.2, 1e-3};
    return (gst_simulation){.problem = &n->problem,
                            .weights = weights,
                            .d = d,
                            .beta = n->point.beta,
                            .alphas = alphas,
                            .alpha_count = 2,
                            .lambdas = lambdas,
                            .lambda_count = 2,
                            .seed = 1};
}

/* A replicate's exact risk against 40000 test points of the same network.  The relative error of a sampled
 * risk is sqrt((kurtosis - 1)/points), here at most sqrt(9/points): 4.5 of them, 7e-6 per comparison. */
START_TEST(exact_risks_are_the_sampled_ones)
{
    static const struct {
        const char *options;
        gst_weights weights;
    } cases[] = {
        {"--activation erf --target 'z1+tanh(z1*z2)' --eta 2 --alpha0 1.5 --noise 0.2",
         GST_WEIGHTS_GD},
        {"--activation relu --target 'abs(z)' --eta 2 --second-layer 1:0.5,-1:0.5",
         GST_WEIGHTS_SRF},
        {"--activation 'sin(1.3*z)' --target 'tanh(z1)-z2' --spike '1,0.5;0,2' "
         "--overlap '0.6,0.2;-0.1,0.5'",
         GST_WEIGHTS_SRF},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        network n;
        gst_message message = {""};
        gst_sample exact[4], sampled[4];
        network_make(&n, "%s", cases[i].options);
        gst_simulation s = simulation_of(&n, cases[i].weights, 70);
        ck_assert_int_eq(gst_simulation_run(&s, 3, exact, &message), GST_OK);
        s.test_samples = 40000;
        ck_assert_int_eq(gst_simulation_run(&s, 3, sampled, &message), GST_OK);
        for (int k = 0; k < 4; k++) {
            ck_assert_int_eq(exact[k].status, GST_OK);
            ck_assert(exact[k].train_error == sampled[k].train_error);
            ck_assert(exact[k].test_error == exact[k].excess_risk + n.problem.training.noise);
            ASSERT_CLOSE(exact[k].excess_risk, sampled[k].excess_risk, 4.5 * sqrt(9 / 40000.0));
        }
        network_clear(&n);
    }
}
END_TEST

/* Which risks are exact. */
START_TEST(exact_where_possible)
{
    static const struct {
        const char *options;
        size_t test_samples, expected;
    } cases[] = {{"--activation erf --target z1*z2", 0, 0},
                 {"--activation erf --target z1*z2", 17, 17},
                 {"--activation erf --target z1*z2*z3", 0, 240},
                 {"--activation erf(z+0.1) --target z1*z2", 0, 240},
                 {"--activation tanh --target z1*z2", 0, 240}};
    for (int i = 0; i < COUNT(cases); i++) {
        network n;
        gst_message message = {""};
        gst_simulation_sizes sizes;
        network_make(&n, "%s --alpha0 2", cases[i].options);
        gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 60);
        s.test_samples = cases[i].test_samples;
        ck_assert_int_eq(gst_simulation_measure(&s, &sizes, NULL, NULL, &message), GST_OK);
        ck_assert_uint_eq(sizes.test_samples, cases[i].expected);
        ck_assert_int_eq(sizes.population, cases[i].expected == 0);
        network_clear(&n);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("exact risks");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, exact_risks_are_the_sampled_ones);
    tcase_add_test(cases, exact_where_possible);
    return run_cases("exact risks", cases);
}
