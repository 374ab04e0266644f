/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid_table.h - a table over the grid: rows computed in chunks by several threads, written in order. */
#ifndef GST_GRID_TABLE_H
#define GST_GRID_TABLE_H

#include <stddef.h>

#include "cli/options/grid.h"
#include "cli/options/settings.h"
#include "giantstep/status.h"

enum { GST_CHUNK = 64 };

/* columns names, one of them the status.
 * begin: a chunk begins on this thread: forget everything that would make rows depend on scheduling.
 * row: fill values[columns] (that of the status is ignored) and, if the status is not GST_OK, the reason.
 *   Returns GST_OK, GST_LOOSE or GST_FAILED; any other status ends the run.
 *   The reason of a row that is ok is a note, for seen alone.
 * seen: NULL, or called with every row's values, status and reason as it is written, in order.
 * timing: a column of seconds, which row() does not fill, follows the others. */
typedef struct {
    const gst_settings *settings;
    const gst_grid *grid;
    size_t columns, status_column;
    const char *const *names; /* with that of the seconds, if timing */
    int timing;
    size_t threads;
    void (*begin)(void *context, size_t thread);
    int (*row)(void *context, size_t thread, size_t row, double *values, gst_message *reason);
    void (*seen)(void *context, const double *values, int status, const char *reason);
    void *context;
} gst_grid_table;

/* The number of threads worth using: --threads or all cores this process may use (cores.h), at most one per chunk. */
size_t gst_grid_table_threads(const gst_settings *settings, const gst_grid *grid);

/* Open the output, write the table, report the rows that were not ok.  Returns an exit code. */
int gst_grid_table_run(const gst_grid_table *job);

/* --dry-run: rows, threads, memory and time as `key: value` lines on stdout.  models: number of trainings
 * in the grid; the first rows are really solved, apart (apart.h), after the sizes have been printed. */
int gst_grid_table_estimate(const gst_grid_table *job, size_t models);

#endif
