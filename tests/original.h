/* SPDX-License-Identifier: GPL-3.0-or-later */
/* original.h - a trained bulk beside what its equations need when they are summed directly, for tests: over a mesh of z, of
 * the label noise and of sigma's own Gaussian variable, trapezoid rules where the program has Gauss rules. */
#ifndef TESTS_ORIGINAL_H
#define TESTS_ORIGINAL_H

#include "solver/bulk/chain.h"
#include "tests/matrix.h"
#include "tests/network.h"
#include "tests/one_batch.h"

enum { MOST = MATRIX_MOST, GROUPS = 3, VECTORS = 5 };

enum { ORIGINAL_CASES = 5 };

typedef struct {
    network net;
    gst_features *f;
    gst_chain *bulk;
    gst_gradient_moments sigma;
    one_batch *batch;
    size_t K, r, n; /* n = 2K */
    double beta, *V2, Th[GROUPS], x[MOST];
    const double *D;
    double hat[MOST];
    matrix V1h, inverse_V1h, B0, G;
    /* E[f Y Ky], E[f Ky], E[f Ky G] */
    matrix YK, zzYK, L[4], KG[7];
} original;

/* Case i: its batch by those sums, and the program's answer x at a point drawn at random, V1h and hat. */
void original_open(original *o, int i);
void original_close(original *o);

/* What one sample of weight w adds. */
typedef void original_add(original *o, double w, double y, const double *z);

/* The batch of case i, a sample at each node of the mesh. */
void original_samples(original *o, int i, original_add *add);

#endif
