/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside.h - networks of d and 2d beside the theory of the same batches and width, for tests (pairs.h). */
#ifndef TESTS_BESIDE_H
#define TESTS_BESIDE_H

#include "giantstep/simulation.h"
#include "tests/network.h"
#include "tests/pairs.h"

/* Excess risk, train error, and for labels +-1 test loss and test class. */
enum { BESIDE_NUMBERS = 4 };

typedef struct {
    double theory[2][BESIDE_NUMBERS]; /* at d and 2d */
    pairs off;                        /* simulation less theory */
} beside;

/* Theory of the sizes that d and 2d draw, p = beta d, within tol; the test fails if it is not GST_OK.  n's width is that of 2d
 * then. */
void beside_theory(beside *b, network *n, size_t d, double tol);

/* Replicates 0 .. count-1 of either size, with `times' d test points each, less the theory. */
void beside_measure(beside *b, const network *n, gst_weights weights, size_t d, size_t count,
                    size_t times);

/* pairs_check of numbers from .. on against 0. */
void beside_check(const beside *b, size_t from, double level, double blunt);

#endif
