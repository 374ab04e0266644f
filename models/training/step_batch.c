/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_batch.c - averages over the samples of a step that finds any rows (docs/theory, several steps).
 *
 *   1. nodes of kappa with sigma's averages, and E[yt|kappa], E[yt^2|kappa], E[yt s_i|kappa] (step_nodes.h): the
 *      residual directions are integrated given kappa, steep targets and kinks are seen there;
 *   2. sums over the nodes;
 *   3. the mesh is refined until two in succession agree, each average relative to what Cauchy and Schwarz bound it by,
 *      or agree no better than those before. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "models/data/data.h"
#include "giantstep/features.h"
#include "models/training/step_means.h"
#include "models/training/step_nodes.h"

/* What two meshes should agree to, and what they have to. */
static const struct {
    double aim, least;
} agreement = {.aim = 1e-13, .least = 1e-12};
/* An agreement that becomes better by less than this factor is that of rounding or of a limit of the mesh. */
static const double stalled = 0.25, small = 1e-9;

enum { NODES_MOST = 1300000, LINE_MOST = 6144, PLANE_MOST = 768 };

/* ---- sums over the nodes ------------------------------------------------------------------------ */

static void add_group(gst_step_means *means, const gst_step_nodes *nodes, size_t g)
{
    size_t n = nodes->n, s = means->s, m = nodes->m;
    const double *slope = nodes->slope + g * nodes->rows * n;
    for (size_t k = 0; k < n; k++) {
        double m1 = slope[GST_SLOPE_FIRST * n + k], m2 = slope[GST_SLOPE_SECOND * n + k];
        double w = nodes->w[k], first = w * m1 * nodes->mean[k], square = w * nodes->square[k];
        means->second[g] += w * m2 * nodes->mean[k];
        means->second_square[g] += square * m2 * m2;
        means->noise[g] += square > 0.0 ? square * slope[GST_SLOPE_SQUARE * n + k] : 0.0;
        means->factor[k * means->K + g] = sqrt(square) * m1;
        for (size_t l = 0; l < m; l++)
            means->drift[g * s + l] += first * nodes->kappa[l * n + k];
        for (size_t i = 0; i < nodes->q; i++)
            means->drift[g * s + m + i] += w * m1 * nodes->linear[i * n + k];
    }
}

/* Averages that only nodes of all coordinates have. */
static void complete_group(gst_step_means *means, const gst_step_nodes *nodes, size_t g)
{
    size_t n = nodes->n, s = means->s;
    const double *slope = nodes->slope + g * nodes->rows * n;
    for (size_t k = 0; k < n; k++) {
        double w = nodes->w[k] * nodes->mean[k], second = w * slope[GST_SLOPE_SECOND * n + k];
        for (size_t a = 0; a < s; a++) {
            double x = nodes->kappa[a * n + k];
            means->third[g * s + a] += w * slope[GST_SLOPE_THIRD * n + k] * x;
            for (size_t b = 0; b < s; b++)
                means->hessian[(g * s + a) * s + b] += second * x * nodes->kappa[b * n + k];
        }
        means->fourth[g] += w * slope[GST_SLOPE_FOURTH * n + k];
    }
}

static int means_at(gst_step_means *means, const gst_features *f, gst_step_target *target,
                    size_t order, int half)
{
    gst_step_nodes nodes;
    int quality = gst_step_nodes_build(&nodes, f, target, order, GST_SLOPE_VARIANCES, half);
    int status = quality < 0 ? quality : gst_step_nodes_labels(&nodes, target, half);
    quality = quality == GST_OK ? status : quality;
    if (status >= 0)
        status = gst_step_means_take(means, f->K, f->m + f->q, nodes.n);
    means->complete = nodes.m == means->s && nodes.latent.n > 0;
    for (size_t g = 0; g < f->K && status == GST_OK; g++) {
        add_group(means, &nodes, g);
        if (means->complete)
            complete_group(means, &nodes, g);
    }
    for (size_t k = 0; k < nodes.n && status == GST_OK; k++)
        means->square += nodes.w[k] * nodes.square[k];
    gst_step_nodes_clear(&nodes);
    return status < 0 ? status : quality;
}

/* ---- refinement --------------------------------------------------------------------------------- */

/* E[yt^2 m1_g m1_h]. */
static double overlap(const gst_step_means *means, size_t g, size_t h)
{
    double sum = 0.0;
    for (size_t k = 0; k < means->n; k++)
        sum += means->factor[k * means->K + g] * means->factor[k * means->K + h];
    return sum;
}

static double raise(double largest, double a, double b, double scale)
{
    double off = a == b ? 0.0 : fabs(a - b) / scale; /* infinite ones agree */
    return off <= largest ? largest : off;           /* NaN is kept */
}

/* The largest relative difference. */
static double compare(const gst_step_means *a, const gst_step_means *b)
{
    double off = raise(0.0, a->square, b->square, a->square);
    for (size_t g = 0; g < a->K; g++) {
        double size = overlap(a, g, g), root = sqrt(size) + DBL_MIN;
        for (size_t i = 0; i < a->s; i++)
            off = raise(off, a->drift[g * a->s + i], b->drift[g * a->s + i], root);
        double second = a->second_square[g];
        off = raise(off, a->second[g], b->second[g], sqrt(second) + DBL_MIN);
        off = raise(off, second, b->second_square[g], second + DBL_MIN);
        off = raise(off, a->noise[g], b->noise[g], a->noise[g]);
        for (size_t h = 0; h <= g; h++)
            off = raise(off, overlap(a, g, h), overlap(b, g, h),
                        root * sqrt(overlap(a, h, h)) + DBL_MIN);
    }
    return off;
}

static size_t first_order(size_t m)
{
    return m < 3 ? 96 : m == 3 ? 48 : 24;
}

/* The next order, 0 if there is none. */
static size_t next_order(size_t m, size_t order)
{
    size_t next = m < 3 ? 2 * order : order / 2 * 3;
    double nodes = 1.0;
    for (size_t l = 0; l < m; l++)
        nodes *= (double)next;
    return nodes > (double)NODES_MOST || (m == 1 && next > LINE_MOST) ||
                   (m == 2 && next > PLANE_MOST)
               ? 0
               : next;
}

static int refine(gst_step_means *means, const gst_features *f, gst_step_target *target, int half)
{
    size_t axes = gst_data_has_nodes(f->problem.data) ? f->m + f->q : f->m;
    size_t order = first_order(axes);
    double off = INFINITY, before;
    int quality = means_at(means, f, target, order, half);
    while (quality >= 0 && !(off <= agreement.aim) && (order = next_order(axes, order)) > 0) {
        gst_step_means coarse = *means;
        *means = (gst_step_means){0};
        quality = means_at(means, f, target, order, half);
        before = off;
        off = quality < 0 ? off : compare(means, &coarse);
        gst_step_means_clear(&coarse);
        if (off < small && off > stalled * before)
            break;
    }
    return quality < 0 ? quality : off <= agreement.least ? quality : GST_LOOSE;
}

int gst_step_means_batch(gst_step_means *means, const gst_features *f,
                         const gst_step_labels *labels, int half)
{
    gst_step_target target;
    *means = (gst_step_means){0};
    int quality = gst_step_target_setup(&target, f, labels, half);
    int status = quality < 0 ? quality : refine(means, f, &target, half);
    gst_step_target_clear(&target);
    return status != GST_OK ? status : quality;
}
