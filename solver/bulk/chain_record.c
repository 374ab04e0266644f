/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_record.c - what one pass of the forms leaves for the pass back (chain_record.h): copies, since the workspace is the
 * next step's. */
#include "solver/bulk/chain_record.h"

#include "base/arena.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------------- */

static int take_step(const gst_chain *b, const gst_chain_step *s, gst_chain_step_record *r)
{
    size_t touched = s->s * s->n, old = gst_chain_old_probes(s);
    const gst_array arrays[] = {GST_MATRIX(r->lambda, gst_chain_new_probes(b, s), old),
                                GST_MATRIX(r->E, old, old), GST_MATRIX(r->push, touched, touched),
                                GST_MATRIX(r->sums, s->functions, s->packed),
                                GST_MATRIX(r->parts, s->packed, s->nodes)};
    return gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
}

static int take_shared(const gst_chain *b, gst_chain_record *r)
{
    size_t q = b->fields, P = b->probes, rows = 0, moved = 0, norm = gst_chain_norm_size(b);
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        size_t nodes = s->nodes < GST_CHAIN_RECORD_NODES ? s->nodes : GST_CHAIN_RECORD_NODES;
        rows = s->s + s->J > rows ? s->s + s->J : rows;
        moved = s->n * nodes * (s->s + s->J) > moved ? s->n * nodes * (s->s + s->J) : moved;
    }
    const gst_array arrays[] = {
        GST_MATRIX(r->E, P, P),     GST_MATRIX(r->inverse, norm, norm),
        GST_VECTOR(r->f, P),        GST_VECTOR(r->e, P),
        GST_VECTOR(r->c, P),        GST_MATRIX(r->h, rows, q),
        GST_MATRIX(r->g, rows, q),  GST_VECTOR(r->moved, moved),
        GST_VECTOR(r->side, moved), GST_VECTOR(r->x, q > norm ? q : norm),
        GST_MATRIX(r->bar, q, q),   GST_MATRIX(r->turn, q, q),
        GST_MATRIX(r->full, q, q),  GST_MATRIX(r->dX, b->base.K, b->base.K)};
    return gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_chain_record_alloc(gst_chain *b)
{
    gst_chain_record *r = b->record = gst_alloc(1, sizeof *r);
    if (!r)
        return GST_NO_MEMORY;
    r->step = gst_alloc(b->T, sizeof *r->step);
    int status = r->step ? take_shared(b, r) : GST_NO_MEMORY;
    for (size_t t = 0; status == GST_OK && t < b->T; t++)
        status = take_step(b, &b->step[t], &r->step[t]);
    return status;
}

void gst_chain_record_free(gst_chain *b)
{
    gst_chain_record *r = b->record;
    if (!r)
        return;
    for (size_t t = 0; r->step && t < b->T; t++)
        gst_arena_free(&r->step[t].memory);
    free(r->step);
    gst_arena_free(&r->memory);
    free(r);
    b->record = NULL;
}

/* ---- what the pass forward leaves --------------------------------------------------------------- */

void gst_chain_record_step(const gst_chain *b, size_t t, const double *lambda, const double *E,
                           const double *push, const double *sums, const double *parts)
{
    if (!b->record)
        return;
    const gst_chain_step *s = &b->step[t];
    size_t touched = s->s * s->n, old = gst_chain_old_probes(s);
    gst_chain_step_record *r = &b->record->step[t];
    memcpy(r->lambda, lambda, gst_chain_new_probes(b, s) * old * sizeof *lambda);
    memcpy(r->E, E, old * old * sizeof *E);
    memcpy(r->push, push, touched * touched * sizeof *push);
    memcpy(r->sums, sums, s->functions * s->packed * sizeof *sums);
    memcpy(r->parts, parts, s->packed * s->nodes * sizeof *parts);
}

void gst_chain_record_end(const gst_chain *b, size_t probes, const double *E, const double *inverse)
{
    size_t size = gst_chain_norm_size(b);
    if (!b->record)
        return;
    memcpy(b->record->E, E, probes * probes * sizeof *E);
    memcpy(b->record->inverse, inverse, size * size * sizeof *inverse);
}
