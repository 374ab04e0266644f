/* SPDX-License-Identifier: GPL-3.0-or-later */
/* colouring.h - networks of finite size on inputs of any covariance (theory 7.7).
 *
 * The eigenvectors of Omega are the axes of R^d, and its inputs are x = Omega^(1/2) xt, xt ~ N(0, I).  Everything a network does
 * with x it does with xt if its rows are whitened, wt = Omega^(1/2) w: wt.xt = w.x.  A rotation H that takes the whitened
 * directions w*_j of the target to the first axes leaves xt as it is.  A network of isotropic inputs is thus one of these if
 *   its rows at the start are H Omega^(1/2) w, w on the sphere, and a row's gradient G becomes H Omega H^T G. */
#ifndef GST_COLOURING_H
#define GST_COLOURING_H

#include "validate/networks/first_layer.h"

struct gst_colouring {
    size_t d, r;
    double *omega;   /* d eigenvalues, of mean 1 */
    double *target;  /* w*_j, orthonormal, before the rotation: target[j*d + k] */
    double *reflect; /* H is the product of 1 - u u^T, first u first: reflect[j*d + k] */
};

/* The problem's covariance in d dimensions; NULL if it has none.  GST_NO_MEMORY, GST_INVALID (directions that are not
 * independent in so few dimensions).  Owner: caller, gst_colouring_free (NULL-safe). */
int gst_colouring_alloc(gst_colouring **colouring, const gst_problem *problem, size_t d);
void gst_colouring_free(gst_colouring *colouring);

/* x <- H x and x <- H^T x, d numbers. */
void gst_colouring_turn(const gst_colouring *colouring, double *x);
void gst_colouring_turn_back(const gst_colouring *colouring, double *x);

/* A row of the start, and the gradient of a row; d numbers. */
void gst_colouring_row(const gst_colouring *colouring, double *w);
void gst_colouring_gradient(const gst_colouring *colouring, double *gradient);

/* Rows of a network, as they are drawn, after the population steps of its problem: the linear map that takes them there
 * (models/training/spectral.h) at the eigenvalues of the network.  Status as gst_features_train. */
int gst_colouring_population(gst_first_layer *network, gst_message *message);

#endif
