/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_simulation.h - eigenvalues of the feature covariance of networks of finite size (theory 8). */
#ifndef GST_SPECTRUM_SIMULATION_H
#define GST_SPECTRUM_SIMULATION_H

#include "giantstep/simulation.h"
#include "giantstep/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All pointers are borrowed; draws are keyed as in simulation.h. */
typedef struct {
    const gst_problem *problem;
    gst_weights weights;
    size_t d;
    double alpha, beta;
    uint64_t seed;
    gst_precision precision;
    volatile const int *stop;
} gst_spectrum_simulation;

/* p, n, and the number of rows of each group (NULL or layer->K of them): checks as gst_simulation_measure. */
int gst_spectrum_simulation_measure(const gst_spectrum_simulation *simulation, size_t *p, size_t *n,
                                    size_t *group, gst_message *message);

/* One of the largest eigenvalues with its unit eigenvector's overlaps: mean[g] with the indicator of group g,
 * spike[l] with W v_l (drawn rows only, else NaN); the largest mean overlap is positive. */
typedef struct {
    double value, mean[GST_GROUPS_MAX], spike[GST_SPIKES_MAX];
} gst_simulated_vector;

/* One replicate: the min(n, p) largest eigenvalues of Phi^T Phi/p in increasing order into `values` (the others
 * are 0), and the `count` largest eigenpairs, the largest last, into `vectors`.  Memory: p d + min(n, p)^2
 * doubles, and n p more if n < p.  Cost: LAPACK's dsyevr on the smaller Gram matrix, without
 * vectors unless count > 0.  Status as gst_simulation_run. */
int gst_spectrum_simulation_run(const gst_spectrum_simulation *simulation, size_t replicate,
                                double *values, size_t count, gst_simulated_vector *vectors,
                                gst_message *message);

/* Kolmogorov-Smirnov distance between p eigenvalues, `count` of them non-zero (increasing), and a distribution
 * with below[i] = mass at and below values[i]. */
double gst_spectrum_distance(size_t p, size_t count, const double *below);

#ifdef __cplusplus
}
#endif

#endif
