/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_verdict_level.c - the limits of the verdict lie where verdict.h says, for one test and for several. */
#include <gsl/gsl_math.h>

#include "tests/synthetic.h"

/* t of two-sided probability p, Student with one degree of freedom (T = 2). */
static double cauchy_t(double p)
{
    return tan(M_PI / 2 * (1 - p));
}

/* The finding of one ladder of two trials settled among `count`, the others without any difference. */
static gst_finding settled_among(size_t count, double a, double error)
{
    ladder_data x;
    gst_finding f[9];
    gst_verdict_options options = gst_verdict_defaults();
    ladder_exact(&x, 2, 1, a, error);
    f[count - 1] = ladder_found(&x.ladder);
    ladder_exact(&x, 2, 1, 0, error);
    for (size_t i = 0; i + 1 < count; i++)
        f[i] = ladder_found(&x.ladder);
    ck_assert_int_eq(gst_verdict_settle(count, f, &options), GST_OK);
    return f[count - 1];
}

/* Both limits of the level, 1e-3 over the number of tests, are where they are said to be, within 1%. */
START_TEST(level_is_sharp)
{
    const size_t counts[] = {1, 2, 9};
    for (int i = 0; i < COUNT(counts); i++) {
        double m = (double)counts[i], error = 1e-4;
        gst_finding f = settled_among(counts[i], error * cauchy_t(0.99e-3 / m), error);
        ASSERT_CLOSE(f.adjusted, 0.99e-3, 1e-6);
        ck_assert_int_eq(f.verdict, GST_VERDICT_DISAGREE);
        f = settled_among(counts[i], error * cauchy_t(1.01e-3 / m), error);
        ASSERT_CLOSE(f.adjusted, 1.01e-3, 1e-6);
        ck_assert_int_eq(f.verdict, GST_VERDICT_AGREE);
        f = settled_among(counts[i], 0, 0.99 / cauchy_t(1e-3 / m)); /* could see an error of 99% */
        ck_assert_int_eq(f.verdict, GST_VERDICT_AGREE);
        f = settled_among(counts[i], 0, 1.01 / cauchy_t(1e-3 / m));
        ck_assert_int_eq(f.verdict, GST_VERDICT_UNDECIDED);
        ck_assert_str_eq(f.reason, "too few trials to tell any error of the theory");
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("level of the verdict");
    tcase_add_test(cases, level_is_sharp);
    return run_cases("level of the verdict", cases);
}
