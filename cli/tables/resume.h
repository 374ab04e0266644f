/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resume.h - `--resume`: go on with a table where its file ends. */
#ifndef GST_RESUME_H
#define GST_RESUME_H

#include <stddef.h>

#include "cli/tables/journal.h"
#include "cli/tables/output.h"
#include "cli/tables/table.h"

/* Rows found in the file, and how many of them are of that status or verdict.  complete: the table is whole, under
 * its own name, and nothing is left to be done. */
typedef struct {
    size_t rows, loose, failed, disagree;
    int complete;
} gst_resume;

/* `output` holds, not yet written, the preamble (its first `preamble` bytes) and the header that this run would
 * write, of `rows` rows that are those from `begin` on of the whole table; the journal is open.  If
 * NAME.part is there (or, of an older version, a NAME that is not whole) with the same preamble outside `run.`, the same
 * shard, and rows that are right, it is cut after the last row that the journal knows and opened to be
 * appended to, the buffer is emptied, and `table` holds the rows' checksums; if it is not there, is empty or
 * ends before its header, it is begun anew and the buffer kept.  Any other file is left alone: 0 or an exit
 * code, the message printed. */
int gst_resume_open(gst_output *output, gst_table *table, gst_journal *journal, size_t preamble,
                    size_t begin, size_t rows, gst_resume *found);

/* The same for a job of items (items.h), whose table is written when all are there: the journal is read, or begun
 * with the output's buffer. */
int gst_resume_items(gst_output *output, gst_journal *journal, gst_resume *found);

#endif
