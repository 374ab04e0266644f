/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h - the law of the inputs x in R^d, and of the few projections of x that theory sees.
 *
 * A law is one file and one row of GST_DATA_LIST; nothing else asks which one it is, but whether its projections are
 * normal: then averages are taken over the spikes' and, given these, over the residual directions', and everything else
 * about the residual directions is known in closed form.  Otherwise averages run over nodes of all special directions
 * together (`nodes'), as if each had a spike. */
#ifndef GST_DATA_H
#define GST_DATA_H

#include <stddef.h>

#include "giantstep/covariance.h"
#include "giantstep/mixture.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_latent gst_latent;
typedef struct gst_latent_target gst_latent_target;

typedef struct gst_covariance gst_covariance; /* covariance.h of this room */

struct gst_data {
    const char *name;
    /* Nodes of x_a = v_a.x for M orthonormal directions v_a in whose span z = G x lies, G r x M of orthonormal rows, with
     * values of the target there.  `order' intervals per direction; companion != 0: they share no node with those of
     * any order.  Status as gst_mesh_build.  NULL: all of them are N(0, 1). */
    int (*nodes)(const gst_data *data, size_t M, const double *G, const gst_latent_target *target,
                 size_t order, int companion, gst_latent *latent);
    /* On entry x[i*d + j], `rows' rows, is standard normal; on return the inputs, of cluster[i], whose coordinates z are
     * G x[0 .. s-1].  NULL: that is what they are. */
    void (*draw)(const gst_data *data, size_t rows, size_t d, size_t s, const double *G,
                 const size_t *cluster, double *x);
    /* Those of a mixture, which is not a constant; else 0. */
    size_t clusters, dim;
    int labelled; /* its clusters have labels */
    gst_cluster cluster[GST_CLUSTERS_MAX];
    const gst_covariance *covariance; /* NULL: that of the projections' bulk is isotropic */
};

/* All laws, a row each, the one that NULL stands for first; gst_data_NAME is defined in models/data/NAME.c.
 *   gaussian   x ~ N(0, I_d): latent variables are N(0, I)
 *   mixture    mixture.h; without its clusters
 *   covariance   covariance.h; without its nodes */
#define GST_DATA_LIST(X) X(gaussian) X(mixture) X(covariance)

#define GST_DECLARE_DATA(name) extern const gst_data gst_data_##name;
GST_DATA_LIST(GST_DECLARE_DATA)
#undef GST_DECLARE_DATA

/* The law itself, or what NULL stands for. */
const gst_data *gst_data_of(const gst_data *data);

/* The law of that name, NULL if there is none. */
const gst_data *gst_data_find(const char *name);

/* Whether averages run over `nodes'. */
int gst_data_has_nodes(const gst_data *data);

/* E[value|z, bulk] of a value that each cluster has: given the length of an input its bulk's standard deviation is known, the
 * cluster is not: over those of the same bulk as cluster c, sum p N(z) value/sum p N(z). */
double gst_cluster_mean(const gst_data *data, size_t c, const double *z, const double *value);

/* The cluster of the sample for which u, uniform on (0, 1), was drawn; 0 of a law without. */
size_t gst_data_draw_cluster(const gst_data *data, double u);

#ifdef __cplusplus
}
#endif

#endif
