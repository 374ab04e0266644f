/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ridge.c - ridge regressions against their definition: the gradient of the objective vanishes, the
 * errors are those of the residuals, nested fits are separate fits. */
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "tests/numbers.h"
#include "validate/networks/ridge.h"
#include "giantstep/status.h"

enum { P = 23, ROWS = 61 };

typedef struct {
    double phi[ROWS * P], y[ROWS];
} data;

static void data_make(data *x, unsigned long long seed)
{
    fill(&seed, ROWS * P, x->phi);
    fill(&seed, ROWS, x->y);
    for (size_t i = 0; i < ROWS * P; i++)
        x->phi[i] += 0.3;
}

/* All rows in blocks of `block`. */
static gst_ridge *ridge_made(const data *x, size_t n_count, const size_t *n, size_t lambda_count,
                             const double *lambda, size_t block)
{
    gst_ridge *ridge = NULL;
    ck_assert_int_eq(
        gst_ridge_alloc(&ridge, P, GST_PRECISION_DOUBLE, n_count, n, lambda_count, lambda, NULL),
        GST_OK);
    for (size_t first = 0; first < n[n_count - 1]; first += block) {
        size_t left = n[n_count - 1] - first;
        gst_ridge_add(ridge, left < block ? left : block, gst_doubles((double *)x->phi + first * P),
                      x->y + first);
    }
    return ridge;
}

/* Residuals e = y - Phi c, and max_k |(Phi^T e - lambda p c)_k|. */
static double gradient(const data *x, size_t n, double lambda, const double *c, double *train)
{
    double force[P] = {0}, worst = 0;
    *train = 0;
    for (size_t i = 0; i < n; i++) {
        double e = x->y[i];
        for (size_t k = 0; k < P; k++)
            e -= c[k] * x->phi[i * P + k];
        for (size_t k = 0; k < P; k++)
            force[k] += e * x->phi[i * P + k];
        *train += e * e / (double)n;
    }
    for (size_t k = 0; k < P; k++)
        worst = fmax(worst, fabs(force[k] - lambda * P * c[k]));
    return worst;
}

START_TEST(minimises_the_objective)
{
    static const size_t n[] = {1, 7, 22, 23, 24, 24, 40, 61};
    static const double lambda[] = {1e-4, 0.37, 5};
    data x;
    data_make(&x, 1);
    for (size_t block = 1; block <= ROWS; block += 12) {
        gst_ridge *ridge = ridge_made(&x, COUNT(n), n, COUNT(lambda), lambda, block);
        for (int l = 0; l < COUNT(lambda); l++) {
            for (int k = 0; k < COUNT(n); k++) {
                const size_t fit = (size_t)(l * COUNT(n) + k);
                double train;
                double off =
                    gradient(&x, n[k], lambda[l], gst_ridge_coefficients(ridge) + fit * P, &train);
                ASSERT_NEAR(off, 0, 1e-9);
                ASSERT_CLOSE(gst_ridge_fits(ridge)[fit].train_error, train, 1e-6);
                ck_assert_int_eq(gst_ridge_fits(ridge)[fit].status, GST_OK);
            }
        }
        gst_ridge_free(ridge);
    }
}
END_TEST

/* lambda = 0: interpolation of least norm (c is a combination of rows) or least squares; the limit of small
 * lambda. */
START_TEST(minimum_norm)
{
    static const size_t n[] = {15, 45};
    static const double lambda[] = {0, 1e-9};
    data x;
    data_make(&x, 5);
    gst_ridge *ridge = ridge_made(&x, 2, n, 2, lambda, 9);
    const double *c = gst_ridge_coefficients(ridge);
    const gst_ridge_fit *fit = gst_ridge_fits(ridge);
    double train;
    gradient(&x, n[0], 0, c, &train);
    ASSERT_NEAR(train, 0, 1e-20);
    ck_assert(fit[0].train_error == 0 && fit[0].status == GST_OK);
    ASSERT_NEAR(gradient(&x, n[1], 0, c + P, &train), 0, 1e-10);
    ASSERT_CLOSE(fit[1].train_error, train, 1e-8);
    for (size_t k = 0; k < 2 * P; k++)
        ASSERT_NEAR(c[k], c[2 * P + k], 1e-5);
    gst_ridge_free(ridge);
}
END_TEST

/* Two equal rows have no inverse at lambda = 0 but at lambda > 0; fits without them are untouched. */
START_TEST(singular_equations)
{
    static const size_t n[] = {10, 20, 40};
    static const double lambda[] = {0, 0.1, 1e-17};
    data x;
    data_make(&x, 9);
    memcpy(x.phi + 15 * P, x.phi + 3 * P, P * sizeof(double));
    memset(x.phi, 0, sizeof x.phi[0]);
    gst_ridge *ridge = ridge_made(&x, 3, n, 3, lambda, 8);
    const gst_ridge_fit *fit = gst_ridge_fits(ridge);
    ck_assert_int_eq(fit[0].status, GST_OK);
    ck_assert_int_ne(fit[1].status, GST_OK);
    for (int k = 3; k < 6; k++)
        ck_assert_int_eq(fit[k].status, GST_OK);
    ck_assert_int_ne(fit[7].status, GST_OK);
    gst_ridge_free(ridge);
    for (size_t i = 0; i < ROWS; i++)
        x.phi[i * P + 4] = 0;
    ridge = ridge_made(&x, 3, n, 3, lambda, 8);
    fit = gst_ridge_fits(ridge);
    ck_assert_int_eq(fit[2].status, GST_FAILED);
    ck_assert(isnan(fit[2].train_error));
    ck_assert_int_eq(fit[5].status, GST_OK);
    gst_ridge_free(ridge);
}
END_TEST

/* Two rows equal but for 3e-7: positive definite, with a condition number of some 1e14. */
START_TEST(lost_digits_are_flagged)
{
    static const size_t n[] = {15, 20};
    static const double lambda[] = {0, 1e-3};
    data x;
    data_make(&x, 9);
    for (size_t k = 0; k < P; k++)
        x.phi[17 * P + k] = x.phi[3 * P + k] + 3e-7 * x.phi[30 * P + k];
    gst_ridge *ridge = ridge_made(&x, 2, n, 2, lambda, 8);
    const gst_ridge_fit *fit = gst_ridge_fits(ridge);
    ck_assert_int_eq(fit[0].status, GST_OK);
    ck_assert_int_eq(fit[1].status, GST_LOOSE);
    ck_assert_int_eq(fit[2].status, GST_OK);
    ck_assert_int_eq(fit[3].status, GST_OK);
    gst_ridge_free(ridge);
}
END_TEST

START_TEST(stops_when_told)
{
    static const size_t n[] = {10, 40};
    static const double lambda[] = {0.1, 1};
    static volatile int stop;
    gst_ridge *ridge = NULL;
    data x;
    data_make(&x, 9);
    stop = 0;
    ck_assert_int_eq(gst_ridge_alloc(&ridge, P, GST_PRECISION_DOUBLE, 2, n, 2, lambda, &stop),
                     GST_OK);
    ck_assert_int_eq(gst_ridge_add(ridge, 20, gst_doubles(x.phi), x.y), GST_OK);
    ck_assert_int_eq(gst_ridge_fits(ridge)[0].status, GST_OK);
    stop = 1;
    ck_assert_int_eq(gst_ridge_add(ridge, 20, gst_doubles(x.phi + 20 * P), x.y + 20),
                     GST_INTERRUPTED);
    gst_ridge_free(ridge);
}
END_TEST

START_TEST(root_of_a_singular_matrix)
{
    double S[16] = {0}, R[16], b[8];
    unsigned long long seed = 3;
    fill(&seed, 8, b);
    for (size_t i = 0; i < 16; i++)
        for (size_t k = 0; k < 2; k++)
            S[i] += b[2 * (i / 4) + k] * b[2 * (i % 4) + k];
    ck_assert_int_eq(gst_dense_root(4, S, R), 0);
    for (size_t i = 0; i < 16; i++) {
        double sum = 0;
        for (size_t k = 0; k < 4; k++)
            sum += R[4 * (i / 4) + k] * R[4 * (i % 4) + k];
        ASSERT_NEAR(sum, S[i], 1e-13);
    }
    S[15] -= 1;
    ck_assert_int_eq(gst_dense_root(4, S, R), 1);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("ridge");
    tcase_add_test(cases, minimises_the_objective);
    tcase_add_test(cases, minimum_norm);
    tcase_add_test(cases, singular_equations);
    tcase_add_test(cases, lost_digits_are_flagged);
    tcase_add_test(cases, stops_when_told);
    tcase_add_test(cases, root_of_a_singular_matrix);
    return run_cases("ridge", cases);
}
