/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_linear.c - dense linear algebra by its residuals. */
#include <string.h>

#include "base/linear.h"
#include "tests/numbers.h"

enum { MOST = 12 };

/* ---- linear systems ----------------------------------------------------------------------------- */

START_TEST(lu_solves)
{
    unsigned long long state = 41;
    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 1 + trial % MOST, columns = 1 + trial % 3, pivot[MOST];
        double a[MOST * MOST], f[MOST * MOST], x[MOST * 3], b[MOST * 3];
        fill(&state, n * n, a);
        fill(&state, n * columns, x);
        if (trial % 5 == 0)
            a[0] = 0; /* wants a row exchange */
        for (size_t i = 0; i < n; i++) {
            for (size_t c = 0; c < columns; c++) {
                b[i * columns + c] = 0;
                for (size_t j = 0; j < n; j++)
                    b[i * columns + c] += a[i * n + j] * x[j * columns + c];
            }
        }
        memcpy(f, a, sizeof f);
        if (n == 1 && a[0] == 0)
            continue;
        ck_assert_int_eq(gst_lu_factor(n, f, pivot), GST_OK);
        gst_lu_solve(n, f, pivot, columns, b);
        for (size_t i = 0; i < n * columns; i++)
            ASSERT_NEAR(b[i], x[i], 1e-11);
    }
}
END_TEST

/* Panels, and long rows: sizes around their multiples, one column and several. */
START_TEST(lu_solves_many)
{
    static const size_t sizes[] = {15, 16, 17, 64, 65, 97, 160};
    unsigned long long state = 7;
    enum { LARGEST = 160, COLUMNS = 3 };
    static double a[LARGEST * LARGEST], f[LARGEST * LARGEST], x[LARGEST * COLUMNS],
        b[LARGEST * COLUMNS];
    size_t n = sizes[_i / 2], columns = _i % 2 ? COLUMNS : 1, pivot[LARGEST];
    fill(&state, n * n, a);
    fill(&state, n * columns, x);
    memset(b, 0, sizeof b);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < columns; c++)
            for (size_t j = 0; j < n; j++)
                b[i * columns + c] += a[i * n + j] * x[j * columns + c];
    memcpy(f, a, n * n * sizeof *f);
    ck_assert_int_eq(gst_lu_factor(n, f, pivot), GST_OK);
    gst_lu_solve(n, f, pivot, columns, b);
    for (size_t i = 0; i < n * columns; i++)
        ASSERT_NEAR(b[i], x[i], 1e-9);
    memcpy(a + (n - 1) * n, a, n * sizeof *a); /* last row is the first */
    ck_assert_int_eq(gst_lu_factor(n, a, pivot) == GST_FAILED || fabs(a[n * n - 1]) < 1e-12, 1);
}
END_TEST

START_TEST(lu_solves_transposed)
{
    unsigned long long state = 43;
    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 1 + trial % MOST, pivot[MOST];
        double a[MOST * MOST], x[MOST], b[MOST] = {0};
        fill(&state, n * n, a);
        fill(&state, n, x);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                b[j] += a[i * n + j] * x[i];
        ck_assert_int_eq(gst_lu_factor(n, a, pivot), GST_OK);
        gst_lu_solve_transposed(n, a, pivot, b);
        for (size_t i = 0; i < n; i++)
            ASSERT_NEAR(b[i], x[i], 1e-11);
    }
}
END_TEST

START_TEST(lu_refuses)
{
    double singular[4] = {1.3, 2.6, 0.7, 1.4}, zero = 0, nan[4] = {1, NAN, 2, 3},
           infinite = INFINITY;
    size_t pivot[2];
    ck_assert_int_eq(gst_lu_factor(2, singular, pivot), GST_FAILED);
    ck_assert_int_eq(gst_lu_factor(1, &zero, pivot), GST_FAILED);
    ck_assert_int_eq(gst_lu_factor(2, nan, pivot), GST_FAILED);
    ck_assert_int_eq(gst_lu_factor(1, &infinite, pivot), GST_FAILED);
}
END_TEST

/* a_ij = scale_i scale_j (L L^T)_ij, and the solution, for badly scaled matrices too. */
START_TEST(cholesky_solves)
{
    unsigned long long state = 42;
    for (size_t trial = 0; trial < 300; trial++) {
        size_t n = 1 + trial % MOST;
        double a[MOST * MOST], f[MOST * MOST], x[MOST], b[MOST], scale[MOST], wide[MOST];
        fill_square(&state, n, n, 0.3, a);
        fill(&state, n, x);
        for (size_t i = 0; i < n; i++)
            wide[i] = trial % 2 ? pow(10, 16 * uniform(&state) - 8) : 1;
        for (size_t i = 0; i < n; i++) {
            b[i] = 0;
            for (size_t j = 0; j < n; j++) {
                a[i * n + j] *= wide[i] * wide[j];
                b[i] += a[i * n + j] * (x[j] /= i == 0 ? wide[j] : 1);
            }
        }
        memcpy(f, a, sizeof f);
        ck_assert_int_eq(gst_cholesky_factor(n, f, scale, 1e-8), GST_OK);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j <= i; j++) {
                double sum = 0;
                for (size_t k = 0; k <= j; k++)
                    sum += f[i * n + k] * f[j * n + k];
                ASSERT_NEAR(sum, a[i * n + j] / (scale[i] * scale[j]), 1e-14);
            }
        }
        gst_cholesky_solve(n, f, scale, b);
        for (size_t i = 0; i < n; i++)
            ASSERT_NEAR(b[i] * wide[i], x[i] * wide[i], 1e-11);
    }
}
END_TEST

START_TEST(cholesky_refuses)
{
    double scale[3], indefinite[4] = {1, 1.0001, 1.0001, 1}, negative[1] = {-1},
                     nan[4] = {1, NAN, NAN, 1};
    double close[4] = {1, 1 - 1e-9, 1 - 1e-9, 1}, copy[4];
    memcpy(copy, close, sizeof copy);
    ck_assert_int_eq(gst_cholesky_factor(2, indefinite, scale, 0), GST_FAILED);
    ck_assert_int_eq(gst_cholesky_factor(1, negative, scale, 0), GST_FAILED);
    ck_assert_int_eq(gst_cholesky_factor(2, nan, scale, 0), GST_FAILED);
    ck_assert_int_eq(gst_cholesky_factor(2, close, scale, 1e-8), GST_FAILED);
    ck_assert_int_eq(gst_cholesky_factor(2, copy, scale, 1e-10), GST_OK);
}
END_TEST

/* a of rank `rank` but for rounding-like noise: the residual is orthogonal to the columns, x to the null space. */
START_TEST(least_squares_of_least_norm)
{
    enum { ROWS = 20 };
    unsigned long long state = 43;
    for (size_t trial = 0; trial < 200; trial++) {
        size_t n = 1 + trial % 7, rank = 1 + trial % n, rows = n + trial % (ROWS - n);
        double left[ROWS * MOST], right[MOST * MOST], a[ROWS * MOST] = {0}, b[ROWS], x[MOST];
        double kept[ROWS * MOST], rest[ROWS];
        fill(&state, rows * rank, left);
        fill(&state, rank * n, right);
        fill(&state, rows, b);
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = 0; j < n; j++) {
                for (size_t k = 0; k < rank; k++)
                    a[i * n + j] += left[i * rank + k] * right[k * n + j];
                a[i * n + j] += 1e-14 * uniform(&state);
            }
        }
        memcpy(kept, a, sizeof kept);
        memcpy(rest, b, sizeof rest);
        double values[MOST], projections[MOST];
        ck_assert_int_eq(gst_least_squares(rows, n, 0, a, b, 1e-11, 0, x, values, projections),
                         GST_OK);
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = 0; j < n; j++)
                rest[i] -= kept[i * n + j] * x[j];
        }
        double normal[MOST] = {0}, gram[MOST * MOST] = {0}, coefficient[MOST] = {0};
        size_t pivot[MOST];
        for (size_t j = 0; j < n; j++) {
            for (size_t i = 0; i < rows; i++)
                normal[j] += kept[i * n + j] * rest[i];
            ASSERT_NEAR(normal[j], 0, 1e-12);
        }
        /* x in the row space: x = right^T coefficient */
        for (size_t k = 0; k < rank; k++) {
            for (size_t j = 0; j < n; j++) {
                coefficient[k] += right[k * n + j] * x[j];
                for (size_t l = 0; l < rank; l++)
                    gram[k * rank + l] += right[k * n + j] * right[l * n + j];
            }
        }
        ck_assert_int_eq(gst_lu_factor(rank, gram, pivot), GST_OK);
        gst_lu_solve(rank, gram, pivot, 1, coefficient);
        for (size_t j = 0; j < n; j++) {
            double inside = 0, size = 0;
            for (size_t k = 0; k < rank; k++) {
                inside += right[k * n + j] * coefficient[k];
                size += fabs(coefficient[k]);
            }
            ASSERT_NEAR(inside, x[j], 1e-9 * size);
        }
    }
}
END_TEST

START_TEST(root_of_a_semidefinite_matrix)
{
    unsigned long long state = 44;
    for (size_t trial = 0; trial < 200; trial++) {
        size_t n = 1 + trial % MOST, rank = trial % (n + 1);
        double a[MOST * MOST], root[MOST * MOST];
        fill_square(&state, n, rank, 0, a);
        ck_assert_int_eq(gst_symmetric_root(n, a, 1e-12, root), GST_OK);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                double sum = 0;
                for (size_t k = 0; k < n; k++)
                    sum += root[i * n + k] * root[j * n + k];
                ASSERT_NEAR(sum, a[i * n + j], 2e-14);
            }
        }
    }
    double bad[4] = {1, 2, 2, 1}, root[4];
    ck_assert_int_eq(gst_symmetric_root(2, bad, 1e-12, root), GST_FAILED);
}
END_TEST

/* Rows in units far apart: every entry of root root^T to rounding of its own size, as for the same matrix in one unit. */
START_TEST(root_of_a_graded_matrix)
{
    enum { N = 5 };
    static const double unit[N] = {1, 1e-9, 1e12, 1e-3, 1e5};
    unsigned long long state = 45;
    double a[MOST * MOST], root[MOST * MOST];
    fill_square(&state, N, N, 0, a);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] *= unit[i] * unit[j];
    ck_assert_int_eq(gst_symmetric_root(N, a, 1e-12, root), GST_OK);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += root[i * N + k] * root[j * N + k];
            ASSERT_NEAR(sum, a[i * N + j], 1e-13 * unit[i] * unit[j]);
        }
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("linear");
    tcase_add_test(cases, lu_solves);
    tcase_add_test(cases, lu_solves_transposed);
    tcase_add_test(cases, lu_refuses);
    tcase_add_loop_test(cases, lu_solves_many, 0, 14);
    tcase_add_test(cases, cholesky_solves);
    tcase_add_test(cases, cholesky_refuses);
    tcase_add_test(cases, least_squares_of_least_norm);
    tcase_add_test(cases, root_of_a_semidefinite_matrix);
    tcase_add_test(cases, root_of_a_graded_matrix);
    return run_cases("linear", cases);
}
