/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preamble.h - what a table says about itself. */
#ifndef GST_PREAMBLE_H
#define GST_PREAMBLE_H

#include <stddef.h>

#include "cli/options/settings.h"
#include "cli/tables/table.h"

/* giantstep.version, giantstep.git, giantstep.command; every parameter in effect under its option's name,
 * as the user gave it; library.*. */
void gst_preamble_write(gst_table *table, const gst_settings *settings);

/* run.command, run.threads, run.host, run.date: what does not change a row. */
void gst_preamble_write_run(gst_table *table, const gst_settings *settings, size_t threads);

/* The same of a job: blas_threads (or NULL), run.processes of a farm, and with --shard run.shard and run.rows, those
 * of the part. */
void gst_preamble_write_job(gst_table *table, const gst_settings *settings, size_t threads,
                            const char *blas_threads, size_t rows);

/* 1 if the option is in the preamble: a parameter of the command with a value, not overruled by
 * --spike. */
int gst_preamble_has(const gst_settings *settings, gst_option_id id);

#endif
