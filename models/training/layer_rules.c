/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layer_rules.c - rules of K values for the laws of a second layer (docs/theory, continuous second layers).
 *
 *   N(0, 1)   the Gauss rule, whose error in what follows falls like exp(-c sqrt K), while K is small, since it is exact
 *             for the low moments that small steps see; then the trapezoid rule on [-R, R], R = (2.1 pi K)^(1/3), whose
 *             error falls like exp(-c K^(2/3)): R makes its two parts alike, what lies beyond R and what poles at a
 *             distance of one from the real axis leave (Trefethen and Weideman, SIAM Review 56, 2014, section 5);
 *   uniform   Gauss and Legendre's rule;
 *   a sample  the Gauss rule of its empirical measure: Lanczos' iteration on the diagonal matrix of its values from the
 *             vector of equal weights, with every vector made orthogonal to all before it, twice; eigenvalues and
 *             squared first components of eigenvectors of the tridiagonal matrix (Golub and Welsch). */
#include "models/training/layer_rules.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"

#include "base/linear.h"
#include "base/memory.h"
#include "integrals/mesh.h"
#include "integrals/partition.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAUSS_MOST 20
/* Samples of so few distinct values are lists. */
#define DISTINCT_FEW 8

int gst_second_layer_alloc(gst_second_layer *layer, size_t K)
{
    *layer = (gst_second_layer){.K = K, .A = gst_alloc_doubles(K), .pi = gst_alloc_doubles(K)};
    if (layer->A && layer->pi)
        return GST_OK;
    gst_second_layer_clear(layer);
    return GST_NO_MEMORY;
}

void gst_second_layer_clear(gst_second_layer *layer)
{
    free(layer->A);
    free(layer->pi);
    free(layer->sample);
    *layer = (gst_second_layer){0};
}

/* ---- N(0, 1), uniform --------------------------------------------------------------------------- */

static int fill_gaussian(const gst_second_layer *law, gst_second_layer *rule)
{
    size_t K = rule->K;
    (void)law;
    if (K <= GAUSS_MOST)
        return gst_rule_hermite(K, rule->A, rule->pi);
    double reach = cbrt(2.1 * M_PI * (double)K), sum = 0.0;
    for (size_t g = 0; g < K; g++) {
        rule->A[g] = reach * (2.0 * (double)g / (double)(K - 1) - 1.0);
        sum += rule->pi[g] = exp(-0.5 * rule->A[g] * rule->A[g]);
    }
    for (size_t g = 0; g < K; g++)
        rule->pi[g] /= sum;
    return GST_OK;
}

static int fill_uniform(const gst_second_layer *law, gst_second_layer *rule)
{
    (void)law;
    int status = gst_rule_legendre(rule->K, rule->A, rule->pi);
    for (size_t g = 0; g < rule->K; g++) {
        rule->A[g] *= sqrt(3.0);
        rule->pi[g] *= 0.5;
    }
    return status;
}

/* ---- a sample ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Distinct values in increasing order and their shares; their number.  Both hold `count` numbers. */
static size_t distinct_values(size_t count, const double *sample, double *values, double *shares)
{
    size_t found = 0;
    memcpy(values, sample, count * sizeof *values);
    qsort(values, count, sizeof *values, by_size);
    for (size_t i = 0; i < count; i++) {
        if (found == 0 || values[i] != values[found - 1]) {
            shares[found] = 0.0;
            values[found++] = values[i];
        }
        shares[found - 1] += 1.0 / (double)count;
    }
    return found;
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The K x K tridiagonal matrix of Lanczos' iteration, dense; basis: K x n. */
static int tridiagonalise(size_t n, const double *values, const double *shares, size_t K,
                          double *basis, double *matrix)
{
    memset(matrix, 0, K * K * sizeof *matrix);
    for (size_t i = 0; i < n; i++)
        basis[i] = sqrt(shares[i]);
    for (size_t k = 0; k < K; k++) {
        const double *now = basis + k * n;
        double *next = basis + (k + 1) * n;
        for (size_t i = 0; i < n; i++)
            next[i] = values[i] * now[i];
        matrix[k * K + k] = dot(n, next, now);
        if (k + 1 == K)
            return GST_OK;
        for (size_t pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j <= k; j++) {
                double along = dot(n, next, basis + j * n);
                for (size_t i = 0; i < n; i++)
                    next[i] -= along * basis[j * n + i];
            }
        }
        double length = sqrt(dot(n, next, next));
        if (!(length > 0.0))
            return GST_FAILED;
        for (size_t i = 0; i < n; i++)
            next[i] /= length;
        matrix[k * K + k + 1] = matrix[(k + 1) * K + k] = length;
    }
    return GST_OK;
}

static int gauss_of_sample(size_t n, const double *values, const double *shares,
                           gst_second_layer *rule)
{
    size_t K = rule->K;
    double *work = gst_alloc_doubles((K + 1) * n + 2 * K * K);
    if (!work)
        return GST_NO_MEMORY;
    double *matrix = work + (K + 1) * n, *vectors = matrix + K * K, sum = 0.0;
    int status = tridiagonalise(n, values, shares, K, work, matrix);
    if (status == GST_OK)
        status = gst_symmetric_eigen(K, matrix, rule->A, vectors);
    for (size_t g = 0; g < K && status == GST_OK; g++)
        sum += rule->pi[g] = vectors[g] * vectors[g];
    for (size_t g = 0; g < K && status == GST_OK; g++)
        rule->pi[g] /= sum;
    free(work);
    return status;
}

/* *exact: all of its distinct values, if they are no more than K. */
static int rule_of_sample(const gst_second_layer *law, size_t K, gst_second_layer *rule, int *exact)
{
    double *values = gst_alloc_doubles(2 * law->count);
    if (!values)
        return GST_NO_MEMORY;
    double *shares = values + law->count;
    size_t n = distinct_values(law->count, law->sample, values, shares);
    *exact = n <= K;
    int status = gst_second_layer_alloc(rule, n <= K ? n : K);
    if (status == GST_OK && *exact) {
        memcpy(rule->A, values, n * sizeof *values);
        memcpy(rule->pi, shares, n * sizeof *shares);
    } else if (status == GST_OK) {
        status = gauss_of_sample(n, values, shares, rule);
    }
    free(values);
    return status;
}

int gst_second_layer_of_sample(gst_second_layer *layer, size_t count, const double *values,
                               gst_message *message)
{
    int exact;
    gst_second_layer made = {.law = GST_LAYER_SAMPLE, .count = count};
    *layer = (gst_second_layer){0};
    if (count == 0)
        return gst_fail(message, GST_INVALID, "has no values");
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return gst_fail(message, GST_INVALID, "has value %zu, which is not finite", i + 1);
    made.sample = gst_alloc_doubles(count);
    if (!made.sample)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    memcpy(made.sample, values, count * sizeof *values);
    int status = rule_of_sample(&made, DISTINCT_FEW, layer, &exact);
    if (status == GST_OK && !exact) {
        gst_second_layer_clear(layer);
        status = rule_of_sample(&made, GST_LAYER_FIRST_RULE, layer, &exact);
        layer->law = made.law;
        layer->count = count;
        layer->sample = made.sample;
        made.sample = NULL;
    }
    free(made.sample);
    if (status == GST_OK)
        return GST_OK;
    gst_second_layer_clear(layer);
    return gst_fail(message, status, "%s", gst_status_name(status));
}

/* ---- all of them -------------------------------------------------------------------------------- */

static int copy_values(const gst_second_layer *layer, gst_second_layer *rule)
{
    int status = gst_second_layer_alloc(rule, layer->K);
    if (status != GST_OK)
        return status;
    memcpy(rule->A, layer->A, layer->K * sizeof *rule->A);
    memcpy(rule->pi, layer->pi, layer->K * sizeof *rule->pi);
    return GST_OK;
}

int gst_second_layer_rule(const gst_second_layer *layer, size_t K, gst_second_layer *rule,
                          int *exact)
{
    static int (*const fill[])(const gst_second_layer *law, gst_second_layer *rule) = {
        [GST_LAYER_GAUSSIAN] = fill_gaussian, [GST_LAYER_UNIFORM] = fill_uniform};
    *rule = (gst_second_layer){0};
    *exact = layer->law == GST_LAYER_VALUES;
    if (*exact)
        return copy_values(layer, rule);
    if (K < 1 || K > GST_GROUPS_MAX)
        return GST_INVALID;
    int status = layer->law == GST_LAYER_SAMPLE ? rule_of_sample(layer, K, rule, exact)
                                                : gst_second_layer_alloc(rule, K);
    if (status == GST_OK && layer->law != GST_LAYER_SAMPLE)
        status = fill[layer->law](layer, rule);
    if (status != GST_OK)
        gst_second_layer_clear(rule);
    return status;
}
