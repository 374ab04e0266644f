/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolver.h - what the steps of gst_partition_resolve share (private to integrals/): resolver.c samples the
 * functions, panel.c judges one panel, partition.c cuts and keeps. */
#ifndef GST_RESOLVER_H
#define GST_RESOLVER_H

#include <math.h>
#include <stdint.h>

#include "integrals/partition.h"

/* N: nodes of a panel; checks: random points on it, at least. */
enum { N = GST_PARTITION_POINTS, checks = 5, depth_most = 4096, samples_per_chunk = 32 };

typedef struct {
    double low, high, best; /* smallest error of the panels it was cut from */
    size_t idle;            /* cuts since that made progress */
} gst_panel;

typedef struct {
    const gst_partition_problem *problem;
    gst_partition *partition;
    size_t room;               /* panels that partition has room for */
    double node[N], weight[N]; /* on [-1, 1] */
    double project[N][N];      /* a_j = sum_k project[k][j] f(x_k) */
    size_t strata;             /* step 1 */
    size_t chunks;             /* of `samples_per_chunk` strata */
    double *chunk;             /* largest value in each: chunk[c*chunks + i] */
    double *at, *sample;       /* places; sample[c*strata + i] */
    double *largest; /* per function: of all values, those on a panel shorter than the spacing
                                         * in proportion to its length, or a pole would dwarf all others */
    double *value, *coefficient;     /* of the panel at work: [c*N + k] */
    double *peak, *error, *rounding; /* largest value, error, rounding on the panel */
    double *fresh, *beside;          /* values at one point, at a neighbour */
    double *natural;                 /* largest value near 0 */
    gst_panel stack[depth_most];
    size_t depth;
} gst_resolver;

typedef struct {
    int resolved, negligible;
    double worst; /* largest error/scale */
} gst_panel_verdict;

/* Room, the rule and step 1 of partition.c for r->problem and r->partition: GST_NO_MEMORY, GST_INVALID.  Clear in
 * any case. */
int gst_resolver_init(gst_resolver *r);
void gst_resolver_clear(gst_resolver *r);

/* A number in (0, 1) that looks random in (key, index), and a key that differs from place to place and between a
 * partition and its companion. */
double gst_resolver_random(uint64_t key, uint64_t index);
uint64_t gst_resolver_key(const gst_resolver *r, double place);

/* Legendre polynomials P_0 .. P_{N-1} at t. */
static inline void gst_resolver_legendre(double t, double P[N])
{
    P[0] = 1;
    P[1] = t;
    for (size_t j = 1; j + 1 < N; j++)
        P[j + 1] = ((double)(2 * j + 1) * t * P[j] - (double)j * P[j - 1]) / (double)(j + 1);
}

/* Raise *largest to |value|, unless that is not finite. */
static inline void gst_resolver_raise(double *largest, double value)
{
    double size = fabs(value);
    if (isfinite(size) && size > *largest)
        *largest = size;
}

void gst_panel_nodes(const gst_resolver *r, const gst_panel *panel, double x[N]);

/* Values at the nodes and coefficients into r->value, r->coefficient, r->peak; returns how many values are finite. */
size_t gst_panel_evaluate(gst_resolver *r, const gst_panel *panel);

/* Step 3 for the panel evaluated last; errors into r->error. */
gst_panel_verdict gst_panel_examine(gst_resolver *r, const gst_panel *panel);

/* Its comparison alone: raises r->error. */
void gst_panel_compare(gst_resolver *r, const gst_panel *panel);

/* Whether neighbouring floating-point numbers give values that differ as much as those of the polynomial do: the
 * error is rounding in the functions themselves. */
int gst_panel_is_rounding(gst_resolver *r, const gst_panel *panel);

#endif
