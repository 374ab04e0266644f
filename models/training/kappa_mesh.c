/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kappa_mesh.c - the mesh over the spikes.
 *
 * Several spikes: a product mesh, its axes those along which kappa pulls the residual directions.  One spike: features vary over sqrt(c_g)/|U_g|, since they are averaged over the
 * bulk, h over the panels on which g is resolved, or over the width of the residual part of z if that smooths g.
 *   1. If nodes 24/order apart see the shorter of these lengths, or those of a moderately larger order do:
 *      the trapezoid rule (double-exponential panels between kinks), which converges fastest.
 *   2. Otherwise panels: [-12, 12] is cut until no panel is longer than 3 sqrt(c_g)/|U_g| or than the panels of g
 *      within 8 standard deviations of the residual part, each with 16 Gauss-Legendre nodes. */
#include "models/training/kappa_mesh.h"
#include "giantstep/features.h"
#include "integrals/mesh.h"

#include "base/memory.h"
#include "models/functions/target_panels.h"
#include "models/training/panel_cuts.h"

#include <math.h>
#include <stdlib.h>

/* The order of the first level, and the largest that is still tried with a uniform mesh at first. */
#define FIRST 96.0
#define UNIFORM_MOST 768.0
/* Longest panel in units of the length over which a Gaussian average varies. */
#define PANEL 3.0
/* How many standard deviations of the residual part matter. */
#define SPREAD 8.0
#define PANELS_MOST ((size_t)20000)
/* Directions of kappa shorter than this, relative, once those before are taken out, are none. */
#define PARALLEL 1e-6
/* Where the companion cuts a panel. */
#define COMPANION_CUT 0.46410161513775458705

typedef struct {
    const gst_partition *g; /* r = 1, or NULL */
    double smooth;          /* no panel longer */
    double gamma, rho;      /* z = gamma kappa + rho s, for r = 1 */
    double finest;          /* r > 1: panel of h */
    double cut;
    double *ends;
    size_t panels;
} cutter;

static double feature_length(const gst_features *f)
{
    double length = INFINITY;
    for (size_t g = 0; g < f->K; g++)
        length = fmin(length, sqrt(f->c[g]) / fabs(f->U[g]));
    return length;
}

/* The length over which the residual part smooths h; 0 if some direction along the spike has none. */
static double residual_length(const gst_features *f)
{
    double aligned = 0.0;
    for (size_t j = 0; j < f->r; j++)
        aligned += f->gamma[j] * f->gamma[j];
    return f->q == f->r ? sqrt(fmax(1.0 - aligned, 0.0)) : 0.0;
}

/* The shortest panel needed in kappa. */
static double shortest(const gst_features *f, const gst_conditional_target *t)
{
    return fmin(PANEL * feature_length(f), fmax(t->finest, PANEL * residual_length(f)));
}

/* The longest panel allowed at [a, b]. */
static double limit(const cutter *c, double a, double b)
{
    double length = c->finest;
    if (c->g) {
        double from = fmin(c->gamma * a, c->gamma * b) - SPREAD * c->rho;
        double to = fmax(c->gamma * a, c->gamma * b) + SPREAD * c->rho;
        length = INFINITY;
        for (size_t i = 0; i < c->g->panels; i++) {
            if (c->g->ends[i + 1] > from && c->g->ends[i] < to)
                length = fmin(length, c->g->ends[i + 1] - c->g->ends[i]);
        }
        length = fmax(length, PANEL * c->rho) / fabs(c->gamma);
    }
    return fmin(length, c->smooth);
}

/* Cut [a, b], appended from left to right. */
static int cut(cutter *c, double a, double b)
{
    if (c->panels == PANELS_MOST)
        return GST_LOOSE;
    if (b - a <= limit(c, a, b) * (1.0 + 1e-9)) {
        c->ends[c->panels++] = a;
        c->ends[c->panels] = b;
        return GST_OK;
    }
    double middle = a + c->cut * (b - a);
    int left = cut(c, a, middle);
    return left == GST_OK ? cut(c, middle, b) : left;
}

/* Panels of h that are those of g: kappa = gamma z, gamma = +-1. */
static int cut_like_target(cutter *c)
{
    int status = GST_OK;
    const gst_partition *g = c->g;
    c->g = NULL;
    c->finest = INFINITY;
    for (size_t i = 0; i < g->panels && status == GST_OK; i++) {
        size_t at = c->gamma > 0.0 ? i : g->panels - 1 - i;
        double low = c->gamma > 0.0 ? g->ends[at] : -g->ends[at + 1];
        double high = c->gamma > 0.0 ? g->ends[at + 1] : -g->ends[at];
        status = cut(c, low, high);
    }
    c->g = g;
    return status;
}

/* Every panel in `parts` equal ones. */
static int subdivide(cutter *c, size_t parts)
{
    double *ends = gst_alloc_doubles(c->panels * parts + 1);
    if (!ends)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < c->panels; i++)
        for (size_t k = 0; k <= parts; k++)
            ends[i * parts + k] =
                c->ends[i] + (c->ends[i + 1] - c->ends[i]) * ((double)k / (double)parts);
    free(c->ends);
    c->ends = ends;
    c->panels *= parts;
    return GST_OK;
}

static int mesh_of_panels(gst_mesh *mesh, const gst_features *f, const gst_conditional_target *t,
                          size_t parts, int companion)
{
    gst_partition *panels = NULL;
    int status = f->r == 1 ? gst_target_panels(&panels, t->g, companion) : GST_OK;
    if (status < 0)
        return status;
    cutter c = {.g = panels,
                .smooth = PANEL * feature_length(f),
                .gamma = f->gamma[0],
                .rho = residual_length(f),
                .finest = fmax(t->finest, PANEL * residual_length(f)),
                .cut = companion ? COMPANION_CUT : 0.5};
    c.ends = gst_alloc_doubles(PANELS_MOST + 1);
    int quality = !c.ends               ? GST_NO_MEMORY
                  : panels && f->q == 0 ? cut_like_target(&c)
                                        : cut(&c, -GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX);
    status =
        quality == GST_OK && f->q == 0 ? gst_panels_cut(t, 0, NULL, &c.panels, &c.ends) : quality;
    if (status == GST_OK)
        status = subdivide(&c, parts);
    if (status == GST_OK)
        status = gst_mesh_of_panels(mesh, c.panels, c.ends, GST_PARTITION_POINTS);
    free(c.ends);
    gst_partition_free(panels);
    return status;
}

/* Orthonormal axes of kappa along which the residual directions are pulled, each by one: Gamma^T rest; the others at will.
 * axes[i*m + l], m of them. */
static void pulled_axes(const gst_features *f, double *axes)
{
    size_t m = f->m, n = 0;
    for (size_t i = 0; i < f->q + m && n < m; i++) {
        double *axis = axes + n * m, length = 0.0, left = 0.0;
        for (size_t l = 0; l < m; l++) {
            axis[l] = i == f->q + l;
            for (size_t j = 0; i < f->q && j < f->r; j++)
                axis[l] += f->gamma[j * m + l] * f->rest[j * f->q + i];
            length += axis[l] * axis[l];
        }
        for (int pass = 0; pass < 2; pass++) {
            for (size_t k = 0; k < n; k++) {
                double share = 0.0;
                for (size_t l = 0; l < m; l++)
                    share += axis[l] * axes[k * m + l];
                for (size_t l = 0; l < m; l++)
                    axis[l] -= share * axes[k * m + l];
            }
        }
        for (size_t l = 0; l < m; l++)
            left += axis[l] * axis[l];
        if (!(left > PARALLEL * PARALLEL * (length + PARALLEL)))
            continue;
        for (size_t l = 0; l < m; l++)
            axis[l] /= sqrt(left);
        n++;
    }
}

/* Turns a product mesh so that its axes are those of E[u|kappa] (conditional_product.c). */
static void turn(gst_mesh *mesh, const gst_features *f)
{
    double axes[GST_SPIKES_MAX * GST_SPIKES_MAX], x[GST_SPIKES_MAX];
    size_t m = f->m, n = mesh->n;
    pulled_axes(f, axes);
    for (size_t k = 0; k < n; k++) {
        for (size_t l = 0; l < m; l++) {
            x[l] = 0.0;
            for (size_t i = 0; i < m; i++)
                x[l] += axes[i * m + l] * mesh->x[i * n + k];
        }
        for (size_t l = 0; l < m; l++)
            mesh->x[l * n + k] = x[l];
    }
}

int gst_kappa_mesh(gst_mesh *mesh, const gst_features *features, gst_conditional_target *target,
                   size_t order, int companion)
{
    if (features->m != 1) {
        int status = gst_mesh_build(mesh, &target->kinks, 0, features->m, NULL, order, companion);
        if (status == GST_OK && target->kinks.count == 0)
            turn(mesh, features);
        return status;
    }
    double needed = gst_order_that_sees(shortest(features, target)), factor = 1.0;
    if (needed > UNIFORM_MOST) {
        size_t parts = (size_t)ceil((double)order / FIRST);
        int status = mesh_of_panels(mesh, features, target, parts, companion);
        if (status != GST_LOOSE)
            return status;
    }
    while (factor * FIRST < fmin(needed, UNIFORM_MOST))
        factor *= 2.0;
    int status =
        gst_mesh_build(mesh, &target->kinks, 0, 1, NULL, order * (size_t)factor, companion);
    return status == GST_OK && needed > UNIFORM_MOST ? GST_LOOSE : status;
}
