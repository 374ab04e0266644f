/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chebyshev.c - piecewise Chebyshev interpolation of smooth functions of one variable.
 *
 *   1. cut [low, high] into intervals; sample all functions at the Chebyshev points of the first kind,
 *      x_k = cos(pi (k+1/2)/n), of every interval, in one call;
 *   2. coefficients a_j = (2 - [j = 0])/n sum_k F(x_k) cos(pi j (k+1/2)/n);
 *   3. evaluate sum_j a_j T_j(x) by Clenshaw's recurrence, stable on [-1, 1]. */
#include "integrals/chebyshev.h"

#include "base/memory.h"
#include "base/wide.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

enum { LANES = GST_CHEBYSHEV_LANES };

static double point(size_t points, size_t k)
{
    return cos(M_PI * ((double)k + 0.5) / (double)points);
}

/* The sampling points of all intervals, one interval after the other. */
static void place(const gst_chebyshev *t, double *s)
{
    for (size_t i = 0; i < t->intervals; i++) {
        double middle = t->low + t->width * ((double)i + 0.5);
        for (size_t k = 0; k < t->points; k++)
            s[i * t->points + k] = middle + 0.5 * t->width * point(t->points, k);
    }
}

/* Coefficients from values[f*total + i*points + k]; cosines[j*points + k] = cos(pi j (k+1/2)/n). */
static void transform(gst_chebyshev *t, const double *values, const double *cosines)
{
    size_t n = t->points, total = t->intervals * n;
    for (size_t i = 0; i < t->intervals; i++) {
        for (size_t f = 0; f < t->functions; f++) {
            const double *at = values + f * total + i * n;
            for (size_t j = 0; j < n; j++) {
                double sum = 0.0;
                for (size_t k = 0; k < n; k++)
                    sum += at[k] * cosines[j * n + k];
                t->coefficients[(i * n + j) * LANES + f] = (j == 0 ? 1.0 : 2.0) / (double)n * sum;
            }
        }
    }
}

static int sample_and_transform(gst_chebyshev *t, gst_sampled_functions *sample, void *params)
{
    size_t n = t->points, total = t->intervals * n;
    double *s = gst_alloc_doubles(total), *cosines = gst_alloc_doubles(n * n);
    double *values = gst_alloc_doubles(t->functions * total);
    t->coefficients = gst_alloc_doubles(LANES * total);
    int status = s && cosines && values && t->coefficients ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        for (size_t j = 0; j < n; j++) {
            for (size_t k = 0; k < n; k++)
                cosines[j * n + k] = cos(M_PI * (double)j * ((double)k + 0.5) / (double)n);
        }
        place(t, s);
        status = sample(total, s, values, params);
    }
    if (status >= 0)
        transform(t, values, cosines);
    free(s);
    free(cosines);
    free(values);
    return status;
}

int gst_chebyshev_fit(gst_chebyshev *table, double low, double high, double length, size_t points,
                      size_t functions, gst_sampled_functions *sample, void *params)
{
    *table = (gst_chebyshev){.low = low, .points = points, .functions = functions};
    double intervals = ceil((high - low) / length);
    if (!(low < high) || !(length > 0.0) || !(intervals < 1e9) || points < 2 || functions == 0 ||
        functions > LANES)
        return GST_INVALID;
    table->intervals = (size_t)fmax(1.0, intervals);
    table->width = (high - low) / (double)table->intervals;
    int status = sample_and_transform(table, sample, params);
    if (status < 0)
        gst_chebyshev_clear(table);
    return status;
}

void gst_chebyshev_clear(gst_chebyshev *table)
{
    free(table->coefficients);
    *table = (gst_chebyshev){.low = 0.0};
}

/* The coefficients that hold at s, and its place x in their interval. */
static inline const double *find(const gst_chebyshev *table, double s, double *x)
{
    double at = (s - table->low) / table->width;
    size_t interval = at > 0.0 ? (size_t)fmin(at, (double)(table->intervals - 1)) : 0;
    *x = 2.0 * (at - (double)interval) - 1.0;
    return table->coefficients + interval * table->points * LANES;
}

/* All lanes advance together, a constant number of them: the compiler makes vectors of them. */
void gst_chebyshev_evaluate(const gst_chebyshev *table, double s, double *out)
{
    double x, next[LANES] = {0.0}, last[LANES] = {0.0};
    const double *first = find(table, s, &x);
    for (const double *a = first + (table->points - 1) * LANES; a > first; a -= LANES) {
        for (size_t f = 0; f < LANES; f++) {
            double now = 2.0 * x * next[f] - last[f] + a[f];
            last[f] = next[f];
            next[f] = now;
        }
    }
    for (size_t f = 0; f < LANES; f++)
        out[f] = x * next[f] - last[f] + first[f];
}

/* TOGETHER points at a time, since each step of a recurrence waits for the one before. */
enum { TOGETHER = 2 };

GST_WIDE_CLONES
static void evaluate_together(const gst_chebyshev *table, const double *s, double *out)
{
    double x[TOGETHER], next[TOGETHER * LANES] = {0.0}, last[TOGETHER * LANES] = {0.0};
    const double *first[TOGETHER];
    for (size_t k = 0; k < TOGETHER; k++)
        first[k] = find(table, s[k], &x[k]);
    for (size_t j = (table->points - 1) * LANES; j > 0; j -= LANES) {
        for (size_t k = 0; k < TOGETHER; k++) {
            double twice = 2.0 * x[k];
            const double *a = first[k] + j;
#pragma omp simd
            for (size_t f = k * LANES; f < (k + 1) * LANES; f++) {
                double now = twice * next[f] - last[f] + a[f - k * LANES];
                last[f] = next[f];
                next[f] = now;
            }
        }
    }
    for (size_t k = 0; k < TOGETHER; k++)
        for (size_t f = 0; f < LANES; f++)
            out[k * LANES + f] = x[k] * next[k * LANES + f] - last[k * LANES + f] + first[k][f];
}

void gst_chebyshev_rows(const gst_chebyshev *table, size_t n, const double *s, size_t stride,
                        double *out)
{
    double at[TOGETHER * LANES];
    for (size_t i = 0; i < n; i += TOGETHER) {
        size_t count = n - i < TOGETHER ? n - i : TOGETHER;
        if (count == TOGETHER)
            evaluate_together(table, s + i, at);
        for (size_t k = 0; count < TOGETHER && k < count; k++)
            gst_chebyshev_evaluate(table, s[i + k], at + k * LANES);
        for (size_t f = 0; f < table->functions; f++)
            for (size_t k = 0; k < count; k++)
                out[f * stride + i + k] = at[k * LANES + f];
    }
}
