/* SPDX-License-Identifier: GPL-3.0-or-later */
/* untrained.c - features of weights as they were drawn: no spikes, every target direction is residual. */
#include "models/training/regime.h"
#include "giantstep/features.h"
#include "giantstep/problem.h"
#include "giantstep/target.h"
#include "giantstep/second_layer.h"

int gst_features_untrained(gst_features **features, const gst_problem *t, int half,
                           gst_message *message)
{
    size_t r = gst_target_dim(t->target);
    int status = gst_features_alloc(features, t->layer->K, 0, r, r);
    (void)half;
    if (status != GST_OK)
        return gst_fail(message, status, "the features could not be set up");
    gst_features *f = *features;
    for (size_t g = 0; g < f->K; g++) {
        f->pi[g] = t->layer->pi[g];
        f->c[g] = 1.0;
    }
    for (size_t j = 0; j < r; j++)
        f->rest[j * r + j] = 1.0;
    gst_features_fix_norms(f);
    return GST_OK;
}
