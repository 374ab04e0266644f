/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.c - leading singular values of a first layer of finite width after two steps (theory 9).
 *
 * With E[a_i^{j+k+2}] = (j+k+1)!! N^{-(j+k+2)/2} (j + k even, else 0) the left vectors N^{k/2} a^{o(k+1)} have the
 * Gram matrix T T^T = ((j+k+1)!!), and the right ones R R^T; the singular values of S are those of the
 * small matrix T^T D R, D_kk = N^{a2 - k(1/2 - a1)} coefficient_k, with beta1's share N^{a1} coefficient_0
 * beside D_00.  Added to W_0 they move out as in Benaych-Georges and Nadakuditi (2012).  What the steps leave in the
 * bulk makes its rows unequal, at order N^{2 max(a1, a2) - 1}: those of large |a_i|, where a^{o(k+1)} is, are longer.
 * Edge and outliers are those of independent rows of the variances they then have (bulk_outlier.h).
 *
 * Errors: the prediction again without the last term and without the last two; orders in N that are left out. */
#include "models/twostep/hermite_form.h"
#include "giantstep/two_step.h"
#include "giantstep/target.h"
#include "models/functions/activation_moments.h"

#include <gsl/gsl_linalg.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/twostep/bulk_edge.h"
#include "models/twostep/bulk_outlier.h"
#include "base/memory.h"
#include "models/twostep/two_step_moments.h"
#include "models/twostep/two_step_slopes.h"

/* A Cholesky pivot this much smaller than its diagonal element is rounding, its direction not a new one. */
#define DEPENDENT 1e-12
/* So many of the last terms are left out, one after the other, to see whether their sum has settled: of an odd
 * activation every other one is zero. */
enum { LEFT_OUT = 2 };
/* Relative accuracy asked of joint averages of derivatives. */
#define SLOPES 1e-6

/* A first layer by the a_i of its rows, at equally spaced points xi of a normal law, cut where the largest of N
 * would be. */
enum { POINTS = 401, MOST = GST_TWO_STEP_ORDER_MAX + 1 };
typedef struct {
    double xi[POINTS], weight[POINTS], c[POINTS];
    double e[MOST * POINTS]; /* orthonormal combinations of xi^{k+1} */
} row_law;

int gst_two_step_coefficients(const gst_activation *activation, size_t order, double *coefficient)
{
    double scale = 1;
    int status = gst_two_step_hermite(activation, order, coefficient);
    double mu1 = coefficient[0];
    for (size_t k = 1; status >= 0 && k <= order; k++) {
        scale *= mu1 / (double)k;
        coefficient[k] *= scale;
    }
    return status;
}

/* The leading block of S, of leading dimension ld, is R R^T, R lower, of leading dimension n; a pivot that is
 * rounding leaves a column of zeros. */
static void find_root(size_t n, size_t ld, const double *S, double *R)
{
    memset(R, 0, n * n * sizeof *R);
    for (size_t k = 0; k < n; k++) {
        double pivot = S[k * ld + k];
        for (size_t j = 0; j < k; j++) {
            double sum = S[k * ld + j];
            for (size_t i = 0; i < j; i++)
                sum -= R[k * n + i] * R[j * n + i];
            R[k * n + j] = R[j * n + j] > 0 ? sum / R[j * n + j] : 0;
            pivot -= R[k * n + j] * R[k * n + j];
        }
        R[k * n + k] = pivot > DEPENDENT * S[k * ld + k] ? sqrt(pivot) : 0;
    }
}

/* The Gram matrix of the vectors of the terms and, fresh, beta1; the target in its orthonormal
 * coordinates. */
static int set_vectors(const gst_two_step *problem, const double *slopes, gst_two_step_network *w,
                       gst_message *message)
{
    size_t L = problem->order, r = w->r, n = w->columns;
    gst_two_step_vectors vectors;
    int status = gst_two_step_vectors_compute(problem, slopes, &vectors, message);
    if (status < 0)
        return status;
    find_root(n, L + 2, vectors.gram, w->root);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < r; i++) {
            double sum = vectors.target[k * r + i];
            for (size_t j = 0; j < k; j++)
                sum -= w->root[k * n + j] * w->target[j * r + i];
            w->target[k * r + i] = w->root[k * n + k] > 0 ? sum / w->root[k * n + k] : 0;
        }
    }
    memcpy(w->coefficient, vectors.width, (L + 1) * sizeof *w->coefficient);
    w->mean = vectors.label.mean;
    w->Y2 = vectors.label.Y2;
    return GST_OK;
}

int gst_two_step_network_prepare(const gst_two_step *problem, const gst_activation *activation,
                                 gst_two_step_network *w, gst_message *message)
{
    double slopes[(GST_TWO_STEP_ORDER_MAX + 1) * (GST_TWO_STEP_ORDER_MAX + 1)];
    gst_gradient_moments slope;
    *w = (gst_two_step_network){
        .order = problem->order,
        .r = gst_target_dim(problem->target),
        .columns = problem->order + 1 + (problem->batch == GST_BATCH_FRESH),
        .batch = problem->batch,
        .phi = problem->phi,
        .phi1 = problem->phi1,
    };
    int status = problem->order <= GST_TWO_STEP_ORDER_MAX
                     ? gst_two_step_slopes(activation, problem->order, SLOPES, slopes, &w->smooth)
                     : GST_INVALID;
    if (status >= 0)
        status = gst_activation_gradient_moments(activation, 0, &slope);
    if (status < 0)
        return gst_fail(message, status, "activation: its derivatives' means do not converge");
    w->bend = slope.c2;
    w->variance = slope.s2 + slope.c2 * slope.c2;
    w->response =
        slope.c2 * (slope.c2 + slope.c4) + (slope.s2zz - slope.s2) / 2 + slope.mu1 * slope.c3;
    status = set_vectors(problem, slopes, w, message);
    return status < 0 ? status : GST_OK;
}

/* n!! for odd n. */
static double double_factorial(size_t n)
{
    double product = 1;
    for (size_t i = n; i > 1; i -= 2)
        product *= (double)i;
    return product;
}

/* The root T of the Gram matrix of the left vectors. */
static void set_left_root(size_t n, double *T)
{
    double left[MOST * MOST];
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            left[j * n + k] = (j + k) % 2 ? 0 : double_factorial(j + k + 1);
    find_root(n, n, left, T);
}

/* T^T D R, (L+1) x columns. */
static void finite_rank_matrix(const gst_two_step_network *w, const double *T, double a1, double a2,
                               double N, double *matrix)
{
    size_t n = w->order + 1, c = w->columns;
    double first = pow(N, a1) * w->coefficient[0]; /* f_0 = 1: mu1 */
    for (size_t row = 0; row < n; row++) {
        for (size_t column = 0; column < c; column++) {
            double sum = T[row] * first * w->root[(c > n ? n : 0) * c + column];
            for (size_t k = 0; k < n; k++)
                sum += T[k * n + row] * pow(N, gst_two_step_exponent(a1, a2, k)) *
                       w->coefficient[k] * w->root[k * c + column];
            matrix[row * c + column] = sum;
        }
    }
}

/* Of the two terms the second can be negative; together they are not a variance beyond leading order, and rows that
 * they would shorten keep the length they had. */
static void row_variances(const gst_two_step_network *w, double a1, double a2, double N,
                          row_law *rows)
{
    double total = 0, cut = sqrt(2 * log(fmax(N, 2)));
    double e1 = pow(N, a1 - 0.5), e2 = pow(N, a2 - 0.5), phi = w->phi;
    double V = w->batch == GST_BATCH_REUSED ? (e1 + e2) * (e1 + e2) * phi
                                            : e1 * e1 * w->phi1 + e2 * e2 * phi;
    double own = w->batch == GST_BATCH_REUSED ? 2 * e1 * e2 * phi * w->response : 0;
    for (size_t i = 0; i < POINTS; i++) {
        double xi = rows->xi[i] = cut * (2 * (double)i / (POINTS - 1) - 1);
        double along = 1 + (e1 + e2) * xi * w->bend * w->mean;
        rows->c[i] = along * along + xi * xi * fmax(V * w->variance + own, 0) * w->Y2;
        rows->weight[i] = exp(-xi * xi / 2);
        total += rows->weight[i];
    }
    for (size_t i = 0; i < POINTS; i++)
        rows->weight[i] /= total;
}

/* Solves T e = (xi^{k+1}); where the pivot is rounding the vector is not a new one. */
static void set_left_vectors(size_t n, const double *T, row_law *rows)
{
    for (size_t i = 0; i < POINTS; i++) {
        double power = rows->xi[i];
        for (size_t k = 0; k < n; k++, power *= rows->xi[i]) {
            double sum = power;
            for (size_t j = 0; j < k; j++)
                sum -= T[k * n + j] * rows->e[j * POINTS + i];
            rows->e[k * POINTS + i] = T[k * n + k] > 0 ? sum / T[k * n + k] : 0;
        }
    }
}

/* The singular values of T^T D R. */
static int set_strengths(size_t n, size_t columns, const double *matrix, double *strength)
{
    gsl_matrix *u = gsl_matrix_alloc(columns, n), *other = gsl_matrix_alloc(n, n);
    gsl_vector_view s = gsl_vector_view_array(strength, n);
    int status = u && other ? GST_OK : GST_NO_MEMORY;
    for (size_t i = 0; status == GST_OK && i < n * columns; i++)
        gsl_matrix_set(u, i % columns, i / columns, matrix[i]);
    if (status == GST_OK)
        status = gsl_linalg_SV_decomp_jacobi(u, other, &s.vector) ? GST_FAILED : GST_OK;
    gsl_matrix_free(u);
    gsl_matrix_free(other);
    return status;
}

/* |projection on the target's directions| of a vector of components v, |v| <= 1; 0 if that is rounding. */
static double target_overlap(const gst_two_step_network *w, const double *v)
{
    double square = 0;
    for (size_t i = 0; i < w->r; i++) {
        double sum = 0;
        for (size_t j = 0; j < w->columns; j++)
            sum += v[j] * w->target[j * w->r + i];
        square += sum * sum;
    }
    double rounding = DBL_EPSILON * (double)w->columns;
    return square > rounding * rounding ? sqrt(square) : 0;
}

static int set_outliers(const gst_two_step_network *w, double beta, const double *matrix,
                        const row_law *rows, gst_two_step_prediction *p)
{
    const gst_bulk_perturbed bulk = {.beta = beta,
                                     .n = POINTS,
                                     .c = rows->c,
                                     .weight = rows->weight,
                                     .left = w->order + 1,
                                     .right = w->columns,
                                     .e = rows->e,
                                     .A = matrix};
    double v[GST_TWO_STEP_VECTORS];
    int status = GST_OK;
    p->edge = gst_bulk_edge(beta, POINTS, rows->c, rows->weight);
    p->outliers = 0;
    for (size_t k = 0; k <= w->order; k++) {
        if (status == GST_OK)
            status = gst_bulk_outlier(&bulk, k, &p->value[k], v);
        if (status < 0)
            return status;
        p->outliers += status == GST_OK;
        p->value[k] = status == GST_OK ? p->value[k] : p->edge;
        p->overlap[k] = status == GST_OK ? target_overlap(w, v) : NAN;
    }
    return GST_OK;
}

/* All of a prediction but its errors. */
static int predict(const gst_two_step_network *w, double a1, double a2, double N, double d,
                   gst_two_step_prediction *prediction)
{
    size_t n = w->order + 1;
    double T[MOST * MOST], matrix[MOST * GST_TWO_STEP_VECTORS];
    row_law *rows = gst_alloc(1, sizeof *rows);
    if (!rows)
        return GST_NO_MEMORY;
    set_left_root(n, T);
    finite_rank_matrix(w, T, a1, a2, N, matrix);
    row_variances(w, a1, a2, N, rows);
    set_left_vectors(n, T, rows);
    int status = set_strengths(n, w->columns, matrix, prediction->strength);
    if (status == GST_OK)
        status = set_outliers(w, N / d, matrix, rows, prediction);
    free(rows);
    return status;
}

/* ---- errors ------------------------------------------------------------------------------------- */

/* series[k]: a term without its coefficient is one that is left out.  Value k needs the terms up to k. */
static int set_series(const gst_two_step_network *w, double a1, double a2, double N, double d,
                      gst_two_step_prediction *p)
{
    gst_two_step_network fewer = *w;
    gst_two_step_prediction now, last = *p;
    int status = GST_OK;
    memset(p->series, 0, sizeof p->series);
    for (size_t left = 0; left < LEFT_OUT && left < w->order && status == GST_OK; left++) {
        size_t term = w->order - left;
        fewer.coefficient[term] = 0;
        status = predict(&fewer, a1, a2, N, d, &now);
        for (size_t k = 0; k < term && status == GST_OK; k++)
            p->series[k] += fabs(now.value[k] - last.value[k]);
        last = now;
    }
    return status;
}

/* No singular value changes by more than the norm of what is added to the matrix (Weyl): where one has not settled,
 * none has, and then as much as all of it may be wrong.  One term alone does not tell. */
static void set_errors(const gst_two_step_network *w, double a1, double N, double d,
                       gst_two_step_prediction *p)
{
    double leading = pow(N, 2 * a1 - 1), rows = fabs(p->edge - 1 - sqrt(N / d)), most = 0;
    double fluctuation = pow(fmin(N, d), -2.0 / 3) * p->edge;
    int settled = w->order >= LEFT_OUT;
    for (size_t k = 0; k <= w->order; k++) {
        most = fmax(most, p->series[k]);
        settled = settled && p->series[k] <= leading * p->value[k];
    }
    for (size_t k = 0; k <= w->order; k++) {
        double series = settled ? p->series[k] : fmax(most, p->value[k]);
        p->error[k] = series + leading * p->value[k] + rows + (k < p->outliers ? 0 : fluctuation);
        p->status[k] = settled && isfinite(p->error[k]) ? GST_OK : GST_LOOSE;
    }
}

int gst_two_step_network_predict(const gst_two_step_network *w, double a1, double a2, double N,
                                 double d, gst_two_step_prediction *prediction)
{
    int status = predict(w, a1, a2, N, d, prediction);
    if (status == GST_OK)
        status = set_series(w, a1, a2, N, d, prediction);
    if (status == GST_OK)
        set_errors(w, a1, N, d, prediction);
    return status;
}
