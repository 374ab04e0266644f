/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pending.c - TO BE REMOVED: stands in for gst_bulk_covariance (solver/bulk) and gst_moments_own_error (models/tables),
 * which are going to be there.  The covariance is N_perp at V1h = 0, beta = 1, D = 1, divided by V2 = pi. */
#include "cli/commands/steps/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "solver/bulk/bulk.h"

static int take_directions(gst_bulk *bulk, size_t s, double *work, double *C)
{
    size_t K = bulk->K, n = K * s;
    double *hat = work, *x = hat + bulk->L, *N = x + bulk->L;
    for (size_t g = 0; g < K; g++)
        hat[gst_packed_value(K, g)] = 1.0;
    int status = bulk->type->map(bulk, 1.0, hat, x);
    if (status == GST_OK)
        status = bulk->type->directions(bulk, N);
    for (size_t g = 0; g < K && status == GST_OK; g++)
        for (size_t a = 0; a < s; a++)
            for (size_t b = 0; b < s; b++)
                C[(g * s + a) * s + b] = N[(g * s + a) * n + g * s + b] / x[gst_packed_value(K, g)];
    return status;
}

int gst_bulk_covariance(const gst_features *features, int half, double *C)
{
    size_t s = features->m + features->q + 1, K = features->K;
    gst_label_resolution orders = {
        .order = half ? 384 : 512, .nodes = half ? 60 : 80, .half = half != 0};
    gst_bulk *bulk;
    if (!features->bulk->batch) {
        memcpy(C, features->C, K * s * s * sizeof *C);
        return GST_OK;
    }
    int quality = gst_bulk_alloc(&bulk, features, orders);
    if (quality < 0)
        return quality;
    double *work = gst_alloc_doubles(2 * bulk->L + K * s * K * s);
    int status = work ? take_directions(bulk, s, work, C) : GST_NO_MEMORY;
    free(work);
    gst_bulk_free(bulk);
    return status == GST_OK ? quality : status;
}

double gst_moments_own_error(const gst_moments *moments, const gst_second_layer *layer)
{
    size_t n = moments->n;
    double sum = 0.0;
    for (size_t k = n; k-- > 0;) {
        double miss = moments->h[k], rest = moments->rest[k];
        for (size_t g = 0; g < moments->K; g++)
            miss -= layer->pi[g] * layer->A[g] * moments->mu0[g * n + k];
        for (size_t j = 0; j < moments->q; j++)
            rest += moments->h1[j * n + k] * moments->h1[j * n + k];
        sum += moments->w[k] * (miss * miss + rest);
    }
    return sum;
}
