/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_precision.c - networks in single precision against the same networks in double, which share their random numbers, and
 * what the precision saves.
 *
 * Two networks of one seed are told apart by rounding alone: their errors differ by far less than those of two seeds. */
#include "giantstep/simulation.h"
#include "models/loss/loss.h"
#include "tests/network.h"
#include "validate/networks/overlap_simulation.h"
#include "validate/networks/ridge.h"
#include "validate/networks/spectrum_simulation.h"

/* Differences, as a part of the number and of the excess risk, and what rounding at the least must leave, or nothing was single. */
#define ROUNDING 3e-5
#define TRACE 1e-12

enum { NUMBERS = 6, ALPHAS = 3, SEEDS = 6 };

static const double alphas[ALPHAS] = {0.5, 1.6, 3.1}, lambdas[] = {0.1, 1e-3};

static const struct {
    const char *options, *loss;
    gst_weights weights;
} cases[] = {
    {"--activation tanh(z+0.5) --target z1+z1*z2 --eta 2 --alpha0 2 --second-layer 1,-1 --noise "
     "0.1",
     "squared", GST_WEIGHTS_GD},
    {"--activation erf --schedule 2:2,1.5:3 --noise 0.1", "squared", GST_WEIGHTS_GD},
    {"--activation relu --eta 2", "squared", GST_WEIGHTS_SRF},
    {"--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) --eta 3 --alpha0 2",
     "logistic", GST_WEIGHTS_GD},
    {"--covariance power:0.8:0.1 --activation tanh(z+0.5) --eta 2 --alpha0 2 --bulk exact",
     "squared", GST_WEIGHTS_GD},
    {"--covariance power:0.6:0.1 --activation tanh(z+0.5) --eta 2", "squared", GST_WEIGHTS_SRF},
};

static gst_simulation simulation_of(const network *n, gst_weights weights, gst_precision precision)
{
    return (gst_simulation){.problem = &n->problem,
                            .weights = weights,
                            .d = 150,
                            .beta = 1.2,
                            .alphas = alphas,
                            .alpha_count = ALPHAS,
                            .lambdas = lambdas,
                            .lambda_count = 2,
                            .precision = precision,
                            .seed = 5};
}

static void run(const gst_simulation *s, size_t replicate, gst_sample samples[2 * ALPHAS])
{
    gst_message message = {""};
    ck_assert_msg(gst_simulation_run(s, replicate, samples, &message) == GST_OK, "%s",
                  message.text);
}

static void take(const gst_sample *s, double values[NUMBERS])
{
    const double all[NUMBERS] = {s->excess_risk, s->test_error, s->train_error,
                                 s->test_loss,   s->train_loss, s->test_class};
    for (size_t i = 0; i < NUMBERS; i++)
        values[i] = isfinite(all[i]) ? all[i] : 0;
}

/* The means over seeds of both agree within a hundredth of their standard error, and each pair within rounding. */
START_TEST(single_is_double_rounded)
{
    network n;
    gst_loss loss;
    double mean[2 * ALPHAS][NUMBERS] = {{0}}, square[2 * ALPHAS][NUMBERS] = {{0}};
    double off[2 * ALPHAS][NUMBERS] = {{0}}, moved = 0;
    network_make(&n, "%s", cases[_i].options);
    ck_assert_int_eq(gst_loss_parse(cases[_i].loss, &loss, NULL), GST_OK);
    n.problem.loss = &loss;
    gst_simulation wide = simulation_of(&n, cases[_i].weights, GST_PRECISION_DOUBLE);
    gst_simulation single = simulation_of(&n, cases[_i].weights, GST_PRECISION_SINGLE);
    for (size_t k = 0; k < SEEDS; k++) {
        gst_sample a[2 * ALPHAS], b[2 * ALPHAS];
        run(&wide, k, a);
        run(&single, k, b);
        for (size_t j = 0; j < 2 * ALPHAS; j++) {
            double x[NUMBERS], y[NUMBERS];
            ck_assert_int_eq(a[j].status, GST_OK);
            ck_assert_int_eq(b[j].status, GST_OK);
            take(&a[j], x);
            take(&b[j], y);
            for (size_t i = 0; i < NUMBERS; i++) {
                double difference = y[i] - x[i];
                ck_assert_msg(fabs(difference) <= ROUNDING * (fabs(x[i]) + fabs(x[0])), "%g and %g",
                              x[i], y[i]);
                moved = fmax(moved, fabs(difference));
                off[j][i] += difference / SEEDS;
                mean[j][i] += x[i] / SEEDS;
                square[j][i] += x[i] * x[i] / SEEDS;
            }
        }
    }
    for (size_t j = 0; j < 2 * ALPHAS; j++)
        for (size_t i = 0; i < NUMBERS; i++)
            ck_assert(fabs(off[j][i]) <=
                      0.01 * sqrt(fabs(square[j][i] - mean[j][i] * mean[j][i]) / (SEEDS - 1)));
    ck_assert(moved > TRACE);
    network_clear(&n);
}
END_TEST

/* Overlaps and own errors after steps, and eigenvalues of features, n less and greater than p. */
START_TEST(other_simulations)
{
    network n;
    double values[2][64], eigenvalues[2][60];
    network_make(&n, "--activation tanh(z+0.5) --schedule 2:2,1.5:3 --second-layer 1,-1");
    gst_overlap_simulation s = {
        .problem = &n.problem, .d = 40, .p = 60, .own_error = 1, .trials = 1, .seed = 8};
    size_t size = gst_overlap_size(&s);
    ck_assert(size <= 64);
    for (int k = 0; k < 2; k++) {
        s.precision = k ? GST_PRECISION_SINGLE : GST_PRECISION_DOUBLE;
        ck_assert_int_eq(gst_overlap_replicate(&s, 0, values[k], NULL), GST_OK);
    }
    double moved = 0;
    for (size_t i = 0; i < size; i++) {
        ASSERT_NEAR(values[1][i], values[0][i], 1e-5);
        moved = fmax(moved, fabs(values[1][i] - values[0][i]));
    }
    ck_assert(moved > TRACE);
    for (int wide = 0; wide < 2; wide++) {
        for (int k = 0; k < 2; k++) {
            gst_spectrum_simulation spectrum = {.problem = &n.problem,
                                                .d = 40,
                                                .alpha = wide ? 2 : 1,
                                                .beta = 1.5,
                                                .seed = 8,
                                                .precision = k ? GST_PRECISION_SINGLE
                                                               : GST_PRECISION_DOUBLE};
            gst_simulated_vector vector;
            ck_assert_int_eq(
                gst_spectrum_simulation_run(&spectrum, 0, eigenvalues[k], 1, &vector, NULL),
                GST_OK);
        }
        for (size_t i = 0; i < (wide ? 60 : 40); i++)
            ASSERT_NEAR(eigenvalues[1][i], eigenvalues[0][i], 1e-5);
    }
    network_clear(&n);
}
END_TEST

/* W, inputs and features take half; a network of d = p = 30,000 fits into 24 GB. */
START_TEST(memory)
{
    network n;
    gst_simulation_sizes wide, single;
    double alpha = 3, lambda = 0.1;
    network_make(&n, "--eta 1 --alpha0 2");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, GST_PRECISION_DOUBLE);
    s.d = 30000;
    s.beta = 1;
    s.alphas = &alpha;
    s.lambdas = &lambda;
    s.alpha_count = s.lambda_count = 1;
    ck_assert_int_eq(gst_simulation_measure(&s, &wide, NULL, NULL, NULL), GST_OK);
    s.precision = GST_PRECISION_SINGLE;
    ck_assert_int_eq(gst_simulation_measure(&s, &single, NULL, NULL, NULL), GST_OK);
    ck_assert(single.bytes < (size_t)12e9 && wide.bytes < (size_t)24e9);
    alpha = 1;
    ck_assert_int_eq(gst_simulation_measure(&s, &single, NULL, NULL, NULL), GST_OK);
    ck_assert(single.bytes < (size_t)24e9);
    network_clear(&n);
}
END_TEST

/* Equations whose least eigenvalue rounding reaches: single is loose where double is not. */
START_TEST(rounding_is_flagged)
{
    enum { P = 30, ROWS = 40 };
    static double x[ROWS * P], y[ROWS];
    static float narrow[ROWS * P];
    const size_t n[] = {P, ROWS};
    const double ridge[] = {1e-2, 1e-9};
    unsigned long long seed = 3;
    fill(&seed, ROWS * P, x);
    fill(&seed, ROWS, y);
    for (size_t i = 0; i < ROWS; i++) {
        x[i * P + 1] = x[i * P];
        for (size_t j = 0; j < P; j++)
            narrow[i * P + j] = (float)x[i * P + j];
    }
    for (int single = 0; single < 2; single++) {
        gst_ridge *r;
        gst_numbers phi = single ? (gst_numbers){.single = narrow} : gst_doubles(x);
        ck_assert_int_eq(gst_ridge_alloc(&r, P,
                                         single ? GST_PRECISION_SINGLE : GST_PRECISION_DOUBLE, 2, n,
                                         2, ridge, NULL),
                         GST_OK);
        ck_assert_int_eq(gst_ridge_add(r, ROWS, phi, y), GST_OK);
        const gst_ridge_fit *fit = gst_ridge_fits(r);
        for (size_t k = 0; k < 4; k++)
            ck_assert(k < 2 || !single ? fit[k].status == GST_OK : fit[k].status != GST_OK);
        gst_ridge_free(r);
    }
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("precision");
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, single_is_double_rounded, 0, sizeof cases / sizeof *cases);
    tcase_add_test(all, other_simulations);
    tcase_add_test(all, memory);
    tcase_add_test(all, rounding_is_flagged);
    return run_cases("precision", all);
}
