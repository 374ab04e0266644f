/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_samples.h - the averages over the samples of a step by their definition, for tests: with
 * Y = [[diag a, -diag b], [-diag b, 0]] and any symmetric G,
 *   Q = (I + phi Y G)^{-1} Y,   d Q = - phi Q dG Q,
 * each Q by elimination with pivots of the whole matrix. */
#ifndef TESTS_CHAIN_SAMPLES_H
#define TESTS_CHAIN_SAMPLES_H

#include <complex.h>

#include "solver/bulk/chain.h"

enum { MOST = 10, PACKED = MOST * (MOST + 1) / 2 };

/* Relative to what one rounding of the data changes. */
#define DIGITS 1e-13

typedef double complex number;

typedef struct {
    size_t n;
    number Q[MOST][MOST];
    number determinant; /* of I + phi Y G */
    double rounding;    /* of Q: DIGITS times its size and the condition of I + phi Y G */
} sample;

/* Node i of a step at the block G (n x n). */
sample chain_sample(const gst_chain_step *s, size_t K, size_t i, const number *G);

/* Averages over a step: E Q, E[Q_a Q_c] of packed entries, their roundings. */
typedef struct {
    number mean[PACKED], square[PACKED][PACKED];
    double mean_off, square_off;
} averages;

void chain_average(const gst_chain_step *s, size_t K, const number *G, averages *out);

#endif
