/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_law.c - the law of the residual labels of a batch (docs/theory, the trained bulk).
 *
 *   1. a mesh of s (label_source.h) gives a discrete measure of points yt with E[s|point], E[s s^T|point]; points too
 *      light to matter are dropped;
 *   2. it is reduced to a Gauss rule (label_rule.c);
 *   3. with label noise: the rule of the noiseless yt, times the trapezoid rule of xi, is a discrete measure again,
 *      reduced in the same way.  Given kappa, where rules have few nodes, the moments of yt + sqrt(Delta) xi follow
 *      from those of the mesh by the binomial formula. */
#include "models/training/label_law.h"
#include "integrals/mesh.h"
#include "models/training/label_measure.h"

#include "base/memory.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points lighter than this times their size are left out. */
#define NEGLIGIBLE 1e-24
/* Intervals of the trapezoid rule of the noise: its error is exp(-2 pi^2/h^2), h = 24/48. */
#define NOISE_ORDER 48
/* x = yt/sqrt(s^2 + yt^2) with s so many root mean squares, if a length is given: where s is much longer than the
 * labels a polynomial in x is one in yt, where it is shorter sqrt(1 - x^2) is singular next to many of them. */
#define SHORTEST 2.0
#define LONGEST 30.0
/* And where they do not vary at all: x is yt. */
#define STRAIGHT 1e3

/* ---- the discrete measure ----------------------------------------------------------------------- */

static int is_negligible(double w, double y)
{
    double square = y * y;
    return !(fabs(w) * (1.0 + square * square * square) > NEGLIGIBLE);
}

/* weight: of kappa. */
static void fill_from_mesh(gst_label_measure *m, const gst_label_points *points, double f0,
                           double weight)
{
    for (size_t k = 0; k < points->mesh.n; k++) {
        if (is_negligible(weight * points->mesh.w[k], points->g[k] - f0))
            continue;
        size_t at = m->n++, pair = 0;
        m->y[at] = points->g[k] - f0;
        m->w[at] = points->mesh.w[k];
        for (size_t i = 0; i < m->r; i++) {
            double s = gst_label_point(points, i, k);
            m->z[i * m->capacity + at] = s;
            for (size_t j = i; j < m->r; j++, pair++)
                m->zz[pair * m->capacity + at] = s * gst_label_point(points, j, k);
        }
    }
}

/* Points y_i + sqrt(noise) xi of a rule of the noiseless labels. */
static void fill_from_law(gst_label_measure *m, const gst_label_law *law, const gst_mesh *xi,
                          double noise, double of_kappa)
{
    for (size_t k = 0; k < law->n; k++) {
        double weight = law->weight[k];
        for (size_t c = 0; weight > 0.0 && c < xi->n; c++) { /* negative by rounding of nothing */
            double y = law->y[k] + sqrt(noise) * xi->x[c];
            if (is_negligible(of_kappa * weight * xi->w[c], y))
                continue;
            size_t at = m->n++, pair = 0;
            m->y[at] = y;
            m->w[at] = weight * xi->w[c];
            for (size_t i = 0; i < m->r; i++) {
                size_t term = gst_label_term_mean(law, i);
                m->z[i * m->capacity + at] = law->weight[term * law->n + k] / weight;
                for (size_t j = i; j < m->r; j++, pair++) {
                    term = gst_label_term_square(law, i, j);
                    m->zz[pair * m->capacity + at] = law->weight[term * law->n + k] / weight;
                }
            }
        }
    }
}

/* ---- moments ------------------------------------------------------------------------------------ */

static int set_moments(gst_label_law *law, const gst_label_measure *m)
{
    for (size_t k = 0; k < m->n; k++) {
        double power = m->w[k], first = m->w[k] * m->y[k];
        for (size_t e = 0; e < GST_LABEL_MOMENTS; e++, power *= m->y[k]) {
            law->moment[e] += power;
            for (size_t j = 0; e >= 1 && e <= 3 && j < m->r; j++)
                law->linear[(e - 1) * m->r + j] += power * m->z[j * m->capacity + k];
        }
        for (size_t i = 0, pair = 0; i < m->r; i++)
            for (size_t j = i; j < m->r; j++, pair++)
                law->square[i * m->r + j] += first * m->zz[pair * m->capacity + k];
    }
    for (size_t i = 0; i < m->r; i++)
        for (size_t j = 0; j < i; j++)
            law->square[i * m->r + j] = law->square[j * m->r + i];
    return isfinite(law->moment[GST_LABEL_MOMENTS - 1]) && law->moment[0] > 0.0 ? GST_OK
                                                                                : GST_FAILED;
}

/* Moments of yt become those of yt + sqrt(noise) xi. */
static void add_noise(gst_label_law *law, double noise)
{
    for (size_t k = GST_LABEL_MOMENTS; k-- > 0;) {
        double ways = 1.0, sum = law->moment[k]; /* ways: (k choose 2j) E xi^{2j} noise^j */
        for (size_t j = 1; 2 * j <= k; j++) {
            ways *= (double)((k - 2 * j + 2) * (k - 2 * j + 1)) / (double)(2 * j) * noise;
            sum += ways * law->moment[k - 2 * j];
        }
        law->moment[k] = sum;
    }
    for (size_t j = 0; j < law->r; j++)
        law->linear[2 * law->r + j] += 3.0 * noise * law->linear[j];
}

/* ------------------------------------------------------------------------------------------------- */

/* What a measure is reduced to: a rule of at most `nodes' nodes, length as in gst_label_law_given; or panels. */
typedef struct {
    size_t nodes;
    double length;
    int panels, companion;
} reduction;

/* Where all labels are zero any scale will do. */
static int set_rule(gst_label_law *law, gst_label_measure *m, const reduction *to)
{
    double square = law->moment[2] > 0.0 ? law->moment[2] : 1.0, length = to->length;
    if (length > 0.0)
        square *= gsl_pow_2(isinf(length) ? STRAIGHT
                                          : fmin(fmax(length / sqrt(square), SHORTEST), LONGEST));
    for (size_t k = 0; k < m->n; k++)
        m->x[k] = m->y[k] / sqrt(square + m->y[k] * m->y[k]);
    return to->panels ? gst_label_reduce_panels(law, m, sqrt(square), to->companion)
                      : gst_label_reduce(law, m, to->nodes, sqrt(square));
}

static int law_from(gst_label_law **law, gst_label_measure *m, const reduction *to)
{
    int status = gst_label_law_alloc(law, m->r);
    if (status == GST_OK)
        status = set_moments(*law, m);
    if (status == GST_OK)
        status =
            to->nodes > 0 || to->panels ? set_rule(*law, m, to) : gst_label_take_points(*law, m);
    if (status != GST_OK) {
        gst_label_law_free(*law);
        *law = NULL;
    }
    return status;
}

int gst_label_law_from(gst_label_law **law, gst_label_measure *m, size_t nodes, double length)
{
    return law_from(law, m, &(reduction){.nodes = nodes, .length = length});
}

/* The rule of the noiseless labels becomes that of the noisy ones. */
static int law_with_noise(gst_label_law **law, double noise, double weight, const reduction *to)
{
    gst_kinks smooth = {.dim = 1};
    gst_label_law *noiseless = *law, *made = NULL;
    gst_label_measure m = {0};
    gst_mesh xi;
    int status = gst_mesh_build(&xi, &smooth, 0, 1, NULL, NOISE_ORDER, to->companion);
    if (status != GST_OK)
        return status;
    status = gst_label_measure_alloc(&m, noiseless->n * xi.n, noiseless->r);
    if (status == GST_OK) {
        fill_from_law(&m, noiseless, &xi, noise, weight);
        if (m.n == 0)
            fill_from_law(&m, noiseless, &xi, noise, 1.0);
        status = gst_label_law_alloc(&made, m.r);
    }
    if (status == GST_OK) {
        status = set_moments(made, &m);
        if (status == GST_OK)
            status = set_rule(made, &m, to);
        *law = made;
        gst_label_law_free(noiseless);
    }
    free(m.block);
    gst_mesh_clear(&xi);
    return status;
}

/* Moments of the noiseless law, noise added: those of a rule of few nodes are not as good. */
static void keep_moments(gst_label_law *law, const gst_label_law *noiseless, double noise)
{
    memcpy(law->moment, noiseless->moment, sizeof law->moment);
    memcpy(law->linear, noiseless->linear, sizeof law->linear);
    memcpy(law->square, noiseless->square, sizeof law->square);
    add_noise(law, noise);
}

static int law_of_points(gst_label_law **law, const gst_label_points *points, double f0,
                         double weight, const reduction *to)
{
    gst_label_measure m;
    int status = gst_label_measure_alloc(&m, points->mesh.n, points->q);
    if (status != GST_OK)
        return status;
    fill_from_mesh(&m, points, f0, weight);
    if (m.n == 0) /* so light a kappa, so fine a mesh: all of it */
        fill_from_mesh(&m, points, f0, 1.0);
    status = law_from(law, &m, to);
    free(m.block);
    return status;
}

static int law_given(gst_label_law **law, gst_label_source *source, const double *kappa,
                     double weight, double f0, double noise, const reduction *to)
{
    gst_label_points points;
    *law = NULL;
    int status = gst_label_points_build(&points, source, kappa);
    if (status != GST_OK)
        return status;
    status = law_of_points(law, &points, f0, weight, to);
    gst_label_points_clear(&points);
    gst_label_law exact = {0};
    if (status == GST_OK && noise > 0.0) {
        exact = **law;
        status = law_with_noise(law, noise, weight, to);
    }
    if (status == GST_OK && noise > 0.0 && kappa)
        keep_moments(*law, &exact, noise);
    if (status != GST_OK) {
        gst_label_law_free(*law);
        *law = NULL;
    }
    return status;
}

int gst_label_law_given(gst_label_law **law, gst_label_source *source, const double *kappa,
                        double weight, double f0, double noise, size_t nodes, double length)
{
    return law_given(
        law, source, kappa, weight, f0, noise,
        &(reduction){.nodes = nodes, .length = length, .companion = source->companion});
}

int gst_label_law_panels(gst_label_law **law, gst_label_source *source, const double *kappa,
                         double f0, double noise)
{
    return law_given(law, source, kappa, 1.0, f0, noise,
                     &(reduction){.panels = 1, .companion = source->companion != 0});
}

int gst_label_law_build(gst_label_law **law, const gst_target *target, double f0, double noise,
                        size_t order, size_t nodes, int companion)
{
    gst_label_source source;
    *law = NULL;
    int status = gst_label_source_setup(&source, target, NULL, order, companion);
    if (status == GST_OK)
        status = gst_label_law_given(law, &source, NULL, 1.0, f0, noise, nodes, 0.0);
    gst_label_source_clear(&source);
    return status;
}
