/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first_layer.h - a first layer of finite size, its inputs, labels and features. */
#ifndef GST_FIRST_LAYER_H
#define GST_FIRST_LAYER_H

#include "validate/networks/numbers.h"
#include "validate/networks/random.h"
#include "giantstep/limits.h"

typedef struct gst_problem gst_problem;

/* The target's coordinates of an input are z = read x[0 .. s-1]: whatever the directions are, they can be
 * turned into the first s axes. */
enum { GST_SPECIAL_MAX = 2 * GST_TARGET_DIM_MAX };

typedef struct gst_colouring gst_colouring; /* colouring.h */

/* Rows of group g: first[g] .. first[g+1]-1 (first in increasing g); where the second layer is a law all are in the first.
 * A[i] is what row i has in the second layer: the value of its group, or of the law a draw of its own, for a sample of
 * p values the i-th of them. */
typedef struct {
    const gst_problem *problem;
    gst_random random;
    size_t d, p, s;
    size_t *first;
    double *A;                                         /* p */
    double *W;                                         /* W[i*d + j]; NULL in single precision */
    float *W_single;                                   /* W[i*d + j] then, else NULL */
    double *row;                                       /* d: gst_first_layer_row */
    double read[GST_TARGET_DIM_MAX * GST_SPECIAL_MAX]; /* read[j*s + a] */
    gst_colouring *
        colouring; /* of inputs whose covariance is not the identity, which rows are whitened for; owned */
} gst_first_layer;

/* W = 0, read = I (s = r), in double precision or in the one given.  Owner: caller, gst_first_layer_clear (safe on a zeroed struct). */
int gst_first_layer_init(gst_first_layer *network, const gst_problem *problem, size_t d, size_t p,
                         gst_random random);
int gst_first_layer_init_in(gst_first_layer *network, const gst_problem *problem, size_t d,
                            size_t p, gst_precision precision, gst_random random);
void gst_first_layer_clear(gst_first_layer *network);

/* W, and its precision, which inputs and features have too. */
gst_numbers gst_first_layer_weights(const gst_first_layer *network);
gst_precision gst_first_layer_precision(const gst_first_layer *network);

/* Row i of W in double: the row itself, or in single precision a copy, to be read or changed until the next call.  keep: row i
 * is what has been made of it. */
double *gst_first_layer_row(const gst_first_layer *network, size_t i);
void gst_first_layer_keep_row(const gst_first_layer *network, size_t i);

/* Split p rows into K groups by largest remainder of pi[g]*p (ties: the earlier group). */
void gst_groups_split(size_t K, const double *pi, size_t p, size_t *count);

/* Rows uniform on the sphere of radius 1, before they are whitened. */
void gst_first_layer_draw_sphere(gst_first_layer *network);

/* Inputs of the problem's law: rows first .. first+rows-1 of a stream, x[i*d + j]. */
void gst_first_layer_inputs(const gst_first_layer *network, uint32_t stream, size_t first,
                            size_t rows, gst_numbers x);

/* y[i] = g(z(x_i)) of those inputs, g(label) where their clusters have labels. */
void gst_first_layer_targets(const gst_first_layer *network, uint32_t stream, size_t first,
                             size_t rows, gst_numbers x, double *y);

/* mean[i] = E[value|x_i] of a value that each cluster has (gst_cluster_mean). */
void gst_first_layer_mean(const gst_first_layer *network, uint32_t stream, size_t first,
                          size_t rows, gst_numbers x, const double *value, double *mean);

/* y[i] += sqrt(noise)*xi, xi from the same rows of the stream. */
void gst_first_layer_add_noise(const gst_first_layer *network, uint32_t stream, size_t first,
                               size_t rows, double *y);

/* Labels of these inputs: g + sqrt(noise) xi, or its sign (where it is 0 that of xi), xi from the stream after that of the
 * inputs. */
void gst_first_layer_labels(const gst_first_layer *network, uint32_t stream, size_t first,
                            size_t rows, gst_numbers x, double *y);

/* phi[i*p + k] = sigma(w_k . x_i), and sigma' if derivative is not empty. */
void gst_first_layer_features(const gst_first_layer *network, size_t rows, gst_numbers x,
                              gst_numbers phi, gst_numbers derivative);

#endif
