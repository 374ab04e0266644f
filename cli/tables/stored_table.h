/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored_table.h - a tsv or csv table of this program, read back. */
#ifndef GST_STORED_TABLE_H
#define GST_STORED_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "cli/tables/shard.h"
#include "giantstep/status.h"

/* preamble: its lines outside `run.`, without the `# ` and each with its newline; header: NULL if the file
 * ends before it.  A last line without newline is torn: not counted, and after `end`.
 * body, end: bytes before the first row, and up to the end of the last whole row that counts (an empty line that
 * follows it is left out).  size: bytes read.
 * shard, shard_rows: run.shard (count = 0 if absent) and run.rows.  checksums: the value of run.checksums, NULL
 * if absent; checksums_at: where in the file it is.
 * loose, failed: rows of that status; disagree: of that verdict. */
typedef struct {
    char *preamble, *header, *checksums;
    char separator;
    size_t columns, status_column, verdict_column;
    size_t rows, loose, failed, disagree;
    long body, end, size, checksums_at;
    gst_shard shard;
    size_t shard_rows;
} gst_stored_table;

/* What else a reader wants to see.  begin: the table when its header has been read.  row: every row, a line of
 * `length` bytes without its newline, after the table has found nothing wrong with it and before it is counted.
 * Both return 0, or an exit code with the fault in the message (empty: it has been reported), or GST_STORED_END:
 * this and what follows does not count.  lenient: a line that is no row ends the table as well. */
enum { GST_STORED_END = -1 };
typedef struct {
    int (*begin)(void *context, const gst_stored_table *table);
    int (*row)(void *context, const gst_stored_table *table, const char *line, size_t length,
               gst_message *fault);
    void *context;
    int lenient;
} gst_stored_reader;

/* Read `file` from its start; `name` is for messages that begin with `option` ("--resume", "merge"); reader: NULL, or
 * what it says above.  Returns 0 or an exit code, the message printed: a line that is not of such a table.  The
 * caller clears the table on any return. */
int gst_stored_table_read(gst_stored_table *table, FILE *file, const char *option, const char *name,
                          const gst_stored_reader *reader);
void gst_stored_table_clear(gst_stored_table *table);

/* The value of a line `key: value` of the preamble, *length characters, or NULL. */
const char *gst_stored_table_value(const gst_stored_table *table, const char *key, size_t *length);

/* Compare the preambles outside `run.`, and the headers where both have one.  Where they differ: report
 * the key and both values, calling the first table `name` and the second `other`, and return
 * GST_EXIT_USAGE; else 0.  A first table without header may end early. */
int gst_stored_table_compare(const gst_stored_table *a, const gst_stored_table *b,
                             const char *option, const char *name, const char *other);

#endif
