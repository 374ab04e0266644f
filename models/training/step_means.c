/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_means.c - memory of the averages of a step, and those at the start (docs/theory, several steps).
 *
 * Without spikes sigma's averages are numbers and E[yt (1, z, z z^T)] moments of the target, which were found by
 * adaptive rules: steep targets cost nothing here. */
#include "models/training/step_means.h"
#include "base/arena.h"
#include "giantstep/features.h"

#include <math.h>

#include "models/training/step_nodes.h"

int gst_step_means_take(gst_step_means *means, size_t K, size_t s, size_t n)
{
    *means = (gst_step_means){.K = K, .s = s, .n = n};
    const gst_array arrays[] = {
        GST_MATRIX(means->drift, K, s),      GST_VECTOR(means->second, K),
        GST_VECTOR(means->second_square, K), GST_VECTOR(means->noise, K),
        GST_MATRIX(means->factor, n, K),     GST_MATRIX(means->hessian, K, s * s),
        GST_MATRIX(means->third, K, s),      GST_VECTOR(means->fourth, K)};
    return gst_arena_take(&means->memory, sizeof arrays / sizeof *arrays, arrays);
}

void gst_step_means_clear(gst_step_means *means)
{
    gst_arena_free(&means->memory);
    *means = (gst_step_means){0};
}

/* ---- at the start ------------------------------------------------------------------------------- */

static void multiply(gst_step_means *means, size_t g, const double *slope,
                     const gst_residual_moments *y)
{
    size_t r = means->s;
    means->second[g] = slope[GST_SLOPE_SECOND] * y->mean;
    means->fourth[g] = slope[GST_SLOPE_FOURTH] * y->mean;
    means->second_square[g] = means->square * slope[GST_SLOPE_SECOND] * slope[GST_SLOPE_SECOND];
    means->noise[g] = means->square * slope[GST_SLOPE_SQUARE];
    means->factor[g] = sqrt(means->square) * slope[GST_SLOPE_FIRST];
    for (size_t a = 0; a < r; a++) {
        means->drift[g * r + a] = slope[GST_SLOPE_FIRST] * y->linear[a];
        means->third[g * r + a] = slope[GST_SLOPE_THIRD] * y->linear[a];
        for (size_t b = 0; b < r; b++)
            means->hessian[(g * r + a) * r + b] = slope[GST_SLOPE_SECOND] * y->pair[a * r + b];
    }
}

static void fill_start(gst_step_means *means, const gst_step_nodes *nodes,
                       const gst_residual_moments *y)
{
    means->complete = 1;
    means->square = y->square;
    for (size_t g = 0; g < means->K; g++)
        multiply(means, g, nodes->slope + g * GST_SLOPE_VARIANCES, y);
}

int gst_step_means_start(gst_step_means *means, const gst_features *f,
                         const gst_step_labels *labels, int half)
{
    gst_step_nodes nodes = {.n = 0};
    gst_step_target target;
    gst_residual_moments y;
    *means = (gst_step_means){0};
    int quality = gst_step_target_setup(&target, f, labels, half);
    int status = quality < 0
                     ? quality
                     : gst_step_nodes_build(&nodes, f, &target, 0, GST_SLOPE_VARIANCES, half);
    quality = quality == GST_OK ? status : quality;
    if (status >= 0)
        status = gst_step_target_start(&target, nodes.f0[0], half, &y);
    quality = quality == GST_OK ? status : quality;
    if (status >= 0)
        status = gst_step_means_take(means, f->K, f->r, 1);
    if (status == GST_OK)
        fill_start(means, &nodes, &y);
    gst_step_nodes_clear(&nodes);
    gst_step_target_clear(&target);
    return status < 0 ? status : quality;
}
