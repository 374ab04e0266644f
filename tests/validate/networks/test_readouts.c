/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_readouts.c - readouts on nested data sets: each is the fit of its own samples, whatever else was asked for; errors are
 * those of the predictions; lambda = 0 is the limit of small lambda. */
#include <string.h>

#include "giantstep/status.h"
#include "giantstep/problem.h"
#include "models/loss/loss.h"
#include "tests/numbers.h"
#include "validate/networks/readouts.h"
#include "validate/networks/ridge.h"

enum { ROWS = 57, P = 19 };

typedef struct {
    double phi[ROWS * P], y[ROWS];
    gst_problem problem;
    gst_loss loss;
} data;

static void data_make(data *x, const char *loss, gst_labels labels, size_t turned)
{
    unsigned long long seed = 5;
    double teacher[P];
    *x = (data){.problem = {.labels = labels}};
    fill(&seed, ROWS * P, x->phi);
    fill(&seed, P, teacher);
    fill(&seed, ROWS, x->y);
    ck_assert_int_eq(gst_loss_parse(loss, &x->loss, NULL), GST_OK);
    x->problem.loss = &x->loss;
    for (size_t i = 0; i < ROWS; i++) {
        double g = 0.2 * x->y[i];
        for (size_t k = 0; k < P; k++)
            g += 0.5 * x->phi[i * P + k] * teacher[k];
        x->y[i] = labels == GST_LABELS_REAL ? g : (g > 0) == (i >= turned) ? 1 : -1;
    }
}

static gst_readouts *made(const data *x, size_t n_count, const size_t *n, size_t lambda_count,
                          const double *lambda, size_t block)
{
    gst_readouts *r = NULL;
    ck_assert_int_eq(gst_readouts_alloc(&r, &x->problem, P, GST_PRECISION_DOUBLE, n_count, n,
                                        lambda_count, lambda, NULL),
                     GST_OK);
    for (size_t first = 0; first < n[n_count - 1]; first += block) {
        size_t left = n[n_count - 1] - first;
        ck_assert_int_eq(gst_readouts_add(r, left < block ? left : block,
                                          gst_doubles((double *)x->phi + first * P), x->y + first),
                         GST_OK);
    }
    return r;
}

static const struct {
    const char *loss;
    gst_labels labels;
} cases[] = {{"squared", GST_LABELS_REAL},   {"squared", GST_LABELS_SIGN},
             {"logistic", GST_LABELS_SIGN},  {"hinge", GST_LABELS_SIGN},
             {"huber:0.2", GST_LABELS_REAL}, {"huber:0.2", GST_LABELS_SIGN}};

static void check_errors(const data *x, size_t n, const double *c, const gst_readout_fit *fit)
{
    double square = 0, wrong = 0, loss = 0;
    for (size_t i = 0; i < n; i++) {
        double f = 0, one;
        for (size_t k = 0; k < P; k++)
            f += x->phi[i * P + k] * c[k];
        x->loss.value(&x->loss, 1, x->y + i, &f, &one);
        square += (x->y[i] - f) * (x->y[i] - f) / (double)n;
        loss += one / (double)n;
        wrong += (x->y[i] * f < 0) / (double)n;
    }
    ASSERT_NEAR(fit->train_error, square, 1e-12 + 1e-7 * square);
    ASSERT_NEAR(fit->train_loss, loss, 1e-12 + 1e-7 * loss);
    if (x->problem.labels == GST_LABELS_SIGN)
        ASSERT_NEAR(fit->train_share, wrong, 1e-12);
    else
        ck_assert(isnan(fit->train_share));
}

START_TEST(nested_fits_are_separate_fits)
{
    static const size_t n[] = {7, 18, 19, 30, 30, 57};
    static const double lambda[] = {0.3, 0.01};
    data x;
    for (int k = 0; k < COUNT(cases); k++) {
        data_make(&x, cases[k].loss, cases[k].labels, 5);
        for (size_t block = 4; block <= ROWS; block += 26) {
            gst_readouts *all = made(&x, COUNT(n), n, 2, lambda, block);
            for (size_t i = 0; i < 2 * COUNT(n); i++) {
                const double *c = gst_readouts_coefficients(all) + i * P;
                const gst_readout_fit *fit = gst_readouts_fits(all) + i;
                gst_readouts *one = made(&x, 1, n + i % COUNT(n), 1, lambda + i / COUNT(n), ROWS);
                ck_assert_int_eq(fit->status, GST_OK);
                ck_assert_int_eq(fit->limit, 0);
                for (size_t j = 0; j < P; j++)
                    ASSERT_NEAR(c[j], gst_readouts_coefficients(one)[j], 1e-11);
                check_errors(&x, n[i % COUNT(n)], c, fit);
                gst_readouts_free(one);
            }
            gst_readouts_free(all);
        }
    }
}
END_TEST

/* lambda |a|^2/2 with c = a/sqrt(p): of the squared loss, ridge regression with the same lambda. */
START_TEST(lambda_is_that_of_ridge_regression)
{
    static const size_t n[] = {30};
    static const double lambda[] = {0.2};
    data x, wide;
    data_make(&x, "squared", GST_LABELS_REAL, 0);
    data_make(&wide, "huber:1000", GST_LABELS_REAL, 0);
    gst_readouts *ridge = made(&x, 1, n, 1, lambda, ROWS), *huber = made(&wide, 1, n, 1, lambda, 9);
    for (size_t j = 0; j < P; j++)
        ASSERT_NEAR(gst_readouts_coefficients(ridge)[j], gst_readouts_coefficients(huber)[j],
                    1e-12);
    gst_readouts_free(ridge);
    gst_readouts_free(huber);
}
END_TEST

static double distance(const gst_readouts *a, const gst_readouts *b, int direction)
{
    const double *x = gst_readouts_coefficients(a), *y = gst_readouts_coefficients(b);
    double xx = 0, yy = 0, xy = 0, square = 0;
    for (size_t j = 0; j < P; j++) {
        xx += x[j] * x[j];
        yy += y[j] * y[j];
        xy += x[j] * y[j];
        square += (x[j] - y[j]) * (x[j] - y[j]);
    }
    return direction ? 1 - xy / sqrt(xx * yy) : sqrt(square / yy);
}

START_TEST(no_ridge_is_the_limit)
{
    static const size_t few[] = {10}, many[] = {57};
    static const double zero[] = {0}, small[] = {1e-8};
    static const char *const finite[] = {"hinge", "squared-hinge"};
    data x;
    for (int k = 0; k < 2; k++) {
        data_make(&x, finite[k], GST_LABELS_SIGN, 0);
        gst_readouts *a = made(&x, 1, few, 1, zero, ROWS), *b = made(&x, 1, few, 1, small, ROWS);
        ck_assert(distance(a, b, 0) < 1e-4);
        ck_assert(gst_readouts_fits(a)->train_loss == 0 && gst_readouts_fits(a)->limit == 0);
        gst_readouts_free(a);
        gst_readouts_free(b);
    }
    data_make(&x, "logistic", GST_LABELS_SIGN, 0);
    gst_readouts *a = made(&x, 1, few, 1, zero, ROWS), *b = made(&x, 1, few, 1, small, ROWS);
    ck_assert(gst_readouts_fits(a)->limit == 1 && gst_readouts_fits(a)->train_share == 0);
    ck_assert(distance(a, b, 1) < 0.02); /* like 1/log(1/lambda), squared */
    gst_readouts_free(a);
    gst_readouts_free(b);
    data_make(&x, "logistic", GST_LABELS_SIGN, 20);
    a = made(&x, 1, many, 1, zero, ROWS);
    b = made(&x, 1, many, 1, small, ROWS);
    ck_assert_int_eq(gst_readouts_fits(a)->limit, 0);
    ck_assert(distance(a, b, 0) < 1e-5);
    gst_readouts_free(a);
    gst_readouts_free(b);
    data_make(&x, "huber:0.2", GST_LABELS_REAL, 0);
    a = made(&x, 1, few, 1, zero, ROWS);
    b = made(&x, 1, few, 1, small, ROWS);
    ck_assert(distance(a, b, 0) < 1e-6 && gst_readouts_fits(a)->train_loss < 1e-25);
    gst_readouts_free(a);
    gst_readouts_free(b);
}
END_TEST

START_TEST(failures_have_reasons)
{
    static const size_t many[] = {57};
    static const double lambda[] = {0.1};
    data x;
    data_make(&x, "max-margin", GST_LABELS_SIGN, 20);
    gst_readouts *r = made(&x, 1, many, 1, lambda, ROWS);
    ck_assert_int_eq(gst_readouts_fits(r)->status, GST_FAILED);
    ck_assert_int_eq(gst_readouts_fits(r)->reason, GST_READOUT_INSEPARABLE);
    ck_assert(isnan(gst_readouts_fits(r)->train_loss) && isnan(gst_readouts_fits(r)->train_share));
    for (int k = GST_READOUT_FITTED; k <= GST_READOUT_GAP; k++)
        ck_assert((*gst_readout_reason_text((gst_readout_reason)k) == '\0') ==
                  (k <= GST_READOUT_EQUATIONS));
    gst_readouts_free(r);
    gst_readouts_free(NULL);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("readouts");
    tcase_add_test(all, nested_fits_are_separate_fits);
    tcase_add_test(all, lambda_is_that_of_ridge_regression);
    tcase_add_test(all, no_ridge_is_the_limit);
    tcase_add_test(all, failures_have_reasons);
    return run_cases("readouts", all);
}
