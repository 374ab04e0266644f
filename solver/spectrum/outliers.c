/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outliers.c - eigenvalues outside the bulks at finite width, and their eigenvectors (docs/theory, outliers).
 *
 *   1. Right of, between and left of the bulks, look at the secular matrix (outlier_matrix.h) at points whose
 *      distances from the edges grow geometrically; right of the bulks on until no outlier is beyond.
 *   2. Where the number beyond changes, halve until one eigenvalue changes sign, then close in on its zero by
 *      the Illinois method.  An eigenvalue that changes sign through infinity marks no outlier.
 *   3. (I + A gram)^{-1} A has a simple pole at lambda = -x with residue y y^T, found by the trapezoid rule
 *      on a circle.  With y = (m; t): mean_g = m_g/sqrt(p pi_g),
 *      spike_l = sum_g (U_gl m_g + t_gl)/|W v_l|  (spike_norms.c). */
#include "solver/spectrum/outlier_matrix.h"
#include "giantstep/features.h"
#include "solver/spectrum/spectrum_private.h"

#include "base/arena.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST 1e-9
#define GROWTH 1.7
#define FARTHEST 1e-6
#define REFINE_STEPS 200
#define ROOT_END 1e-14
/* An eigenvalue as close to 0 as this at the end is a zero, not a pole. */
#define ZERO 1e-4
#define CIRCLE_POINTS 12
#define CIRCLE_RADIUS 0.25
/* Outliers nearer than this to each other or an edge, relative, have no eigenvector of their own. */
#define DEGENERATE 1e-6
#define DOUBLINGS 200
/* Squared overlaps nearer than this factor tie: the earlier group has the positive sign. */
#define TIE 1.000001

typedef struct {
    gst_secular full, companion;
    gst_outlier *out;
    size_t room, count;
} search;

static void store(search *s, double x, double error, double tol)
{
    if (s->count < s->room)
        s->out[s->count] =
            (gst_outlier){.x = x, .error = error, .status = error <= tol * x ? GST_OK : GST_LOOSE};
    s->count++;
}

/* ---- one root ----------------------------------------------------------------------------------- */

/* Eigenvalue k of the companion's matrix at x, over its slope in the full one. */
static double root_error(search *s, double x, size_t k, double slope)
{
    gst_secular_point point;
    if (gst_secular_look(&s->companion, x, &point) != GST_OK || k >= s->companion.rank)
        return INFINITY;
    double error = fabs(s->companion.values[k] / slope);
    return isfinite(error) ? error : INFINITY;
}

/* Between a and b eigenvalue k changes sign; Illinois.  *slope: of the eigenvalue. */
static double close_in(gst_secular *secular, double a, double fa, double b, double fb, size_t k,
                       double *slope, double *last)
{
    gst_secular_point point;
    double x = a, f = fa;
    for (int step = 0; step < REFINE_STEPS && fabs(b - a) > ROOT_END * fabs(b); step++) {
        x = step % 8 == 7 ? 0.5 * (a + b) : b - fb * (b - a) / (fb - fa);
        if (gst_secular_look(secular, x, &point) != GST_OK || k >= secular->rank)
            return NAN;
        f = secular->values[k];
        if (f == 0.0)
            break;
        if ((f > 0.0) == (fb > 0.0)) {
            fa *= 0.5;
        } else {
            a = b;
            fa = fb;
        }
        if (fabs(x - b) <= ROOT_END * fabs(x)) {
            b = x;
            fb = f;
            break;
        }
        b = x;
        fb = f;
    }
    *last = f;
    double h = 1e-5 * fabs(x), high, low;
    if (gst_secular_look(secular, x + h, &point) != GST_OK)
        return NAN;
    high = secular->values[k];
    if (gst_secular_look(secular, x - h, &point) != GST_OK)
        return NAN;
    low = secular->values[k];
    *slope = (high - low) / (2.0 * h);
    return x;
}

/* All outliers between two points that differ in number beyond. */
static int resolve(search *s, gst_secular_point low, gst_secular_point high, double tol)
{
    long number = low.beyond - high.beyond;
    gst_secular_point middle;
    if (number == 0)
        return GST_OK;
    if (high.x - low.x <= ROOT_END * high.x) {
        for (long i = 0; i < labs(number); i++)
            store(s, low.x, high.x - low.x, tol);
        return GST_OK;
    }
    if (labs(number) == 1 && low.positive - high.positive == (size_t)number) {
        size_t k = low.positive > high.positive ? low.positive - 1 : high.positive - 1;
        double fa, fb, slope, last;
        if (gst_secular_look(&s->full, low.x, &low) == GST_OK) {
            fa = s->full.values[k];
            if (gst_secular_look(&s->full, high.x, &high) == GST_OK) {
                fb = s->full.values[k];
                double x = close_in(&s->full, low.x, fa, high.x, fb, k, &slope, &last);
                if (isfinite(x) && fabs(last) <= ZERO)
                    store(s, x, root_error(s, x, k, slope) + 4.0 * ROOT_END * x, tol);
                if (isfinite(x))
                    return GST_OK;
            }
        }
    }
    if (gst_secular_look(&s->full, 0.5 * (low.x + high.x), &middle) != GST_OK)
        return GST_FAILED;
    int status = resolve(s, low, middle, tol);
    return status == GST_OK ? resolve(s, middle, high, tol) : status;
}

/* ---- the intervals ------------------------------------------------------------------------------ */

/* Increasing points of (low, high), geometric from both ends; high = INFINITY: until nothing is beyond. */
static int scan(search *s, double low, double high, double tol)
{
    gst_secular_point before = {.x = NAN}, now;
    int any = 0, status = GST_OK;
    double unit = low > 0.0 ? low : high;
    double span = isfinite(high) ? high - low : INFINITY;
    double step = (low > 0.0 ? NEAREST : FARTHEST) * unit, x = low + step;
    for (int i = 0, descending = 0; i < DOUBLINGS && status == GST_OK; i++) {
        if (gst_secular_look(&s->full, x, &now) == GST_OK) {
            if (any)
                status = resolve(s, before, now, tol);
            any = 1;
            before = now;
        }
        if (!isfinite(high) && x > 4.0 * low && now.beyond == 0)
            break;
        step *= descending ? 1.0 / GROWTH : GROWTH;
        if (!descending && low + step > low + 0.5 * span) {
            descending = 1;
            step = 0.5 * span;
        }
        x = descending ? high - step : low + step;
        if (descending && step < NEAREST * unit)
            break;
    }
    return any ? status : GST_OK;
}

/* ---- eigenvectors ------------------------------------------------------------------------------- */

static double distance(const gst_support *support, const gst_outlier *out, size_t count, size_t i)
{
    double x = out[i].x, least = x;
    for (size_t b = 0; b < support->bulks; b++)
        least = fmin(least, fmin(fabs(x - support->low[b]), fabs(x - support->high[b])));
    for (size_t j = 0; j < count; j++) {
        if (j != i)
            least = fmin(least, fabs(x - out[j].x));
    }
    return least;
}

/* Residue of (I + A gram)^{-1} A in lambda at -x, n x n, on a circle of that radius. */
static int residue(gst_secular *s, double x, double radius, double complex *inverse, double *out)
{
    size_t n = s->n;
    gst_secular_point point;
    memset(out, 0, n * n * sizeof *out);
    for (size_t k = 0; k < CIRCLE_POINTS; k++) {
        double angle = M_PI * ((double)k + 0.5) / CIRCLE_POINTS;
        double complex offset = radius * (cos(angle) + sin(angle) * I);
        if (gst_secular_look(s, x, &point) != GST_OK ||
            gst_secular_inverse(s, x + offset, inverse) != GST_OK)
            return GST_FAILED;
        for (size_t i = 0; i < n * n; i++)
            out[i] -= creal(inverse[i] * offset) / CIRCLE_POINTS;
    }
    return GST_OK;
}

static void eigenvector_overlaps(const gst_secular *s, const gst_features *f, const double *norm2,
                                 const double *residues, gst_outlier *out)
{
    size_t n = s->n, K = s->K, special = s->m + s->q + 1, most = 0;
    for (size_t g = 1; g < K; g++) {
        if (residues[g * n + g] / f->pi[g] > TIE * residues[most * n + most] / f->pi[most])
            most = g;
    }
    const double *row = residues + most * n;
    double scale = 1.0 / sqrt(row[most]);
    for (size_t g = 0; g < K; g++)
        out->mean[g] = row[g] * scale / sqrt(s->width * f->pi[g]);
    for (size_t l = 0; l < s->m; l++) {
        double sum = 0.0;
        for (size_t g = 0; g < K; g++)
            sum += (f->U[g * s->m + l] * row[g] + row[K + g * special + l]) * scale;
        out->spike[l] = sum / sqrt(norm2[l]);
    }
}

static int set_eigenvectors(search *s, const gst_spectrum *spectrum)
{
    size_t n = s->full.n, count = s->count < s->room ? s->count : s->room;
    double complex *inverse;
    double *out, norm2[GST_SPIKES_MAX];
    gst_arena memory = {0};
    const gst_array arrays[] = {GST_MATRIX(inverse, n, n), GST_MATRIX(out, n, n)};
    int status = gst_arena_take(&memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = gst_spike_norms(spectrum->tables.resolution[GST_FULL].bulk, spectrum->features[0],
                                 s->full.width, s->full.width / spectrum->beta, norm2);
    for (size_t i = 0; status == GST_OK && i < count; i++) {
        gst_outlier *outlier = &s->out[i];
        double least = distance(&spectrum->tables.support, s->out, count, i);
        for (size_t g = 0; g < s->full.K; g++)
            outlier->mean[g] = NAN;
        for (size_t l = 0; l < s->full.m; l++)
            outlier->spike[l] = NAN;
        if (least > DEGENERATE * outlier->x &&
            residue(&s->full, outlier->x, CIRCLE_RADIUS * least, inverse, out) == GST_OK)
            eigenvector_overlaps(&s->full, spectrum->features[0], norm2, out, outlier);
    }
    gst_arena_free(&memory);
    return status;
}

static int by_position(const void *a, const void *b)
{
    double x = ((const gst_outlier *)a)->x, y = ((const gst_outlier *)b)->x;
    return (x > y) - (x < y);
}

int gst_spectrum_outliers(gst_spectrum *spectrum, double width, size_t room, gst_outlier *outliers,
                          size_t *count)
{
    const gst_support *support = &spectrum->tables.support;
    const gst_features *f = spectrum->features[0];
    search s = {.out = outliers, .room = room};
    *count = 0;
    if (!(width > 0.0 && isfinite(width)))
        return GST_INVALID;
    int status = gst_secular_alloc(&s.full, &spectrum->tables.r[GST_FULL], f->m, f->q, width);
    if (status == GST_OK)
        status =
            gst_secular_alloc(&s.companion, &spectrum->tables.r[GST_COMPANION], f->m, f->q, width);
    for (size_t b = 0; status == GST_OK && b <= support->bulks; b++) {
        double low = b > 0 ? support->high[b - 1] : 0.0;
        double high = b < support->bulks ? support->low[b] : INFINITY;
        int tail = b == 0 && support->low_kind[0] != GST_EDGE_ROOT;
        if (high > low && !tail)
            status = scan(&s, low, high, spectrum->tol);
    }
    *count = s.count;
    if (status == GST_OK) {
        qsort(outliers, s.count < room ? s.count : room, sizeof *outliers, by_position);
        status = set_eigenvectors(&s, spectrum);
    }
    gst_secular_clear(&s.full);
    gst_secular_clear(&s.companion);
    return status;
}
