/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_table.h - a tsv or csv table of this program, read back. */
#ifndef GST_STORED_TABLE_H
#define GST_STORED_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "shard.h"

/* preamble: its lines outside `run.`, without the `# ` and each with its newline; header: NULL if the file
 * ends before it.  A last line without newline is torn: not counted, and after `end`.
 * body, end: bytes before the first row, and up to the end of the last whole row (an empty line that
 * follows it is left out).  size: bytes of the file.
 * shard, shard_rows: run.shard (count = 0 if absent) and run.rows.
 * loose, failed: rows of that status. */
typedef struct {
    char *preamble, *header;
    char separator;
    size_t columns, status_column;
    size_t rows, loose, failed;
    long body, end, size;
    gst_shard shard;
    size_t shard_rows;
} gst_stored_table;

/* Read `file` from its start; `name` is for messages that begin with `option` ("--resume", "merge").
 * Returns 0 or an exit code, the message printed: a line that is not of such a table.  The caller clears the
 * table on any return. */
int gst_stored_table_read(gst_stored_table *table, FILE *file, const char *option,
                          const char *name);
void gst_stored_table_clear(gst_stored_table *table);

/* Compare the preambles outside `run.`, and the headers where both have one.  Where they differ: report
 * the key and both values, calling the first table `name` and the second `other`, and return
 * GST_EXIT_USAGE; else 0.  A first table without header may end early. */
int gst_stored_table_compare(const gst_stored_table *a, const gst_stored_table *b,
                             const char *option, const char *name, const char *other);

#endif
