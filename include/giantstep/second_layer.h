/* SPDX-License-Identifier: GPL-3.0-or-later */
/* second_layer.h - the K values A_g of the second layer and their fractions pi_g (theory 1). */
#ifndef GST_SECOND_LAYER_H
#define GST_SECOND_LAYER_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define GST_GROUPS_MAX 64

typedef struct {
    size_t K;
    double *A;  /* A[g] */
    double *pi; /* pi[g] > 0, sum 1 */
} gst_second_layer;

/* `A:weight,...` (weights > 0 are normalised, 1 where left out), `gaussian:K` (K-point Gauss rule for N(0,1), 1 <= K <= 64),
 * `ones`.  GST_INVALID with the offending item named.  Owner: caller, gst_second_layer_clear. */
int gst_second_layer_parse(gst_second_layer *layer, const char *text, gst_message *message);
void gst_second_layer_clear(gst_second_layer *layer);

/* sum_g pi_g A_g. */
double gst_second_layer_mean(const gst_second_layer *layer);

#ifdef __cplusplus
}
#endif

#endif
