/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_nodes_latent.c - nodes of a step whose samples have nodes of all special coordinates (docs/theory, mixtures).
 *
 * Of inputs whose bulk is N(0, bulk^2 I) everything is said in units of that: sigma as a function of h = f.x/bulk is
 * sigma(U.x + bulk h), so that its k-th derivative is bulk^k times that of sigma, and x_a/bulk are the coordinates. */
#include "models/training/step_nodes_latent.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "models/data/data.h"
#include "models/training/exposed.h"

/* Powers of the bulk in the averages. */
static const unsigned powers[GST_SLOPE_MOMENTS] = {
    [GST_SLOPE_VALUE] = 0,    [GST_SLOPE_FIRST] = 1,    [GST_SLOPE_SECOND] = 2,
    [GST_SLOPE_THIRD] = 3,    [GST_SLOPE_FOURTH] = 4,   [GST_SLOPE_SQUARE] = 2,
    [GST_SLOPE_SQUARE_1] = 1, [GST_SLOPE_SQUARE_2] = 2, [GST_SLOPE_CUBE] = 3,
    [GST_SLOPE_CUBE_1] = 2,   [GST_SLOPE_QUARTIC] = 4};

int gst_step_nodes_latent(gst_latent *latent, const gst_features *f, const gst_step_labels *labels,
                          size_t order, int half)
{
    gst_features *exposed;
    *latent = (gst_latent){.n = 0};
    int status = gst_features_expose(&exposed, f);
    if (status == GST_OK)
        status = gst_exposed_nodes(latent, exposed, labels->mean, order, half);
    gst_features_free(exposed);
    return status;
}

/* Part of node k. */
static size_t part_of(const gst_latent *latent, size_t k)
{
    size_t part = 0;
    while (k >= latent->first[part + 1])
        part++;
    return part;
}

/* The first node of another bulk than that of `from'. */
static size_t end_of_bulk(const gst_latent *latent, size_t from)
{
    size_t part = part_of(latent, from), next = part + 1;
    while (next < latent->parts && latent->bulk[next] == latent->bulk[part])
        next++;
    return latent->first[next];
}

size_t gst_step_nodes_latent_count(const gst_latent *latent, int together)
{
    size_t count = 0;
    for (size_t k = 0; together && k < latent->n; k = end_of_bulk(latent, k))
        count++;
    return together ? count : latent->n;
}

void gst_step_nodes_latent_place(gst_step_nodes *nodes, int together)
{
    const gst_latent *latent = &nodes->latent;
    size_t n = nodes->n;
    for (size_t k = 0, from = 0; k < n; from = nodes->to[k++]) {
        nodes->from[k] = from;
        nodes->to[k] = together ? end_of_bulk(latent, from) : from + 1;
        nodes->bulk[k] = latent->bulk[part_of(latent, from)];
        for (size_t i = from; i < nodes->to[k]; i++)
            nodes->w[k] += latent->w[i];
        for (size_t l = 0; l < nodes->m; l++)
            nodes->kappa[l * n + k] = latent->x[l * latent->n + from] / nodes->bulk[k];
    }
}

/* Averages of group g at nodes from .. to-1, of one bulk; s: room. */
static int slopes_of_bulk(gst_step_nodes *nodes, const gst_features *f, size_t g, size_t from,
                          size_t to, int half, double *s)
{
    size_t n = to - from, count = f->m > 0 ? n : 1; /* rows without spikes see no coordinate */
    double bulk = nodes->bulk[from], *out = s + n;
    memset(s, 0, n * sizeof *s);
    for (size_t l = 0; l < f->m; l++)
        for (size_t k = 0; k < n; k++)
            s[k] += f->U[g * f->m + l] * nodes->kappa[l * nodes->n + from + k] * bulk;
    int status = gst_slope_table(f->problem.activation, nodes->rows, count, s,
                                 f->c[g] * bulk * bulk, half, out);
    for (size_t row = 0; status >= 0 && row < nodes->rows; row++) {
        double *to_row = nodes->slope + (g * nodes->rows + row) * nodes->n + from;
        for (size_t k = 0; k < n; k++)
            to_row[k] = out[row * count + (f->m > 0 ? k : 0)] * pow(bulk, powers[row]);
    }
    return status;
}

int gst_step_nodes_latent_slopes(gst_step_nodes *nodes, const gst_features *f, int half)
{
    const gst_second_layer *layer = f->problem.layer;
    double *s = gst_alloc(nodes->n, (1 + nodes->rows) * sizeof *s);
    int worst = s ? GST_OK : GST_NO_MEMORY;
    for (size_t g = 0; g < nodes->K && worst >= 0; g++) {
        for (size_t from = 0, to = 0; from < nodes->n && worst >= 0; from = to) {
            while (to < nodes->n && nodes->bulk[to] == nodes->bulk[from])
                to++;
            int status = slopes_of_bulk(nodes, f, g, from, to, half, s);
            worst = status != GST_OK ? status : worst;
        }
        const double *value = nodes->slope + (g * nodes->rows + GST_SLOPE_VALUE) * nodes->n;
        for (size_t k = 0; k < nodes->n && worst >= 0; k++)
            nodes->f0[k] += layer->pi[g] * layer->A[g] * value[k];
    }
    free(s);
    return worst;
}

void gst_step_nodes_latent_labels(gst_step_nodes *nodes, const gst_step_labels *labels)
{
    const gst_latent *latent = &nodes->latent;
    for (size_t k = 0; k < nodes->n; k++) {
        nodes->mean[k] = nodes->square[k] = 0.0;
        for (size_t i = 0; i < nodes->q; i++)
            nodes->linear[i * nodes->n + k] = 0.0;
        for (size_t at = nodes->from[k]; at < nodes->to[k]; at++) {
            double mean, square;
            double share = nodes->w[k] > 0.0 ? latent->w[at] / nodes->w[k] : 0.0;
            gst_step_labels_average(labels, 1, &latent->y[at], &nodes->f0[k], &mean, &square);
            nodes->mean[k] += share * mean;
            nodes->square[k] += share * square;
            for (size_t i = 0; i < nodes->q; i++)
                nodes->linear[i * nodes->n + k] +=
                    share * mean * latent->x[i * latent->n + at] / nodes->bulk[k];
        }
    }
}
