/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.h - a walk over the nodes of a nested mesh in blocks, so that no mesh need be stored
 * (private to integrals/).  gst_mesh_build collects the blocks; gst_expectation sums over them. */
#ifndef GST_SWEEP_H
#define GST_SWEEP_H

#include <stddef.h>

#include "giantstep/status.h"

typedef struct gst_kinks gst_kinks;

/* n points: x[j*n + k], j < first + count (the fixed coordinates repeated), the weights of mesh.h,
 * and the points where the edge weight of rule.h is not zero: edges[i] and at_edge[i], i <
 * edge_count. Writable, valid during the call. */
typedef struct {
    size_t n, edge_count;
    double *x, *w, *w_half, *edges;
    size_t *at_edge;
} gst_block;

/* Return GST_OK to go on. */
typedef int gst_visit(const gst_block *block, void *context);

typedef struct {
    const gst_kinks *kinks;
    size_t first, count; /* axes first .. first+count-1; none: one point of weight one */
    const double *fixed;
    size_t order;
    double shift; /* of all rules (rule.h); then w_half means nothing and only_new is 0 */
    size_t block; /* at most this many points at a time */
    int gauss;    /* 1: panels get Gauss-Legendre rules, 2: graded ones (rule.h); then w_half means
                   * nothing and only_new is 0 */
    int only_new; /* leave out the half mesh, which a sweep of order/2 has visited */
    gst_visit *visit;
    void *context;
} gst_sweep;

/* GST_INVALID: odd order, order < 2, axes beyond kinks->dim, no fixed coordinates, block = 0. */
int gst_sweep_check(const gst_sweep *sweep);

/* GST_INVALID as above, GST_NO_MEMORY, GST_FAILED from the search for kinks, or the first status a
 * visit returned. */
int gst_sweep_run(const gst_sweep *sweep);

#endif
