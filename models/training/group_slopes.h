/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group_slopes.h - derivatives of sigma averaged over the bulk, as tables in the offset of a group. */
#ifndef GST_GROUP_SLOPES_H
#define GST_GROUP_SLOPES_H

#include <stddef.h>

#include "integrals/chebyshev.h"

typedef struct gst_features gst_features;

/* table[g], g < K: s -> E sigma^{(k)}(s + sqrt(c_g) zeta), k < GST_SLOPE_DERIVATIVES, for s = U_g.z and every z in the box of
 * `axes` normal variables; U: K x axes.  half != 0: the companion's.  Status as gst_slope_moments; the tables are all
 * to be cleared, also on failure.  Owner: caller, gst_chebyshev_clear of each of table[K], zeroed before. */
int gst_group_slopes(gst_chebyshev *table, const gst_features *features, size_t axes,
                     const double *U, int half);

#endif
