/* SPDX-License-Identifier: GPL-3.0-or-later */
/* second_layer.h - the second layer: K values A_g and their fractions pi_g, or a law of more values than theory can take
 * one by one (theory 1, 6.2).
 *
 * A continuous law is not the limit of its rules at infinite width, where a readout has K mean features for nothing
 * whatever K: such layers have a theory at finite width, which converges in K. */
#ifndef GST_SECOND_LAYER_H
#define GST_SECOND_LAYER_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* VALUES: the K values are the law.  Else they are its first rule (gst_second_layer_rule) and the law is N(0, 1), uniform on
 * [-sqrt 3, sqrt 3], or that of a sample, all of its values with the same weight. */
typedef enum {
    GST_LAYER_VALUES,
    GST_LAYER_GAUSSIAN,
    GST_LAYER_UNIFORM,
    GST_LAYER_SAMPLE
} gst_layer_law;

typedef struct gst_second_layer {
    size_t K;
    double *A;  /* A[g] */
    double *pi; /* pi[g] > 0, sum 1 */
    gst_layer_law law;
    size_t count;   /* of a sample: */
    double *sample; /* as it came */
} gst_second_layer;

/* `A:weight,...` (weights > 0 are normalised, 1 where left out), `gaussian:K` (K-point Gauss rule for N(0,1), 1 <= K <= 64),
 * `ones`, `rademacher` (1 and -1), `gaussian`, `uniform`.  GST_INVALID with the offending item named.  Owner: caller,
 * gst_second_layer_clear. */
int gst_second_layer_parse(gst_second_layer *layer, const char *text, gst_message *message);

/* The law of `count` finite values, copied; VALUES if no more than eight of them are distinct.  GST_INVALID, GST_NO_MEMORY
 * with a message.  Owner: as above. */
int gst_second_layer_of_sample(gst_second_layer *layer, size_t count, const double *values,
                               gst_message *message);
void gst_second_layer_clear(gst_second_layer *layer);

/* A rule of K <= GST_GROUPS_MAX values for a layer's law, itself a layer of VALUES: of N(0, 1) the Gauss rule up to K = 20 and
 * beyond that the trapezoid rule, which converges faster; the Gauss rule of the uniform law; that of a sample's empirical
 * measure, or the sample's distinct values where they are no more than K (*exact is set then, as for VALUES, whatever
 * K).  GST_OK, GST_INVALID (K), GST_NO_MEMORY, GST_FAILED. */
int gst_second_layer_rule(const gst_second_layer *layer, size_t K, gst_second_layer *rule,
                          int *exact);

/* sum_g pi_g A_g. */
double gst_second_layer_mean(const gst_second_layer *layer);

#ifdef __cplusplus
}
#endif

#endif
