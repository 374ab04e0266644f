/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout.c - memory and layout of the readout's order parameters. */
#include "solver/readout/readout.h"

#include "base/arena.h"
#include "base/memory.h"

#include <stdlib.h>

static void set_places(gst_readout *r, size_t terms)
{
    size_t s = gst_readout_special(r);
    for (size_t i = r->K; i < terms; i++) {
        size_t group = (i - r->K) / (r->m + 1), l = (i - r->K) % (r->m + 1);
        r->place[i] = group * s + (l < r->m ? l : r->m + r->q);
    }
}

static int take_memory(gst_readout *r, const gst_state *state)
{
    size_t K = r->K, ks = K * gst_readout_special(r), terms = state->terms, L = state->L;
    gst_normal_equations *v = &r->normal;
    const gst_array arrays[] = {GST_VECTOR(r->mean, K),
                                GST_VECTOR(r->t, ks),
                                GST_VECTOR(r->fields, ks),
                                GST_VECTOR(r->forces, K),
                                GST_MATRIX(r->Q, K, K),
                                GST_VECTOR(r->q2, K),
                                GST_VECTOR(r->error2, state->moments->n),
                                GST_MATRIX(r->N_perp, ks, ks),
                                GST_MATRIX(v->gram, terms, terms),
                                GST_VECTOR(v->target, terms),
                                GST_MATRIX(v->system, ks, ks),
                                GST_MATRIX(v->response, ks, K + 1),
                                GST_MATRIX(v->schur, K, K),
                                GST_VECTOR(v->scale, K),
                                GST_VECTOR(v->pivot, ks),
                                GST_VECTOR(r->place, terms),
                                GST_VECTOR(r->coefficient, terms),
                                GST_VECTOR(r->sum, terms),
                                GST_VECTOR(r->y, L),
                                GST_VECTOR(r->source, L),
                                GST_VECTOR(r->gradient, L),
                                GST_VECTOR(r->scaled, L)};
    return gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_readout_alloc(gst_readout **readout, const gst_state *state)
{
    gst_readout *r = gst_alloc(1, sizeof *r);
    *readout = NULL;
    if (!r)
        return GST_NO_MEMORY;
    *r = (gst_readout){.K = state->K, .m = state->moments->m, .q = state->moments->q};
    if (take_memory(r, state) != GST_OK) {
        free(r);
        return GST_NO_MEMORY;
    }
    set_places(r, state->terms);
    *readout = r;
    return GST_OK;
}

void gst_readout_free(gst_readout *readout)
{
    if (!readout)
        return;
    gst_arena_free(&readout->memory);
    free(readout);
}
