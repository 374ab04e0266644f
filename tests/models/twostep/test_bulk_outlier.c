/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_bulk_outlier.c - singular values outside a bulk of unequal rows: equal rows in closed form, and drawn
 * matrices. */
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "models/twostep/bulk_edge.h"
#include "models/twostep/bulk_outlier.h"
#include "tests/numbers.h"
#include "giantstep/two_step.h"
#include "giantstep/activation.h"
#include "giantstep/target.h"

/* Rows of equal variance: each singular value s of A gives ((1 + s^2)(beta + s^2))^{1/2}/s and the square
 * 1 - (beta + s^2)/(s^2 (s^2 + 1)) of the projection on its own right vector, above s^4 = beta. */
START_TEST(equal_rows)
{
    const double beta = 1.7, c[2] = {1, 1}, weight[2] = {0.4, 0.6}, e[4] = {0.3, 0.9, -1, 0.2};
    const double angle[2] = {0.7, -0.4}, s[2] = {2.9, _i ? 1.6 : 1.1};
    double A[4], value, v[2];
    for (size_t j = 0; j < 2; j++) /* A = rotation diag(s) rotation */
        for (size_t k = 0; k < 2; k++) {
            double left[2] = {j ? sin(angle[0]) : cos(angle[0]),
                              j ? cos(angle[0]) : -sin(angle[0])};
            double right[2] = {k ? sin(angle[1]) : cos(angle[1]),
                               k ? cos(angle[1]) : -sin(angle[1])};
            A[2 * j + k] = left[0] * s[0] * right[0] + left[1] * s[1] * right[1];
        }
    const gst_bulk_perturbed w = {beta, 2, c, weight, 2, 2, e, A};
    for (size_t k = 0; k < 2; k++) {
        double q = s[k] * s[k], own = sqrt(1 - (beta + q) / (q * (q + 1)));
        int status = gst_bulk_outlier(&w, k, &value, v);
        if (q * q < beta) {
            ck_assert_int_eq(status, GST_LOOSE);
            ASSERT_CLOSE(value, 1 + sqrt(beta), 1e-12);
            ck_assert(isnan(v[0]));
            continue;
        }
        ck_assert_int_eq(status, GST_OK);
        ASSERT_CLOSE(value, sqrt((1 + q) * (beta + q) / q), 1e-12);
        ASSERT_CLOSE(fabs(v[0]), own * (k ? fabs(sin(angle[1])) : cos(angle[1])), 1e-11);
        ASSERT_CLOSE(fabs(v[1]), own * (k ? cos(angle[1]) : fabs(sin(angle[1]))), 1e-11);
    }
    ck_assert_int_eq(gst_bulk_outlier(&w, 2, &value, v), GST_INVALID);
}
END_TEST

/* A drawn matrix: a third of the rows four times as long in square, u mostly there, two right vectors. */
enum { D = 200, ROWS = 300, DRAWS = 8 };
static const double variance[2] = {1, 4}, share[2] = {2.0 / 3, 1.0 / 3};
static const double at[4] = {0.6, 1.524467121, 1.0, -0.786982}; /* e_0, e_1 on both kinds of rows */

static void draw_matrix(const double *A, gsl_rng *rng, gsl_matrix *w)
{
    for (size_t i = 0; i < ROWS; i++) {
        size_t kind = i % 3 == 2;
        for (size_t j = 0; j < D; j++)
            gsl_matrix_set(w, i, j, gsl_ran_gaussian(rng, sqrt(variance[kind] / D)));
        for (size_t k = 0; k < 2; k++)
            *gsl_matrix_ptr(w, i, k) +=
                (at[kind] * A[k] + at[2 + kind] * A[2 + k]) / sqrt((double)ROWS);
    }
}

START_TEST(drawn_matrices)
{
    const double A[4] = {6.4, 0.7, -0.5, 4.1};
    double mean[2] = {0}, overlap[2] = {0}, value, v[2];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_matrix *w = gsl_matrix_alloc(ROWS, D), *right = gsl_matrix_alloc(D, D);
    gsl_vector *s = gsl_vector_alloc(D), *work = gsl_vector_alloc(D);
    for (int draw = 0; draw < DRAWS; draw++) {
        draw_matrix(A, rng, w);
        ck_assert_int_eq(gsl_linalg_SV_decomp(w, right, s, work), 0);
        for (size_t k = 0; k < 2; k++) {
            mean[k] += gsl_vector_get(s, k) / DRAWS;
            overlap[k] += pow(gsl_matrix_get(right, 0, k), 2) / DRAWS;
        }
    }
    /* e orthonormal over the rows: made so by Gram-Schmidt, A in those coordinates */
    double n0 = sqrt(share[0] * at[0] * at[0] + share[1] * at[1] * at[1]);
    double dot = (share[0] * at[0] * at[2] + share[1] * at[1] * at[3]) / n0, e[4], B[4];
    double n1 = 0;
    for (size_t i = 0; i < 2; i++) {
        e[i] = at[i] / n0;
        e[2 + i] = at[2 + i] - dot * e[i];
        n1 += share[i] * e[2 + i] * e[2 + i];
    }
    for (size_t k = 0; k < 2; k++) {
        e[2 + k] /= sqrt(n1);
        B[k] = n0 * A[k] + dot * A[2 + k];
        B[2 + k] = sqrt(n1) * A[2 + k];
    }
    const gst_bulk_perturbed bulk = {1.5, 2, variance, share, 2, 2, e, B};
    for (size_t k = 0; k < 2; k++) {
        ck_assert_int_eq(gst_bulk_outlier(&bulk, k, &value, v), GST_OK);
        ASSERT_CLOSE(value, mean[k], 0.012);
        ASSERT_NEAR(v[0] * v[0], overlap[k], 0.03);
    }
    gsl_matrix_free(w);
    gsl_matrix_free(right);
    gsl_vector_free(s);
    gsl_vector_free(work);
    gsl_rng_free(rng);
}
END_TEST

/* sigma = sin(z + a): sigma' sigma'' = -sin(2 (z + a))/2, E[z .] = -e^{-2} cos 2a; the variance of the rows of a
 * reused batch is (e_1 + e_2)^2 Var sigma' phi Y2 + 2 e_1 e_2 phi Y2 E[z sigma' sigma'']. */
START_TEST(response_of_a_reused_batch)
{
    gst_activation *sine;
    gst_target *target;
    gst_two_step_network limits;
    ck_assert_int_eq(gst_activation_compile(&sine, "sin(z+0.7)", NULL), GST_OK);
    ck_assert_int_eq(gst_target_compile(&target, "tanh(z)", NULL), GST_OK);
    gst_two_step problem = {
        .target = target, .phi = 0.5, .phi1 = 0.5, .order = 1, .batch = GST_BATCH_REUSED};
    ck_assert_int_eq(gst_two_step_network_prepare(&problem, sine, &limits, NULL), GST_OK);
    ASSERT_CLOSE(limits.response, -exp(-2) * cos(1.4), 1e-10);
    gst_activation_free(sine);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("outliers of a bulk");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, equal_rows, 0, 2);
    tcase_add_test(cases, drawn_matrices);
    tcase_add_test(cases, response_of_a_reused_batch);
    return run_cases("outliers of a bulk", cases);
}
