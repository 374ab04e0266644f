/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_series.c - Hermite coefficients of the probability of a label, and their sums along a direction of s.
 *
 *   1. coefficients at a site: node by node along the last axis, then run by run of equal coordinates along the axis before
 *      it, and so on: the rule is lexicographic;
 *   2. |T_k(e)| is the root of sum_{|a|=k} p_a^2 at most, so that what the terms beyond K leave is known without e:
 *      c^K/(1-c) times the largest of these;
 *   3. sums along e: over the last index at once, for every choice of the others. */
#include "solver/readout/coupled/label_series.h"
#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/limits.h"
#include "giantstep/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/vector_math.h"

/* What may be left out, of probabilities, times the share of the site. */
#define NEGLIGIBLE 3e-17

/* Degrees for q = 1, 2, ...: what a rule over s resolves, and memory holds. */
static const size_t degrees[GST_TARGET_DIM_MAX + 1] = {0, GST_LABEL_TERMS_MAX, 160, 88, 40};

/* Multi-indices of `axes` axes with |a| <= degree. */
static size_t indices(size_t axes, size_t degree)
{
    size_t count = 1;
    for (size_t j = 1; j <= axes; j++)
        count = count * (degree + j) / j;
    return count;
}

/* ---- coefficients ------------------------------------------------------------------------------- */

/* before = h_{k+1}, from here = h_k and before = h_{k-1}. */
GST_VECTOR_CLONES
static void next_polynomial(size_t n, double k, const double *restrict zeta,
                            const double *restrict here, double *restrict before)
{
    double down = sqrt(k), up = 1.0 / sqrt(k + 1.0);
    for (size_t i = 0; i < n; i++)
        before[i] = (zeta[i] * here[i] - down * before[i]) * up;
}

GST_VECTOR_CLONES
static void add_scaled(size_t n, double scale, const double *restrict x, double *restrict sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += scale * x[i];
}

GST_VECTOR_CLONES
static double dot(size_t n, const double *restrict x, const double *restrict y)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* h_0(x) .. h_degree(x). */
static void polynomials(size_t degree, double x, double *h)
{
    h[0] = 1.0;
    if (degree > 0)
        h[1] = x;
    for (size_t k = 1; k < degree; k++)
        h[k + 1] = (x * h[k] - sqrt((double)k) * h[k - 1]) / sqrt((double)(k + 1));
}

/* to += scale from, both nested over `axes` axes, of degrees to_degree <= from_degree. */
static void add_nested(size_t axes, size_t from_degree, size_t to_degree, double scale,
                       const double *from, double *to)
{
    if (axes == 1) {
        add_scaled(to_degree + 1, scale, from, to);
        return;
    }
    for (size_t a = 0; a <= to_degree; a++) {
        add_nested(axes - 1, from_degree - a, to_degree - a, scale, from, to);
        from += indices(axes - 1, from_degree - a);
        to += indices(axes - 1, to_degree - a);
    }
}

/* out = the coefficients over the last axis of nodes low <= i < high; scratch: 3 numbers a node. */
static void transform_last(const gst_label_nodes *nodes, size_t degree, size_t low, size_t high,
                           const double *s, double *scratch, double *out)
{
    size_t n = high - low;
    double *mass = scratch, *here = scratch + n, *before = scratch + 2 * n;
    for (size_t i = 0; i < n; i++) {
        mass[i] = nodes->weight[low + i] * nodes->value[low + i];
        here[i] = 1.0;
        before[i] = 0.0;
    }
    for (size_t a = 0; a <= degree; a++) {
        double *next = before;
        out[a] = dot(n, mass, here);
        next_polynomial(n, (double)a, s + low, here, before);
        before = here;
        here = next;
    }
}

/* out = those over the last `axes' axes, of which s is the first; scratch: per axis but the last degree + 1 and what the
 * next axis has, then as above. */
static void transform(const gst_label_nodes *nodes, size_t axes, size_t degree, size_t low,
                      size_t high, const double *s, double *scratch, double *out)
{
    size_t left = axes - 1;
    if (left == 0) {
        transform_last(nodes, degree, low, high, s, scratch, out);
        return;
    }
    double *h = scratch, *inner = scratch + degree + 1;
    memset(out, 0, indices(axes, degree) * sizeof *out);
    for (size_t from = low, to = low; from < high; from = to) {
        double *at = out;
        while (to < high && s[to] == s[from])
            to++;
        transform(nodes, left, degree, from, to, s + nodes->count, inner + indices(left, degree),
                  inner);
        polynomials(degree, s[from], h);
        for (size_t a = 0; a <= degree; a++) {
            add_nested(left, degree, degree - a, h[a], inner, at);
            at += indices(left, degree - a);
        }
    }
}

/* ---- all of them in order ----------------------------------------------------------------------- */

/* The indices of all axes but the last: a_1 .. a_{q-1}, |a| <= most; `size' coefficients begin at `at'. */
typedef struct {
    size_t a[GST_TARGET_DIM_MAX], sum, at;
} prefix;

/* The next one; 0 after the last.  degree: of what is stored. */
static int next_prefix(prefix *p, size_t q, size_t degree, size_t most)
{
    p->at += degree - p->sum + 1;
    for (size_t j = q - 1; j-- > 0;) {
        if (p->sum < most) {
            p->a[j]++;
            p->sum++;
            return 1;
        }
        /* axis j starts again at 0: what is stored beyond `most' is passed over */
        size_t axes = q - 1 - j;
        for (size_t above = most + 1; above <= degree; above++)
            p->at += indices(axes, degree - above);
        p->sum -= p->a[j];
        p->a[j] = 0;
    }
    return 0;
}

/* The root of |a|!/a! on all coefficients, and what each degree holds. */
static void scale_site(const gst_label_series *series, double share, double *p, double *rest)
{
    size_t q = series->q, degree = series->degree;
    prefix at = {.sum = 0};
    double log_factorial[GST_LABEL_TERMS_MAX + 1];
    for (size_t a = 0; a <= degree; a++)
        log_factorial[a] = lgamma((double)a + 1.0);
    memset(rest, 0, (degree + 2) * sizeof *rest);
    do {
        double log_below = 0.0;
        for (size_t j = 0; j + 1 < q; j++)
            log_below += log_factorial[at.a[j]];
        for (size_t a = 0; at.sum + a <= degree; a++) {
            double *value = &p[at.at + a];
            rest[at.sum + a] += *value * *value;
            if (q > 1)
                *value *= exp(0.5 * (log_factorial[at.sum + a] - log_factorial[a] - log_below));
        }
    } while (next_prefix(&at, q, degree, degree));
    for (size_t i = degree + 1; i-- > 0;)
        rest[i] = fmax(share * sqrt(rest[i]), rest[i + 1]);
}

int gst_label_series_init(gst_label_series *series, size_t n, size_t q)
{
    size_t degree = degrees[q], count = indices(q, degree);
    *series = (gst_label_series){.q = q, .degree = degree, .count = count};
    const gst_array arrays[] = {GST_MATRIX(series->p, n, count),
                                GST_MATRIX(series->rest, n, degree + 2)};
    return gst_arena_take(&series->memory, sizeof arrays / sizeof *arrays, arrays);
}

/* Nodes that differ in the last axis only, at most. */
static size_t longest_run(const gst_label_nodes *nodes, size_t q)
{
    size_t longest = 0, from = 0;
    const double *s = nodes->s + (q > 1 ? q - 2 : 0) * nodes->count;
    for (size_t i = 0; q > 1 && i < nodes->count; i++) {
        from = s[i] == s[from] ? from : i;
        longest = i + 1 - from > longest ? i + 1 - from : longest;
    }
    return q > 1 ? longest : nodes->count;
}

int gst_label_series_set(gst_label_series *series, size_t k, const gst_label_nodes *nodes,
                         double share)
{
    size_t q = series->q, degree = series->degree;
    double *p = series->p + k * series->count;
    double *scratch =
        gst_alloc(q * (series->count + degree + 1) + 3 * longest_run(nodes, q), sizeof *scratch);
    if (!scratch)
        return GST_NO_MEMORY;
    transform(nodes, q, degree, 0, nodes->count, nodes->s, scratch, p);
    scale_site(series, fmin(share, 1.0), p, series->rest + k * (degree + 2));
    free(scratch);
    return GST_OK;
}

void gst_label_series_clear(gst_label_series *series)
{
    gst_arena_free(&series->memory);
    *series = (gst_label_series){.degree = 0};
}

/* ---- sums --------------------------------------------------------------------------------------- */

size_t gst_label_series_terms(const gst_label_series *series, size_t k, double c)
{
    const double *rest = series->rest + k * (series->degree + 2);
    double power = 1.0 / (1.0 - c);
    for (size_t i = 1; i <= series->degree; i++) {
        power *= c;
        if (power * rest[i] <= NEGLIGIBLE)
            return i;
    }
    return 0;
}

/* sum[i] += scale x[i] p[i]. */
GST_VECTOR_CLONES
static void add_along_power(size_t n, double scale, const double *restrict x,
                            const double *restrict p, double *restrict sum)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += scale * x[i] * p[i];
}

/* Powers of a component of e, and their derivatives. */
static void powers(size_t length, double e, double *power, double *slope)
{
    power[0] = 1.0;
    slope[0] = 0.0;
    for (size_t a = 1; a < length; a++) {
        power[a] = power[a - 1] * e;
        slope[a] = (double)a * power[a - 1];
    }
}

/* T, d_1 T, .., d_q T, each of degrees 0 .. length - 1, into sum. */
static void sum_along(const gst_label_series *series, const double *p, size_t length,
                      const double *e, double *sum)
{
    size_t q = series->q;
    double power[GST_TARGET_DIM_MAX][GST_LABEL_TERMS_MAX + 1];
    double slope[GST_TARGET_DIM_MAX][GST_LABEL_TERMS_MAX + 1];
    prefix at = {.sum = 0};
    for (size_t j = 0; j < q; j++)
        powers(length, e[j], power[j], slope[j]);
    memset(sum, 0, (q + 1) * length * sizeof *sum);
    do {
        for (size_t j = 0; j <= q; j++) {
            double product = 1.0;
            for (size_t i = 0; i + 1 < q; i++)
                product *= i + 1 == j ? slope[i][at.a[i]] : power[i][at.a[i]];
            add_along_power(length - at.sum, product, j == q ? slope[q - 1] : power[q - 1],
                            p + at.at, sum + j * length + at.sum);
        }
    } while (next_prefix(&at, q, series->degree, length - 1));
}

void gst_label_series_along(const gst_label_series *series, size_t k, size_t terms, double c,
                            const double *e, double *scratch, double *coefficient)
{
    size_t q = series->q, length = terms + 1;
    double *sum = scratch, scale = 1.0;
    sum_along(series, series->p + k * series->count, length, e, sum);
    for (size_t i = 0; i < terms; i++, scale *= c) {
        coefficient[i] = scale * sum[i];
        for (size_t j = 0; j < q; j++) {
            double above = sum[(j + 1) * length + i + 1] / sqrt((double)(i + 1));
            double below = i > 0 ? e[j] * sqrt((double)i) * sum[i - 1] : 0.0;
            coefficient[(j + 1) * terms + i] = scale * (above + below);
        }
    }
}

/* All terms: here = h_0, before = 0 on entry, sum = 0. */
GST_VECTOR_CLONES
static void sum_terms(size_t rows, size_t terms, const double *coefficient, size_t n,
                      const double *zeta, double *here, double *before, double *sum)
{
    for (size_t k = 0; k < terms; k++) {
        double down = sqrt((double)k), up = 1.0 / sqrt((double)(k + 1)), *next = before;
        for (size_t j = 0; j < rows; j++) {
            double scale = coefficient[j * terms + k], *row = sum + j * n;
#pragma omp simd
            for (size_t i = 0; i < n; i++)
                row[i] += scale * here[i];
        }
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            next[i] = (zeta[i] * here[i] - down * next[i]) * up;
        before = here;
        here = next;
    }
}

void gst_label_series_sum(size_t rows, size_t terms, const double *coefficient, size_t n,
                          const double *zeta, double *scratch, double *sum)
{
    memset(sum, 0, rows * n * sizeof *sum);
    for (size_t i = 0; i < n; i++) {
        scratch[i] = 1.0;
        scratch[n + i] = 0.0;
    }
    sum_terms(rows, terms, coefficient, n, zeta, scratch, scratch + n, sum);
}
