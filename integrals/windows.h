/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windows.h - averages E[F(s + sqrt(c) z) P(z)], z ~ N(0,1), of functions F of one variable for many s.
 *
 * F is resolved once on panels (partition.h) no longer than a few sqrt(c), on which the normal density around any
 * s is resolved too; every s then takes the nodes within its window |x - s| <= GST_GAUSSIAN_BOX sqrt(c). */
#ifndef GST_WINDOWS_H
#define GST_WINDOWS_H

#include <stddef.h>

#include "integrals/partition.h"
#include "giantstep/status.h"
#include "integrals/integrand.h"

typedef struct {
    gst_partition *partition;
    double root; /* sqrt(c) */
} gst_windows;

/* Windows for s in [low, high], c > 0: `functions` functions f of one variable with the given kinks (kinks->dim =
 * 1).  companion: partition.h.  Status as gst_partition_resolve; GST_LOOSE also when panels that are not resolved
 * hold more than rounding; GST_FAILED: more kinks than can be split.
 * Owner: caller, gst_windows_clear. */
int gst_windows_build(gst_windows *windows, const gst_kinks *kinks, size_t functions,
                      gst_integrand *f, void *params, double low, double high, double c,
                      int companion);
void gst_windows_clear(gst_windows *windows);

/* Nodes *first .. *first + count - 1 of the partition lie in the window of s; returns count, and their
 * z[i] = (x - s)/sqrt(c) and weight[i], for which E[F_f P] = sum_i weight[i] values[f*n + first + i] P(z[i]).
 * z and weight have room for partition->n values. */
size_t gst_window_at(const gst_windows *windows, double s, size_t *first, double *z,
                     double *weight);

#endif
