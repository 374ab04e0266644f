/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_convex_fit.c - readouts of convex losses against their conditions of optimality, written out for each loss, against
 * cases solved by hand, and against each other. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/status.h"
#include "tests/numbers.h"
#include "validate/networks/convex_fit.h"
#include "validate/networks/ridge.h"

enum { ROWS = 61, P = 23 };

typedef struct {
    double phi[ROWS * P], y[ROWS], c[P], f[ROWS];
} data;

/* Labels of a teacher: real, or its sign with some turned. */
static void data_make(data *x, unsigned long long seed, int sign, size_t turned)
{
    double teacher[P];
    fill(&seed, ROWS * P, x->phi);
    fill(&seed, P, teacher);
    fill(&seed, ROWS, x->y);
    for (size_t i = 0; i < ROWS; i++) {
        double g = 0.4 * x->y[i];
        for (size_t k = 0; k < P; k++)
            g += 0.5 * x->phi[i * P + k] * teacher[k];
        x->y[i] = !sign ? g : (g > 0) == (i >= turned) ? 1 : -1;
    }
}

static gst_convex_result fitted(data *x, const char *name, size_t n, size_t p, double ridge)
{
    gst_loss loss;
    gst_convex *work;
    ck_assert_int_eq(gst_loss_parse(name, &loss, NULL), GST_OK);
    ck_assert_int_eq(gst_convex_alloc(&work, n, p), GST_OK);
    gst_convex_samples samples = {
        .n = n, .p = p, .phi = x->phi, .y = x->y, .loss = &loss, .ridge = ridge};
    gst_convex_result r = gst_convex_fit(work, &samples, x->c, x->f);
    gst_convex_free(work);
    return r;
}

/* ---- conditions of optimality ------------------------------------------------------------------- */

/* -dl/df, and whether the slope is free at a bend: then between 0 and *most. */
static int slope(const char *name, double y, double f, double *g, double *most)
{
    double margin = y * f, near = 1e-9;
    *most = INFINITY;
    if (strcmp(name, "logistic") == 0)
        *g = y / (1 + exp(margin));
    else if (strcmp(name, "squared-hinge") == 0)
        *g = margin < 1 ? y * (1 - margin) : 0;
    else if (strcmp(name, "huber:0.3") == 0)
        *g = fabs(y - f) <= 0.3 ? y - f : copysign(0.3, y - f);
    else if (strcmp(name, "squared") == 0)
        *g = y - f;
    else if (strcmp(name, "hinge") == 0) {
        *g = margin < 1 ? y : 0;
        *most = 1;
        return fabs(margin - 1) < near;
    } else { /* max-margin */
        ck_assert(margin >= 1 - near);
        *g = 0;
        return margin < 1 + near;
    }
    return 0;
}

/* Solve the normal equations A^T A x = A^T b of m columns by elimination. */
static void least_squares(size_t m, double A[P][P + 1], const double *b, double *x)
{
    double M[P][P + 1];
    for (size_t i = 0; i < m; i++) {
        M[i][m] = 0;
        for (size_t k = 0; k < P; k++)
            M[i][m] += A[k][i] * b[k];
        for (size_t j = 0; j < m; j++) {
            M[i][j] = 0;
            for (size_t k = 0; k < P; k++)
                M[i][j] += A[k][i] * A[k][j];
        }
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) {
            if (j == i)
                continue;
            double factor = M[j][i] / M[i][i];
            for (size_t k = i; k <= m; k++)
                M[j][k] -= factor * M[i][k];
        }
    for (size_t i = 0; i < m; i++)
        x[i] = M[i][m] / M[i][i];
}

/* L c = sum_i g_i phi_i with slopes g_i of the loss at f_i, those at bends found here: largest miss. */
static double stationarity(const data *x, const char *name, size_t n, double ridge)
{
    double force[P], A[P][P + 1], found[P + 1] = {0}, worst = 0, most_of = 0;
    size_t bend[P + 1], bends = 0;
    for (size_t k = 0; k < P; k++)
        force[k] = ridge * x->c[k];
    for (size_t i = 0; i < n; i++) {
        double f = 0, g, most;
        for (size_t k = 0; k < P; k++)
            f += x->phi[i * P + k] * x->c[k];
        ASSERT_NEAR(f, x->f[i], 1e-11);
        if (slope(name, x->y[i], f, &g, &most)) {
            ck_assert_uint_lt(bends, P + 1);
            most_of = most;
            bend[bends++] = i;
            continue;
        }
        for (size_t k = 0; k < P; k++)
            force[k] -= g * x->phi[i * P + k];
    }
    ck_assert_uint_le(bends, P);
    for (size_t j = 0; j < bends; j++)
        for (size_t k = 0; k < P; k++)
            A[k][j] = x->y[bend[j]] * x->phi[bend[j] * P + k];
    least_squares(bends, A, force, found);
    for (size_t k = 0; k < P; k++) {
        for (size_t j = 0; j < bends; j++)
            force[k] -= found[j] * A[k][j];
        worst = fmax(worst, fabs(force[k]));
    }
    for (size_t j = 0; j < bends; j++)
        ck_assert_msg(found[j] >= -1e-7 && found[j] <= most_of + 1e-7, "%s: slope %g at a bend",
                      name, found[j]);
    return worst;
}

static const char *const names[] = {"logistic",   "hinge",     "squared-hinge",
                                    "max-margin", "huber:0.3", "squared"};

START_TEST(stationary)
{
    static const size_t n[] = {1, 9, 22, 23, 24, 61};
    static const double ridge[] = {1e-6, 0.02, 0.7, 300};
    data x;
    for (int l = 0; l < COUNT(names); l++) {
        int sign = l < 4, hard = l == 3;
        data_make(&x, 3, sign, hard ? 21 : 7);
        for (int k = 0; k < COUNT(n); k++)
            for (int r = 0; r < COUNT(ridge); r++) {
                gst_convex_result fit = fitted(&x, names[l], n[k], P, ridge[r]);
                if (hard && n[k] == 61) { /* too many labels of a noisy teacher */
                    ck_assert_int_eq(fit.reason, GST_CONVEX_INSEPARABLE);
                    continue;
                }
                ck_assert_msg(fit.status == GST_OK, "%s n %zu ridge %g: gap %g of %g", names[l],
                              n[k], ridge[r], fit.gap, fit.objective);
                double L = hard ? 1 : ridge[r];
                double off = stationarity(&x, names[l], n[k], L);
                ck_assert_msg(off < 1e-9, "%s n %zu ridge %g: off by %g", names[l], n[k], ridge[r],
                              off);
                ck_assert(fit.gap >= 0 && fit.gap <= 1e-8 * fit.objective);
            }
    }
}
END_TEST

/* The squared loss has normal equations. */
START_TEST(squared_loss_is_ridge_regression)
{
    static const size_t n[] = {15, 47};
    static const double lambda[] = {0.37};
    data x;
    data_make(&x, 4, 0, 0);
    gst_ridge *ridge;
    ck_assert_int_eq(gst_ridge_alloc(&ridge, P, GST_PRECISION_DOUBLE, 2, n, 1, lambda, NULL),
                     GST_OK);
    gst_ridge_add(ridge, 47, gst_doubles(x.phi), x.y);
    for (size_t k = 0; k < 2; k++) {
        ck_assert_int_eq(fitted(&x, "squared", n[k], P, lambda[0] * P).status, GST_OK);
        for (size_t i = 0; i < P; i++)
            ASSERT_NEAR(x.c[i], gst_ridge_coefficients(ridge)[k * P + i], 1e-12);
    }
    gst_ridge_free(ridge);
}
END_TEST

/* ---- by hand ------------------------------------------------------------------------------------ */

static void check_two(double a, double b, double c, double d, double c0, double c1)
{
    data x = {.phi = {a, b, -c, -d}, .y = {1, -1}};
    ck_assert_int_eq(fitted(&x, "max-margin", 2, 2, 1).status, GST_OK);
    ASSERT_NEAR(x.c[0], c0, 1e-12);
    ASSERT_NEAR(x.c[1], c1, 1e-12);
}

/* The hard margin of two samples z = y phi: w/|w|^2, w the point of their segment that is nearest to 0. */
START_TEST(hard_margin_of_two_samples)
{
    check_two(1, 0, 0, 1, 1, 1);
    check_two(1, 0, 3, 1, 1, 0);
    check_two(2, 0, 2, 0, 0.5, 0);
    check_two(3, 1, 1, -1, 0.5, -0.5);
    data x = {.phi = {1, 0, 1, 0}, .y = {1, -1}};
    gst_convex_result r = fitted(&x, "max-margin", 2, 2, 1);
    ck_assert(r.status == GST_FAILED && r.reason == GST_CONVEX_INSEPARABLE);
    ck_assert(x.c[0] == 0 && x.f[1] == 0);
    data zero = {.phi = {1, 0, 0, 0}, .y = {1, -1}}; /* a sample without features */
    ck_assert_int_eq(fitted(&zero, "max-margin", 2, 2, 1).status, GST_FAILED);
}
END_TEST

/* One sample, one feature x, label y: the minimiser in closed form, of the logistic loss by bisection. */
START_TEST(one_sample)
{
    static const double x[] = {0.3, 1.7, -2.2}, L[] = {0.01, 1.3, 40};
    for (int i = 0; i < COUNT(x); i++)
        for (int r = 0; r < COUNT(L); r++) {
            data s = {.phi = {x[i]}, .y = {-1}};
            double z = -x[i], low = 0, high = fabs(z) / L[r];
            ck_assert_int_eq(fitted(&s, "hinge", 1, 1, L[r]).status, GST_OK);
            ASSERT_CLOSE(s.c[0], z * z < L[r] ? z / L[r] : 1 / z, 1e-12);
            ck_assert_int_eq(fitted(&s, "squared-hinge", 1, 1, L[r]).status, GST_OK);
            ASSERT_CLOSE(s.c[0], z / (L[r] + z * z), 1e-12);
            ck_assert_int_eq(fitted(&s, "huber:0.3", 1, 1, L[r]).status, GST_OK);
            double inside = z / (L[r] + z * z);
            ASSERT_CLOSE(s.c[0], fabs(1 - z * inside) <= 0.3 ? inside : 0.3 * z / L[r], 1e-12);
            ck_assert_int_eq(fitted(&s, "logistic", 1, 1, L[r]).status, GST_OK);
            for (int k = 0; k < 200; k++) { /* |c|: L c = |z|/(1 + e^{|z| c}) */
                double c = 0.5 * (low + high);
                *(L[r] * c < fabs(z) / (1 + exp(fabs(z) * c)) ? &low : &high) = c;
            }
            ASSERT_CLOSE(s.c[0], copysign(low, z), 1e-12);
        }
}
END_TEST

/* ---- limits ------------------------------------------------------------------------------------- */

START_TEST(small_ridges_tend_to_the_hard_margin)
{
    data x, hard;
    data_make(&x, 11, 1, 0);
    hard = x;
    ck_assert_int_eq(fitted(&hard, "max-margin", 19, P, 1).status, GST_OK);
    ck_assert_int_eq(fitted(&x, "hinge", 19, P, 1e-5).status, GST_OK);
    for (size_t k = 0; k < P; k++)
        ASSERT_NEAR(x.c[k], hard.c[k], 1e-8);
    ck_assert_int_eq(fitted(&x, "squared-hinge", 19, P, 1e-7).status, GST_OK);
    for (size_t k = 0; k < P; k++)
        ASSERT_NEAR(x.c[k], hard.c[k], 1e-4);
}
END_TEST

/* Without a ridge, more samples than features that no c separates: maximum likelihood. */
START_TEST(no_ridge)
{
    data x;
    data_make(&x, 3, 1, 21);
    ck_assert_int_eq(fitted(&x, "logistic", ROWS, P, 0).status, GST_OK);
    ASSERT_NEAR(stationarity(&x, "logistic", ROWS, 0), 0, 1e-9);
    data_make(&x, 3, 0, 0);
    ck_assert_int_eq(fitted(&x, "huber:0.3", ROWS, P, 0).status, GST_OK);
    ASSERT_NEAR(stationarity(&x, "huber:0.3", ROWS, 0), 0, 1e-9);
    ck_assert_int_eq(fitted(&x, "huber:0.3", P - 1, P, 0).reason, GST_CONVEX_SINGULAR);
}
END_TEST

START_TEST(interpolation_is_that_of_least_norm)
{
    static const size_t n = 15;
    static const double lambda = 0;
    data x;
    data_make(&x, 6, 0, 0);
    gst_ridge *ridge;
    gst_convex *work;
    gst_convex_samples samples = {.n = n, .p = P, .phi = x.phi, .y = x.y};
    ck_assert_int_eq(gst_ridge_alloc(&ridge, P, GST_PRECISION_DOUBLE, 1, &n, 1, &lambda, NULL),
                     GST_OK);
    ck_assert_int_eq(gst_convex_alloc(&work, ROWS, P), GST_OK);
    gst_ridge_add(ridge, n, gst_doubles(x.phi), x.y);
    ck_assert_int_eq(gst_convex_interpolate(work, &samples, x.c, x.f), GST_OK);
    for (size_t k = 0; k < P; k++)
        ASSERT_NEAR(x.c[k], gst_ridge_coefficients(ridge)[k], 1e-12);
    for (size_t i = 0; i < n; i++)
        ASSERT_NEAR(x.f[i], x.y[i], 1e-12);
    samples.n = P + 1;
    ck_assert_int_eq(gst_convex_interpolate(work, &samples, x.c, x.f), GST_FAILED);
    gst_convex_free(work);
    gst_ridge_free(ridge);
}
END_TEST

START_TEST(stops)
{
    volatile int stop = 1;
    data x;
    gst_convex *work;
    data_make(&x, 3, 1, 7);
    ck_assert_int_eq(gst_convex_alloc(&work, ROWS, P), GST_OK);
    gst_convex_samples samples = {.n = ROWS,
                                  .p = P,
                                  .phi = x.phi,
                                  .y = x.y,
                                  .loss = &gst_loss_hinge,
                                  .ridge = 1,
                                  .stop = &stop};
    ck_assert_int_eq(gst_convex_fit(work, &samples, x.c, x.f).status, GST_INTERRUPTED);
    gst_convex_free(work);
    gst_convex_free(NULL);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("convex_fit");
    tcase_add_test(cases, stationary);
    tcase_add_test(cases, squared_loss_is_ridge_regression);
    tcase_add_test(cases, hard_margin_of_two_samples);
    tcase_add_test(cases, one_sample);
    tcase_add_test(cases, small_ridges_tend_to_the_hard_margin);
    tcase_add_test(cases, no_ridge);
    tcase_add_test(cases, interpolation_is_that_of_least_norm);
    tcase_add_test(cases, stops);
    return run_cases("convex_fit", cases);
}
