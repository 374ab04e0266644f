/* SPDX-License-Identifier: GPL-3.0-or-later */
/* given.c - features whose spikes are given. */
#include "models/training/regime.h"
#include "giantstep/features.h"
#include "giantstep/given_spikes.h"
#include "giantstep/limits.h"
#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "models/training/residual_directions.h"

#include <string.h>

static int take_spikes(gst_features **features, const gst_problem *t)
{
    const gst_spikes *spikes = t->training.spikes;
    size_t r = spikes->r, q;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    int status = gst_residual_directions(r, spikes->m, spikes->gamma, rest, &q);
    if (status == GST_OK)
        status = gst_features_alloc(features, spikes->K, spikes->m, q, r);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    memcpy(f->pi, t->layer->pi, f->K * sizeof *f->pi);
    memcpy(f->U, spikes->U, f->K * f->m * sizeof *f->U);
    memcpy(f->c, spikes->c, f->K * sizeof *f->c);
    memcpy(f->gamma, spikes->gamma, r * f->m * sizeof *f->gamma);
    memcpy(f->rest, rest, r * q * sizeof *rest);
    gst_features_fix_norms(f);
    return GST_OK;
}

int gst_features_given(gst_features **features, const gst_problem *problem, int half,
                       gst_message *message)
{
    int status = take_spikes(features, problem);
    (void)half;
    return status == GST_OK ? GST_OK
                            : gst_fail(message, status, "the features could not be set up");
}
