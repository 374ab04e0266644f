/* SPDX-License-Identifier: GPL-3.0-or-later */
/* latent.h - nodes of all special coordinates of an input at once. */
#ifndef GST_LATENT_H
#define GST_LATENT_H

#include <stddef.h>

#include "base/arena.h"
#include "integrals/integrand.h"

/* The most parts of a law. */
enum { GST_LATENT_PARTS_MAX = 16 };
/* The most special directions. */
enum { GST_LATENT_AXES_MAX = 4 };

/* Values of the target at n points z[j*n + k], or, where clusters have labels, at z1 = label. */
typedef struct gst_latent_target {
    void (*values)(size_t n, const double *z, double *out, const void *params);
    const void *params;
    gst_kinks kinks; /* in z */
} gst_latent_target;

/* E F(x, y) = sum_k w[k] F(x_k, y_k).  Part c of the law has the nodes first[c] .. first[c+1]-1, and there the bulk of the
 * input, all but its special coordinates, is N(0, bulk[c]^2 I). */
typedef struct gst_latent {
    size_t M, n, parts;
    size_t first[GST_LATENT_PARTS_MAX + 1];
    double bulk[GST_LATENT_PARTS_MAX];
    double *w, *x; /* weights; x[a*n + k] */
    double *y;     /* of the target, or its mean given x where it is one of the cluster's label */
    double *edge;  /* what the box of the part cuts off, as in gst_mesh */
    double *radius, *reach; /* Euclidean and largest length of the part's standard variables */
    gst_arena memory;
} gst_latent;

/* Memory for n nodes, zeroed.  GST_NO_MEMORY.  Clear in any case. */
int gst_latent_take(gst_latent *latent, size_t M, size_t n);
void gst_latent_clear(gst_latent *latent);

#endif
