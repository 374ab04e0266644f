/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps_laws.h - the laws of the rows after each step, of theory and of networks: private to `giantstep steps'. */
#ifndef GST_STEPS_LAWS_H
#define GST_STEPS_LAWS_H

#include "cli/options/setup.h"
#include "cli/process/progress.h"
#include "cli/tables/items.h"
#include "validate/networks/overlap_simulation.h"

/* Laws after steps 0 .. T, theory and its companion on other nodes: [(t*K + g)*numbers + i], i over U, c,
 * C; the same of networks with standard errors.  shown: numbers printed. */
typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    gst_problem problem;
    size_t T, K, r, numbers, shown;
    int covariance, simulate, population; /* theory at alpha0 = inf */
    double *theory, *companion, *mean, *sem;
    int *quality; /* [t]: GST_OK, or GST_LOOSE: an average up to step t missed its own tolerance */
    gst_overlap_simulation simulation;
    gst_items items;       /* its replicates */
    size_t parallel, done; /* side by side; those that are there */
    int blas_threads;
    gst_progress progress;
} gst_steps;

/* The numbers of group g after step t. */
static inline double *gst_steps_record(const gst_steps *s, double *laws, size_t t, size_t g)
{
    return laws + (t * s->K + g) * s->numbers;
}

/* Write the table.  Returns an exit code. */
int gst_steps_table(const gst_steps *s);

#endif
