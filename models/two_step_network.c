/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_network.c - leading singular values of a first layer of finite width after two steps (theory 9).
 *
 * With E[a_i^{j+k+2}] = (j+k+1)!! N^{-(j+k+2)/2} (j + k even, else 0) the left vectors N^{k/2} a^{o(k+1)} have the
 * Gram matrix T T^T = ((j+k+1)!!), and the right ones R R^T; the singular values of S are those of the
 * small matrix T^T D R, D_kk = N^{a2 - k(1/2 - a1)} coefficient_k, with beta1's share N^{a1} coefficient_0
 * beside D_00.  Added to W_0 they move out as in Benaych-Georges and Nadakuditi (2012):
 *   value = ((1 + s^2)(beta + s^2))^{1/2}/s,
 *   <right singular vector, that of S>^2 = 1 - (beta + s^2)/(s^2 (s^2 + 1)),   s > beta^{1/4}.
 * What the steps leave in the bulk moves its edge at order N^{2 max(a1, a2) - 1}; the edge is that of
 * independent rows of the variances they then have. */
#include "two_step_network.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "bulk_edge.h"
#include "two_step_moments.h"
#include "two_step_slopes.h"

/* A Cholesky pivot this much smaller than its diagonal element is rounding, its direction not a new one. */
#define DEPENDENT 1e-12
/* Relative accuracy asked of joint averages of derivatives. */
#define SLOPES 1e-6

static void evaluate(size_t n, const double *z, double *out, void *params)
{
    const gst_expression *const *sigma = params;
    gst_expression_evaluate(*sigma, n, z, out, NULL);
}

int gst_two_step_hermite(const gst_activation *activation, size_t order, double *hermite)
{
    gst_expectation_options options = gst_expectation_defaults();
    double value[GST_TWO_STEP_ORDER_MAX + 2], error[GST_TWO_STEP_ORDER_MAX + 2];
    const gst_expression *sigma = gst_activation_expression(activation);
    gst_expectand e = {gst_expression_kinks(sigma), 1, evaluate, &sigma, 0};
    if (order > GST_TWO_STEP_ORDER_MAX)
        return GST_INVALID;
    int status = gst_hermite_coefficients(&e, order + 1, &options, value, error);
    for (size_t k = 0; status >= 0 && k <= order; k++)
        hermite[k] = fabs(value[k + 1]) <= error[k + 1] ? 0 : value[k + 1];
    return status;
}

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
        return gst_fail(message, status, "--activation: its derivatives' means do not converge");
    w->bend = slope.c2;
    w->variance = slope.s2 + slope.c2 * slope.c2;
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

/* (T^T D R)^T, columns x (L+1), for gsl's SVD. */
static void set_matrix(const gst_two_step_network *w, double a1, double a2, double N,
                       gsl_matrix *matrix)
{
    enum { MOST = GST_TWO_STEP_ORDER_MAX + 1 };
    size_t n = w->order + 1, c = w->columns;
    double left[MOST * MOST] = {0}, T[MOST * MOST];
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            left[j * n + k] = (j + k) % 2 ? 0 : double_factorial(j + k + 1);
    find_root(n, n, left, T);
    for (size_t column = 0; column < c; column++) {
        for (size_t row = 0; row < n; row++) {
            double sum = 0, first = pow(N, a1) * w->coefficient[0]; /* f_0 = 1: mu1 */
            for (size_t k = 0; k < n; k++)
                sum += T[k * n + row] * pow(N, gst_two_step_exponent(a1, a2, k)) *
                       w->coefficient[k] * w->root[k * c + column];
            sum += T[row] * first * w->root[(c > n ? n : 0) * c + column];
            gsl_matrix_set(matrix, column, row, sum);
        }
    }
}

/* Rows by their a_i, at equally spaced points of a normal law that is cut where the largest of N would be. */
static double find_edge(const gst_two_step_network *w, double a1, double a2, double N, double beta)
{
    enum { POINTS = 401 };
    double c[POINTS], weight[POINTS], total = 0, cut = sqrt(2 * log(fmax(N, 2)));
    double e1 = pow(N, a1 - 0.5), e2 = pow(N, a2 - 0.5), phi = w->phi;
    double V = w->batch == GST_BATCH_REUSED ? (e1 + e2) * (e1 + e2) * phi
                                            : e1 * e1 * w->phi1 + e2 * e2 * phi;
    for (size_t i = 0; i < POINTS; i++) {
        double xi = cut * (2 * (double)i / (POINTS - 1) - 1);
        double along = 1 + (e1 + e2) * xi * w->bend * w->mean;
        c[i] = along * along + xi * xi * V * w->variance * w->Y2;
        weight[i] = exp(-xi * xi / 2);
        total += weight[i];
    }
    for (size_t i = 0; i < POINTS; i++)
        weight[i] /= total;
    return gst_bulk_edge(beta, POINTS, c, weight);
}

/* From the singular values of S, and its right vectors v(., k) in orthonormal coordinates; p->edge is set. */
static void set_prediction(const gst_two_step_network *w, double beta, const gsl_matrix *v,
                           const gsl_vector *s, gst_two_step_prediction *p)
{
    p->outliers = 0;
    for (size_t k = 0; k <= w->order; k++) {
        double strength = gsl_vector_get(s, k), q = strength * strength, square = 0;
        p->strength[k] = strength;
        p->value[k] = p->edge;
        p->overlap[k] = NAN;
        double value = sqrt((1 + q) * (beta + q)) / strength;
        if (!(q * q > beta && value > p->edge))
            continue;
        for (size_t i = 0; i < w->r; i++) {
            double sum = 0;
            for (size_t j = 0; j < w->columns; j++)
                sum += gsl_matrix_get(v, j, k) * w->target[j * w->r + i];
            square += sum * sum;
        }
        p->outliers++;
        p->value[k] = value;
        p->overlap[k] = sqrt(square * (1 - (beta + q) / (q * (q + 1))));
    }
}

int gst_two_step_network_predict(const gst_two_step_network *w, double a1, double a2, double N,
                                 double d, gst_two_step_prediction *prediction)
{
    size_t n = w->order + 1;
    gsl_matrix *v = gsl_matrix_alloc(w->columns, n), *other = gsl_matrix_alloc(n, n);
    gsl_vector *s = gsl_vector_alloc(n);
    int status = v && other && s ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        set_matrix(w, a1, a2, N, v);
        status = gsl_linalg_SV_decomp_jacobi(v, other, s) ? GST_FAILED : GST_OK;
    }
    prediction->edge = find_edge(w, a1, a2, N, N / d);
    if (status == GST_OK)
        set_prediction(w, N / d, v, s, prediction);
    gsl_matrix_free(v);
    gsl_matrix_free(other);
    gsl_vector_free(s);
    return status;
}
