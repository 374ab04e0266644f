/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_two_step_simulation.c - two steps at linear width: limits against finite size.
 *
 * 1. Gram matrices of the b_k and their products with the target, drawn at d and 2d for six bounded targets with
 *    label noise, fresh (unequal batches) and reused.  2 mean(2d) - mean(d) has no bias of order 1/d; its
 *    difference from the limit over its standard error is a Student t of TRIALS - 1 degrees of freedom; so is
 *    that of its sum over the targets.  14 numbers x (6 targets + their sum) x 2 batches, a chance of
 *    FALSE_ALARM for all of them together (Bonferroni).
 * 2. Networks that took two real steps, N = 300: singular values and overlaps of their vectors against the
 *    predictions, within 5 standard errors of the mean and an allowance for the width (5%, 0.02); the number
 *    of outliers. */
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>

#include "giantstep/two_step.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "tests/numbers.h"
#include "validate/networks/blas.h"
#include "validate/networks/random.h"
#include "validate/networks/two_step_simulation.h"

enum {
    L = 3,
    N_B = L + 1,
    NUMBERS = N_B * (N_B + 1) / 2 + N_B,
    TARGETS = 6,
    TRIALS = 1000,
    D = 90
};
#define FALSE_ALARM 1e-3
#define PHI 0.7
#define PHI1 0.45
#define NOISE 0.15

static const char *const bounded[TARGETS] = {
    "tanh",        "sin(2*z)-2*exp(-1.5)*sin(z)", "cos(1.5*z)+0.5*erf(z)", "sign(z)",
    "step(z-0.3)", "sin(z)^2-0.7*tanh(3*z)",
};

static gst_target *target_of(const char *text)
{
    gst_target *target;
    ck_assert_int_eq(gst_target_compile(&target, text, NULL), GST_OK);
    return target;
}

/* ---- Gram matrices ------------------------------------------------------------------------------ */

/* The numbers of a matrix and a vector. */
static void pack(const double *gram, const double *target, double *out)
{
    for (size_t j = 0; j < N_B; j++) {
        for (size_t k = j; k < N_B; k++)
            *out++ = gram[j * N_B + k];
    }
    memcpy(out, target, N_B * sizeof *out);
}

typedef struct {
    size_t d, n, n1;
    double *x1, *x, *y1, *y, *beta1, *b, *kappa;
} batches;

static void labels(const gst_target *target, size_t n, size_t d, const double *x, const double *xi,
                   double *y)
{
    for (size_t i = 0; i < n; i++) {
        gst_expression_evaluate(gst_target_expression(target), 1, x + i * d, y + i, NULL);
        y[i] += sqrt(NOISE) * xi[i];
    }
}

/* b_0 .. b_L of a second batch (x, y), beta1 given. */
static void draw_numbers(batches *s, const double *x, const double *y, size_t n, double *numbers)
{
    double gram[N_B * N_B], target[N_B];
    size_t d = s->d;
    gst_dense_apply(GST_AS_IS, n, d, x, s->beta1, 0, s->kappa);
    for (size_t k = 0; k < N_B; k++) {
        double *weight = s->kappa + (k + 1) * n;
        for (size_t i = 0; i < n; i++)
            weight[i] = pow(s->kappa[i], (double)k) * y[i] / (double)n;
        gst_dense_apply(GST_TRANSPOSED, n, d, x, weight, 0, s->b + k * d);
        target[k] = s->b[k * d];
    }
    for (size_t j = 0; j < N_B; j++)
        for (size_t k = 0; k < N_B; k++)
            gram[j * N_B + k] = gst_dense_dot(d, s->b + j * d, s->b + k * d);
    pack(gram, target, numbers);
}

static void draw_batches(batches *s, size_t d, const gst_random *random)
{
    s->d = d;
    s->n = (size_t)((double)d / PHI + 0.5);
    s->n1 = (size_t)((double)d / PHI1 + 0.5);
    gst_random_rows(random, 0, 0, s->n, d, s->x);
    gst_random_rows(random, 1, 0, s->n1, d, s->x1);
}

/* numbers[batch][..] of every target from the same inputs. */
static void draw_targets(batches *s, const gst_random *random, gst_target *const *targets,
                         double (*numbers)[2][NUMBERS])
{
    double *xi = malloc((s->n + s->n1) * sizeof *xi);
    gst_random_normals(random, 2, 0, s->n + s->n1, xi);
    for (size_t t = 0; t < TARGETS; t++) {
        labels(targets[t], s->n, s->d, s->x, xi, s->y);
        labels(targets[t], s->n1, s->d, s->x1, xi + s->n, s->y1);
        gst_dense_apply(GST_TRANSPOSED, s->n1, s->d, s->x1, s->y1, 0, s->beta1);
        for (size_t j = 0; j < s->d; j++)
            s->beta1[j] /= (double)s->n1;
        draw_numbers(s, s->x, s->y, s->n, numbers[t][GST_BATCH_FRESH]);
        gst_dense_apply(GST_TRANSPOSED, s->n, s->d, s->x, s->y, 0, s->beta1);
        for (size_t j = 0; j < s->d; j++)
            s->beta1[j] /= (double)s->n;
        draw_numbers(s, s->x, s->y, s->n, numbers[t][GST_BATCH_REUSED]);
    }
    free(xi);
}

/* Student's t of the mean of TRIALS numbers. */
static double t_of(const double *x)
{
    double mean = 0, squares = 0;
    for (size_t r = 0; r < TRIALS; r++)
        mean += x[r] / TRIALS;
    for (size_t r = 0; r < TRIALS; r++)
        squares += (x[r] - mean) * (x[r] - mean);
    double t = mean / sqrt(squares / (TRIALS - 1.0) / TRIALS);
    ck_assert(isfinite(t));
    return t;
}

/* Number i of one problem minus its limit, over its Cauchy-Schwarz bound, added to sum[i*TRIALS + trial];
 * largest |t| of all i.  sample[trial][..] is without bias of order 1/d. */
static double largest_t(const gst_two_step *problem, double (*sample)[TARGETS][2][NUMBERS],
                        size_t target, double *sum)
{
    double gram[N_B * N_B], projection[N_B], bound[N_B * N_B], ends[N_B];
    double limit[NUMBERS], unit[NUMBERS], most = 0, off[TRIALS];
    ck_assert_int_ge(gst_two_step_gram(problem, gram, projection, NULL), 0);
    for (size_t j = 0; j < N_B; j++) {
        ends[j] = sqrt(gram[j * N_B + j]);
        for (size_t k = 0; k < N_B; k++)
            bound[j * N_B + k] = sqrt(gram[j * N_B + j] * gram[k * N_B + k]);
    }
    pack(gram, projection, limit);
    pack(bound, ends, unit);
    for (size_t i = 0; i < NUMBERS; i++) {
        for (size_t r = 0; r < TRIALS; r++) {
            off[r] = (sample[r][target][problem->batch][i] - limit[i]) / unit[i];
            sum[i * TRIALS + r] += off[r];
        }
        most = fmax(most, fabs(t_of(off)));
    }
    return most;
}

START_TEST(gram_matrices)
{
    static double sample[TRIALS][TARGETS][2][NUMBERS];
    size_t most = (size_t)(2 * D / PHI1 + 2);
    batches s = {.x1 = malloc(most * 2 * D * sizeof(double)),
                 .x = malloc(most * 2 * D * sizeof(double)),
                 .y1 = malloc(most * sizeof(double)),
                 .y = malloc(most * sizeof(double)),
                 .beta1 = malloc(2 * D * sizeof(double)),
                 .b = malloc(N_B * 2 * D * sizeof(double)),
                 .kappa = malloc((N_B + 1) * most * sizeof(double))};
    gst_target *targets[TARGETS];
    for (size_t t = 0; t < TARGETS; t++)
        targets[t] = target_of(bounded[t]);
    for (uint32_t r = 0; r < TRIALS; r++) {
        static double small[TARGETS][2][NUMBERS], large[TARGETS][2][NUMBERS];
        const gst_random one = {.seed = 20260, .replicate = r},
                         two = {.seed = 20261, .replicate = r};
        draw_batches(&s, D, &one);
        draw_targets(&s, &one, targets, small);
        draw_batches(&s, 2 * D, &two);
        draw_targets(&s, &two, targets, large);
        for (size_t t = 0; t < TARGETS; t++)
            for (size_t b = 0; b < 2; b++)
                for (size_t i = 0; i < NUMBERS; i++)
                    sample[r][t][b][i] = 2 * large[t][b][i] - small[t][b][i];
    }
    static double sum[2][NUMBERS * TRIALS];
    double limit =
        gsl_cdf_tdist_Qinv(FALSE_ALARM / (2 * 2 * (TARGETS + 1) * NUMBERS), TRIALS - 1.0);
    for (size_t t = 0; t < TARGETS; t++) {
        for (int b = 0; b < 2; b++) {
            gst_two_step problem = {.target = targets[t],
                                    .noise = NOISE,
                                    .phi = PHI,
                                    .phi1 = PHI1,
                                    .order = L,
                                    .batch = (gst_second_batch)b};
            double found = largest_t(&problem, sample, t, sum[b]);
            ck_assert_msg(found < limit, "%s, %s: t = %.2f, limit %.2f", bounded[t],
                          b ? "reused" : "fresh", found, limit);
        }
        gst_target_free(targets[t]);
    }
    for (size_t i = 0; i < 2 * NUMBERS; i++)
        ck_assert_msg(fabs(t_of(sum[0] + i * TRIALS)) < limit,
                      "number %zu of all targets: t = %.2f", i, t_of(sum[0] + i * TRIALS));
    free(s.x1);
    free(s.x);
    free(s.y1);
    free(s.y);
    free(s.beta1);
    free(s.b);
    free(s.kappa);
}
END_TEST

/* ---- networks ----------------------------------------------------------------------------------- */

enum { NETWORKS = 12 };

typedef struct {
    gst_target *target;
    gst_activation *activation;
    gst_two_step problem;
    gst_two_step_simulation simulation;
} experiment;

static void set_experiment(experiment *e, const char *sigma, const char *target, size_t d)
{
    ck_assert_int_eq(gst_activation_compile(&e->activation, sigma, NULL), GST_OK);
    e->target = target_of(target);
    e->problem = (gst_two_step){.target = e->target, .phi = 0.5, .phi1 = 0.5, .order = 2};
    e->simulation = (gst_two_step_simulation){.problem = &e->problem,
                                              .activation = e->activation,
                                              .a1 = 0.25,
                                              .a2 = 0.4,
                                              .beta = 1,
                                              .d = d,
                                              .loss = GST_LOSS_CORRELATION,
                                              .seed = 7};
}

static void clear_experiment(experiment *e)
{
    gst_activation_free(e->activation);
    gst_target_free(e->target);
}

/* Two real steps: outliers, their values, and what their vectors know of the target. */
START_TEST(trained_networks)
{
    experiment e;
    static gst_two_step_sample found[NETWORKS][2];
    set_experiment(&e, "z+z^2/2", "erf(2*z)-0.6*cos(z)", 300);
    for (size_t r = 0; r < NETWORKS; r++)
        ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, r, found[r]), GST_OK);
    for (int b = 0; b < 2; b++) {
        gst_two_step_network network;
        gst_two_step_prediction p;
        e.problem.batch = (gst_second_batch)b;
        ck_assert_int_eq(gst_two_step_network_prepare(&e.problem, e.activation, &network, NULL),
                         GST_OK);
        ck_assert_int_eq(gst_two_step_network_predict(&network, 0.25, 0.4, 300, 300, &p), GST_OK);
        ck_assert_uint_eq(p.outliers, 2);
        double outliers = 0;
        for (size_t k = 0; k < 2; k++) {
            double value = 0, overlap = 0, square = 0, squares = 0;
            for (size_t r = 0; r < NETWORKS; r++) {
                value += found[r][b].value[k] / NETWORKS;
                squares += found[r][b].value[k] * found[r][b].value[k] / NETWORKS;
                overlap += found[r][b].vector[k] / NETWORKS;
                square += found[r][b].vector[k] * found[r][b].vector[k] / NETWORKS;
                outliers += k == 0 ? found[r][b].outliers / NETWORKS : 0;
            }
            double sem = sqrt((square - overlap * overlap) / (NETWORKS - 1));
            double value_sem = sqrt((squares - value * value) / (NETWORKS - 1));
            ASSERT_NEAR(value, p.value[k], 5 * value_sem + 0.05 * p.value[k]);
            ASSERT_NEAR(fabs(overlap), p.overlap[k], 5 * sem + 0.02);
        }
        ASSERT_NEAR(outliers, 2, 0.5);
    }
    clear_experiment(&e);
}
END_TEST

/* Draws depend on (seed, replicate) alone; with phi1 = phi both batches start from one first step. */
START_TEST(draws)
{
    experiment e;
    gst_two_step_sample one[2], two[2];
    set_experiment(&e, "tanh", "sin", 40);
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 3, one), GST_OK);
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 3, two), GST_OK);
    ck_assert_int_eq(memcmp(one, two, sizeof one), 0);
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 4, two), GST_OK);
    ck_assert(one[0].value[0] != two[0].value[0]);
    e.simulation.seed = 8;
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 3, two), GST_OK);
    ck_assert(one[0].value[0] != two[0].value[0]);
    clear_experiment(&e);
}
END_TEST

/* Without steps (the label is nothing but tiny noise) W is as drawn: its largest singular value is near the
 * edge, the measured edge is 1 + sqrt(beta), there is no outlier. */
START_TEST(no_signal)
{
    experiment e;
    gst_two_step_sample found[2];
    set_experiment(&e, "tanh", "1e-9*sin(z)", 400);
    e.simulation.beta = 0.5;
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 0, found), GST_OK);
    ASSERT_CLOSE(found[0].edge, 1 + sqrt(0.5), 0.02);
    ASSERT_CLOSE(found[0].value[0], 1 + sqrt(0.5), 0.03);
    ck_assert(found[0].outliers == 0 && found[1].outliers == 0);
    e.simulation.beta = 2;
    ck_assert_int_eq(gst_two_step_simulation_run(&e.simulation, 0, found), GST_OK);
    ASSERT_CLOSE(found[0].edge, 1 + sqrt(2), 0.02);
    ASSERT_CLOSE(found[0].value[0], 1 + sqrt(2), 0.03);
    ck_assert(found[0].outliers == 0 && found[1].outliers == 0);
    clear_experiment(&e);
}
END_TEST

START_TEST(bad_sizes)
{
    experiment e;
    gst_message message = {""};
    gst_two_step_sizes sizes;
    set_experiment(&e, "tanh", "sin", 9);
    ck_assert_int_eq(gst_two_step_simulation_measure(&e.simulation, &sizes, &message), GST_INVALID);
    ck_assert_msg(strncmp(message.text, "d: 9", 4) == 0, "%s", message.text);
    e.simulation.d = 100;
    e.problem.phi = 1e3;
    ck_assert_int_eq(gst_two_step_simulation_measure(&e.simulation, &sizes, &message), GST_INVALID);
    ck_assert_msg(strncmp(message.text, "phi: ", 5) == 0, "%s", message.text);
    e.problem.phi = 0.3;
    e.simulation.beta = 1.304;
    ck_assert_int_eq(gst_two_step_simulation_measure(&e.simulation, &sizes, &message), GST_OK);
    ck_assert_uint_eq(sizes.N, 130);
    ck_assert_uint_eq(sizes.n, 333);
    ck_assert_uint_eq(sizes.n1, 200);
    clear_experiment(&e);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("two steps");
    gst_dense_set_threads(1);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, gram_matrices);
    tcase_add_test(cases, trained_networks);
    tcase_add_test(cases, draws);
    tcase_add_test(cases, no_signal);
    tcase_add_test(cases, bad_sizes);
    return run_cases("two steps, finite size", cases);
}
