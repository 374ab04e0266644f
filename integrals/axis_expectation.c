/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis_expectation.c - E f_c(x), x ~ N(0,1), of functions resolved on panels.
 *
 *   1. Cut the box at the kinks of f and resolve F_c = f_c times the normal density on panels (partition.c).
 *   2. value = sum of the panels' Gauss rules.
 *   3. The same on the companion partition, whose cuts, nodes and checks are others: half.
 *   4. error = |value - half| + what the unresolved panels may hold + F at the ends of the box + rounding, which is
 *      that of sums and that of f itself: the difference of F at neighbouring floating-point numbers, at a sample of
 *      the nodes (cos(461.6 z) is only known to 461.6 |z| units in the last place). */
#include "integrals/axis_expectation.h"
#include "integrals/mesh.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "integrals/partition.h"
#include "integrals/rule.h"

enum { most_kinks = 1024, block = 256, dim_most = 32, sampled_nodes = 64 };

/* Panels to start with are no longer than this. */
static const double longest = 3;

/* Where the density is below this, a value that is not finite stands for nothing. */
static const double unlikely = 1e-30;

/* Rounding of values, weights and nodes, in units of the scale. */
static const double rounding = 4 * DBL_EPSILON;

typedef struct {
    const gst_expectand *e;
    const double *fixed;
    double *x; /* dim rows of `block` */
} gst_axis;

/* f_c times the density, at n <= block points. */
static void weigh_block(gst_axis *axis, size_t n, const double *x, double *f)
{
    size_t first = axis->e->first;
    for (size_t j = 0; j < first; j++)
        for (size_t k = 0; k < n; k++)
            axis->x[j * n + k] = axis->fixed[j];
    for (size_t k = 0; k < n; k++)
        axis->x[first * n + k] = x[k];
    axis->e->f(n, axis->x, f, axis->e->params);
    for (size_t k = 0; k < n; k++) {
        double density = gst_normal_density(x[k]);
        for (size_t c = 0; c < axis->e->components; c++) {
            double *at = f + c * n + k;
            *at = isfinite(*at) || density > unlikely ? *at * density : 0;
        }
    }
}

static void weighted(size_t n, const double *x, double *out, void *params)
{
    gst_axis *axis = params;
    size_t C = axis->e->components;
    if (n <= block) {
        weigh_block(axis, n, x, out);
        return;
    }
    double *part = axis->x + dim_most * block;
    for (size_t at = 0; at < n; at += block) {
        size_t size = n - at < block ? n - at : block;
        weigh_block(axis, size, x + at, part);
        for (size_t c = 0; c < C; c++)
            for (size_t k = 0; k < size; k++)
                out[c * n + at + k] = part[c * size + k];
    }
}

/* Sum over the nodes of one component, panel by panel so that rounding does not grow with their number;
 * *scale: of the absolute values. */
static double sum_nodes(const gst_partition *p, size_t c, double *scale)
{
    double value = 0, carry = 0;
    *scale = 0;
    for (size_t i = 0; i < p->panels; i++) {
        double part = 0, size = 0;
        for (size_t k = i * GST_PARTITION_POINTS; k < (i + 1) * GST_PARTITION_POINTS; k++) {
            double term = p->w[k] * p->values[c * p->n + k];
            part += term;
            size += fabs(term);
        }
        double total = value + part;
        carry += fabs(value) >= fabs(part) ? (value - total) + part : (part - total) + value;
        value = total;
        *scale += size;
    }
    return value + carry;
}

/* Per component, what F changes by when the nodes move by a unit in the last place, integrated, from a sample of
 * them. */
static int own_rounding(gst_axis *axis, const gst_partition *p, double *change)
{
    size_t C = p->functions, stride = p->n / sampled_nodes + 1, m = 0;
    double x[2 * sampled_nodes];
    double *value = gst_alloc(C, 2 * sampled_nodes * sizeof *value);
    if (!value)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < p->n; k += stride, m++)
        x[m] = p->x[k] * (1 + DBL_EPSILON);
    weighted(m, x, value, axis);
    for (size_t c = 0; c < C; c++) {
        change[c] = 0;
        for (size_t i = 0; i < m; i++) {
            double here = fabs(value[c * m + i] - p->values[c * p->n + i * stride]);
            change[c] += isfinite(here) ? here * p->w[i * stride] * (double)stride : 0;
        }
    }
    free(value);
    return GST_OK;
}

/* Values at the ends of the box: what lies beyond is about that size. */
static double edge_of(const double *ends, size_t c)
{
    return fabs(ends[2 * c]) + fabs(ends[2 * c + 1]);
}

typedef struct {
    gst_partition *full, *companion;
    int status;
} gst_axis_answer;

static void answer_free(gst_axis_answer *answer)
{
    gst_partition_free(answer->full);
    gst_partition_free(answer->companion);
}

/* Steps 1 and 3. */
static int resolve(gst_axis *axis, const gst_expectation_options *options, int compare,
                   gst_axis_answer *answer)
{
    double breaks[most_kinks];
    gst_kinks kinks = axis->e->kinks;
    gst_partition_problem problem = gst_partition_defaults(axis->e->components, weighted, axis,
                                                           -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX);
    double at[dim_most];
    for (size_t j = 0; j < axis->e->first; j++)
        at[j] = axis->fixed[j];
    at[axis->e->first] = 0;
    int status = gst_kinks_along(&kinks, axis->e->first, at, problem.low, problem.high, most_kinks,
                                 breaks, &problem.break_count);
    if (status)
        return status;
    problem.breaks = breaks;
    problem.longest = longest;
    problem.spacing = options->spacing;
    problem.absolute = options->epsabs / (problem.high - problem.low);
    problem.panels_most = options->evaluations / (2 * GST_PARTITION_POINTS) + 1;
    problem.stop = options->stop;
    answer->status = gst_partition_resolve(&answer->full, &problem);
    problem.companion = 1;
    if (answer->status >= 0 && compare) {
        status = gst_partition_resolve(&answer->companion, &problem);
        answer->status = status ? status : answer->status;
    }
    return answer->status < 0 ? answer->status : GST_OK;
}

/* Steps 2 to 4. */
static int add_up(const gst_axis_answer *answer, const gst_expectation_options *options,
                  const double *ends, const double *change, double *value, double *half,
                  double *error)
{
    const gst_partition *full = answer->full;
    const gst_partition *companion = answer->companion ? answer->companion : full;
    int met = 1;
    for (size_t c = 0; c < full->functions; c++) {
        double scale, other, edge = edge_of(ends, c);
        value[c] = sum_nodes(full, c, &scale);
        half[c] = sum_nodes(companion, c, &other);
        if (!isfinite(scale) || !isfinite(other))
            return GST_FAILED;
        error[c] = fabs(value[c] - half[c]) + fmax(full->doubt[c], companion->doubt[c]) + edge +
                   rounding * scale + change[c];
        half[c] += copysign(edge, half[c] - value[c]);
        met = met && error[c] <= options->epsabs + options->epsrel * scale;
    }
    return met && answer->status == GST_OK ? GST_OK : GST_LOOSE;
}

int gst_axis_expectation(const gst_expectand *e, const double *fixed,
                         const gst_expectation_options *options, int compare, double *value,
                         double *half, double *error)
{
    const double ends_at[2] = {-GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX};
    gst_axis axis = {.e = e, .fixed = fixed};
    gst_axis_answer answer = {0};
    if (e->first >= dim_most || (e->first > 0 && !fixed))
        return GST_INVALID;
    axis.x = gst_alloc(dim_most + e->components, block * sizeof *axis.x);
    double *ends = gst_alloc(e->components, 3 * sizeof *ends);
    int status = axis.x && ends ? resolve(&axis, options, compare, &answer) : GST_NO_MEMORY;
    if (status == GST_OK) {
        weighted(2, ends_at, ends, &axis);
        double *change = ends + 2 * e->components;
        status = own_rounding(&axis, answer.full, change);
        if (status == GST_OK)
            status = add_up(&answer, options, ends, change, value, half, error);
    }
    answer_free(&answer);
    free(axis.x);
    free(ends);
    return status;
}
