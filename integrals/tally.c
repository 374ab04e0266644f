/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.c - weighted sums whose rounding error does not grow with the number of points.
 *
 * A block is summed in chunks of 64 points, each in four interleaved partial sums; the chunks are
 * added with Neumaier's compensation (Higham, Accuracy and Stability, section 4.3).  The error is
 * that of 16 additions, whatever the size of the mesh. */
#include "integrals/tally.h"

#include <math.h>

enum { lanes = 4, chunk = 64 };

/* A node of this weight or less stands for so little probability that a value which is not finite
 * there is left out: if the function is growing towards it, the nodes before it tell. */
static const double negligible = 1e-30;

static void sum_add(gst_sum *sum, double term)
{
    double total = sum->sum + term;
    sum->carry +=
        fabs(sum->sum) >= fabs(term) ? (sum->sum - total) + term : (term - total) + sum->sum;
    sum->sum = total;
}

static double lanes_total(const double part[lanes])
{
    return (part[0] + part[1]) + (part[2] + part[3]);
}

static void add_half(gst_tally *tally, size_t n, const double *w_half, const double *f)
{
    double part[lanes] = {0};
    for (size_t k = 0; k < n; k++)
        part[k % lanes] += w_half[k] * f[k];
    sum_add(&tally->half, lanes_total(part));
}

/* Value and scale of one chunk; returns 0 and adds nothing if they are not finite. */
static int add_full(gst_tally *tally, size_t n, const double *w, const double *f)
{
    double value[lanes] = {0}, scale[lanes] = {0};
    size_t k = 0;
    for (; k + lanes <= n; k += lanes) {
        for (size_t l = 0; l < lanes; l++) {
            double term = w[k + l] * f[k + l];
            value[l] += term;
            scale[l] += fabs(term);
        }
    }
    for (; k < n; k++) {
        value[0] += w[k] * f[k];
        scale[0] += fabs(w[k] * f[k]);
    }
    double total = lanes_total(scale);
    if (!isfinite(total))
        return 0;
    sum_add(&tally->value, lanes_total(value));
    sum_add(&tally->scale, total);
    return 1;
}

/* A chunk with values that are not finite: point by point. */
static int add_careful(gst_tally *tally, size_t n, const double *w, const double *w_half,
                       const double *f, int halves)
{
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(f[k]) && w[k] <= negligible)
            continue;
        if (!add_full(tally, 1, w + k, f + k))
            return GST_FAILED;
        if (halves)
            add_half(tally, 1, w_half + k, f + k);
    }
    return GST_OK;
}

static void add_edge(gst_tally *tally, const gst_block *block, const double *f)
{
    for (size_t i = 0; i < block->edge_count; i++) {
        double value = f[block->at_edge[i]];
        tally->edge += isfinite(value) ? block->edges[i] * fabs(value) : 0;
    }
}

int gst_tally_add(gst_tally *tally, const gst_block *block, const double *f, int halves)
{
    int status = GST_OK;
    for (size_t k = 0; k < block->n && !status; k += chunk) {
        size_t n = block->n - k < chunk ? block->n - k : chunk;
        if (!add_full(tally, n, block->w + k, f + k))
            status = add_careful(tally, n, block->w + k, block->w_half + k, f + k, halves);
        else if (halves)
            add_half(tally, n, block->w_half + k, f + k);
    }
    add_edge(tally, block, f);
    return status;
}

static gst_sum halved(gst_sum sum, size_t axes)
{
    return (gst_sum){.sum = ldexp(sum.sum, -(int)axes), .carry = ldexp(sum.carry, -(int)axes)};
}

void gst_tally_refine(gst_tally *tally, size_t axes)
{
    tally->half = tally->value;
    tally->value = halved(tally->value, axes);
    tally->scale = halved(tally->scale, axes);
    tally->edge = ldexp(tally->edge, 1 - (int)axes); /* an end has no width on its own axis */
}
