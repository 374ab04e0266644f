/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_nearest.c - distances of names from the edits that make them, and what counts as near. */
#include <string.h>

#include "base/nearest.h"
#include "tests/network.h"

static size_t distance(const char *a, const char *b)
{
    return gst_name_distance(a, strlen(a), b);
}

START_TEST(each_kind_of_edit_is_one)
{
    ck_assert_uint_eq(distance("lambda", "lambda"), 0);
    ck_assert_uint_eq(distance("lambdo", "lambda"), 1);
    ck_assert_uint_eq(distance("lamda", "lambda"), 1);
    ck_assert_uint_eq(distance("lambdaa", "lambda"), 1);
    ck_assert_uint_eq(distance("lmabda", "lambda"), 1);
    ck_assert_uint_eq(distance("", "beta"), 4);
    ck_assert_uint_eq(distance("kitten", "sitting"), 3);
    ck_assert_uint_eq(distance("ca", "abc"), 3);
}
END_TEST

START_TEST(distance_is_symmetric)
{
    static const char *const names[] = {"curve", "curvature", "alpha", "alpha0", "sigmoid", "sin"};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++) {
            size_t m = strlen(names[i]), n = strlen(names[j]);
            ck_assert_uint_eq(distance(names[i], names[j]), distance(names[j], names[i]));
            ck_assert_uint_ge(distance(names[i], names[j]), m > n ? m - n : n - m);
            ck_assert_uint_le(distance(names[i], names[j]), m > n ? m : n);
        }
}
END_TEST

static const char *nearest(const char *name)
{
    static const char *const known[] = {"alpha", "alpha0", "beta", "d", "x", "second-layer"};
    gst_nearest found = {0};
    for (size_t i = 0; i < 6; i++)
        gst_nearest_try(&found, name, strlen(name), known[i]);
    return found.known;
}

START_TEST(only_what_is_near_is_named)
{
    ck_assert_str_eq(nearest("alpah"), "alpha");
    ck_assert_str_eq(nearest("alpha1"), "alpha");
    ck_assert_str_eq(nearest("alpa0"), "alpha0");
    ck_assert_str_eq(nearest("secnd_layr"), "second-layer");
    ck_assert_ptr_null(nearest("gamma"));
    ck_assert_ptr_null(nearest("q"));
    ck_assert_ptr_null(nearest(""));
    ck_assert_ptr_null(nearest("a-name-that-is-longer-than-any-option-could-ever-be"));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("nearest");
    tcase_add_test(cases, each_kind_of_edit_is_one);
    tcase_add_test(cases, distance_is_symmetric);
    tcase_add_test(cases, only_what_is_near_is_named);
    return run_cases("nearest", cases);
}
