/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packed.c - packed order parameters. */
#include "solver/bulk/bulk.h"

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
