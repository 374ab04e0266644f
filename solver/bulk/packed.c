/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packed.c - packed order parameters. */
#include "solver/bulk/bulk.h"

size_t gst_packed_length(size_t K)
{
    return K * (K + 1) / 2 + K;
}

size_t gst_packed_pair(size_t K, size_t g, size_t h)
{
    size_t low = g < h ? g : h, high = g < h ? h : g;
    return low * K - low * (low + 1) / 2 + high;
}

size_t gst_packed_value(size_t K, size_t g)
{
    return K * (K + 1) / 2 + g;
}

double gst_packed_multiplicity(size_t K, size_t a)
{
    if (a >= K * (K + 1) / 2)
        return 1.0;
    for (size_t g = 0; g < K; g++) {
        if (a == gst_packed_pair(K, g, g))
            return 1.0;
    }
    return 2.0;
}

void gst_packed_expand(size_t K, const double *packed, double *matrix)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            matrix[g * K + h] = matrix[h * K + g] = packed[gst_packed_pair(K, g, h)];
    }
}
