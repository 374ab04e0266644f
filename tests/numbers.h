/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.h - what every test program needs: comparisons that NaN fails, random numbers, the main loop. */
#ifndef TESTS_NUMBERS_H
#define TESTS_NUMBERS_H

#include <check.h>
#include <math.h>
#include <stddef.h>

/* |a - b| <= tol (|a| + |b|)/2, or the test fails. */
#define ASSERT_CLOSE(a, b, tol)                                                                 \
    do {                                                                                        \
        double a_ = (a), b_ = (b), off_ = fabs(a_ - b_) / (0.5 * (fabs(a_) + fabs(b_)));        \
        ck_assert_msg(off_ <= (tol) || a_ == b_, "%s = %.17g is not %s = %.17g: relative %.2g", \
                      #a, a_, #b, b_, off_);                                                    \
    } while (0)

/* |a - b| <= tol, or the test fails. */
#define ASSERT_NEAR(a, b, tol)                                                                   \
    do {                                                                                         \
        double a_ = (a), b_ = (b), tol_ = (tol);                                                 \
        ck_assert_msg(fabs(a_ - b_) <= tol_, "%s = %.17g is not %s = %.17g within %.2g", #a, a_, \
                      #b, b_, tol_);                                                             \
    } while (0)

/* n zeros, or the test fails.  Owner: caller, free. */
double *doubles(size_t n);

/* A uniform number in (0, 1) from Knuth's linear congruential generator. */
double uniform(unsigned long long *state);

/* n uniform numbers in (-1, 1). */
void fill(unsigned long long *state, size_t n, double *a);

/* b b^T + ridge of n x n, b of n x rank random; n*rank <= 256. */
void fill_square(unsigned long long *state, size_t n, size_t rank, double ridge, double *a);

/* Runs the suite of one case; the program's exit status. */
int run_cases(const char *name, TCase *cases);

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

#endif
