/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_partition.c - panels on which functions are resolved: integrals of what is, and what is not is said. */
#include "integrals/partition.h"
#include "tests/numbers.h"

/* Constant, but not a number on an interval that lies between the nodes of a panel of length 8 and holds a random
 * sample of every stratum of 0.01: that a finite value follows does not make it good. */
static void holed(size_t n, const double *x, double *out, void *params)
{
    const double *hole = params;
    for (size_t k = 0; k < n; k++)
        out[k] = x[k] > *hole && x[k] < *hole + 0.02 ? NAN : 1;
}

static const double holes[] = {-3.2, -0.21, 0.06, 1.62, 3.3};

START_TEST(a_hole_is_seen)
{
    double hole = holes[_i];
    gst_partition *p;
    gst_partition_problem problem = gst_partition_defaults(1, holed, &hole, -4, 4);
    ck_assert_int_ge(gst_partition_resolve(&p, &problem), 0);
    ck_assert_uint_gt(p->unresolved, 0);
    double inside = 0;
    for (size_t k = 0; k < p->n; k++)
        if (isfinite(p->values[k]))
            inside += p->w[k];
    ASSERT_CLOSE(inside, 7.98, 1e-8);
    gst_partition_free(p);
}
END_TEST

/* Two functions on one partition: a wave, and a step in the middle of nowhere. */
static void wave_and_step(size_t n, const double *x, double *out, void *params)
{
    double frequency = *(const double *)params;
    for (size_t k = 0; k < n; k++) {
        out[k] = sin(frequency * x[k]);
        out[n + k] = x[k] > 0.7130924;
    }
}

static const double frequencies[] = {0.5, 16.75, 173.2, 1900};

START_TEST(waves_and_steps_cost_panels)
{
    double w = frequencies[_i], sum[2] = {0};
    gst_partition *p;
    gst_partition_problem problem = gst_partition_defaults(2, wave_and_step, &w, -1.25, 2);
    ck_assert_int_eq(gst_partition_resolve(&p, &problem), GST_OK);
    for (size_t c = 0; c < 2; c++)
        for (size_t k = 0; k < p->n; k++)
            sum[c] += p->w[k] * p->values[c * p->n + k];
    ASSERT_CLOSE(sum[0], (cos(1.25 * w) - cos(2 * w)) / w, 1e-11);
    ASSERT_CLOSE(sum[1], 2 - 0.7130924, 1e-11);
    ck_assert(p->doubt[0] < 1e-9);
    gst_partition_free(p);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("partition");
    tcase_add_loop_test(cases, a_hole_is_seen, 0, COUNT(holes));
    tcase_add_loop_test(cases, waves_and_steps_cost_panels, 0, COUNT(frequencies));
    return run_cases("partition", cases);
}
