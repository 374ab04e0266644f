/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.c - numbers measured on random systems of sizes d and 2d against their limit. */
#include "tests/pairs.h"

#include <gsl/gsl_cdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/numbers.h"

void pairs_add(pairs *p, size_t count, const double *small, const double *large)
{
    ck_assert(count <= PAIRS_MOST && (p->replicates == 0 || p->count == count));
    p->count = count;
    p->replicates++;
    for (size_t i = 0; i < count; i++) {
        double x = 2 * large[i] - small[i], off = x - p->mean[i];
        p->mean[i] += off / (double)p->replicates;
        p->square[i] += off * (x - p->mean[i]);
    }
}

double pairs_error(const pairs *p, size_t i)
{
    return sqrt(p->square[i] / (double)(p->replicates * (p->replicates - 1)));
}

void pairs_check(const pairs *p, const double *want, double level, double blunt,
                 const char *(*name)(size_t i))
{
    for (size_t i = 0; i < p->count; i++) {
        double error = pairs_error(p, i), t = (p->mean[i] - want[i]) / error;
        double chance = 2 * gsl_cdf_tdist_Q(fabs(t), (double)(p->replicates - 1));
        if (getenv("PAIRS_VERBOSE"))
            printf("%-16s %10.6f +- %9.6f, %10.6f: %5.2f\n", name(i), p->mean[i], error, want[i],
                   t);
        ck_assert_msg(error <= blunt * (1 + fabs(want[i])), "%s: standard error %g", name(i),
                      error);
        ck_assert_msg(chance * (double)p->count >= level, "%s: %g +- %g, not %g: t = %.2f", name(i),
                      p->mean[i], error, want[i], t);
    }
}
