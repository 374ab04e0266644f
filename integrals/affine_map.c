/* SPDX-License-Identifier: GPL-3.0-or-later */
/* affine_map.c - functions of z = offset + matrix x, seen as functions of x. */
#include "integrals/affine_map.h"

enum { BLOCK = 64, DIM_MAX = 9 };

void gst_affine_apply(const gst_affine *map, size_t n, const double *x, double *z)
{
    for (size_t i = 0; i < map->to; i++) {
        double *row = z + i * n;
        double offset = map->offset ? map->offset[i] : 0.0;
        for (size_t k = 0; k < n; k++)
            row[k] = offset;
        for (size_t j = 0; j < map->from; j++) {
            double slope = map->matrix[i * map->from + j];
            if (slope == 0.0)
                continue;
            for (size_t k = 0; k < n; k++)
                row[k] += slope * x[j * n + k];
        }
    }
}

static void arguments(size_t n, const double *x, double *out, void *params)
{
    const gst_affine *map = params;
    double from[DIM_MAX * BLOCK], to[DIM_MAX * BLOCK], values[GST_KINK_ARGUMENTS_MAX * BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        for (size_t j = 0; j < map->from; j++) {
            for (size_t k = 0; k < size; k++)
                from[j * size + k] = x[j * n + first + k];
        }
        gst_affine_apply(map, size, from, to);
        map->kinks.arguments(size, to, values, map->kinks.params);
        for (size_t c = 0; c < map->kinks.count; c++) {
            for (size_t k = 0; k < size; k++)
                out[c * n + first + k] = values[c * size + k];
        }
    }
}

static unsigned degree(size_t c, unsigned moves, const void *params)
{
    const gst_affine *map = params;
    unsigned moved = 0;
    for (size_t i = 0; i < map->to; i++)
        for (size_t j = 0; j < map->from; j++)
            if (moves >> j & 1 && map->matrix[i * map->from + j] != 0.0)
                moved |= 1u << i;
    return map->kinks.degree(c, moved, map->kinks.params);
}

gst_kinks gst_affine_kinks(gst_affine *map)
{
    return (gst_kinks){.dim = map->from,
                       .count = map->kinks.count,
                       .arguments = arguments,
                       .params = map,
                       .degree = map->kinks.degree ? degree : NULL};
}
