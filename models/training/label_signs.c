/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_signs.c - the law of the residual labels of y = +-1 given kappa (docs/theory, convex losses).
 *
 *   y takes two values, so yt does: yt_(+-) = -l'(+-1, f0), of weights (1 +- E y)/2, on which
 *   E[s_i; +-] = (E s_i +- E[y s_i])/2,  E[s_i s_j; +-] = (E[s_i s_j] +- E[y s_i s_j])/2:  nothing is left to approximate. */
#include "models/training/label_measure.h"
#include "models/training/label_residual.h"

#include <math.h>

/* A value of y of less probability is rounding: all labels are equal. */
static const double negligible = 1e-24;

static void add_point(const gst_label_points *points, size_t k, double w, gst_residual_moments *y)
{
    size_t q = points->q;
    y->mean += w;
    for (size_t i = 0; i < q; i++) {
        double first = w * gst_label_point(points, i, k);
        y->linear[i] += first;
        for (size_t j = 0; j < q; j++)
            y->pair[i * q + j] += first * gst_label_point(points, j, k);
    }
}

int gst_label_source_means(gst_label_source *source, const double *kappa, gst_residual_moments *y,
                           gst_residual_moments *one)
{
    gst_label_points points;
    *y = (gst_residual_moments){.mean = 0.0};
    if (one)
        *one = *y;
    int status = gst_label_points_build(&points, source, kappa);
    if (status != GST_OK)
        return status;
    for (size_t k = 0; k < points.mesh.n; k++) {
        add_point(&points, k, points.mesh.w[k] * points.g[k], y);
        if (one)
            add_point(&points, k, points.mesh.w[k], one);
    }
    gst_label_points_clear(&points);
    return isfinite(y->mean) ? GST_OK : GST_FAILED;
}

/* Node i: y = sign, residual label yt. */
static void set_node(gst_label_law *law, size_t i, double sign, double yt,
                     const gst_residual_moments *y, const gst_residual_moments *one)
{
    size_t r = law->r, n = law->n;
    double weight = 0.5 * fmax(1.0 + sign * y->mean, 0.0), power = 1.0;
    law->y[i] = yt;
    for (size_t e = 0; e < GST_LABEL_MOMENTS; e++, power *= yt) {
        law->moment[e] += weight * power;
        if (e <= 6)
            law->weight[gst_label_term_power(e) * n + i] = weight * power;
        for (size_t j = 0; e >= 1 && e <= 3 && j < r; j++) {
            double linear = 0.5 * (one->linear[j] + sign * y->linear[j]) * power;
            law->weight[gst_label_term_linear(law, e, j) * n + i] = linear;
            law->linear[(e - 1) * r + j] += linear;
        }
    }
    for (size_t j = 0; j < r; j++)
        law->weight[gst_label_term_mean(law, j) * n + i] =
            0.5 * (one->linear[j] + sign * y->linear[j]);
    for (size_t a = 0; a < r; a++) {
        for (size_t b = 0; b < r; b++) {
            double pair = 0.5 * (one->pair[a * r + b] + sign * y->pair[a * r + b]);
            law->weight[gst_label_term_square(law, a, b) * n + i] = pair;
            law->square[a * r + b] += pair * yt;
        }
    }
}

int gst_label_law_signs(gst_label_law **law, const gst_step_labels *labels, double f0, size_t q,
                        const gst_residual_moments *y, const gst_residual_moments *one)
{
    double offset, slope;
    gst_residual_moments normal = {.mean = 1.0};
    for (size_t i = 0; i < q; i++)
        normal.pair[i * q + i] = 1.0;
    one = one ? one : &normal;
    int both = 1.0 - fabs(y->mean) > negligible;
    int status = gst_label_law_blank(law, both ? 2 : 1, q);
    if (status != GST_OK)
        return status;
    gst_step_labels_line(labels, f0, &offset, &slope);
    double first = both || y->mean > 0.0 ? 1.0 : -1.0;
    set_node(*law, 0, first, offset + first * slope, y, one);
    if (both)
        set_node(*law, 1, -1.0, offset - slope, y, one);
    return GST_OK;
}
