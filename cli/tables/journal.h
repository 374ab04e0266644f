/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.h - NAME.journal: what a run that ended before its table needs to go on.
 *
 * The preamble of the table, a header, and a line `record number data checksum` per record:
 *   rows   number = rows of NAME.part so far, data = the sum (checksum.h) of those since the record before
 *   item   number = of an item of the job (items.h), data = its result, byte by byte in hexadecimal
 * checksum: of the line before it.  A record is written after what it is about, so that rows without one were
 * written in the moment the process ended.  Rows make the items before them obsolete.
 * A part (--shard) of a job of items is such a file, with all its items, under its own name. */
#ifndef GST_JOURNAL_H
#define GST_JOURNAL_H

#include <stdio.h>

#include "cli/tables/output.h"
#include "cli/tables/row_check.h"
#include "cli/options/settings.h"
#include "cli/tables/file.h"

/* Where the data of an item are. */
typedef struct {
    size_t item, length;
    long at, after;
} gst_journal_item;

/* block: of rows; item: those whose rows are not written yet, in increasing order, `stride` apart.  mark: end of
 * the last record of rows.  Not active without a file of its own (file.name NULL, stream NULL): then nothing
 * is ever stored. */
typedef struct gst_journal {
    const gst_settings *settings;
    gst_file file;
    FILE *stream;
    gst_output output;
    gst_row_block *block;
    size_t blocks, block_room;
    gst_journal_item *item;
    size_t items, item_room, stride;
    long mark, body, end;
} gst_journal;

/* Take the lock on the settings' --output.  0 or an exit code, the message printed.  On any return the caller
 * closes the journal; keep: there is something to go on with. */
int gst_journal_open(gst_journal *journal, const gst_settings *settings);
void gst_journal_close(gst_journal *journal, int keep);

/* Begin it with a preamble of `length` bytes. */
int gst_journal_begin(gst_journal *journal, const char *preamble, size_t length);

/* Read what is there, which must be of the run whose preamble `own` is; *found: 0 if it ends before its header. */
int gst_journal_read(gst_journal *journal, const gst_stored_table *own, int *found);

/* Keep the records of the first `blocks` blocks of rows, and the items if those are all there are, and cut off
 * what follows. */
int gst_journal_cut(gst_journal *journal, size_t blocks);

/* Append a record, handed to the system at once.  0 or an exit code, the message printed. */
int gst_journal_add_rows(gst_journal *journal, size_t rows, const gst_checksum *sum);
int gst_journal_add_item(gst_journal *journal, size_t item, const void *bytes, size_t length);

/* 1 if the item is there: its bytes, the rest of `room` filled with 0. */
int gst_journal_get_item(gst_journal *journal, size_t item, void *bytes, size_t room);

/* All items are there: the journal takes the name of its file. */
int gst_journal_finish(gst_journal *journal);

/* A part of a job, found as the file `path` (for `merge`), whose every record must be right.  table: its preamble
 * and shard, cleared by the caller. */
int gst_journal_read_part(gst_journal *journal, const char *path, gst_stored_table *table);

/* 1 if the header is that of a journal. */
int gst_journal_is_header(const char *header);

#endif
