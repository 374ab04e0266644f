/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_false_alarms.c - how often the verdict is wrong, on made-up simulations.  Counts must not exceed the
 * 1 - 1e-4 quantile of the binomial of the rate promised. */
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "tests/synthetic.h"

enum { MOST_TESTS = 40 };

/* At most: a procedure may be conservative. */
static void assert_at_most(const char *name, size_t count, size_t of, double probability)
{
    double above =
        count > 0 ? gsl_cdf_binomial_Q((unsigned)count - 1, probability, (unsigned)of) : 1;
    ck_assert_msg(above >= 1e-4, "%s: %zu of %zu, more than %g", name, count, of,
                  probability * (double)of);
}

/* ---- false alarms and power --------------------------------------------------------------------- */

static const scatter scatters[] = {
    {"independent", -0.5, 0, 0, 0, 0},  {"nested draws", -0.5, 0, 0, 1, 0},
    {"correlated", -0.5, 0.7, 0, 0, 0}, {"the same sem at all d", 0, 0, 0, 0, 0},
    {"sem like 1/d^2", -2, 0, 0, 0, 0},
};

/* P(p < x) <= x for a right theory and x up to the largest level, whatever the number of trials and the
 * ladder; and with many trials not far below (power). */
START_TEST(p_is_valid)
{
    enum { RUNS = 40000 };
    const struct {
        size_t rungs, trials;
    } shapes[] = {{3, 2}, {3, 4}, {3, 10}, {6, 5}, {3, 40}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 11);
    for (int s = 0; s < COUNT(shapes); s++) {
        size_t most = 0, usual = 0, tail = 0;
        ladder_data x;
        ladder_make(&x, shapes[s].rungs, shapes[s].trials);
        for (size_t run = 0; run < RUNS; run++) {
            ladder_simulate(&x, 1, &scatters[_i], 0, 30, 0.01, rng);
            double p = ladder_found(&x.ladder).p;
            most += p < 0.005;
            usual += p < 0.001;
            tail += p < 0.0001;
        }
        assert_at_most(scatters[_i].name, most, RUNS, 0.005);
        assert_at_most(scatters[_i].name, usual, RUNS, 0.001);
        assert_at_most(scatters[_i].name, tail, RUNS, 0.0001);
        if (shapes[s].trials == 40 && !scatters[_i].nested && !(scatters[_i].correlation > 0))
            ck_assert_msg((double)most > RUNS * 0.005 / 2, "%s: %zu", scatters[_i].name, most);
    }
    gsl_rng_free(rng);
}
END_TEST

/* Number of runs, of `runs`, in which any of `tests` right theories is called wrong, floors apart. */
static size_t false_alarms(size_t runs, size_t tests, size_t trials, double level, const scatter *s,
                           gsl_rng *rng)
{
    ladder_data *x = calloc(tests, sizeof *x);
    gst_finding f[MOST_TESTS];
    gst_verdict_options options = gst_verdict_defaults();
    options.level = level;
    options.negligible = 0;
    size_t alarms = 0;
    for (size_t i = 0; i < tests; i++)
        ladder_make(&x[i], 3, trials);
    for (size_t run = 0; run < runs; run++) {
        int alarm = 0;
        ladder_simulate(x, tests, s, 0, 30, 0.01, rng);
        for (size_t i = 0; i < tests; i++)
            ck_assert_int_eq(gst_finding_compute(&f[i], &x[i].ladder, &options), GST_OK);
        ck_assert_int_eq(gst_verdict_settle(tests, f, &options), GST_OK);
        for (size_t i = 0; i < tests; i++)
            alarm |= f[i].verdict == GST_VERDICT_DISAGREE;
        alarms += alarm != 0;
    }
    free(x);
    return alarms;
}

/* 1,000 verdicts on 20 points of two quantities each, with few trials and with the usual number: 1 false
 * alarm allowed at level 1e-3, 5 at 5e-3 (at most 5 and 15 by the binomial). */
START_TEST(false_alarms_of_a_grid)
{
    const scatter shared = {"rows share data", -0.5, 0, 0.8, 1, 0};
    const size_t trials[] = {3, 5, 10};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 12);
    for (int i = 0; i < COUNT(trials); i++) {
        size_t T = trials[i];
        assert_at_most("independent rows", false_alarms(1000, 40, T, 1e-3, &scatter_plain, rng),
                       1000, 1e-3);
        assert_at_most("rows share data", false_alarms(1000, 40, T, 1e-3, &shared, rng), 1000,
                       1e-3);
    }
    assert_at_most("largest level", false_alarms(1000, 40, 10, 5e-3, &scatter_plain, rng), 1000,
                   5e-3);
    assert_at_most("one row", false_alarms(50000, 1, 10, 1e-3, &scatter_plain, rng), 50000, 1e-3);
    gsl_rng_free(rng);
}
END_TEST

/* Of 40 tests with errors of a near 1%, 1,000 times, default options: right theories agree; one of
 * them 15% off is found, and no other is accused. */
START_TEST(planted_theory_is_found)
{
    enum { RUNS = 1000, TESTS = 40 };
    const scatter shared = {"rows share data", -0.5, 0, 0.8, 1, 0};
    gst_verdict_options options = gst_verdict_defaults();
    ladder_data *x = calloc(TESTS, sizeof *x);
    gst_finding f[TESTS];
    size_t missed = 0, accused = 0, agreed = 0;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 13);
    for (size_t i = 0; i < TESTS; i++)
        ladder_make(&x[i], 3, 20);
    for (size_t run = 0; run < RUNS; run++) {
        size_t planted = run % TESTS;
        ladder_simulate(x, TESTS, &shared, 0, 5, 0.007, rng);
        for (size_t i = 0; i < 60; i++)
            x[planted].sim[i] += 0.15 * 0.32;
        for (size_t i = 0; i < TESTS; i++)
            gst_finding_compute(&f[i], &x[i].ladder, &options);
        ck_assert_int_eq(gst_verdict_settle(TESTS, f, &options), GST_OK);
        missed += f[planted].verdict != GST_VERDICT_DISAGREE;
        for (size_t i = 0; i < TESTS; i++) {
            accused += i != planted && f[i].verdict == GST_VERDICT_DISAGREE;
            agreed += i != planted && f[i].verdict == GST_VERDICT_AGREE;
        }
    }
    assert_at_most("missed", missed, RUNS, 1e-3);
    assert_at_most("accused", accused, RUNS, 1e-3);
    ck_assert(agreed + accused == RUNS * (TESTS - 1));
    free(x);
    gsl_rng_free(rng);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("false alarms");
    tcase_add_loop_test(cases, p_is_valid, 0, COUNT(scatters));
    tcase_add_test(cases, false_alarms_of_a_grid);
    tcase_add_test(cases, planted_theory_is_found);
    return run_cases("false alarms", cases);
}
