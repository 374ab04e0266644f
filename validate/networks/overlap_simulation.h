/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap_simulation.h - what really trained networks know of the target after each giant step. */
#ifndef GST_OVERLAP_SIMULATION_H
#define GST_OVERLAP_SIMULATION_H

#include <stdint.h>

#include "giantstep/simulation.h"

/* The steps of problem->training, each on its own batch (gst_step_samples), of networks of p neurons in d dimensions. */
typedef struct {
    const gst_problem *problem;
    size_t d, p, trials; /* d >= r + 2; p, trials >= 1 */
    int own_error;       /* gst_own_error of the networks too */
    uint64_t seed;
    gst_precision precision;
    volatile const int *stop; /* NULL, or a flag that ends the run when it becomes non-zero */
    void (*progress)(void *context, size_t replicate); /* NULL, or called after each replicate */
    void *context;
} gst_overlap_simulation;

/* Numbers per step and group: U (r), c (1), C ((r+1)^2), as overlap.h defines them. */
size_t gst_overlap_numbers(size_t r);

/* Means over replicates and their standard errors sd/sqrt(trials) (NaN for one trial), after steps
 * 0 .. T: mean[(t*K + g)*numbers + i], then, if asked for, the networks' own errors, mean[(T+1)*K*numbers + t].  GST_OK,
 * GST_INVALID (sizes; a batch that is infinite; a group without neurons), GST_FAILED (weights not finite), GST_NO_MEMORY,
 * GST_INTERRUPTED.  Memory: p*d + what a giant step takes.  Sets the
 * number of BLAS threads of the process to one. */
int gst_overlap_simulate(const gst_overlap_simulation *simulation, double *mean, double *sem,
                         gst_message *message);

/* Numbers of one replicate, in the order of `mean`: (T + 1) K gst_overlap_numbers(r), T + 1 more with own errors. */
size_t gst_overlap_size(const gst_overlap_simulation *simulation);

/* What gst_overlap_simulate refuses before it simulates: GST_OK or GST_INVALID. */
int gst_overlap_check(const gst_overlap_simulation *simulation, gst_message *message);

/* One replicate, values[gst_overlap_size]; draws depend on (seed, replicate) alone.  GST_OK, GST_FAILED,
 * GST_NO_MEMORY, GST_INTERRUPTED. */
int gst_overlap_replicate(const gst_overlap_simulation *simulation, size_t replicate,
                          double *values, gst_message *message);

/* Add replicate number `replicate` (0, 1, ... in order) of `size` numbers to mean and summed squared
 * deviations, zero at first (Welford 1962); then the standard errors of `trials` of them, in place. */
void gst_overlap_add(size_t size, size_t replicate, const double *values, double *mean,
                     double *squares);
void gst_overlap_sem(size_t size, size_t trials, double *squares);

#endif
