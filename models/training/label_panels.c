/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_panels.c - a discrete measure of labels as a Gauss rule on each of many panels (docs/theory, spectrum).
 *
 * A pole of the averages at a distance d from the real axis, relative to |yt| + s, is seen by rules of panels as narrow, where
 * one rule for all labels would need some hundred thousand nodes.
 *   1. panels of equal width in asinh(yt/s), and the points in each;
 *   2. the Gauss rule of each panel, of weights that sum to one (label_rule.c);
 *   3. their nodes, and their weights times the mass of the panel, one panel after the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/arena.h"
#include "models/training/label_measure.h"

/* The companion's panels are wider, of as many nodes, and begin elsewhere. */
static const struct {
    double width, first;
} panel_of[] = {{.width = 0.06, .first = 0.0}, {.width = 0.07, .first = 0.0267949}};
/* Nodes of a panel that has all of E(1 + yt^2/s^2), and of one that has `lightest' of it or less. */
enum { NODES = 15, FEWEST = 4 };
static const double lightest = 1e-18;

typedef struct {
    size_t count, largest;
    size_t *first; /* points of panel p are at point[first[p] .. first[p+1]-1] */
    size_t *point;
    gst_label_law **law; /* of each */
    gst_label_measure part;
    gst_arena memory;
} panels;

static double place(double y, double scale, int companion)
{
    return floor((asinh(y / scale) - panel_of[companion].first) / panel_of[companion].width);
}

/* Step 1. */
static int sort_points(panels *p, const gst_label_measure *m, double scale, int companion)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < m->n; k++) {
        low = fmin(low, m->y[k]);
        high = fmax(high, m->y[k]);
    }
    double from = place(low, scale, companion);
    p->count = 1 + (size_t)(place(high, scale, companion) - from);
    const gst_array arrays[] = {GST_VECTOR(p->first, p->count + 2), GST_VECTOR(p->point, m->n),
                                GST_VECTOR(p->law, p->count)};
    int status = gst_arena_take(&p->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status != GST_OK)
        return status;
    for (size_t k = 0; k < m->n; k++)
        p->first[(size_t)(place(m->y[k], scale, companion) - from) + 2]++;
    for (size_t i = 0; i < p->count; i++) {
        p->largest = p->first[i + 2] > p->largest ? p->first[i + 2] : p->largest;
        p->first[i + 2] += p->first[i + 1];
    }
    for (size_t k = 0; k < m->n; k++)
        p->point[p->first[(size_t)(place(m->y[k], scale, companion) - from) + 1]++] = k;
    return gst_label_measure_alloc(&p->part, p->largest, m->r);
}

/* The points of panel i to p->part; their mass. */
static double gather(panels *p, size_t i, const gst_label_measure *m)
{
    gst_label_measure *part = &p->part;
    size_t r = m->r, pairs = r * (r + 1) / 2;
    double mass = 0.0;
    part->n = p->first[i + 1] - p->first[i];
    for (size_t k = 0; k < part->n; k++) {
        size_t from = p->point[p->first[i] + k];
        part->y[k] = m->y[from];
        part->x[k] = m->x[from];
        part->w[k] = m->w[from];
        mass += m->w[from];
        for (size_t j = 0; j < r; j++)
            part->z[j * part->capacity + k] = m->z[j * m->capacity + from];
        for (size_t j = 0; j < pairs; j++)
            part->zz[j * part->capacity + k] = m->zz[j * m->capacity + from];
    }
    for (size_t k = 0; k < part->n; k++)
        part->w[k] /= mass;
    return mass;
}

/* A Gauss rule's error falls geometrically: light panels need less. */
static size_t nodes_of(double mass, double y)
{
    double share = 1.0 - log(fmin(mass * (1.0 + y * y), 1.0)) / log(lightest);
    double wanted = ceil(NODES * share);
    return wanted > FEWEST ? (size_t)wanted : FEWEST;
}

/* Step 2. */
static int reduce_panel(panels *p, size_t i, const gst_label_measure *m, double scale)
{
    double mass = gather(p, i, m);
    int status = gst_label_law_alloc(&p->law[i], m->r);
    if (status != GST_OK)
        return status;
    gst_label_law *law = p->law[i];
    law->moment[0] = 1.0;
    status = gst_label_reduce(law, &p->part, nodes_of(mass, p->part.y[0] / scale), scale);
    for (size_t k = 0; status == GST_OK && k < law->n * law->terms; k++)
        law->weight[k] *= mass;
    return status;
}

/* Step 3. */
static int join(const panels *p, gst_label_law *law)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < p->count; i++)
        n += p->law[i] ? p->law[i]->n : 0;
    int status = gst_label_law_room(law, n);
    for (size_t i = 0; i < p->count && status == GST_OK; i++) {
        const gst_label_law *part = p->law[i];
        if (!part)
            continue;
        memcpy(law->y + at, part->y, part->n * sizeof *law->y);
        for (size_t f = 0; f < law->terms; f++)
            memcpy(law->weight + f * n + at, part->weight + f * part->n,
                   part->n * sizeof *law->weight);
        at += part->n;
    }
    return status;
}

int gst_label_reduce_panels(gst_label_law *law, const gst_label_measure *m, double scale,
                            int companion)
{
    panels p = {.count = 0};
    int status = sort_points(&p, m, scale, companion);
    for (size_t i = 0; i < p.count && status == GST_OK; i++)
        if (p.first[i + 1] > p.first[i])
            status = reduce_panel(&p, i, m, scale);
    if (status == GST_OK)
        status = join(&p, law);
    for (size_t i = 0; p.law && i < p.count; i++)
        gst_label_law_free(p.law[i]);
    free(p.part.block);
    gst_arena_free(&p.memory);
    return status;
}
