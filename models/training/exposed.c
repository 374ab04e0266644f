/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exposed.c - features all of whose special directions count as spikes, and nodes of their coordinates. */
#include "models/training/exposed.h"
#include "giantstep/features.h"
#include "integrals/integrand.h"

#include <string.h>

#include "models/data/data.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/training/regime.h"
#include "models/data/latent.h"

int gst_features_expose(gst_features **exposed, const gst_features *f)
{
    size_t M = f->m + f->q, s = M + 1;
    *exposed = NULL;
    if (M > GST_SPIKES_MAX)
        return GST_INVALID;
    int status = gst_features_alloc(exposed, f->K, M, 0, f->r);
    if (status != GST_OK)
        return status;
    gst_features *to = *exposed;
    memcpy(to->pi, f->pi, f->K * sizeof *to->pi);
    memcpy(to->c, f->c, f->K * sizeof *to->c);
    memcpy(to->C, f->C, f->K * s * s * sizeof *to->C);
    for (size_t g = 0; g < f->K; g++)
        memcpy(to->U + g * M, f->U + g * f->m, f->m * sizeof *to->U);
    for (size_t j = 0; j < f->r; j++) {
        memcpy(to->gamma + j * M, f->gamma + j * f->m, f->m * sizeof *to->gamma);
        memcpy(to->gamma + j * M + f->m, f->rest + j * f->q, f->q * sizeof *to->gamma);
    }
    to->problem = f->problem;
    to->bulk = f->bulk;
    return GST_OK;
}

static void values(size_t n, const double *z, double *out, const void *params)
{
    gst_expression_evaluate(params, n, z, out, NULL);
}

int gst_exposed_nodes(gst_latent *latent, const gst_features *f, const gst_target *mean,
                      size_t order, int companion)
{
    const gst_data *data = gst_data_of(f->problem.data);
    const gst_expression *g = gst_target_expression(mean);
    gst_latent_target target = {.values = values, .params = g, .kinks = gst_expression_kinks(g)};
    return data->nodes(data, f->m, f->gamma, &target, order, companion, latent);
}
