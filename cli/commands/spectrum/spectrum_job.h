/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_job.h - the parts of `giantstep spectrum`. */
#ifndef GST_SPECTRUM_JOB_H
#define GST_SPECTRUM_JOB_H

#include "cli/options/grid.h"
#include "cli/tables/items.h"
#include "cli/options/setup.h"
#include "cli/options/settings.h"
#include "giantstep/spectrum.h"
#include "giantstep/problem.h"
#include "cli/tables/table.h"

typedef struct {
    const gst_settings *settings;
    gst_grid grid;
    gst_setup setup;
    double axes[GST_AXES];
    gst_problem problem;
    gst_spectrum *spectrum;
    size_t K, m;
    size_t count; /* numbers of --x or --moments */
    double *list;
    const gst_file *file; /* NULL, or where the table goes, open already */
} gst_spectrum_job;

/* A table held in memory: names[c], values[row*columns + c]; column status_column prints status[row] instead. */
typedef struct {
    size_t columns, rows, status_column;
    char (*names)[32];
    double *values;
    int *status;
    const char *reason; /* for rows that are loose */
} gst_spectrum_table;

/* Fill and write the table of one kind.  Each returns an exit code. */
int gst_spectrum_write_density(gst_spectrum_job *job);
int gst_spectrum_write_moments(gst_spectrum_job *job);
int gst_spectrum_write_outliers(gst_spectrum_job *job);
int gst_spectrum_write_simulation(gst_spectrum_job *job);

/* Support found, or the exit code of what went wrong, reported; *status: GST_OK or GST_LOOSE. */
int gst_spectrum_prepare_support(gst_spectrum_job *job, int *status);

int gst_spectrum_table_alloc(gst_spectrum_table *table, size_t columns, size_t rows);
void gst_spectrum_table_clear(gst_spectrum_table *table);

/* Writes it; meta(context, out) adds lines to the preamble (NULL: none). */
int gst_spectrum_table_write(const gst_spectrum_job *job, const gst_spectrum_table *table,
                             void (*meta)(const void *context, gst_table *out),
                             const void *context);

/* The lines spectrum.edges .. spectrum.status; context: a gst_spectrum_job. */
void gst_spectrum_meta_support(const void *context, gst_table *out);

/* `key: a,b,c`. */
void gst_spectrum_meta_numbers(gst_table *out, const char *key, size_t count, const double *values);

#endif
