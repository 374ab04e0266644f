/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.h - numbers measured on random systems of sizes d and 2d against their limit.
 *
 * A replicate is a pair; 2 x(2d) - x(d) has lost what falls as 1/d, and its means are compared with the limit by
 * Student's t.  All numbers of a comparison together fail a right program with probability `level` (Bonferroni; what
 * falls as 1/d^2 is neglected). */
#ifndef TESTS_PAIRS_H
#define TESTS_PAIRS_H

#include <stddef.h>

enum { PAIRS_MOST = 160 };

typedef struct {
    size_t count, replicates;
    double mean[PAIRS_MOST], square[PAIRS_MOST]; /* square: sum of squared deviations */
} pairs;

void pairs_add(pairs *p, size_t count, const double *small, const double *large);

/* Standard error of mean i. */
double pairs_error(const pairs *p, size_t i);

/* name(i): what number i is, for messages.  The test fails too if a standard error is above `blunt` (1 + |limit|):
 * it would see nothing. */
void pairs_check(const pairs *p, const double *want, double level, double blunt,
                 const char *(*name)(size_t i));

#endif
