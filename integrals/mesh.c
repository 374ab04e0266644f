/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mesh.c - a nested mesh kept in memory: the blocks of a sweep (sweep.c), collected. */
#include "integrals/mesh.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/partition.h"
#include "integrals/rule.h"
#include "integrals/sweep.h"

/* Points handed over at a time, and the room first made for a mesh (it doubles from there). */
enum { block_points = 1024 };

typedef struct {
    gst_mesh *mesh;
    size_t capacity; /* length of a row of mesh->x while collecting */
} gst_collector;

void gst_mesh_clear(gst_mesh *mesh)
{
    if (!mesh)
        return;
    free(mesh->x);
    free(mesh->w);
    free(mesh->w_half);
    free(mesh->edge);
    *mesh = (gst_mesh){0};
}

/* Move the mesh to arrays with room for `capacity` points. */
static int collector_resize(gst_collector *collector, size_t capacity)
{
    gst_mesh *mesh = collector->mesh;
    gst_mesh next = {.dim = mesh->dim, .n = mesh->n};
    next.x = capacity <= SIZE_MAX / sizeof(double) ? gst_alloc(mesh->dim, capacity * sizeof(double))
                                                   : NULL;
    next.w = gst_alloc_doubles(capacity);
    next.w_half = gst_alloc_doubles(capacity);
    next.edge = gst_alloc_doubles(capacity);
    if (!next.x || !next.w || !next.w_half || !next.edge) {
        gst_mesh_clear(&next);
        return GST_NO_MEMORY;
    }
    for (size_t j = 0; mesh->n && j < mesh->dim; j++)
        memcpy(next.x + j * capacity, mesh->x + j * collector->capacity, mesh->n * sizeof *next.x);
    if (mesh->n) {
        memcpy(next.w, mesh->w, mesh->n * sizeof *next.w);
        memcpy(next.w_half, mesh->w_half, mesh->n * sizeof *next.w_half);
        memcpy(next.edge, mesh->edge, mesh->n * sizeof *next.edge);
    }
    gst_mesh_clear(mesh);
    *mesh = next;
    collector->capacity = capacity;
    return GST_OK;
}

static int collect(const gst_block *block, void *context)
{
    gst_collector *collector = context;
    gst_mesh *mesh = collector->mesh;
    if (block->n > collector->capacity - mesh->n) {
        int status = collector->capacity <= SIZE_MAX / 2
                         ? collector_resize(collector, 2 * collector->capacity)
                         : GST_NO_MEMORY;
        if (status)
            return status;
    }
    for (size_t j = 0; j < mesh->dim; j++)
        memcpy(mesh->x + j * collector->capacity + mesh->n, block->x + j * block->n,
               block->n * sizeof *mesh->x);
    memcpy(mesh->w + mesh->n, block->w, block->n * sizeof *mesh->w);
    memcpy(mesh->w_half + mesh->n, block->w_half, block->n * sizeof *mesh->w_half);
    memset(mesh->edge + mesh->n, 0, block->n * sizeof *mesh->edge);
    for (size_t i = 0; i < block->edge_count; i++)
        mesh->edge[mesh->n + block->at_edge[i]] = block->edges[i];
    mesh->n += block->n;
    return GST_OK;
}

int gst_mesh_build(gst_mesh *mesh, const gst_kinks *kinks, size_t first, size_t count,
                   const double *fixed, size_t order, int companion)
{
    gst_collector collector = {.mesh = mesh};
    const gst_sweep sweep = {.kinks = kinks,
                             .first = first,
                             .count = count,
                             .fixed = fixed,
                             .order = order,
                             .shift = companion ? GST_COMPANION_SHIFT : 0,
                             .block = block_points,
                             .visit = collect,
                             .context = &collector};
    *mesh = (gst_mesh){.dim = first + count};
    int status = gst_sweep_check(&sweep);
    if (!status)
        status = collector_resize(&collector, block_points);
    if (!status)
        status = gst_sweep_run(&sweep);
    if (!status && mesh->n < collector.capacity)
        status = collector_resize(&collector, mesh->n);
    if (status)
        gst_mesh_clear(mesh);
    return status;
}

int gst_mesh_of_panels(gst_mesh *mesh, size_t panels, const double *ends, size_t points)
{
    gst_collector collector = {.mesh = mesh};
    *mesh = (gst_mesh){.dim = 1};
    if (panels == 0 || points == 0)
        return GST_INVALID;
    double *node = gst_alloc(points, 2 * sizeof *node);
    int status = node ? gst_rule_legendre(points, node, node + points) : GST_NO_MEMORY;
    if (!status)
        status = collector_resize(&collector, panels * points);
    for (size_t i = 0; i < panels && !status; i++) {
        double middle = 0.5 * (ends[i] + ends[i + 1]), half = 0.5 * (ends[i + 1] - ends[i]);
        for (size_t k = 0; k < points; k++) {
            double x = middle + half * node[k];
            mesh->x[mesh->n] = x;
            mesh->w[mesh->n++] = half * node[points + k] * gst_normal_density(x);
        }
    }
    if (!status) {
        mesh->edge[0] = gst_normal_density(ends[0]);
        mesh->edge[mesh->n - 1] = gst_normal_density(ends[panels]);
    }
    free(node);
    return status;
}
