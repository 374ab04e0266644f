/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_residual_directions.c - what spikes leave of the target's space. */
#include <string.h>

#include "models/training/residual_directions.h"
#include "tests/network.h"

/* Largest entry of a a^T + b b^T - 1, a of r x m and b of r x q. */
static double defect(size_t r, size_t m, const double *a, size_t q, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++) {
            double sum = i == j ? -1 : 0;
            for (size_t l = 0; l < m; l++)
                sum += a[i * m + l] * a[j * m + l];
            for (size_t l = 0; l < q; l++)
                sum += b[i * q + l] * b[j * q + l];
            worst = fmax(worst, fabs(sum));
        }
    }
    return worst;
}

START_TEST(residuals_complete_the_overlaps)
{
    unsigned long long state = 20260417;
    double gamma[16], rest[16], scale;
    size_t q;
    for (size_t trial = 0; trial < 400; trial++) {
        size_t r = 1 + trial % 4, m = 1 + trial / 4 % 4;
        scale = (1 - 1e-3) / sqrt((double)(r * m));
        for (size_t i = 0; i < r * m; i++)
            gamma[i] = scale * (2 * uniform(&state) - 1);
        ck_assert_int_eq(gst_residual_directions(r, m, gamma, rest, &q), GST_OK);
        ck_assert_uint_eq(q, r);
        ck_assert_double_lt(defect(r, m, gamma, q, rest), 1e-15 * 4);
    }
    ck_assert_int_eq(gst_residual_directions(3, 0, gamma, rest, &q), GST_OK);
    ck_assert_uint_eq(q, 3);
    ck_assert_double_lt(defect(3, 0, gamma, 3, rest), 1e-15);
}
END_TEST

/* An orthogonal matrix whose first column is along v. */
static void basis_along(size_t r, const double *v, double *basis)
{
    double unit[4], rest[16], square = 0;
    size_t q;
    for (size_t j = 0; j < r; j++)
        square += v[j] * v[j];
    for (size_t j = 0; j < r; j++)
        unit[j] = v[j] / sqrt(square);
    ck_assert_int_eq(gst_residual_directions(r, 1, unit, rest, &q), GST_OK);
    ck_assert_uint_eq(q, r - 1);
    for (size_t j = 0; j < r; j++) {
        basis[j * r] = unit[j];
        for (size_t i = 0; i < q; i++)
            basis[j * r + i + 1] = rest[j * q + i];
    }
}

START_TEST(residuals_of_spikes_inside_the_target)
{
    unsigned long long state = 77;
    double v[4], basis[16], rest[16], gamma[16];
    size_t q;
    for (size_t trial = 0; trial < 400; trial++) {
        size_t r = 1 + trial % 4, m = 1 + trial / 4 % r;
        for (size_t j = 0; j < r; j++)
            v[j] = trial % 7 == 0 && j == 0 && r > 1 ? 0 : 2 * uniform(&state) - 1;
        double norm = 0;
        for (size_t j = 0; j < r; j++)
            norm += v[j] * v[j];
        basis_along(r, v, basis);
        ck_assert_double_lt(defect(r, r, basis, 0, NULL), 4e-15);
        for (size_t j = 0; j < r; j++) {
            ck_assert_double_eq_tol(fabs(basis[j * r]), fabs(v[j]) / sqrt(norm), 2e-15);
            for (size_t l = 0; l < m; l++)
                gamma[j * m + l] = basis[j * r + l];
        }
        ck_assert_int_eq(gst_residual_directions(r, m, gamma, rest, &q), GST_OK);
        ck_assert_uint_eq(q, r - m);
        ck_assert_double_lt(defect(r, m, gamma, q, rest), 4e-15);
        for (size_t i = 0; i < q; i++) {
            double most = 0, least = 0;
            for (size_t j = 0; j < r; j++) {
                most = fmax(most, rest[j * q + i]);
                least = fmin(least, rest[j * q + i]);
            }
            ck_assert_double_ge(most * (1 + 1e-11), -least);
        }
    }
    gamma[0] = 1 + 1e-11;
    ck_assert_int_eq(gst_residual_directions(1, 1, gamma, rest, &q), GST_INVALID);
    gamma[0] = NAN;
    ck_assert_int_lt(gst_residual_directions(1, 1, gamma, rest, &q), 0);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("residual_directions");
    tcase_add_test(cases, residuals_complete_the_overlaps);
    tcase_add_test(cases, residuals_of_spikes_inside_the_target);
    return run_cases("residual_directions", cases);
}
