/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_false_alarms.c - how often the verdict is wrong, on made-up simulations.  Counts must lie between the
 * 1e-4 and 1 - 1e-4 quantiles of their binomial. */
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "synthetic.h"

enum { MOST_TESTS = 40 };

static void assert_binomial(const char *name, size_t count, size_t of, double probability)
{
    double below = gsl_cdf_binomial_P((unsigned)count, probability, (unsigned)of);
    double above =
        count > 0 ? gsl_cdf_binomial_Q((unsigned)count - 1, probability, (unsigned)of) : 1;
    ck_assert_msg(below >= 1e-4 && above >= 1e-4, "%s: %zu of %zu instead of %g", name, count, of,
                  probability * (double)of);
}

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
    {"correlated", -0.5, 0.7, 0, 0, 0}, {"sem grows with d", 1, 0, 0, 0, 0},
    {"sem like 1/d^2", -2, 0, 0, 0, 0},
};

/* P(p < x) = x for a right theory, whatever the covariance, the number of trials and the ladder. */
START_TEST(p_is_uniform)
{
    enum { RUNS = 40000 };
    const struct {
        size_t rungs, trials;
    } shapes[] = {{3, 2}, {3, 4}, {3, 10}, {6, 5}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 11);
    for (int s = 0; s < COUNT(shapes); s++) {
        size_t tenths = 0, hundredths = 0, thousandths = 0;
        ladder_data x;
        ladder_make(&x, shapes[s].rungs, shapes[s].trials);
        for (size_t run = 0; run < RUNS; run++) {
            ladder_simulate(&x, 1, &scatters[_i], 0, 30, 0.01, rng);
            double p = ladder_found(&x.ladder).p;
            tenths += p < 0.1;
            hundredths += p < 0.01;
            thousandths += p < 0.001;
        }
        assert_binomial(scatters[_i].name, tenths, RUNS, 0.1);
        assert_binomial(scatters[_i].name, hundredths, RUNS, 0.01);
        assert_binomial(scatters[_i].name, thousandths, RUNS, 0.001);
    }
    gsl_rng_free(rng);
}
END_TEST

/* Number of runs, of `runs`, in which any of `tests` right theories is called wrong, floors apart. */
static size_t false_alarms(size_t runs, size_t tests, double level, const scatter *s, gsl_rng *rng)
{
    ladder_data *x = calloc(tests, sizeof *x);
    gst_finding f[MOST_TESTS];
    gst_verdict_options options = gst_verdict_defaults();
    options.level = level;
    options.negligible = 0;
    size_t alarms = 0;
    for (size_t i = 0; i < tests; i++)
        ladder_make(&x[i], 3, 10);
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

/* 1,000 verdicts on 20 points of two quantities each: 1 false alarm expected at level 1e-3 (at most 5 by
 * the binomial), 95 at level 0.1 and independent rows, fewer if rows share data. */
START_TEST(false_alarms_of_a_grid)
{
    const scatter shared = {"rows share data", -0.5, 0, 0.8, 1, 0};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 12);
    assert_at_most("independent rows", false_alarms(1000, 40, 1e-3, &scatter_plain, rng), 1000,
                   1e-3);
    assert_at_most("rows share data", false_alarms(1000, 40, 1e-3, &shared, rng), 1000, 1e-3);
    assert_binomial("independent rows", false_alarms(1000, 40, 0.1, &scatter_plain, rng), 1000,
                    0.0952);
    assert_at_most("rows share data", false_alarms(1000, 40, 0.1, &shared, rng), 1000, 0.1);
    assert_binomial("one row", false_alarms(50000, 1, 1e-3, &shared, rng), 50000, 1e-3);
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
    tcase_add_loop_test(cases, p_is_uniform, 0, COUNT(scatters));
    tcase_add_test(cases, false_alarms_of_a_grid);
    tcase_add_test(cases, planted_theory_is_found);
    return run_cases("false alarms", cases);
}
