/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coloured.c - the bulk that one finite batch leaves of inputs of any covariance (docs/theory, inputs of any covariance):
 * the chain of one step with the pencil of coloured.h. */
#include "solver/bulk/coloured.h"
#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/features.h"

#include <stdlib.h>
#include <string.h>

static void release(gst_chain *b)
{
    gst_coloured_nodes *v = b->nodes;
    if (!v)
        return;
    gst_arena_free(&v->memory);
    free(v);
}

static const gst_chain_pencil pencil = {
    .response = gst_coloured_response,
    .response_complex = gst_coloured_response_complex,
    .move_X = gst_coloured_move_X,
    .move_X_complex = gst_coloured_move_X_complex,
    .move_M = gst_coloured_move_M,
    .move_M_complex = gst_coloured_move_M_complex,
    .forms = gst_coloured_forms,
    .forms_complex = gst_coloured_forms_complex,
    .special_N = gst_chain_special_N,
    .special_N_complex = gst_chain_special_N_complex,
    .release = release,
};

static int make(gst_bulk **bulk, const gst_features *features, gst_trajectory *trajectory,
                int shared)
{
    const gst_spectral *s = features->spectral;
    gst_coloured_nodes *v = gst_alloc(1, sizeof *v);
    size_t K = features->K, q = 3 * K, side = 4 * K;
    *bulk = NULL;
    if (v) {
        *v = (gst_coloured_nodes){
            .K = K, .R = s->R, .J = s->J, .omega = s->omega, .mu = s->mu, .T = s->T};
        const gst_array arrays[] = {GST_MATRIX(v->H, side * side, v->J),
                                    GST_MATRIX(v->B, q, q),
                                    GST_MATRIX(v->inverse, q, q),
                                    GST_MATRIX(v->Hc, side * side, v->J),
                                    GST_MATRIX(v->Bc, q, q),
                                    GST_MATRIX(v->inversec, q, q)};
        if (gst_arena_take(&v->memory, sizeof arrays / sizeof *arrays, arrays) == GST_OK)
            return gst_chain_make(bulk, features, trajectory, shared, &pencil, v);
    }
    free(v);
    if (!shared)
        gst_trajectory_free(trajectory);
    return GST_NO_MEMORY;
}

int gst_bulk_coloured_alloc(gst_bulk **bulk, const gst_features *features,
                            gst_trajectory *trajectory)
{
    return make(bulk, features, trajectory, 0);
}

int gst_bulk_coloured_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other)
{
    return make(bulk, features, ((const gst_chain *)other)->trajectory, 1);
}
