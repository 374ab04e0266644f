/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixture.h - inputs from a Gaussian mixture (theory 6.3).
 *
 * A sample is of cluster c with probability p_c.  Given that, its coordinates z = W* x in the target's space are
 * N(mu_c, diag(sd_c^2)), and the rest of it is N(0, bulk_c^2 I), all independent. */
#ifndef GST_MIXTURE_H
#define GST_MIXTURE_H

#include <stddef.h>

#include "giantstep/limits.h"
#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_data gst_data;

#define GST_CLUSTERS_MAX 16

typedef struct {
    double weight;                                           /* p_c > 0; they add up to 1 */
    double mean[GST_TARGET_DIM_MAX], sd[GST_TARGET_DIM_MAX]; /* sd > 0 */
    double bulk;                                             /* > 0 */
    double label;                                            /* +-1, or 0: none */
} gst_cluster;

/* From clusters separated by `;', each `weight:mean,mean,..[:sd,sd,..[:bulk-sd]]' (sd 1 where left out), of as many means
 * each, 1 to GST_TARGET_DIM_MAX; weights are divided by their sum.  A problem's target has as many variables
 * (gst_target_compile_of).  labels: NULL, or as many labels +-1 separated by `,': then its z1 is not the input's, but the
 * label of the cluster; the target z1 is what a classifier of clusters learns.
 * GST_INVALID with a message that begins with `mixture' or `cluster_labels', GST_NO_MEMORY.  Owner: caller,
 * gst_mixture_free. */
int gst_mixture_parse(gst_data **mixture, const char *text, const char *labels,
                      gst_message *message);
void gst_mixture_free(gst_data *mixture);

/* Means of a cluster; number of clusters, 0 if the law is no mixture; cluster c. */
size_t gst_mixture_dim(const gst_data *data);
size_t gst_mixture_clusters(const gst_data *data);
const gst_cluster *gst_mixture_cluster(const gst_data *data, size_t c);

#ifdef __cplusplus
}
#endif

#endif
