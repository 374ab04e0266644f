/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_record.h - what one pass of the forms leaves for the pass back: private to solver/bulk/chain*.c. */
#ifndef GST_CHAIN_RECORD_H
#define GST_CHAIN_RECORD_H

#include "solver/bulk/chain.h"

/* Samples summed over together in the pass back. */
enum { GST_CHAIN_RECORD_NODES = 256 };

/* What a step leaves: lambda, E behind the push, the push, sums over samples, and their Q. */
typedef struct {
    double *lambda, *E, *push, *sums, *parts;
    gst_arena memory;
} gst_chain_step_record;

struct gst_chain_record {
    gst_chain_step_record *step;
    double *E,
        *inverse; /* at the end: forms on directions and the norm's probes; its pencil's inverse */
    double *f, *e, *c;    /* probes */
    double *h, *g;        /* J x fields: atoms of psi_j, times f; J x n: P G h_j */
    double *moved, *side; /* n x (s + J) x nodes, GST_CHAIN_RECORD_NODES at a time: Q times c_a,
                                * then g_j; what that is multiplied by */
    double *x;            /* n, or the norm's fields */
    double *bar, *turn, *full; /* fields x fields */
    double *dX;                /* K x K: of chain_krylov.c */
    gst_arena memory;
};

/* Probes before and after a step; scalar fields of the norm. */
static inline size_t gst_chain_old_probes(const gst_chain_step *s)
{
    return s->s * s->fields + s->norms;
}

static inline size_t gst_chain_new_probes(const gst_chain *b, const gst_chain_step *s)
{
    return s->to * (s->fields - 2 * b->base.K) + s->norms + s->added;
}

static inline size_t gst_chain_norm_size(const gst_chain *b)
{
    return 2 * b->base.K * b->T;
}

#endif
