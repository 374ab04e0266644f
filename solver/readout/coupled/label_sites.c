/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_sites.c - the law of labels and residual directions at the nodes of kappa.
 *
 *   1. g is asked at a few points whether it is affine; then signs of it are a probit (label_sites.h);
 *   2. otherwise a mesh over s at every kappa, cut where E[y|z] is not smooth; nodes of negligible weight are left
 *      out; for sign labels their series too. */
#include "solver/readout/coupled/label_sites.h"
#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/features.h"
#include "giantstep/target.h"

#include "integrals/mesh.h"
#include "models/data/data.h"
#include "models/functions/compiled_target.h"
#include "models/training/conditional_direct.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nodes of (kappa, s) of less weight are left out. */
#define NEGLIGIBLE 1e-19

/* ---- probit ------------------------------------------------------------------------------------- */

/* Whether g is affine: no kinks, and at points of no pattern what its values on the axes say. */
static int is_affine(const gst_target *target)
{
    const gst_expression *g = gst_target_expression(target);
    size_t r = gst_target_dim(target);
    double z[GST_TARGET_DIM_MAX] = {0}, zero, axis[GST_TARGET_DIM_MAX], value, size;
    if (gst_expression_kinks(g).count > 0)
        return 0;
    gst_expression_evaluate(g, 1, z, &zero, NULL);
    size = fabs(zero);
    for (size_t j = 0; j < r; j++) {
        z[j] = 1.0;
        gst_expression_evaluate(g, 1, z, &axis[j], NULL);
        z[j] = 0.0;
        axis[j] -= zero;
        size += fabs(axis[j]);
    }
    for (int trial = 0; trial < 8; trial++) {
        double wanted = zero;
        for (size_t j = 0; j < r; j++) {
            z[j] = 9.0 * sin(1.7 + 2.3 * trial + 3.1 * (double)j);
            wanted += axis[j] * z[j];
        }
        gst_expression_evaluate(g, 1, z, &value, NULL);
        if (!(fabs(value - wanted) <= 100.0 * DBL_EPSILON * size))
            return 0;
    }
    return 1;
}

static int make_probit(gst_label_sites *sites, const gst_features *f, const gst_moments *moments)
{
    gst_conditional_target g;
    size_t n = moments->n, m = f->m, q = f->q;
    double *point = gst_alloc(m + q, sizeof *point);
    const gst_array arrays[] = {GST_VECTOR(sites->offset, n), GST_VECTOR(sites->c, q)};
    int status = point ? gst_arena_take(&sites->memory, sizeof arrays / sizeof *arrays, arrays)
                       : GST_NO_MEMORY;
    gst_conditional_setup(&g, f, f->problem.target);
    for (size_t k = 0; status == GST_OK && k < n; k++) {
        for (size_t l = 0; l < m; l++)
            point[l] = moments->kappa[l * n + k];
        gst_conditional_values(&g, 1, point, &sites->offset[k]);
    }
    for (size_t j = 0; status == GST_OK && j < q; j++) {
        double zero, one;
        memset(point, 0, (m + q) * sizeof *point);
        gst_conditional_values(&g, 1, point, &zero);
        point[m + j] = 1.0;
        gst_conditional_values(&g, 1, point, &one);
        sites->c[j] = one - zero;
    }
    sites->probit = 1;
    free(point);
    return status;
}

/* ---- nodes -------------------------------------------------------------------------------------- */

/* The mesh over s at node k of kappa, in the form of gst_mesh_build: a single node without residual directions.  mesh:
 * none, or that at another node, which is the same but for kappa where there are no kinks. */
static int move_mesh(gst_mesh *mesh, gst_conditional_target *t, const gst_moments *moments,
                     size_t k, size_t order, int half)
{
    double kappa[GST_SPIKES_MAX];
    gst_kinks kinks = gst_affine_kinks(&t->map);
    for (size_t l = 0; l < t->m; l++)
        kappa[l] = moments->kappa[l * moments->n + k];
    if (mesh->n == 0 || kinks.count > 0) {
        gst_mesh_clear(mesh);
        return gst_mesh_build(mesh, &kinks, t->m, t->q, kappa, order, half);
    }
    for (size_t l = 0; l < t->m; l++)
        for (size_t i = 0; i < mesh->n; i++)
            mesh->x[l * mesh->n + i] = kappa[l];
    return GST_OK;
}

/* share: the weight of the node of kappa. */
static int is_kept(const gst_mesh *mesh, size_t i, double share)
{
    return mesh->w[i] * fmin(share, 1.0) > NEGLIGIBLE || mesh->n == 1;
}

/* Those of weight, from a mesh over (kappa, s) and the mean labels there. */
static void take_nodes(gst_label_nodes *nodes, gst_labels labels, const gst_mesh *mesh, size_t q,
                       double share, const double *mean)
{
    size_t at = 0, m = mesh->dim - q;
    for (size_t i = 0; i < mesh->n; i++) {
        if (!is_kept(mesh, i, share))
            continue;
        nodes->weight[at] = mesh->w[i];
        nodes->value[at] = labels == GST_LABELS_SIGN ? 0.5 + 0.5 * mean[i] : mean[i];
        for (size_t j = 0; j < q; j++)
            nodes->s[j * nodes->count + at] = mesh->x[(m + j) * mesh->n + i];
        at++;
    }
}

/* Where the tables are of all special coordinates: one node, of the mean label there. */
static int take_table(const gst_label_sites *sites, size_t k, gst_label_nodes *nodes)
{
    double mean = sites->moments->h[k];
    *nodes = (gst_label_nodes){.count = 1, .weight = gst_alloc_doubles(2)};
    if (!nodes->weight)
        return GST_NO_MEMORY;
    nodes->value = nodes->weight + 1;
    nodes->weight[0] = 1.0;
    nodes->value[0] = sites->labels == GST_LABELS_SIGN ? 0.5 + 0.5 * mean : mean;
    return GST_OK;
}

/* free(nodes->weight) after.  mesh: as above, for the next. */
static int make_nodes(const gst_label_sites *sites, size_t k, gst_mesh *mesh,
                      gst_label_nodes *nodes)
{
    gst_conditional_target t;
    double share = sites->moments->w[k];
    *nodes = (gst_label_nodes){.count = 0};
    if (gst_data_has_nodes(sites->features->problem.data))
        return take_table(sites, k, nodes);
    gst_conditional_setup(&t, sites->features, sites->mean);
    int status = move_mesh(mesh, &t, sites->moments, k, sites->order, sites->half);
    if (status != GST_OK)
        return status;
    for (size_t i = 0; i < mesh->n; i++)
        nodes->count += is_kept(mesh, i, share) != 0;
    double *mean = gst_alloc_doubles(mesh->n);
    nodes->weight = gst_alloc((sites->q + 2) * nodes->count, sizeof *nodes->weight);
    if (mean && nodes->weight) {
        nodes->value = nodes->weight + nodes->count;
        nodes->s = nodes->value + nodes->count;
        gst_conditional_values(&t, mesh->n, mesh->x, mean);
        take_nodes(nodes, sites->labels, mesh, sites->q, share, mean);
    } else {
        status = GST_NO_MEMORY;
    }
    free(mean);
    return status;
}

/* Of all sites, or their series. */
static int make_sites(gst_label_sites *sites)
{
    int series = sites->labels == GST_LABELS_SIGN && sites->q > 0;
    gst_mesh mesh = {.n = 0};
    const gst_array arrays[] = {GST_VECTOR(sites->nodes, sites->n)};
    int status = gst_arena_take(&sites->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK && series)
        status = gst_label_series_init(&sites->series, sites->n, sites->q);
    for (size_t k = 0; status == GST_OK && k < sites->n; k++) {
        gst_label_nodes *nodes = &sites->nodes[k];
        status = make_nodes(sites, k, &mesh, nodes);
        if (!series)
            continue;
        if (status == GST_OK)
            status = gst_label_series_set(&sites->series, k, nodes, sites->moments->w[k]);
        free(nodes->weight);
        *nodes = (gst_label_nodes){.count = 0};
    }
    gst_mesh_clear(&mesh);
    return status;
}

int gst_label_sites_open(gst_label_sites *sites, size_t k)
{
    if (sites->probit || sites->nodes[k].weight)
        return GST_OK;
    gst_mesh mesh = {.n = 0};
    int status = make_nodes(sites, k, &mesh, &sites->nodes[k]);
    gst_mesh_clear(&mesh);
    return status;
}

/* ---- life --------------------------------------------------------------------------------------- */

int gst_label_sites_make(gst_label_sites *sites, const gst_features *features,
                         const gst_moments *moments, const gst_target *mean, gst_labels labels,
                         gst_label_noise noise, size_t order, int half)
{
    *sites = (gst_label_sites){.labels = labels,
                               .n = moments->n,
                               .q = features->q,
                               .features = features,
                               .moments = moments,
                               .mean = mean,
                               .order = order,
                               .half = half,
                               .noise = noise};
    int smooth = features->q > 0 || noise.variance[0] > 0.0;
    int normal = !gst_data_has_nodes(features->problem.data);
    if (normal && labels == GST_LABELS_SIGN && smooth && is_affine(features->problem.target))
        return make_probit(sites, features, moments);
    return make_sites(sites);
}

void gst_label_sites_clear(gst_label_sites *sites)
{
    for (size_t k = 0; sites->nodes && k < sites->n; k++)
        free(sites->nodes[k].weight);
    gst_label_series_clear(&sites->series);
    gst_arena_free(&sites->memory);
    *sites = (gst_label_sites){.n = 0};
}

/* ---- lines -------------------------------------------------------------------------------------- */

size_t gst_label_lines(const gst_label_sites *sites, size_t k)
{
    size_t each = sites->labels == GST_LABELS_SIGN ? 2 : sites->noise.parts;
    return sites->probit ? 2 : each * sites->nodes[k].count;
}

static gst_label_line probit_line(const gst_label_sites *sites, size_t k, size_t i, double yb,
                                  double v, const double *b)
{
    double along = 0.0, square = 0.0, whole = v;
    for (size_t j = 0; j < sites->q; j++) {
        along += sites->c[j] * b[j];
        square += sites->c[j] * sites->c[j];
        whole += b[j] * b[j];
    }
    double tau = sqrt(whole), share = along / whole;
    gst_label_line line = {.label = i ? -1.0 : 1.0, .mean = yb, .sd = tau, .weight = 1.0};
    line.probit = 1;
    line.place = sites->offset[k];
    line.slope = along / tau;
    line.width = sqrt(square - along * share + sites->noise.variance[0]);
    for (size_t j = 0; j < sites->q; j++) {
        line.along[j] = b[j] / tau;
        line.across[j] = (sites->c[j] - b[j] * share) / line.width;
    }
    return line;
}

gst_label_line gst_label_line_at(const gst_label_sites *sites, size_t k, size_t i, double yb,
                                 double v, const double *b)
{
    if (sites->probit)
        return probit_line(sites, k, i, yb, v, b);
    size_t parts = sites->labels == GST_LABELS_SIGN ? 2 : sites->noise.parts;
    const gst_label_nodes *nodes = &sites->nodes[k];
    size_t node = i / parts, part = i % parts;
    gst_label_line line = {.mean = yb, .sd = sqrt(v), .weight = nodes->weight[node]};
    for (size_t j = 0; j < sites->q; j++) {
        line.along[j] = nodes->s[j * nodes->count + node];
        line.mean += b[j] * line.along[j];
    }
    if (sites->labels == GST_LABELS_SIGN) {
        line.label = part ? -1.0 : 1.0;
        line.weight *= part ? 1.0 - nodes->value[node] : nodes->value[node];
    } else {
        line.mean = nodes->value[node] - line.mean;
        line.sd = sqrt(v + sites->noise.variance[part]);
        line.weight *= sites->noise.share[part];
    }
    return line;
}
