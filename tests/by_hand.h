/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_hand.h - features of one spike made by hand, with an isotropic bulk, and a readout of any loss on them. */
#ifndef TESTS_BY_HAND_H
#define TESTS_BY_HAND_H

#include "giantstep/features.h"
#include "models/loss/loss.h"
#include "solver/readout/resolution.h"

enum { BY_HAND_GROUPS = 4, BY_HAND_DIRECTIONS = 3 };

/* What a case says; C: per group the matrix of (spike, residual if gamma < 1, norm), row-major. */
typedef struct {
    const char *activation, *target;
    size_t K;
    double U[BY_HAND_GROUPS], c[BY_HAND_GROUPS], pi[BY_HAND_GROUPS];
    double C[BY_HAND_GROUPS * BY_HAND_DIRECTIONS * BY_HAND_DIRECTIONS];
    double gamma;
} hand_case;

typedef struct {
    hand_case of;
    gst_features f;
    double rest;
    gst_loss loss;
    gst_resolution r;
} by_hand; /* points into itself */

/* Tables of that index of the orders (gst_resolution_alloc) for a loss as gst_loss_parse reads it; the test fails if
 * they are not to be had.  noise: of the tables at first. */
void by_hand_open(by_hand *b, const hand_case *of, const char *loss, gst_labels labels,
                  double noise, size_t index, int half);
void by_hand_clear(by_hand *b);

/* The answer at a point; the test fails if it is not GST_OK. */
gst_risk by_hand_solve(by_hand *b, double alpha, double beta, double lambda, double noise,
                       double width);

#endif
