/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twostep.h - the parts of `giantstep twostep`. */
#ifndef GST_TWOSTEP_H
#define GST_TWOSTEP_H

#include "cli/tables/file.h"
#include "cli/options/grid.h"
#include "cli/tables/output.h"
#include "cli/options/settings.h"
#include "cli/tables/table.h"
#include "giantstep/two_step.h"

/* The two ways to take the second batch, in the order of the columns. */
enum { GST_TWOSTEP_BATCHES = GST_BATCH_REUSED + 1 };

typedef struct {
    const gst_settings *settings;
    gst_grid grid; /* its only axis is d; noise and beta have one value */
    gst_activation *activation;
    gst_target *target;
    double a1, a2, noise, beta, phi, phi1, tol;
    size_t order;
    const gst_file *file; /* NULL, or where the table goes, open already */
} gst_twostep;

/* The theory's problem for one way to take the second batch. */
gst_two_step gst_twostep_problem(const gst_twostep *t, gst_second_batch batch);

/* Overlaps for every batch: overlaps[batch].  Returns 0 or an exit code, the message printed. */
int gst_twostep_overlaps(const gst_twostep *t, gst_two_step_overlaps overlaps[GST_TWOSTEP_BATCHES]);

/* Open the output and write everything above the `rows` rows. */
int gst_twostep_open(const gst_twostep *t, gst_output *output, gst_table *table, size_t rows,
                     size_t columns, const char *const *names);

/* The limits that predictions at finite width need, for every batch.  0 or an exit code. */
int gst_twostep_networks(const gst_twostep *t, gst_two_step_network networks[GST_TWOSTEP_BATCHES]);

/* N at the d of rung `rung` of the grid, and the prediction there. */
double gst_twostep_width(const gst_twostep *t, size_t rung);
int gst_twostep_prediction(const gst_twostep *t, const gst_two_step_network *network, size_t rung,
                           gst_two_step_prediction *prediction);

extern const char *const gst_twostep_batch_names[GST_TWOSTEP_BATCHES];

/* Why a predicted singular value is loose. */
extern const char gst_twostep_unsettled[];

/* "yes", "boundary" or "no". */
const char *gst_twostep_separated(double exponent);

/* The tables of --map, --singular-values and --simulate.  They return exit codes. */
int gst_twostep_map(const gst_twostep *t);
int gst_twostep_predict(const gst_twostep *t);
int gst_twostep_simulate(const gst_twostep *t);

#endif
