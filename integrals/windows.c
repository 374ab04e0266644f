/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windows.c - Gaussian windows on a partition.
 *
 *   1. Resolve F on [low - 12 sqrt(c), high + 12 sqrt(c)], relative to its size within sqrt(c), on panels no longer
 *      than 3 sqrt(c): 16 Gauss nodes integrate exp(-z^2/2) over 3 standard deviations to 1e-19.
 *   2. At s: the nodes in the window, by bisection; weight = w exp(-z^2/2)/sqrt(2 pi c). */
#include "integrals/windows.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "integrals/rule.h"

/* Longest panel in standard deviations. */
static const double longest = 3;

/* F is sampled once per this length to begin with, but no more often than `samples` times in all. */
static const double spacing = 0.01, samples = 1e6;

/* Noise of F that is more than rounding: then the averages are loose. */
static const double doubtful = 1e-13;

enum { most_kinks = 4096, panels_most = 40000 };

/* Whether the unresolved panels may hold more than `doubtful` of what F is everywhere. */
static int is_doubtful(const gst_partition *p)
{
    double length = p->ends[p->panels] - p->ends[0];
    for (size_t c = 0; c < p->functions; c++) {
        double largest = 0;
        for (size_t k = 0; k < p->n; k++) {
            double size = fabs(p->values[c * p->n + k]);
            largest = isfinite(size) ? fmax(largest, size) : largest;
        }
        if (!(p->doubt[c] <= doubtful * length * largest))
            return 1;
    }
    return 0;
}

int gst_windows_build(gst_windows *windows, const gst_kinks *kinks, size_t functions,
                      gst_integrand *f, void *params, double low, double high, double c,
                      int companion)
{
    *windows = (gst_windows){.root = sqrt(c)};
    if (!(c > 0) || !(low <= high))
        return GST_INVALID;
    double from = low - GST_GAUSSIAN_BOX * windows->root, zero = 0;
    double to = high + GST_GAUSSIAN_BOX * windows->root;
    double *breaks = gst_alloc_doubles(most_kinks);
    gst_partition_problem problem = gst_partition_defaults(functions, f, params, from, to);
    problem.longest = longest * windows->root;
    problem.reach = windows->root;
    problem.natural = GST_GAUSSIAN_BOX;
    problem.spacing = fmax(spacing, (to - from) / samples);
    problem.panels_most = panels_most;
    problem.companion = companion;
    problem.breaks = breaks;
    int status = breaks ? gst_kinks_along(kinks, 0, &zero, from, to, most_kinks, breaks,
                                          &problem.break_count)
                        : GST_NO_MEMORY;
    if (!status)
        status = gst_partition_resolve(&windows->partition, &problem);
    free(breaks);
    return status == GST_OK && is_doubtful(windows->partition) ? GST_LOOSE : status;
}

void gst_windows_clear(gst_windows *windows)
{
    gst_partition_free(windows->partition);
    windows->partition = NULL;
}

/* The first node at or above x. */
static size_t node_above(const gst_partition *p, double x)
{
    size_t low = 0, high = p->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->x[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t gst_window_at(const gst_windows *windows, double s, size_t *first, double *z, double *weight)
{
    const gst_partition *p = windows->partition;
    double root = windows->root, reach = GST_GAUSSIAN_BOX * root;
    *first = node_above(p, s - reach);
    size_t count = node_above(p, s + reach) - *first;
    for (size_t i = 0; i < count; i++) {
        z[i] = (p->x[*first + i] - s) / root;
        weight[i] = p->w[*first + i] * gst_normal_density(z[i]) / root;
    }
    return count;
}
