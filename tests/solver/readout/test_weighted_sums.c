/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_weighted_sums.c - sums over the nodes against plain ones in long double: all numbers of rows that have a loop of their
 * own, and numbers of nodes around those of vectors and blocks. */
#include "solver/readout/weighted_sums.h"
#include "tests/numbers.h"

#include <string.h>

enum { ROWS = 9, STRIDE = 2 * GST_NODE_BLOCK + 7 };

static const size_t counts[] = {
    1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 73, 97, GST_NODE_BLOCK - 1, GST_NODE_BLOCK};
/* Of those that read blocks of their own. */
static const size_t many[] = {1, 6, 97, GST_NODE_BLOCK, GST_NODE_BLOCK + 1, STRIDE - 1};

static double A[ROWS * STRIDE], weight[STRIDE], value[STRIDE], x[ROWS];
static const double shift = 0.37;

static void draw(void)
{
    unsigned long long state = 20261130;
    fill(&state, ROWS * STRIDE, A);
    fill(&state, STRIDE, weight);
    fill(&state, STRIDE, value);
    fill(&state, ROWS, x);
}

/* sum_k weight_k f_k g_k; NULL: 1. */
static double plain(size_t n, const double *f, const double *g)
{
    long double sum = 0.0L;
    for (size_t k = 0; k < n; k++)
        sum += (long double)weight[k] * (f ? f[k] : 1.0) * (g ? g[k] : 1.0);
    return (double)sum;
}

#define ASSERT_SUM(a, b, n) ASSERT_NEAR(a, b, 1e-15 * (1.0 + (double)(n)))

START_TEST(rows)
{
    for (size_t i = 0; i < COUNT(counts); i++) {
        for (size_t r = 1; r <= ROWS; r++) {
            double sum[ROWS + 1], n = (double)counts[i];
            for (size_t a = 0; a <= ROWS; a++)
                sum[a] = 1.0 + (double)a;
            gst_weighted_rows(counts[i], r, STRIDE, weight, A, sum);
            for (size_t a = 0; a <= ROWS; a++)
                ASSERT_SUM(sum[a],
                           1.0 + (double)a + (a < r ? plain(counts[i], A + a * STRIDE, NULL) : 0.0),
                           n);
        }
    }
}
END_TEST

START_TEST(rows_of_values)
{
    for (size_t i = 0; i < COUNT(many); i++) {
        for (size_t r = 1; r <= ROWS; r++) {
            double sum[ROWS + 1] = {0};
            gst_weighted_rows_of(many[i], r, STRIDE, weight, value, shift, A, sum);
            for (size_t a = 0; a < r; a++) {
                const double *row = A + a * STRIDE;
                ASSERT_SUM(sum[a], plain(many[i], value, row) + shift * plain(many[i], row, NULL),
                           many[i]);
            }
            ck_assert(sum[r] == 0.0);
        }
    }
}
END_TEST

START_TEST(gram)
{
    for (size_t i = 0; i < COUNT(many); i++) {
        for (size_t r = 1; r <= ROWS; r++) {
            double matrix[ROWS * ROWS];
            gst_weighted_gram(many[i], r, STRIDE, weight, A, matrix);
            for (size_t a = 0; a < r; a++) {
                for (size_t b = 0; b < r; b++)
                    ASSERT_SUM(matrix[a * r + b], plain(many[i], A + a * STRIDE, A + b * STRIDE),
                               many[i]);
            }
        }
    }
}
END_TEST

START_TEST(single_sums)
{
    for (size_t i = 0; i < COUNT(many); i++) {
        double out[STRIDE], n = (double)many[i];
        ASSERT_SUM(gst_weighted_product(many[i], weight, value, A), plain(many[i], value, A), n);
        ASSERT_SUM(gst_weighted_sum(many[i], weight, value, shift),
                   plain(many[i], value, NULL) + shift * plain(many[i], NULL, NULL), n);
        gst_add_squares(many[i], value, A, out);
        for (size_t k = 0; k < many[i]; k++)
            ASSERT_SUM(out[k], value[k] * value[k] + A[k], 1);
        memcpy(out, value, sizeof out);
        gst_add_squares(many[i], out, out, out);
        for (size_t k = 0; k < many[i]; k++)
            ASSERT_SUM(out[k], value[k] * value[k] + value[k], 1);
    }
}
END_TEST

START_TEST(combinations)
{
    for (size_t i = 0; i < COUNT(counts); i++) {
        for (size_t r = 1; r <= ROWS; r++) {
            double on_top[STRIDE], from[STRIDE];
            memcpy(on_top, value, sizeof on_top);
            gst_combine_rows(counts[i], r, STRIDE, x, A, on_top);
            gst_combine_rows_from(counts[i], r, STRIDE, shift, x, A, from);
            for (size_t k = 0; k < counts[i]; k++) {
                long double sum = 0.0L;
                for (size_t a = 0; a < r; a++)
                    sum += (long double)x[a] * A[a * STRIDE + k];
                ASSERT_SUM(on_top[k], (double)(value[k] + sum), r);
                ASSERT_SUM(from[k], (double)(shift + sum), r);
            }
            ck_assert(on_top[counts[i]] == value[counts[i]]);
        }
    }
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("weighted sums");
    draw();
    tcase_add_test(suite, rows);
    tcase_add_test(suite, rows_of_values);
    tcase_add_test(suite, gram);
    tcase_add_test(suite, single_sums);
    tcase_add_test(suite, combinations);
    return run_cases("weighted sums", suite);
}
