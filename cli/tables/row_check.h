/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_check.h - stored rows against what is known of them: cells and checksums. */
#ifndef GST_ROW_CHECK_H
#define GST_ROW_CHECK_H

#include "cli/tables/checksum.h"
#include "cli/tables/known_cells.h"
#include "cli/tables/stored_table.h"
#include "cli/tables/table.h"

/* Rows up to `end`, from where the block before ends, have that sum; after: bytes of the journal up to the end of
 * the line that says so. */
typedef struct {
    size_t end;
    gst_checksum sum;
    long after;
} gst_row_block;

/* begin: rows of the table before the first of the file.  total: rows that the whole file has.
 * blocks: those that are known, of the journal; else those of run.checksums.  limited: rows after the last
 * block do not count.
 * found: the sum of the rows since the last whole block.  sums: for gst_table, of the rows that count.
 * kept, kept_sums: what these, and the table's counts, were at the end of the last whole block. */
typedef struct {
    const gst_settings *settings;
    const char *option, *name;
    size_t begin, total;
    gst_row_block *blocks;
    size_t count, next;
    int limited;
    gst_known_cells cells;
    gst_checksum found;
    gst_table sums, kept_sums;
    gst_stored_table kept;
} gst_row_check;

/* The blocks that a table's run.checksums names, if it is filled in; *blocks is allocated.  0 or an exit
 * code, the message printed. */
int gst_row_blocks_read(const char *checksums, size_t rows, gst_row_block **blocks, size_t *count);

/* stored_table.h's begin and row; context: a gst_row_check. */
int gst_row_check_begin(void *check, const gst_stored_table *table);
int gst_row_check_row(void *check, const gst_stored_table *table, const char *line, size_t length,
                      gst_message *fault);

/* When all has been read: what is after the last block of a journal is taken out of the table's counts. */
void gst_row_check_settle(gst_row_check *check, gst_stored_table *table);
void gst_row_check_clear(gst_row_check *check);

#endif
