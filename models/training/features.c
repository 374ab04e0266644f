/* SPDX-License-Identifier: GPL-3.0-or-later */
/* features.c - memory of a spiked random-features model. */
#include "giantstep/features.h"

#include "models/training/regime.h"
#include "models/training/spectral.h"

#include "base/memory.h"

#include <stdlib.h>

int gst_features_alloc(gst_features **features, size_t K, size_t m, size_t q, size_t r)
{
    size_t s = m + q + 1;
    gst_features *f = *features = gst_alloc(1, sizeof *f);
    if (!f)
        return GST_NO_MEMORY;
    f->K = K;
    f->m = m;
    f->q = q;
    f->r = r;
    f->pi = gst_alloc_doubles(K);
    f->U = gst_alloc_doubles(K * m);
    f->c = gst_alloc_doubles(K);
    f->C = gst_alloc_doubles(K * s * s);
    f->gamma = gst_alloc_doubles(r * m);
    f->rest = gst_alloc_doubles(r * q);
    if (f->pi && f->U && f->c && f->C && f->gamma && f->rest)
        return GST_OK;
    gst_features_free(f);
    *features = NULL;
    return GST_NO_MEMORY;
}

void gst_features_free(gst_features *features)
{
    if (!features)
        return;
    free(features->pi);
    free(features->U);
    free(features->c);
    free(features->C);
    free(features->gamma);
    free(features->rest);
    gst_spectral_free(features->spectral);
    free(features);
}

void gst_features_fix_norms(gst_features *f)
{
    size_t s = f->m + f->q + 1;
    for (size_t g = 0; g < f->K; g++) {
        for (size_t a = 0; a + 1 < s; a++)
            f->C[(g * s + a) * s + a] = f->c[g];
    }
}
