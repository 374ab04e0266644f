/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_forms.c - the pencil and its forms for real numbers (chain.h). */
#include "solver/bulk/chain.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#define TIMES(a, b) ((a) * (b))

static void add_square(size_t p, double weight, const double *q, double *sums)
{
    for (size_t a = 0; a < p; a++) {
        double *row = sums + a * p, x = weight * q[a];
        for (size_t c = 0; c < p; c++)
            row[c] += x * q[c];
    }
}

#include "base/dense.inc"
#include "solver/bulk/chain_pencil.inc"
#include "solver/bulk/chain_forms.inc"
