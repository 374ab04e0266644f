/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_layer_draws.c - what the rows of a network get of a second layer that is a law.
 *
 * Statistics use fixed seeds and bounds of 4.5 standard errors (7e-6 per comparison, 3e-5 in all). */
#include "tests/network.h"
#include "validate/networks/first_layer.h"

#define SIGMAS 4.5

/* Values of a law: each row has its own, whatever the width; means and mean squares of 4000 within SIGMAS. */
START_TEST(values_of_a_law_are_drawn)
{
    static const struct {
        const char *layer;
        double fourth;
    } laws[] = {{"gaussian", 3}, {"uniform", 1.8}};
    enum { ROWS = 4000, FEW = 37 };
    for (int i = 0; i < COUNT(laws); i++) {
        network n;
        gst_first_layer large, small;
        double mean = 0, square = 0;
        network_make(&n, "--second-layer %s --alpha0 2 --width 9", laws[i].layer);
        gst_random random = {.seed = 5, .replicate = 2};
        ck_assert_int_eq(gst_first_layer_init(&large, &n.problem, 6, ROWS, random), GST_OK);
        ck_assert_int_eq(gst_first_layer_init(&small, &n.problem, 6, FEW, random), GST_OK);
        for (size_t k = 0; k < ROWS; k++) {
            mean += large.A[k] / ROWS;
            square += large.A[k] * large.A[k] / ROWS;
        }
        for (size_t k = 0; k < FEW; k++)
            ck_assert_double_eq(large.A[k], small.A[k]);
        ASSERT_NEAR(mean, 0, SIGMAS * sqrt(1.0 / ROWS));
        ASSERT_NEAR(square, 1, SIGMAS * sqrt((laws[i].fourth - 1) / ROWS));
        ck_assert(large.first[1] == ROWS);
        gst_first_layer_clear(&large);
        gst_first_layer_clear(&small);
        network_clear(&n);
    }
}
END_TEST

/* As many rows as values: the values in their order.  Another width: values that are among them. */
START_TEST(values_of_a_sample)
{
    enum { VALUES = 25 };
    network n;
    gst_first_layer same, other;
    double values[VALUES];
    for (size_t i = 0; i < VALUES; i++)
        values[i] = sin(3.0 * (double)i);
    network_make(&n, "--alpha0 2");
    gst_second_layer_clear(&n.layer);
    ck_assert_int_eq(gst_second_layer_of_sample(&n.layer, VALUES, values, NULL), GST_OK);
    gst_random random = {.seed = 6, .replicate = 1};
    ck_assert_int_eq(gst_first_layer_init(&same, &n.problem, 6, VALUES, random), GST_OK);
    ck_assert_int_eq(gst_first_layer_init(&other, &n.problem, 6, VALUES + 9, random), GST_OK);
    for (size_t i = 0; i < VALUES; i++)
        ck_assert_double_eq(same.A[i], values[i]);
    for (size_t i = 0; i < VALUES + 9; i++) {
        size_t k = 0;
        while (k < VALUES && values[k] != other.A[i])
            k++;
        ck_assert_uint_lt(k, VALUES);
    }
    gst_first_layer_clear(&same);
    gst_first_layer_clear(&other);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("layer_draws");
    tcase_add_test(cases, values_of_a_law_are_drawn);
    tcase_add_test(cases, values_of_a_sample);
    return run_cases("layer_draws", cases);
}
