/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - the rows of a long table on their way to its file.
 *
 * Rows are numbered from 0 and written in order; they are computed in groups of consecutive rows.  A run
 * (--shard) covers some of the groups, and a resumed run (--resume) starts again at the group in which
 * the file ends; rows the file has already are then not written again. */
#ifndef GST_ROWS_H
#define GST_ROWS_H

#include <stddef.h>

#include "cli/tables/flagged.h"
#include "cli/tables/journal.h"
#include "cli/tables/output.h"
#include "cli/options/settings.h"
#include "cli/tables/table.h"

/* rows, group: of the whole table; the last group may be shorter.  curve: rows between two empty lines,
 * at most 1: none.  names: of the columns, one of them the status.  blas_threads: NULL, or for the
 * preamble. */
typedef struct {
    const gst_settings *settings;
    size_t rows, group, curve, columns, status_column;
    const char *const *names;
    size_t threads;
    const char *blas_threads;
} gst_rows_plan;

/* first <= group < end: to be computed; begin <= row < stop: of this run; next: to be written next.  complete: the
 * file was whole already. */
typedef struct {
    gst_rows_plan plan;
    size_t first, end, begin, stop, next;
    int complete, failed; /* failed: exit code of what could not be written */
    gst_journal journal;
    gst_output output;
    gst_table table;
    gst_flagged flagged;
    double flushed; /* when */
} gst_rows;

/* What can be refused before anything is computed: an unwritable --output, --shard that is not i/N, and
 * --resume or --shard where they cannot be.  0 or an exit code, the message printed. */
int gst_rows_check(const gst_settings *settings);

/* Open the output and write the preamble and the header, or find what there is to resume.  0 or an exit
 * code, the message printed; then there is nothing to close. */
int gst_rows_open(gst_rows *rows, const gst_rows_plan *plan);

/* Row `row` of the table; one before `next` is in the file already. */
void gst_rows_write(gst_rows *rows, size_t row, const gst_cell *cells, int status,
                    const char *reason);

/* Hand the rows so far to the system: GST_OK or GST_IO, the message printed.  Items of the journal that came before
 * them are obsolete. */
int gst_rows_flush(gst_rows *rows);

/* 1 if that has not been done for a tenth of a second: rows that come faster are not worth a call each. */
int gst_rows_flush_is_late(const gst_rows *rows);

/* Finish and close the table of a run that ended with `status`, which has been reported unless it is
 * GST_INTERRUPTED; report the rows that were not ok and the interruption.  Returns the exit code. */
int gst_rows_close(gst_rows *rows, int status);

#endif
