/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_krylov.c - systems by products: the solution of the same matrix by elimination, how many products that takes, and what
 * is said where there is none. */
#include <string.h>

#include "base/krylov.h"
#include "base/linear.h"
#include "tests/numbers.h"

enum { MOST = 40 };

typedef struct {
    size_t n, products;
    double a[MOST * MOST];
} matrix;

static void multiply(void *context, const double *x, double *y)
{
    matrix *m = context;
    m->products++;
    for (size_t i = 0; i < m->n; i++) {
        y[i] = 0;
        for (size_t j = 0; j < m->n; j++)
            y[i] += m->a[i * m->n + j] * x[j];
    }
}

/* 1 + a random matrix of that rank: products span what is wanted after as many, and one for the 1. */
static void set_matrix(unsigned long long *state, size_t n, size_t rank, matrix *m)
{
    double u[MOST * MOST], v[MOST * MOST];
    fill(state, n * rank, u);
    fill(state, n * rank, v);
    m->n = n;
    m->products = 0;
    for (size_t i = 0; i < n * n; i++) {
        m->a[i] = i / n == i % n;
        for (size_t k = 0; k < rank; k++)
            m->a[i] += 0.2 * u[i / n * rank + k] * v[i % n * rank + k];
    }
}

START_TEST(solves)
{
    unsigned long long state = 29;
    for (size_t trial = 0; trial < 200; trial++) {
        size_t n = 1 + trial % MOST, pivot[MOST];
        double b[MOST], x[MOST], f[MOST * MOST];
        matrix m;
        gst_krylov v;
        set_matrix(&state, n, 1 + trial % 7, &m);
        fill(&state, n, b);
        memcpy(x, b, sizeof x);
        memcpy(f, m.a, sizeof f);
        ck_assert_int_eq(gst_krylov_alloc(&v, n, MOST), GST_OK);
        ck_assert_int_eq(gst_lu_factor(n, f, pivot), GST_OK);
        gst_lu_solve(n, f, pivot, 1, x);
        gst_krylov_solve(&v, n, multiply, &m, 1e-13, b);
        for (size_t i = 0; i < n; i++)
            ASSERT_NEAR(b[i], x[i], 1e-10 * (1 + fabs(x[i])));
        ck_assert_uint_le(m.products, n < 9 ? n : 3 + trial % 7);
        gst_krylov_clear(&v);
    }
}
END_TEST

/* The residual that was asked for, and no more products than it takes. */
START_TEST(stops_at_the_tolerance)
{
    unsigned long long state = 31;
    double b[MOST], side[MOST], r[MOST], norm = 0, left = 0;
    matrix m;
    gst_krylov v;
    set_matrix(&state, MOST, MOST, &m);
    fill(&state, MOST, side);
    memcpy(b, side, sizeof b);
    ck_assert_int_eq(gst_krylov_alloc(&v, MOST, MOST), GST_OK);
    gst_krylov_solve(&v, MOST, multiply, &m, 0.3, b);
    ck_assert_uint_lt(m.products, MOST);
    multiply(&m, b, r);
    for (size_t i = 0; i < MOST; i++) {
        left += (r[i] - side[i]) * (r[i] - side[i]);
        norm += side[i] * side[i];
    }
    ck_assert_double_le(left, 0.09 * norm);
    gst_krylov_clear(&v);
}
END_TEST

START_TEST(no_number_without_a_solution)
{
    unsigned long long state = 37;
    double b[MOST], zero[MOST] = {0};
    matrix m;
    gst_krylov v;
    set_matrix(&state, MOST, MOST, &m);
    ck_assert_int_eq(gst_krylov_alloc(&v, MOST, 3), GST_OK);
    fill(&state, MOST, b);
    gst_krylov_solve(&v, MOST, multiply, &m, 1e-12, b);
    for (size_t i = 0; i < MOST; i++)
        ck_assert(isnan(b[i]));
    gst_krylov_solve(&v, MOST, multiply, &m, 1e-12, zero);
    for (size_t i = 0; i < MOST; i++)
        ck_assert_double_eq(zero[i], 0);
    memset(m.a, 0, sizeof m.a);
    fill(&state, MOST, b);
    gst_krylov_solve(&v, MOST, multiply, &m, 1e-12, b);
    for (size_t i = 0; i < MOST; i++)
        ck_assert(isnan(b[i]));
    gst_krylov_clear(&v);
    gst_krylov_clear(&v);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("krylov");
    tcase_add_test(cases, solves);
    tcase_add_test(cases, stops_at_the_tolerance);
    tcase_add_test(cases, no_number_without_a_solution);
    return run_cases("krylov", cases);
}
