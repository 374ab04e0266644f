/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap.c - empirical U, c and C of a finite network (theory 7.5).
 *
 *   1. First pass: the mean row w of the group, U_g = W* w, and the means of |o| and |w_i|^2.
 *   2. Second pass, centred: e = o - U_g and |f|^2, f = w_i - w, its sum c_g, and the sums of products of
 *      (e, |f|^2 - mean).  |f|^2 is needed before its mean is known: it is shifted by a first guess, |f|^2 of the group's
 *      first neuron, so that nothing cancels. */
#include "validate/networks/overlap.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>

#include "validate/networks/blas.h"
#include "base/memory.h"

enum { SPECIAL = GST_TARGET_DIM_MAX + 1 };

int gst_overlaps_init(gst_overlaps *overlaps, size_t K, size_t r)
{
    size_t s = r + 1;
    *overlaps = (gst_overlaps){.K = K, .r = r};
    overlaps->count = gst_alloc(K, sizeof *overlaps->count);
    overlaps->block = gst_alloc_doubles(K * (2 * r + 4 + s * s));
    if (!overlaps->count || !overlaps->block) {
        gst_overlaps_clear(overlaps);
        return GST_NO_MEMORY;
    }
    overlaps->U = overlaps->block;
    overlaps->U_error = overlaps->U + K * r;
    overlaps->c = overlaps->U_error + K * r;
    overlaps->c_error = overlaps->c + K;
    overlaps->projection = overlaps->c_error + K;
    overlaps->length2 = overlaps->projection + K;
    overlaps->C = overlaps->length2 + K;
    return GST_OK;
}

void gst_overlaps_clear(gst_overlaps *overlaps)
{
    free(overlaps->count);
    free(overlaps->block);
    *overlaps = (gst_overlaps){0};
}

/* o = W* w of a neuron. */
static void project(const gst_first_layer *network, const double *w, size_t r, double *o)
{
    for (size_t j = 0; j < r; j++) {
        o[j] = 0.0;
        for (size_t a = 0; a < network->s; a++)
            o[j] += network->read[j * network->s + a] * w[a];
    }
}

static double squared_norm(size_t n, const double *x)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += x[j] * x[j];
    return sum;
}

/* Step 1; n > 0 neurons from the first; row: their mean, d. */
static void means(gst_overlaps *overlaps, const gst_first_layer *network, size_t g, double *row)
{
    size_t r = overlaps->r, n = overlaps->count[g], d = network->d;
    double o[GST_TARGET_DIM_MAX], *U = overlaps->U + g * r;
    overlaps->projection[g] = overlaps->length2[g] = 0.0;
    for (size_t j = 0; j < r; j++)
        U[j] = 0.0;
    for (size_t j = 0; j < d; j++)
        row[j] = 0.0;
    for (size_t i = network->first[g]; i < network->first[g + 1]; i++) {
        const double *w = gst_first_layer_row(network, i);
        for (size_t j = 0; j < d; j++)
            row[j] += w[j] / (double)n;
        project(network, w, r, o);
        for (size_t j = 0; j < r; j++)
            U[j] += o[j] / (double)n;
        overlaps->projection[g] += sqrt(squared_norm(r, o)) / (double)n;
        overlaps->length2[g] += gst_dense_dot(d, w, w) / (double)n;
    }
}

/* (e_1 .. e_r, |f|^2) of neuron i. */
static void deviations(const gst_overlaps *overlaps, const gst_first_layer *network, size_t g,
                       size_t i, const double *row, double *e)
{
    size_t r = overlaps->r, d = network->d;
    const double *w = gst_first_layer_row(network, i);
    project(network, w, r, e);
    for (size_t j = 0; j < r; j++)
        e[j] -= overlaps->U[g * r + j];
    e[r] = 0.0;
    for (size_t j = 0; j < d; j++)
        e[r] += (w[j] - row[j]) * (w[j] - row[j]);
}

/* Step 2. */
static void covariances(gst_overlaps *overlaps, const gst_first_layer *network, size_t g,
                        const double *row)
{
    size_t r = overlaps->r, s = r + 1, first = network->first[g];
    double *C = overlaps->C + g * s * s, e[SPECIAL], guess, shift = 0.0;
    double n = (double)overlaps->count[g], freedom = overlaps->count[g] > 1 ? n - 1 : NAN;
    for (size_t a = 0; a < s * s; a++)
        C[a] = 0.0;
    deviations(overlaps, network, g, first, row, e);
    guess = e[r];
    for (size_t i = first; i < network->first[g + 1]; i++) {
        deviations(overlaps, network, g, i, row, e);
        e[r] -= guess;
        shift += e[r] / n;
        for (size_t a = 0; a < s; a++)
            for (size_t b = 0; b < s; b++)
                C[a * s + b] += e[a] * e[b];
    }
    C[s * s - 1] -= n * shift * shift;
    overlaps->c[g] = (guess + shift) * n / freedom;
    overlaps->c_error[g] = sqrt(C[s * s - 1] / freedom / n) * n / freedom;
    for (size_t j = 0; j < r; j++)
        overlaps->U_error[g * r + j] = sqrt(C[j * s + j] / freedom / n);
    for (size_t a = 0; a < s * s; a++)
        C[a] *= (double)network->d / freedom;
}

static void leave_empty(gst_overlaps *overlaps, size_t g)
{
    size_t r = overlaps->r, s = r + 1;
    overlaps->c[g] = overlaps->c_error[g] = overlaps->projection[g] = overlaps->length2[g] = NAN;
    for (size_t j = 0; j < r; j++)
        overlaps->U[g * r + j] = overlaps->U_error[g * r + j] = NAN;
    for (size_t a = 0; a < s * s; a++)
        overlaps->C[g * s * s + a] = NAN;
}

int gst_overlaps_measure(gst_overlaps *overlaps, const gst_first_layer *network)
{
    if (overlaps->K != network->problem->layer->K ||
        overlaps->r != gst_target_dim(network->problem->target))
        return GST_INVALID;
    double *row = gst_alloc_doubles(network->d);
    if (!row)
        return GST_NO_MEMORY;
    for (size_t g = 0; g < overlaps->K; g++) {
        overlaps->count[g] = network->first[g + 1] - network->first[g];
        if (overlaps->count[g] == 0) {
            leave_empty(overlaps, g);
            continue;
        }
        means(overlaps, network, g, row);
        covariances(overlaps, network, g, row);
    }
    free(row);
    return GST_OK;
}
