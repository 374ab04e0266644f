/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_mesh.c - the law of the residual labels as a mesh, dense enough for averages with poles near the real
 * axis (docs/theory, spectrum).
 *
 *   without noise, one variable: the nodes z_k of the target's mesh, y_k = g(z_k) - f0;
 *   with noise: the density of y = g(z) - f0 + sqrt(Delta) xi is smooth, and so is its product with any E[f|y]:
 *   the trapezoid rule in y, weight_f(y) = h sum_k w_k N(y; g(z_k) - f0, Delta) f(y, z_k);
 *   two variables: label_panels.c. */
#include "models/training/label_measure.h"
#include "integrals/mesh.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

/* The rule in y reaches this many standard deviations of the noise beyond the mesh's labels. */
#define REACH 9.0
/* Labels of mesh points lighter than this are left out. */
#define NEGLIGIBLE 1e-20
/* The step in y may not exceed this share of the noise's standard deviation. */
#define STEP_MOST 0.5
#define WORK_MOST ((size_t)50000000)

/* Adds weight times every term at (y, z) to node i. */
static void add_point(gst_label_law *law, size_t i, double weight, double y,
                      const gst_label_points *points, size_t k)
{
    size_t r = law->r, n = law->n;
    double power = weight;
    law->weight[gst_label_term_one() * n + i] += weight;
    for (size_t j = 0; j < r; j++)
        law->weight[gst_label_term_mean(law, j) * n + i] += weight * gst_label_point(points, j, k);
    for (size_t e = 0; e < GST_LABEL_MOMENTS; e++, power *= y) {
        law->moment[e] += power;
        if (e >= 1 && e <= 6)
            law->weight[gst_label_term_power(e) * n + i] += power;
        for (size_t j = 0; e >= 1 && e <= 3 && j < r; j++) {
            law->weight[gst_label_term_linear(law, e, j) * n + i] +=
                power * gst_label_point(points, j, k);
            law->linear[(e - 1) * r + j] += power * gst_label_point(points, j, k);
        }
    }
    for (size_t a = 0; a < r; a++) {
        for (size_t b = a; b < r; b++) {
            double pair = weight * gst_label_point(points, a, k) * gst_label_point(points, b, k);
            law->weight[gst_label_term_square(law, a, b) * n + i] += pair;
            law->square[a * r + b] += pair * y;
            if (a < b)
                law->square[b * r + a] += pair * y;
        }
    }
}

static int fill_noiseless(gst_label_law **law, const gst_label_points *points, double f0)
{
    const gst_mesh *mesh = &points->mesh;
    size_t n = 0, i = 0;
    for (size_t k = 0; k < mesh->n; k++)
        n += mesh->w[k] > NEGLIGIBLE;
    int status = gst_label_law_blank(law, n, points->q);
    for (size_t k = 0; status == GST_OK && k < mesh->n; k++) {
        if (!(mesh->w[k] > NEGLIGIBLE))
            continue;
        (*law)->y[i] = points->g[k] - f0;
        add_point(*law, i++, mesh->w[k], points->g[k] - f0, points, k);
    }
    return status;
}

static int fill_noisy(gst_label_law **law, const gst_label_points *points, double f0, double noise,
                      size_t nodes)
{
    const gst_mesh *mesh = &points->mesh;
    const double *g = points->g;
    double low = INFINITY, high = -INFINITY, deviation = sqrt(noise);
    for (size_t k = 0; k < mesh->n; k++) {
        if (mesh->w[k] > NEGLIGIBLE) {
            low = fmin(low, g[k] - f0);
            high = fmax(high, g[k] - f0);
        }
    }
    low -= REACH * deviation;
    high += REACH * deviation;
    double step = (high - low) / (double)(nodes - 1);
    if (!(step <= STEP_MOST * deviation) || nodes * mesh->n > WORK_MOST)
        return GST_UNBUILT;
    int status = gst_label_law_blank(law, nodes, points->q);
    for (size_t i = 0; status == GST_OK && i < nodes; i++) {
        double y = (*law)->y[i] = low + step * (double)i;
        for (size_t k = 0; k < mesh->n; k++) {
            double t = (y - g[k] + f0) / deviation;
            double weight =
                mesh->w[k] * exp(-0.5 * t * t) * step / (deviation * M_SQRT2 * M_SQRTPI);
            if (weight > 0.0)
                add_point(*law, i, weight, y, points, k);
        }
    }
    return status;
}

int gst_label_mesh_given(gst_label_law **law, gst_label_source *source, const double *kappa,
                         double f0, double noise, size_t nodes)
{
    gst_label_points points;
    *law = NULL;
    if (source->g.q == 2 && source->g.m == 0)
        return gst_label_law_panels(law, source, kappa, f0, noise);
    if (!(noise > 0.0) && source->g.q > 1)
        return GST_UNBUILT;
    int status = gst_label_points_build(&points, source, kappa);
    if (status != GST_OK)
        return status;
    status =
        noise > 0.0 ? fill_noisy(law, &points, f0, noise, nodes) : fill_noiseless(law, &points, f0);
    if (status == GST_OK &&
        !(isfinite((*law)->moment[GST_LABEL_MOMENTS - 1]) && (*law)->moment[0] > 0.0))
        status = GST_FAILED;
    if (status != GST_OK) {
        gst_label_law_free(*law);
        *law = NULL;
    }
    gst_label_points_clear(&points);
    return status;
}

int gst_label_law_mesh(gst_label_law **law, const gst_target *target, double f0, double noise,
                       size_t order, size_t nodes, int companion)
{
    gst_label_source source;
    *law = NULL;
    int status =
        gst_label_source_setup(&source, target, NULL, noise > 0.0 ? order : nodes, companion);
    if (status == GST_OK)
        status = gst_label_mesh_given(law, &source, NULL, f0, noise, nodes);
    gst_label_source_clear(&source);
    return status;
}
