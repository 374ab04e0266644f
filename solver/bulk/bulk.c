/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk.c - the table of bulks: which implementation a law has, and at which orders. */
#include "solver/bulk/bulk.h"
#include "giantstep/features.h"

#include "base/memory.h"
#include "models/training/trajectory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Entries of a covariance that change less by a doubling of all orders. */
#define SETTLED 1e-11

typedef int bulk_alloc(gst_bulk **bulk, const gst_features *features, gst_trajectory *trajectory);
typedef int bulk_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other);

#define ROW(name) {&gst_bulk_law_##name, gst_bulk_##name##_alloc, gst_bulk_##name##_share},
static const struct {
    const gst_bulk_law *law;
    bulk_alloc *alloc;
    bulk_share *share;
} bulks[] = {GST_BULK_LIST(ROW)};

enum { BULKS = sizeof bulks / sizeof *bulks };

/* The row of the features' law, BULKS if it has none. */
static size_t find(const gst_features *features)
{
    size_t i = 0;
    while (i < BULKS && bulks[i].law != features->bulk)
        i++;
    return i;
}

/* ---- orders ------------------------------------------------------------------------------------- */

/* First order of the mesh of r target variables and number of doublings; nodes of the law of the labels and intervals per
 * spike at first. */
static const struct {
    size_t order, levels;
} label_orders[GST_TARGET_DIM_MAX + 1] = {{0, 0}, {256, 4}, {160, 3}, {112, 1}, {32, 1}};
#define LABEL_NODES ((size_t)40)
#define SPIKE_ORDER ((size_t)96)

size_t gst_bulk_resolution_count(const gst_features *features)
{
    return features->bulk->trajectory ? label_orders[features->r].levels : SIZE_MAX;
}

gst_label_resolution gst_bulk_resolution(const gst_features *features, size_t index, int half)
{
    size_t levels = label_orders[features->r].levels;
    size_t doublings = index < levels ? index : levels - 1, parts = half ? 3 : 4;
    return (gst_label_resolution){.order =
                                      (label_orders[features->r].order << doublings) / 4 * parts,
                                  .spikes = (SPIKE_ORDER << doublings) / 4 * parts,
                                  .nodes = (LABEL_NODES << doublings) / 4 * parts,
                                  .half = half != 0};
}

/* ---- life --------------------------------------------------------------------------------------- */

int gst_bulk_alloc(gst_bulk **bulk, const gst_features *features, gst_label_resolution resolution)
{
    size_t row = find(features);
    gst_trajectory *trajectory = NULL;
    *bulk = NULL;
    int quality = GST_OK;
    if (row == BULKS)
        return GST_UNBUILT;
    if (features->bulk->trajectory)
        quality = features->bulk->trajectory(&trajectory, &features->problem, resolution, NULL);
    int status = quality < 0 ? quality : bulks[row].alloc(bulk, features, trajectory);
    return status == GST_OK ? quality : status;
}

int gst_bulk_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    size_t row = find(features);
    return row < BULKS ? bulks[row].share(bulk, features, other) : GST_UNBUILT;
}

void gst_bulk_reset(gst_bulk *bulk)
{
    if (bulk)
        bulk->type->reset(bulk);
}

void gst_bulk_free(gst_bulk *bulk)
{
    if (bulk)
        bulk->type->release(bulk);
}

/* ---- the covariance of the special directions --------------------------------------------------- */

/* N~(0): the directions where V1h = 0, V2 = 1, beta = 1. */
static int covariance_at(const gst_features *f, gst_label_resolution resolution, double *hat,
                         double *x, double *N)
{
    gst_bulk *bulk;
    int quality = gst_bulk_alloc(&bulk, f, resolution);
    if (quality < 0)
        return quality;
    memset(hat, 0, bulk->L * sizeof *hat);
    memset(x, 0, bulk->L * sizeof *x);
    memcpy(hat + gst_packed_value(f->K, 0), f->pi, f->K * sizeof *hat);
    int status = bulk->type->map(bulk, 1.0, hat, x);
    if (status == GST_OK)
        status = bulk->type->directions(bulk, N);
    gst_bulk_free(bulk);
    return status == GST_OK ? quality : status;
}

/* Diagonal blocks of N into C; the largest change. */
static double take_blocks(const gst_features *f, const double *N, double *C)
{
    size_t s = f->m + f->q + 1, size = f->K * s;
    double change = 0.0;
    for (size_t i = 0; i < f->K * s * s; i++) {
        double entry = N[i / s * size + i / (s * s) * s + i % s];
        change = fmax(change, fabs(entry - C[i]) / (1.0 + fabs(entry)));
        C[i] = entry;
    }
    return change;
}

int gst_bulk_covariance(const gst_features *f, int half, double *C)
{
    size_t s = f->m + f->q + 1, size = f->K * s, L = gst_packed_length(f->K);
    memcpy(C, f->C, size * s * sizeof *C);
    if (!f->bulk->trajectory)
        return GST_OK;
    double *work = gst_alloc_doubles(size * size + 2 * L);
    int status = work ? GST_LOOSE : GST_NO_MEMORY, found = 0;
    for (size_t index = 0; index < gst_bulk_resolution_count(f) && status == GST_LOOSE; index++) {
        int quality =
            covariance_at(f, gst_bulk_resolution(f, index, half), work, work + L, work + 2 * L);
        if (quality == GST_FAILED && found)
            break; /* the orders before are what there is */
        if (quality < 0)
            status = quality;
        else if (take_blocks(f, work + 2 * L, C) <= SETTLED)
            status = quality;
        found = 1;
    }
    free(work);
    return status;
}
