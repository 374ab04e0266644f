/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap_simulation.h - what really trained networks know of the target after each giant step. */
#ifndef GST_OVERLAP_SIMULATION_H
#define GST_OVERLAP_SIMULATION_H

#include <stdint.h>

#include "training.h"

/* training->steps steps, each on n0 fresh samples, of networks of p neurons in d dimensions. */
typedef struct {
    const gst_training *training;
    size_t d, p, n0, trials; /* d >= r + 2; p, n0, trials >= 1 */
    uint64_t seed;
    volatile const int *stop; /* NULL, or a flag that ends the run when it becomes non-zero */
    void (*progress)(void *context, size_t replicate); /* NULL, or called after each replicate */
    void *context;
} gst_overlap_simulation;

/* Numbers per step and group: U (r), c (1), C ((r+1)^2), as overlap.h defines them. */
size_t gst_overlap_numbers(size_t r);

/* Means over replicates and their standard errors sd/sqrt(trials) (NaN for one trial), after steps
 * 0 .. T: mean[(t*K + g)*numbers + i].  GST_OK, GST_INVALID (sizes; a group without neurons), GST_FAILED
 * (weights not finite), GST_NO_MEMORY, GST_INTERRUPTED.  Memory: p*d + what a giant step takes. */
int gst_overlap_simulate(const gst_overlap_simulation *simulation, double *mean, double *sem,
                         gst_message *message);

#endif
