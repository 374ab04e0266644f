/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout.c - memory and layout of the readout's order parameters. */
#include "solver/readout/readout.h"

#include "base/memory.h"

#include <stdlib.h>

size_t gst_readout_special(const gst_readout *readout)
{
    return readout->m + readout->q + 1;
}

size_t gst_readout_place(const gst_readout *readout, size_t i)
{
    size_t group = (i - readout->K) / (readout->m + 1), l = (i - readout->K) % (readout->m + 1);
    return group * gst_readout_special(readout) + (l < readout->m ? l : readout->m + readout->q);
}

int gst_readout_alloc(gst_readout **readout, const gst_equations *e)
{
    const gst_moments *t = e->moments;
    size_t K = t->K, s = t->m + t->q + 1, ks = K * s, terms = e->terms, n = t->n;
    gst_readout *r = *readout = gst_alloc(1, sizeof *r);
    if (!r)
        return GST_NO_MEMORY;
    *r = (gst_readout){.K = K, .m = t->m, .q = t->q};
    size_t work = terms * terms + terms + ks * ks + ks * (K + 1) + K * K + 2 * K + e->L;
    double **arrays[] = {&r->mean, &r->t,      &r->fields, &r->forces, &r->Q,
                         &r->q2,   &r->error2, &r->N_perp, &r->work};
    size_t sizes[] = {K, ks, ks, K, K * K, K, n, ks * ks, work + 3 * e->L};
    size_t total = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        total += sizes[i];
    r->block = gst_alloc_doubles(total);
    r->pivot = gst_alloc(ks, sizeof *r->pivot);
    if (!r->block || !r->pivot) {
        gst_readout_free(r);
        *readout = NULL;
        return GST_NO_MEMORY;
    }
    double *at = r->block;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *arrays[i] = at;
        at += sizes[i];
    }
    return GST_OK;
}

void gst_readout_free(gst_readout *readout)
{
    if (!readout)
        return;
    free(readout->block);
    free(readout->pivot);
    free(readout);
}
