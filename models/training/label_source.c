/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_source.c - meshes from which the laws of the labels are made. */
#include "models/training/label_source.h"
#include "giantstep/target.h"
#include "giantstep/features.h"
#include "models/data/latent.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/functions/target_panels.h"
#include "models/training/conditional_direct.h"
#include "models/training/panel_cuts.h"

int gst_label_source_setup(gst_label_source *source, const gst_target *target,
                           const gst_features *features, size_t order, int companion)
{
    size_t r = gst_target_dim(target);
    double identity[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX] = {0.0};
    gst_features none = {.q = r, .r = r, .rest = identity};
    for (size_t j = 0; j < r; j++)
        identity[j * r + j] = 1.0;
    *source = (gst_label_source){.order = order, .companion = companion};
    gst_conditional_setup(&source->g, features ? features : &none, target);
    if (r != 1 || source->g.q != 1)
        return GST_OK;
    /* Panels only where the trapezoid rule does not see g: where it does, it sees poles of averages and the density of
     * the noise twice as far from the axis. */
    double rho = fabs(source->g.matrix[source->g.m]), length = source->g.finest / rho;
    if (!(gst_order_that_sees(length) > (double)order))
        return GST_OK;
    int status = gst_target_panels(&source->panels, source->g.g, companion);
    return status < 0 ? status : GST_OK;
}

void gst_label_source_clear(gst_label_source *source)
{
    gst_partition_free(source->panels);
    source->panels = NULL;
}

/* The panels of g, z = offset + rho s, as panels of s within the box, cut so that none is longer than `longest`; their
 * number.  ends: NULL, or room for one more. */
static size_t panels_of_s(const gst_partition *p, double offset, double rho, double longest,
                          double *ends)
{
    size_t count = 0;
    for (size_t i = 0; i < p->panels; i++) {
        size_t at = rho > 0.0 ? i : p->panels - 1 - i;
        double from = (p->ends[rho > 0.0 ? at : at + 1] - offset) / rho;
        double to = (p->ends[rho > 0.0 ? at + 1 : at] - offset) / rho;
        double low = fmax(from, -GST_GAUSSIAN_BOX), length = fmin(to, GST_GAUSSIAN_BOX) - low;
        if (!(length > 0.0))
            continue;
        double parts = ceil(length / longest);
        for (double k = 0.0; k < parts; k++, count++) {
            if (ends)
                ends[count] = low + length * (k / parts);
        }
        if (ends)
            ends[count] = low + length;
    }
    return count;
}

static int mesh_of_line(gst_mesh *mesh, const gst_label_source *source, const double *kappa)
{
    const gst_conditional_target *g = &source->g;
    double longest = 2.0 * GST_GAUSSIAN_BOX * GST_PARTITION_POINTS / (double)source->order;
    double offset = 0.0, rho = g->matrix[g->m];
    for (size_t l = 0; l < g->m; l++)
        offset += g->matrix[l] * kappa[l];
    size_t panels = panels_of_s(source->panels, offset, rho, longest, NULL);
    double *ends = gst_alloc_doubles(panels + 1);
    if (!ends)
        return GST_NO_MEMORY;
    panels_of_s(source->panels, offset, rho, longest, ends);
    int status = gst_panels_cut(g, g->m, kappa, &panels, &ends);
    if (status == GST_OK)
        status = gst_mesh_of_panels(mesh, panels, ends, GST_PARTITION_POINTS);
    free(ends);
    return status;
}

/* g at the nodes of a mesh of s alone. */
static int values_along_line(gst_label_points *points, const gst_label_source *source,
                             const double *kappa)
{
    const gst_conditional_target *g = &source->g;
    size_t n = points->mesh.n;
    double *x = gst_alloc_doubles((g->m + 1) * n);
    if (!x)
        return GST_NO_MEMORY;
    for (size_t l = 0; l < g->m; l++)
        for (size_t k = 0; k < n; k++)
            x[l * n + k] = kappa[l];
    memcpy(x + g->m * n, points->mesh.x, n * sizeof *x);
    gst_conditional_values(g, n, x, points->g);
    free(x);
    return GST_OK;
}

gst_label_source gst_label_source_of(const gst_latent *latent, int coordinates, int companion)
{
    return (gst_label_source){
        .latent = latent, .axes = coordinates ? latent->M : 0, .companion = companion};
}

static double bulk_of(const gst_latent *latent, size_t node)
{
    size_t part = 0;
    while (node >= latent->first[part + 1])
        part++;
    return latent->bulk[part];
}

static int points_of_latent(gst_label_points *points, const gst_label_source *source)
{
    const gst_latent *latent = source->latent;
    size_t n = source->to - source->from, q = source->axes;
    gst_mesh *mesh = &points->mesh;
    double sum = 0.0;
    *points = (gst_label_points){.q = q, .mesh = {.dim = q, .n = n}};
    mesh->w = gst_alloc_doubles(n);
    mesh->x = gst_alloc_doubles(q * n);
    points->g = gst_alloc_doubles(n);
    if (!mesh->w || !mesh->x || !points->g) {
        gst_label_points_clear(points);
        return GST_NO_MEMORY;
    }
    memcpy(mesh->w, latent->w + source->from, n * sizeof *mesh->w);
    memcpy(points->g, latent->y + source->from, n * sizeof *points->g);
    for (size_t k = 0; k < n; k++)
        sum += mesh->w[k];
    for (size_t k = 0; k < n; k++) {
        double bulk = q > 0 ? bulk_of(latent, source->from + k) : 1.0;
        mesh->w[k] /= sum > 0.0 ? sum : 1.0;
        for (size_t i = 0; i < q; i++)
            mesh->x[i * n + k] = latent->x[i * latent->n + source->from + k] / bulk;
    }
    return GST_OK;
}

int gst_label_points_build(gst_label_points *points, gst_label_source *source, const double *kappa)
{
    if (source->latent)
        return points_of_latent(points, source);
    gst_conditional_target *g = &source->g;
    *points = (gst_label_points){.q = g->q};
    int status = source->panels ? mesh_of_line(&points->mesh, source, kappa)
                                : gst_mesh_build(&points->mesh, &g->kinks, g->m, g->q, kappa,
                                                 source->order, source->companion);
    if (status != GST_OK)
        return status;
    points->g = gst_alloc_doubles(points->mesh.n);
    status = points->g ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK && source->panels)
        status = values_along_line(points, source, kappa);
    else if (status == GST_OK)
        gst_conditional_values(g, points->mesh.n, points->mesh.x, points->g);
    if (status != GST_OK)
        gst_label_points_clear(points);
    return status;
}

void gst_label_points_clear(gst_label_points *points)
{
    gst_mesh_clear(&points->mesh);
    free(points->g);
    points->g = NULL;
}
