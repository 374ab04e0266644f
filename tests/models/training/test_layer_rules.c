/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_layer_rules.c - rules for the laws of a second layer: their moments, their order, and samples that are lists. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/second_layer.h"
#include "giantstep/limits.h"
#include "tests/numbers.h"

static double moment(const gst_second_layer *layer, size_t power)
{
    double sum = 0;
    for (size_t g = 0; g < layer->K; g++)
        sum += layer->pi[g] * pow(layer->A[g], (double)power);
    return sum;
}

static gst_second_layer rule_of(const char *word, size_t K)
{
    gst_second_layer law, rule;
    int exact;
    ck_assert_int_eq(gst_second_layer_parse(&law, word, NULL), GST_OK);
    ck_assert_int_eq(gst_second_layer_rule(&law, K, &rule, &exact), GST_OK);
    ck_assert(!exact && rule.K == K && rule.law == GST_LAYER_VALUES);
    gst_second_layer_clear(&law);
    return rule;
}

/* Gauss rules up to twice their number; the trapezoid rule by its own error, 1e-9 at 44 values. */
START_TEST(moments_of_the_laws)
{
    const double gaussian[] = {1, 0, 1, 0, 3, 0, 15},
                 uniform_[] = {1, 0, 1, 0, 9.0 / 5, 0, 27.0 / 7};
    const size_t sizes[] = {6, 13, 19, 44, 64};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gst_second_layer a = rule_of("gaussian", sizes[i]), b = rule_of("uniform", sizes[i]);
        for (size_t power = 0; power < 7; power++) {
            ASSERT_NEAR(moment(&a, power), gaussian[power], sizes[i] > 20 ? 1e-5 : 1e-13);
            ASSERT_NEAR(moment(&b, power), uniform_[power], 1e-13);
        }
        gst_second_layer_clear(&a);
        gst_second_layer_clear(&b);
    }
}
END_TEST

/* E cos(1.3 A): the trapezoid rule goes on where the Gauss rule is slow, to rounding or what lies beyond its reach. */
START_TEST(rules_converge)
{
    const size_t sizes[] = {19, 28, 44, 64};
    const double errors[] = {1e-9, 3e-7, 5e-10, 3e-13};
    for (size_t i = 0; i < 4; i++) {
        gst_second_layer a = rule_of("gaussian", sizes[i]);
        double sum = 0;
        for (size_t g = 0; g < a.K; g++)
            sum += a.pi[g] * cos(1.3 * a.A[g]);
        ASSERT_NEAR(sum, exp(-0.5 * 1.3 * 1.3), errors[i]);
        gst_second_layer_clear(&a);
    }
}
END_TEST

/* The Gauss rule of 500 values has their moments up to 2K - 1, and all of them at once if K is enough. */
START_TEST(sample_keeps_its_moments)
{
    enum { COUNT_OF = 500 };
    unsigned long long state = 71;
    double values[COUNT_OF], exact_moment[24] = {0};
    fill(&state, COUNT_OF, values);
    for (size_t i = 0; i < COUNT_OF; i++) {
        values[i] = values[i] + 0.3 * values[i] * values[i] + 0.1;
        for (size_t power = 0; power < 24; power++)
            exact_moment[power] += pow(values[i], (double)power) / COUNT_OF;
    }
    gst_second_layer law, rule;
    int exact;
    ck_assert_int_eq(gst_second_layer_of_sample(&law, COUNT_OF, values, NULL), GST_OK);
    ck_assert(law.law == GST_LAYER_SAMPLE && law.count == COUNT_OF && law.sample[7] == values[7]);
    for (size_t K = 1; K <= 12; K++) {
        ck_assert_int_eq(gst_second_layer_rule(&law, K, &rule, &exact), GST_OK);
        ck_assert(!exact && rule.K == K);
        for (size_t power = 0; power < 2 * K; power++)
            ASSERT_CLOSE(moment(&rule, power), exact_moment[power], 1e-12);
        gst_second_layer_clear(&rule);
    }
    gst_second_layer_clear(&law);
}
END_TEST

/* Twelve distinct values: a rule up to eleven, themselves from twelve on.  Two: a list from the start. */
START_TEST(few_distinct_values_are_themselves)
{
    double values[60], sum = 0;
    gst_second_layer law, rule;
    int exact;
    for (size_t i = 0; i < 60; i++)
        values[i] = (double)(i * 7 % 12) - 4.5;
    ck_assert_int_eq(gst_second_layer_of_sample(&law, 60, values, NULL), GST_OK);
    ck_assert_int_eq(law.law, GST_LAYER_SAMPLE);
    ck_assert_int_eq(gst_second_layer_rule(&law, 11, &rule, &exact), GST_OK);
    ck_assert(!exact && rule.K == 11);
    gst_second_layer_clear(&rule);
    ck_assert_int_eq(gst_second_layer_rule(&law, 19, &rule, &exact), GST_OK);
    ck_assert(exact && rule.K == 12);
    for (size_t g = 0; g < 12; g++) {
        ck_assert_double_eq(rule.A[g], (double)g - 4.5);
        ASSERT_NEAR(rule.pi[g], 1.0 / 12, 1e-15);
        sum += rule.pi[g];
    }
    ASSERT_NEAR(sum, 1, 1e-15);
    gst_second_layer_clear(&rule);
    gst_second_layer_clear(&law);
    const double two[] = {2, -1, 2, 2};
    ck_assert_int_eq(gst_second_layer_of_sample(&law, 4, two, NULL), GST_OK);
    ck_assert(law.law == GST_LAYER_VALUES && law.K == 2 && law.A[0] == -1 && law.pi[1] == 0.75);
    gst_second_layer_clear(&law);
}
END_TEST

START_TEST(refusals)
{
    const double bad[] = {1, NAN, 2};
    gst_second_layer law, rule;
    gst_message message = {""};
    int exact;
    ck_assert_int_eq(gst_second_layer_of_sample(&law, 0, bad, &message), GST_INVALID);
    ck_assert_str_eq(message.text, "has no values");
    ck_assert_int_eq(gst_second_layer_of_sample(&law, 3, bad, &message), GST_INVALID);
    ck_assert_str_eq(message.text, "has value 2, which is not finite");
    ck_assert_int_eq(gst_second_layer_parse(&law, "gaussian", NULL), GST_OK);
    ck_assert_int_eq(gst_second_layer_rule(&law, 0, &rule, &exact), GST_INVALID);
    ck_assert_int_eq(gst_second_layer_rule(&law, GST_GROUPS_MAX + 1, &rule, &exact), GST_INVALID);
    gst_second_layer_clear(&law);
    ck_assert_int_eq(gst_second_layer_parse(&law, "rademacher", NULL), GST_OK);
    ck_assert(law.law == GST_LAYER_VALUES && law.K == 2 && law.A[1] == -1 && law.pi[0] == 0.5);
    ck_assert_int_eq(gst_second_layer_rule(&law, 5, &rule, &exact), GST_OK);
    ck_assert(exact && rule.K == 2 && rule.A[0] == 1);
    gst_second_layer_clear(&rule);
    gst_second_layer_clear(&law);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("layer_rules");
    tcase_add_test(cases, moments_of_the_laws);
    tcase_add_test(cases, rules_converge);
    tcase_add_test(cases, sample_keeps_its_moments);
    tcase_add_test(cases, few_distinct_values_are_themselves);
    tcase_add_test(cases, refusals);
    return run_cases("layer_rules", cases);
}
