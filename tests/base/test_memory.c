/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_memory.c - the arrays of an arena are what was asked for, and nothing is left of what was not to be had. */
#include <complex.h>
#include <stdint.h>

#include "base/arena.h"
#include "giantstep/status.h"
#include "tests/numbers.h"

typedef struct {
    double *x, *gram, *none;
    double complex *z;
    size_t *pivot;
    char *flag;
    gst_arena memory;
} workspace;

static int take(workspace *w, size_t n)
{
    const gst_array arrays[] = {GST_VECTOR(w->x, n),        GST_MATRIX(w->gram, n, n),
                                GST_VECTOR(w->none, 0),     GST_VECTOR(w->flag, 1),
                                GST_MATRIX(w->z, 2, n + 1), GST_VECTOR(w->pivot, n)};
    return gst_arena_take(&w->memory, sizeof arrays / sizeof *arrays, arrays);
}

static int overlap(const void *a, size_t a_bytes, const void *b, size_t b_bytes)
{
    uintptr_t p = (uintptr_t)a, q = (uintptr_t)b;
    return p < q + b_bytes && q < p + a_bytes;
}

/* Zero at first, aligned, and each its own: all are written, then all are read. */
START_TEST(arrays_are_apart)
{
    static const size_t sizes[] = {1, 2, 7, 64, 129};
    size_t n = sizes[_i];
    workspace w = {0};
    ck_assert_int_eq(take(&w, n), GST_OK);
    const struct {
        const void *at;
        size_t bytes;
    } all[] = {{w.x, n * sizeof *w.x},
               {w.gram, n * n * sizeof *w.gram},
               {w.flag, 1},
               {w.z, 2 * (n + 1) * sizeof *w.z},
               {w.pivot, n * sizeof *w.pivot}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ck_assert_uint_eq((uintptr_t)all[i].at % 64, 0);
        for (size_t k = 0; k < all[i].bytes; k++)
            ck_assert_int_eq(((const char *)all[i].at)[k], 0);
        for (size_t j = 0; j < i; j++)
            ck_assert(!overlap(all[i].at, all[i].bytes, all[j].at, all[j].bytes));
    }
    ck_assert_ptr_nonnull(w.none);
    for (size_t i = 0; i < n * n; i++)
        w.gram[i] = 1;
    w.z[2 * (n + 1) - 1] = I;
    w.pivot[n - 1] = SIZE_MAX;
    *w.flag = 1;
    gst_arena_free(&w.memory);
    ck_assert_ptr_null(w.memory.block);
    ck_assert_int_eq(take(&w, n), GST_OK); /* once more */
    ck_assert_double_eq(w.gram[n * n - 1], 0);
    gst_arena_free(&w.memory);
    gst_arena_free(&w.memory); /* of nothing: nothing */
}
END_TEST

/* An arena in use is not taken from again: its arrays would be lost. */
START_TEST(taken_twice)
{
    workspace w = {0};
    ck_assert_int_eq(take(&w, 3), GST_OK);
    double *kept = w.x;
    kept[2] = 1.5;
    ck_assert_int_eq(take(&w, 5), GST_INVALID);
    ck_assert_ptr_eq(w.x, kept);
    ck_assert_double_eq(w.x[2], 1.5);
    gst_arena_free(&w.memory);
}
END_TEST

/* rows columns size, the sum of two, and the room between arrays: none may wrap around. */
START_TEST(overflow)
{
    static const struct {
        size_t rows, columns, others;
    } bad[] = {
        {SIZE_MAX / 2 + 1, 2, 0}, {1, SIZE_MAX / 8 + 1, 0},          {SIZE_MAX / 8, 1, 64},
        {SIZE_MAX / 8, 1, 1},     {SIZE_MAX / 16, 1, SIZE_MAX / 16}, {SIZE_MAX / 64, 16, 0},
    };
    double x = 0, *a = &x, *b = &x;
    gst_arena memory = {0};
    const gst_array arrays[] = {GST_VECTOR(b, bad[_i].others),
                                GST_MATRIX(a, bad[_i].rows, bad[_i].columns)};
    ck_assert_int_eq(gst_arena_take(&memory, 2, arrays), GST_NO_MEMORY);
    ck_assert_ptr_null(a);
    ck_assert_ptr_null(b);
    ck_assert_ptr_null(memory.block);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("memory");
    tcase_add_loop_test(all, arrays_are_apart, 0, 5);
    tcase_add_test(all, taken_twice);
    tcase_add_loop_test(all, overflow, 0, 6);
    return run_cases("memory", all);
}
