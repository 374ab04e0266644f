/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - weighted sums of one component over the blocks of a sweep (private to integrals/). */
#ifndef GST_TALLY_H
#define GST_TALLY_H

#include "integrals/sweep.h"

/* A compensated sum: sum + carry. */
typedef struct {
    double sum, carry;
} gst_sum;

/* sum w f, sum w_half f, sum w |f|, sum edge |f|. */
typedef struct {
    gst_sum value, half, scale;
    double edge;
} gst_tally;

/* Add the values f[k] on a block; halves = 0 leaves `half` alone.  A value that is not finite is
 * left out where its weight is negligible, and GST_FAILED elsewhere. */
int gst_tally_add(gst_tally *tally, const gst_block *block, const double *f, int halves);

/* The order is about to double on `axes` axes: value becomes half, and the sums already taken count
 * with the smaller weights of the finer rule. */
void gst_tally_refine(gst_tally *tally, size_t axes);

static inline double gst_sum_total(const gst_sum *sum)
{
    return sum->sum + sum->carry;
}

#endif
