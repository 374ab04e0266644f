/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_means.c - memory of the averages of a step, and those at the start (docs/theory, several steps).
 *
 * Without spikes sigma's averages are numbers and E[yt (1, z, z z^T)] moments of the target, which were found by
 * adaptive rules: steep targets cost nothing here. */
#include "models/training/step_means.h"

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

/* What the target contributes, in the coordinates of the rows, z = rest s with an orthogonal matrix. */
typedef struct {
    double mean, linear[GST_TARGET_DIM_MAX];
    double pair[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX]; /* E[yt s_a s_b] */
} target_part;

static target_part turn_moments(const gst_features *f, const gst_target_moments *g, double mean)
{
    target_part part = {.mean = mean};
    size_t r = f->r;
    for (size_t a = 0; a < r; a++) {
        for (size_t j = 0; j < r; j++)
            part.linear[a] += f->rest[j * r + a] * g->c1[j];
        for (size_t b = 0; b < r; b++) {
            double *pair = &part.pair[a * r + b];
            *pair = a == b ? mean : 0.0;
            for (size_t j = 0; j < r; j++)
                for (size_t k = 0; k < r; k++)
                    *pair += f->rest[j * r + a] * f->rest[k * r + b] * g->second[j * r + k];
        }
    }
    return part;
}

static void multiply(gst_step_means *means, size_t g, const double *slope, const target_part *y)
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

int gst_step_means_start(gst_step_means *means, const gst_features *f, int half)
{
    const gst_problem *p = &f->problem;
    gst_step_nodes nodes;
    gst_target_moments g;
    *means = (gst_step_means){0};
    int quality = gst_step_nodes_build(&nodes, f, NULL, 0, GST_SLOPE_VARIANCES, half);
    int status = quality < 0 ? quality : gst_target_moments_compute(p->target, half, &g);
    quality = quality == GST_OK ? status : quality;
    if (status >= 0)
        status = gst_step_means_take(means, f->K, f->r, 1);
    if (status == GST_OK) {
        double mean = g.mean - nodes.f0[0];
        target_part y = turn_moments(f, &g, mean);
        means->complete = 1;
        means->square = g.variance + mean * mean + p->training.noise;
        for (size_t i = 0; i < f->K; i++)
            multiply(means, i, nodes.slope + i * GST_SLOPE_VARIANCES, &y);
    }
    gst_step_nodes_clear(&nodes);
    return status < 0 ? status : quality;
}
