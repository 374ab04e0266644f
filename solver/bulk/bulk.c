/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk.c - the table of bulks: which implementation a law has. */
#include "solver/bulk/bulk.h"
#include "models/training/trajectory.h"

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
