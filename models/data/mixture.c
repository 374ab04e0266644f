/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture.c - inputs from a Gaussian mixture (docs/theory, mixtures).
 *
 * Special directions v_1 .. v_M, z = G x, G G^T = I.  In cluster c, with P an orthonormal basis of what G leaves of R^M,
 *   x = G^T z + P u,   z ~ N(mu_c, diag(sd_c^2)),   u ~ N(0, bulk_c^2 I):
 *   1. a product mesh of the standard variables of (u, z) for each cluster, kinks of the target split off along z;
 *   2. one after the other, weights times p_c. */
#include "models/data/data.h"
#include "models/data/latent.h"
#include "integrals/mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/affine_map.h"

/* ---- one cluster -------------------------------------------------------------------------------- */

/* Standard variables of (u, z), M of them, to z: offset + matrix. */
typedef struct {
    gst_affine map;
    double matrix[GST_TARGET_DIM_MAX * GST_LATENT_AXES_MAX];
} cluster_map;

/* It points into itself. */
static void set_map(cluster_map *to, const gst_cluster *cluster, size_t r, size_t M,
                    const gst_kinks *kinks)
{
    memset(to->matrix, 0, sizeof to->matrix);
    for (size_t j = 0; j < r; j++)
        to->matrix[j * M + M - r + j] = cluster->sd[j];
    to->map = (gst_affine){
        .from = M, .to = r, .matrix = to->matrix, .offset = cluster->mean, .kinks = *kinks};
}

/* P: M x (M - r), by Gram and Schmidt from the axes, the one that G leaves most of first. */
static void complement(size_t r, size_t M, const double *G, double *P)
{
    double basis[GST_LATENT_AXES_MAX * GST_LATENT_AXES_MAX];
    memcpy(basis, G, r * M * sizeof *basis);
    for (size_t n = r; n < M; n++) {
        double *row = basis + n * M, most = -1.0;
        for (size_t axis = 0; axis < M; axis++) {
            double trial[GST_LATENT_AXES_MAX] = {0.0}, left = 0.0;
            trial[axis] = 1.0;
            for (size_t i = 0; i < n; i++)
                for (size_t a = 0; a < M; a++)
                    trial[a] -= basis[i * M + axis] * basis[i * M + a];
            for (size_t a = 0; a < M; a++)
                left += trial[a] * trial[a];
            if (!(left > most))
                continue;
            most = left;
            for (size_t a = 0; a < M; a++)
                row[a] = trial[a] / sqrt(left);
        }
        for (size_t a = 0; a < M; a++)
            P[a * (M - r) + n - r] = row[a];
    }
}

/* Nodes of one cluster from its mesh, at `at' and after. */
static void place_cluster(gst_latent *latent, const gst_cluster *cluster, const gst_mesh *mesh,
                          size_t r, const double *G, const double *P, size_t at)
{
    size_t M = latent->M, rest = M - r;
    for (size_t k = 0; k < mesh->n; k++) {
        double square = 0.0, reach = 0.0;
        for (size_t i = 0; i < M; i++) {
            double xi = mesh->x[i * mesh->n + k];
            double value = i < rest ? cluster->bulk * xi
                                    : cluster->mean[i - rest] + cluster->sd[i - rest] * xi;
            square += xi * xi;
            reach = fmax(reach, fabs(xi));
            for (size_t a = 0; a < M; a++)
                latent->x[a * latent->n + at + k] +=
                    value * (i < rest ? P[a * rest + i] : G[(i - rest) * M + a]);
        }
        latent->w[at + k] = cluster->weight * mesh->w[k];
        latent->edge[at + k] = cluster->weight * mesh->edge[k];
        latent->radius[at + k] = sqrt(square);
        latent->reach[at + k] = reach;
    }
}

/* The target at the clusters' labels. */
static void value_labels(const gst_data *data, const gst_latent_target *target, double *value)
{
    double z[GST_TARGET_DIM_MAX] = {0.0};
    for (size_t c = 0; c < data->clusters; c++) {
        z[0] = data->cluster[c].label;
        target->values(1, z, &value[c], target->params);
    }
}

/* The target at the nodes of cluster c, or what the clusters' labels say there. */
static int label(const gst_data *data, gst_latent *latent, size_t c, const double *G,
                 const gst_latent_target *target)
{
    size_t r = data->dim, from = latent->first[c], n = latent->first[c + 1] - from;
    double *z = gst_alloc_doubles(r * n), at[GST_TARGET_DIM_MAX], value[GST_CLUSTERS_MAX];
    if (!z)
        return GST_NO_MEMORY;
    value_labels(data, target, value);
    for (size_t j = 0; j < r; j++)
        for (size_t a = 0; a < latent->M; a++)
            for (size_t k = 0; k < n; k++)
                z[j * n + k] += G[j * latent->M + a] * latent->x[a * latent->n + from + k];
    if (!data->labelled)
        target->values(n, z, latent->y + from, target->params);
    for (size_t k = 0; data->labelled && k < n; k++) {
        for (size_t j = 0; j < r; j++)
            at[j] = z[j * n + k];
        latent->y[from + k] = gst_cluster_mean(data, c, at, value);
    }
    free(z);
    return GST_OK;
}

/* ---- the law ------------------------------------------------------------------------------------ */

static int build_meshes(const gst_data *data, size_t M, const gst_kinks *kinks, size_t order,
                        int companion, gst_mesh *mesh)
{
    int status = GST_OK;
    for (size_t c = 0; c < data->clusters && status == GST_OK; c++) {
        cluster_map to;
        set_map(&to, &data->cluster[c], data->dim, M, kinks);
        gst_kinks of_cluster = gst_affine_kinks(&to.map);
        status = gst_mesh_build(&mesh[c], &of_cluster, 0, M, NULL, order, companion);
    }
    return status;
}

static int fill(const gst_data *data, const double *G, const gst_latent_target *target,
                const gst_mesh *mesh, gst_latent *latent)
{
    double P[GST_LATENT_AXES_MAX * GST_LATENT_AXES_MAX];
    complement(data->dim, latent->M, G, P);
    int status = GST_OK;
    latent->parts = data->clusters;
    for (size_t c = 0; c < data->clusters && status == GST_OK; c++) {
        latent->first[c + 1] = latent->first[c] + mesh[c].n;
        latent->bulk[c] = data->cluster[c].bulk;
        place_cluster(latent, &data->cluster[c], &mesh[c], data->dim, G, P, latent->first[c]);
        status = label(data, latent, c, G, target);
    }
    return status;
}

static int nodes(const gst_data *data, size_t M, const double *G, const gst_latent_target *target,
                 size_t order, int companion, gst_latent *latent)
{
    gst_mesh mesh[GST_CLUSTERS_MAX] = {{.n = 0}};
    gst_kinks kinks = data->labelled ? (gst_kinks){.dim = data->dim} : target->kinks;
    size_t n = 0;
    *latent = (gst_latent){.n = 0};
    if (M > GST_LATENT_AXES_MAX)
        return GST_INVALID;
    int status = build_meshes(data, M, &kinks, order, companion, mesh);
    for (size_t c = 0; c < data->clusters; c++)
        n += mesh[c].n;
    if (status == GST_OK)
        status = gst_latent_take(latent, M, n);
    if (status == GST_OK)
        status = fill(data, G, target, mesh, latent);
    for (size_t c = 0; c < data->clusters; c++)
        gst_mesh_clear(&mesh[c]);
    return status;
}

/* x <- bulk x + G^T (z - bulk G x), z = mean + sd (G x). */
static void draw_inputs(const gst_data *data, size_t rows, size_t d, size_t s, const double *G,
                        const size_t *cluster, double *x)
{
    for (size_t i = 0; i < rows; i++) {
        const gst_cluster *of = &data->cluster[cluster[i]];
        double *row = x + i * d, shift[GST_TARGET_DIM_MAX];
        for (size_t j = 0; j < data->dim; j++) {
            double standard = 0.0;
            for (size_t a = 0; a < s; a++)
                standard += G[j * s + a] * row[a];
            shift[j] = of->mean[j] + (of->sd[j] - of->bulk) * standard;
        }
        for (size_t a = 0; a < d; a++)
            row[a] *= of->bulk;
        for (size_t j = 0; j < data->dim; j++)
            for (size_t a = 0; a < s; a++)
                row[a] += G[j * s + a] * shift[j];
    }
}

const gst_data gst_data_mixture = {.name = "mixture", .nodes = nodes, .draw = draw_inputs};

/* ---- labels of clusters ------------------------------------------------------------------------- */

/* log(p_c N(z; mu_c, diag(sd_c^2))) but for a constant. */
static double log_density(const gst_cluster *cluster, size_t r, const double *z)
{
    double sum = log(cluster->weight);
    for (size_t j = 0; j < r; j++) {
        double t = (z[j] - cluster->mean[j]) / cluster->sd[j];
        sum -= 0.5 * t * t + log(cluster->sd[j]);
    }
    return sum;
}

double gst_cluster_mean(const gst_data *data, size_t c, const double *z, const double *value)
{
    double density[GST_CLUSTERS_MAX], most = -INFINITY, sum = 0.0, mean = 0.0;
    for (size_t k = 0; k < data->clusters; k++) {
        density[k] = data->cluster[k].bulk == data->cluster[c].bulk
                         ? log_density(&data->cluster[k], data->dim, z)
                         : -INFINITY;
        most = fmax(most, density[k]);
    }
    for (size_t k = 0; k < data->clusters; k++) {
        double part = exp(density[k] - most);
        sum += part;
        mean += part * value[k];
    }
    return mean / sum;
}

size_t gst_mixture_dim(const gst_data *data)
{
    return data ? data->dim : 0;
}

size_t gst_mixture_clusters(const gst_data *data)
{
    return data ? data->clusters : 0;
}

const gst_cluster *gst_mixture_cluster(const gst_data *data, size_t c)
{
    return &data->cluster[c];
}
