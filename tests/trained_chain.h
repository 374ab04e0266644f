/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trained_chain.h - R(X) and N~(X) of a trained bulk at a given X, for tests.
 *
 * Forms are taken on a frame, w*_1 .., omega_1 .. and the norm, whatever spikes and residual directions span it:
 *   w*_j = sum_l gamma_jl v_l + sum_i rest_ji zeta_i,   omega_g = sum_l U_gl v_l. */
#ifndef TESTS_TRAINED_CHAIN_H
#define TESTS_TRAINED_CHAIN_H

#include "solver/bulk/chain.h"
#include "tests/network.h"

enum { CHAIN_GROUPS = 2, CHAIN_DIRECTIONS = 6, CHAIN_SIZE = CHAIN_GROUPS * CHAIN_DIRECTIONS };

typedef struct {
    network net; /* not to be moved */
    gst_features *f;
    gst_chain *b;
    size_t K, s, n, frame; /* s special directions per group, n = K s; vectors of the frame */
} trained_chain;

/* Fine: R to 1e-12, N~ to 1e-11 for one target variable. */
gst_label_resolution trained_chain_resolution(const gst_features *f);

/* The test fails if the network of these options has no such bulk, or a larger one. */
void trained_chain_open(trained_chain *c, const char *options);
void trained_chain_close(trained_chain *c);

/* M = E Q by plain iteration with damping 1/2, then R = -G_ff (K x K) and N~ (n x n). */
void trained_chain_solve(trained_chain *c, const double *X, double *R, double *N);

/* Form N on vectors a, b of the frame, groups g, h. */
double trained_chain_form(const trained_chain *c, const double *N, size_t a, size_t g, size_t b,
                          size_t h);

#endif
