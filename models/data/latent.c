/* SPDX-License-Identifier: GPL-3.0-or-later */
/* latent.c - memory of nodes of special coordinates. */
#include "models/data/latent.h"

#include "base/arena.h"
#include "giantstep/status.h"

int gst_latent_take(gst_latent *latent, size_t M, size_t n)
{
    *latent = (gst_latent){.M = M, .n = n};
    const gst_array arrays[] = {GST_VECTOR(latent->w, n),      GST_MATRIX(latent->x, M, n),
                                GST_VECTOR(latent->y, n),      GST_VECTOR(latent->edge, n),
                                GST_VECTOR(latent->radius, n), GST_VECTOR(latent->reach, n)};
    return gst_arena_take(&latent->memory, sizeof arrays / sizeof *arrays, arrays);
}

void gst_latent_clear(gst_latent *latent)
{
    gst_arena_free(&latent->memory);
    *latent = (gst_latent){.n = 0};
}
