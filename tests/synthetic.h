/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synthetic.h - made-up simulations of a ladder of d, for tests of the verdict. */
#ifndef TESTS_SYNTHETIC_H
#define TESTS_SYNTHETIC_H

#include <gsl/gsl_rng.h>

#include "tests/numbers.h"
#include "giantstep/verdict.h"

enum { MOST_RUNGS = 8, MOST_TRIALS = 40 };

typedef struct {
    double d[MOST_RUNGS], theory[MOST_RUNGS], sim[MOST_RUNGS * MOST_TRIALS];
    gst_ladder ladder; /* pointers into this struct */
} ladder_data;

/* How replicates scatter: sd at d is spread*(d/1000)^power; correlation of two rungs, and part of a
 * replicate's deviation common to all tests. */
typedef struct {
    const char *name;
    double power, correlation, common;
    int nested; /* correlation of d < d' is sqrt(d/d'), as of sums over shared draws */
    double
        shape; /* > 0: gamma variables of that shape instead of Gaussian ones (independent rungs) */
} scatter;

/* Independent rungs and tests, sd like d^{-1/2}. */
extern const scatter scatter_plain;

/* d = 250, 500, 1000 (or rungs of them in steps of 150), theory 0.3 + 20/d. */
void ladder_make(ladder_data *x, size_t rungs, size_t trials);

/* Simulations of `count` ladders of equal shape, off their theory by a + b/d. */
void ladder_simulate(ladder_data *x, size_t count, const scatter *s, double a, double b,
                     double spread, gsl_rng *rng);

/* A ladder of three whose intercept has exactly this mean and standard error (T even) in units of the theory, the
 * same error at every d. */
void ladder_exact(ladder_data *x, size_t T, double theory, double a, double error);

/* The fit of a ladder with default options; the test fails if there is none. */
gst_finding ladder_found(const gst_ladder *ladder);

#endif
