/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_simulation.c - networks of finite size: sharing of draws, what is refused, and their risks against
 * the theory.
 *
 * Comparisons with theory at width p use fixed seeds and allow 4 standard errors plus what the theory
 * leaves out, O(1/p): 2% at p = 300.  A right program with other seeds would fail in less than 1e-4. */
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "giantstep/simulation.h"

enum { FITS_MAX = 12 };

static gst_simulation simulation_of(const network *n, gst_weights weights, size_t d)
{
    return (gst_simulation){.problem = &n->problem,
                            .weights = weights,
                            .d = d,
                            .beta = n->point.beta,
                            .alphas = &n->point.alpha,
                            .alpha_count = 1,
                            .lambdas = &n->point.lambda,
                            .lambda_count = 1,
                            .seed = 1};
}

/* ---- sharing ------------------------------------------------------------------------------------ */

START_TEST(nested_runs_are_separate_runs)
{
    static const double alphas[] = {1.9, 0.4, 1.2, 0.4}, lambdas[] = {0.3, 1e-3, 2};
    network n;
    gst_message message;
    gst_sample all[FITS_MAX], one;
    network_make(&n, "--target 'z1+z1*z2' --second-layer 1:0.5,-1:0.5 --eta 2 --alpha0 1.5 "
                     "--noise 0.1 --beta 1.3");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 60);
    gst_simulation many = s;
    many.alphas = alphas;
    many.alpha_count = 4;
    many.lambdas = lambdas;
    many.lambda_count = 3;
    ck_assert_int_eq(gst_simulation_run(&many, 5, all, &message), GST_OK);
    for (size_t a = 0; a < 4; a++) {
        for (size_t l = 0; l < 3; l++) {
            const gst_sample *shared = &all[a * 3 + l];
            s.alphas = alphas + a;
            s.lambdas = lambdas + l;
            ck_assert_int_eq(gst_simulation_run(&s, 5, &one, &message), GST_OK);
            ASSERT_CLOSE(shared->excess_risk, one.excess_risk, 1e-10);
            ASSERT_CLOSE(shared->train_error, one.train_error, 1e-8);
            ASSERT_CLOSE(shared->test_error, one.excess_risk + 0.1, 1e-10);
            ck_assert_int_eq(shared->status, GST_OK);
        }
    }
    for (size_t l = 0; l < 3; l++) {
        ck_assert(all[3 + l].excess_risk == all[9 + l].excess_risk);
        ck_assert(all[3 + l].train_error == all[9 + l].train_error);
    }
    ck_assert(all[0].excess_risk != all[3].excess_risk);
    network_clear(&n);
}
END_TEST

typedef struct {
    size_t count;
    gst_sample samples[16];
} record;

static int note(void *context, size_t replicate, int status, const gst_sample *samples)
{
    record *r = context;
    ck_assert_uint_eq(replicate, r->count);
    ck_assert_int_eq(status, GST_OK);
    ck_assert_str_eq(gst_sample_reason(&samples[0]), "");
    r->samples[r->count++] = samples[0];
    return GST_OK;
}

START_TEST(threads_do_not_matter)
{
    network n;
    gst_message message;
    record r[3] = {{0}, {0}, {0}};
    network_make(&n, "--eta 3 --alpha0 2 --alpha 1.5");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 150);
    for (size_t parallel = 1; parallel <= 3; parallel++) {
        gst_simulation_layout layout = {.parallel = parallel, .blas_threads = 1};
        ck_assert_int_eq(
            gst_simulation_replicates(&s, &layout, 16, note, &r[parallel - 1], &message), GST_OK);
    }
    ck_assert(memcmp(r[0].samples, r[1].samples, sizeof r[0].samples) == 0);
    ck_assert(memcmp(r[0].samples, r[2].samples, sizeof r[0].samples) == 0);
    for (size_t i = 1; i < 16; i++)
        ck_assert(r[0].samples[i].excess_risk != r[0].samples[i - 1].excess_risk);
    gst_simulation_layout two = {.parallel = 1, .blas_threads = 2};
    record other = {0};
    ck_assert_int_eq(gst_simulation_replicates(&s, &two, 4, note, &other, &message), GST_OK);
    for (size_t i = 0; i < 4; i++)
        ASSERT_CLOSE(other.samples[i].excess_risk, r[0].samples[i].excess_risk, 1e-8);
    network_clear(&n);
}
END_TEST

static int refuse_third(void *context, size_t replicate, int status, const gst_sample *samples)
{
    (void)status;
    (void)samples;
    ++*(size_t *)context;
    return replicate == 2 ? GST_IO : GST_OK;
}

START_TEST(runs_stop)
{
    network n;
    gst_message message;
    int stop = 1;
    size_t count = 0;
    network_make(&n, "--alpha0 2");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 30);
    gst_simulation_layout layout = {.parallel = 2, .blas_threads = 1};
    ck_assert_int_eq(gst_simulation_replicates(&s, &layout, 9, refuse_third, &count, &message),
                     GST_IO);
    ck_assert_uint_eq(count, 3);
    s.stop = &stop;
    ck_assert_int_eq(gst_simulation_replicates(&s, &layout, 9, refuse_third, &count, &message),
                     GST_INTERRUPTED);
    ck_assert_uint_eq(count, 3);
    network_clear(&n);
}
END_TEST

/* ---- sizes -------------------------------------------------------------------------------------- */

/* The largest batch, the operations of all of them; an infinite batch, a reused one that rows are to be drawn for. */
START_TEST(schedules_are_measured)
{
    network n;
    gst_message message = {""};
    gst_simulation_sizes one, two, sum;
    network_make(&n, "--alpha0 3");
    gst_training *t = &n.problem.training;
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 10);
    ck_assert_int_eq(gst_simulation_measure(&s, &one, NULL, NULL, &message), GST_OK);
    t->step[0].alpha0 = 5;
    ck_assert_int_eq(gst_simulation_measure(&s, &two, NULL, NULL, &message), GST_OK);
    t->steps = t->listed = 3;
    t->step[1] = (gst_step){.eta = 2, .alpha0 = 3};
    t->step[2] = (gst_step){.eta = 0, .alpha0 = HUGE_VAL};
    ck_assert_int_eq(gst_simulation_measure(&s, &sum, NULL, NULL, &message), GST_OK);
    ck_assert_uint_eq(sum.n0, 50);
    t->steps = 0;
    gst_simulation_sizes none;
    ck_assert_int_eq(gst_simulation_measure(&s, &none, NULL, NULL, &message), GST_OK);
    ck_assert_uint_eq(none.n0, 0);
    ASSERT_CLOSE(sum.flops - none.flops, one.flops + two.flops - 2 * none.flops, 1e-12);
    t->steps = 3;
    t->step[2].eta = 1;
    ck_assert_int_eq(gst_simulation_measure(&s, &sum, NULL, NULL, &message), GST_INVALID);
    ck_assert_str_eq(message.text, "weights: 'gd' needs a finite `alpha0`");
    t->step[2].alpha0 = 0.01;
    ck_assert_int_eq(gst_simulation_measure(&s, &sum, NULL, NULL, &message), GST_INVALID);
    ck_assert(strncmp(message.text, "alpha0: '0.01' gives n0 = 0", 27) == 0);
    t->step[2] = (gst_step){.eta = 1, .alpha0 = 4, .reused = 1};
    ck_assert_int_eq(gst_simulation_measure(&s, &sum, NULL, NULL, &message), GST_INVALID);
    ck_assert(strncmp(message.text, "reused: step 3", 14) == 0);
    for (size_t i = 0; i < 3; i++)
        t->step[i].alpha0 = HUGE_VAL;
    s.weights = GST_WEIGHTS_SRF;
    ck_assert_int_eq(gst_simulation_measure(&s, &sum, NULL, NULL, &message), GST_INVALID);
    ck_assert(strstr(message.text, "none of a `reused` batch"));
    network_clear(&n);
}
END_TEST

START_TEST(sizes_are_rounded)
{
    static const double alphas[] = {0.25, 1.234, 0.05};
    network n;
    gst_message message;
    gst_simulation_sizes sizes;
    size_t count[3], group[2];
    network_make(&n, "--alpha0 0.75 --beta 1.45 --second-layer 1:0.3,2:0.7");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 10);
    s.alphas = alphas;
    s.alpha_count = 3;
    ck_assert_int_eq(gst_simulation_measure(&s, &sizes, count, group, &message), GST_OK);
    ck_assert_uint_eq(sizes.p, 15);
    ck_assert_uint_eq(sizes.n0, 8);
    ck_assert_uint_eq(sizes.test_samples, 40);
    ck_assert(count[0] == 3 && count[1] == 12 && count[2] == 1);
    ck_assert(group[0] == 5 && group[1] == 10);
    ck_assert(!gst_problem_has_losses(&n.problem));
    n.problem.labels = GST_LABELS_SIGN;
    ck_assert(gst_problem_has_losses(&n.problem));
    network_clear(&n);
}
END_TEST

/* What is refused, and the field that is blamed. */
static void check_refused(const gst_simulation *s, const char *field)
{
    gst_simulation_sizes sizes;
    gst_message message = {""};
    gst_sample sample;
    int status = gst_simulation_measure(s, &sizes, NULL, NULL, &message);
    ck_assert_msg(status == GST_INVALID || status == GST_UNBUILT, "%s: status %d", field, status);
    ck_assert_msg(strncmp(message.text, field, strlen(field)) == 0, "%s: %s", field, message.text);
    ck_assert_int_eq(gst_simulation_run(s, 0, &sample, &message), status);
    ck_assert(isnan(sample.excess_risk) && sample.status == GST_FAILED);
}

START_TEST(bad_input_is_refused)
{
    network n, spiked;
    const double wrong[] = {0, -1, NAN, INFINITY, 0.004, 1e12}, negative = -1, nan = NAN;
    network_make(&n, "--alpha0 2 --bulk exact");
    network_make(&spiked, "--spike 1");
    const gst_simulation good = simulation_of(&n, GST_WEIGHTS_GD, 100);
    gst_simulation s = good;
    s.d = 1;
    check_refused(&s, "d: ");
    for (int i = 0; i < COUNT(wrong); i++) {
        s = good;
        s.alphas = wrong + i;
        check_refused(&s, "alphas: ");
        s = good;
        s.beta = wrong[i];
        check_refused(&s, "beta: ");
    }
    s = good;
    s.lambdas = &negative;
    check_refused(&s, "lambdas: ");
    s.lambdas = &nan;
    check_refused(&s, "lambdas: ");
    s = good;
    s.weights = GST_WEIGHTS_SRF;
    check_refused(&s, "weights: ");
    s = good;
    s.problem = &spiked.problem;
    check_refused(&s, "weights: ");
    s = good;
    n.problem.training.step[0].alpha0 = 0.004;
    check_refused(&s, "alpha0: ");
    n.problem.training.step[0].alpha0 = INFINITY;
    check_refused(&s, "weights: ");
    s.weights = GST_WEIGHTS_SRF;
    n.problem.training.steps = 2;
    n.problem.training.step[0].alpha0 = 2;
    n.problem.training.bulk = GST_BULK_ISOTROPIC;
    check_refused(&s, "bulk: ");
    n.problem.training.steps = 1;
    n.problem.training.step[0].alpha0 = INFINITY;
    n.problem.training.noise = -0.5;
    check_refused(&s, "noise: ");
    network_clear(&n);
    network_clear(&spiked);
}
END_TEST

START_TEST(too_large_is_refused)
{
    network n;
    gst_message message = {""};
    gst_simulation_layout layout;
    network_make(&n, "--alpha0 2");
    gst_simulation s = simulation_of(&n, GST_WEIGHTS_GD, 1000000);
    ck_assert_int_eq(gst_simulation_plan(&s, 1, 4, &layout, &message), GST_NO_MEMORY);
    ck_assert_ptr_nonnull(strstr(message.text, " bytes"));
    s.d = 100;
    ck_assert_int_eq(gst_simulation_plan(&s, 9, 4, &layout, &message), GST_OK);
    ck_assert(layout.parallel == 4 && layout.blas_threads == 1);
    s.d = 2000;
    ck_assert_int_eq(gst_simulation_plan(&s, 1, 4, &layout, &message), GST_OK);
    ck_assert(layout.parallel == 1 && layout.blas_threads == 4);
    network_clear(&n);
}
END_TEST

/* ---- against theory ----------------------------------------------------------------------------- */

typedef struct {
    size_t count;
    double mean[2], squares[2];
} averages;

static int average(void *context, size_t replicate, int status, const gst_sample *samples)
{
    averages *a = context;
    const double value[2] = {samples->excess_risk, samples->train_error};
    (void)replicate;
    ck_assert_int_eq(status, GST_OK);
    ck_assert_int_eq(samples->status, GST_OK);
    a->count++;
    for (int q = 0; q < 2; q++) {
        double step = value[q] - a->mean[q];
        a->mean[q] += step / (double)a->count;
        a->squares[q] += step * (value[q] - a->mean[q]);
    }
    return GST_OK;
}

/* Means of `trials` replicates against the numbers of docs/theory. */
static void check_means(const char *options, gst_weights weights, size_t d, size_t steps,
                        size_t trials, double excess, double train, double allowed)
{
    network n;
    gst_message message = {""};
    averages a = {0};
    gst_simulation_layout layout = {.parallel = 2, .blas_threads = 1};
    const double theory[2] = {excess, train};
    network_make(&n, "%s", options);
    n.problem.training.steps = steps;
    gst_simulation s = simulation_of(&n, weights, d);
    int status = gst_simulation_replicates(&s, &layout, trials, average, &a, &message);
    ck_assert_msg(status == GST_OK, "%s", message.text);
    for (int q = 0; q < 2; q++) {
        double sem = sqrt(a.squares[q] / (double)(trials * (trials - 1)));
        ck_assert_msg(sem < 0.04 * theory[q], "%s: error %g", options, sem);
        ck_assert_msg(fabs(a.mean[q] - theory[q]) <= 4 * sem + allowed * theory[q],
                      "%s: %s %g +- %g, theory %g", options, q ? "train" : "excess", a.mean[q], sem,
                      theory[q]);
    }
    network_clear(&n);
}

/* Case F: four spikes; the limit of infinite width, 0.129, is far off. */
START_TEST(finite_width)
{
    check_means("--activation 'tanh(z+0.3)' --target 'sin(2*z)' --spike 1.3,0.65,-0.65,-1.3 "
                "--alpha 2 --beta 1.5 --lambda 0.01",
                GST_WEIGHTS_SRF, 200, 1, 40, 0.327017534, 0.051666602, 0.03);
}
END_TEST

/* Case N: without the norm direction the theory would be 1.3011 (p = 400). */
START_TEST(norm_direction)
{
    check_means(
        "--activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --eta 3 --alpha 2 --lambda 0.01",
        GST_WEIGHTS_SRF, 400, 1, 20, 1.153241201, 0.696885240, 0.02);
    check_means(
        "--activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --eta 3 --alpha0 10 --alpha 2 "
        "--lambda 0.01",
        GST_WEIGHTS_GD, 400, 1, 10, 1.38111145, 0.75882250, 0.02);
}
END_TEST

/* Case B: a batch smaller than the dimension; the isotropic approximation is 0.2129. */
START_TEST(trained_networks)
{
    check_means("--target tanh --eta 3 --alpha0 0.5 --alpha 3 --lambda 0.01", GST_WEIGHTS_GD, 400,
                1, 40, 0.2369749317, 0.1074247336, 0.02);
    check_means("--activation 'tanh(z+0.5)' --target 'tanh(z)+0.5*cos(z)' "
                "--second-layer 1:0.5,-0.5:0.5 --eta 3 --alpha0 0.5 --alpha 2 --lambda 0.05 "
                "--noise 0.02",
                GST_WEIGHTS_GD, 300, 1, 30, 0.335014355, 0.134242273, 0.02);
}
END_TEST

/* Case T: untrained, and two steps on batches of 100 d (the theory's are infinite). */
START_TEST(many_steps)
{
    static const char *const options = "--activation 'tanh(z+0.5)' --target 'z1+z1*z2' --eta 2 "
                                       "--second-layer 1:0.5,-1:0.5 --alpha 3 --lambda 0.05 "
                                       "--alpha0 100";
    check_means(options, GST_WEIGHTS_SRF, 200, 0, 40, 1.726780180, 0.878040725, 0.03);
    check_means(options, GST_WEIGHTS_GD, 150, 2, 40, 1.120645664, 0.815276482, 0.03);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("simulation");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, nested_runs_are_separate_runs);
    tcase_add_test(cases, threads_do_not_matter);
    tcase_add_test(cases, runs_stop);
    tcase_add_test(cases, schedules_are_measured);
    tcase_add_test(cases, sizes_are_rounded);
    tcase_add_test(cases, bad_input_is_refused);
    tcase_add_test(cases, too_large_is_refused);
    tcase_add_test(cases, finite_width);
    tcase_add_test(cases, norm_direction);
    tcase_add_test(cases, trained_networks);
    tcase_add_test(cases, many_steps);
    return run_cases("simulation", cases);
}
