/* SPDX-License-Identifier: GPL-3.0-or-later */
/* items.h - a job of numbered items (replicates): computed by threads or processes, taken in order, each result
 * kept in a journal, byte by byte, so that a run that was killed goes on at the item it was at.
 *
 * Two kinds of jobs share it.  A table over the grid (rows.h) takes items until their rows are complete: its journal
 * holds those of the rows to come.  A job of its own (gst_items_open) writes its table when it has all of
 * them: its journal holds all, and a part (--shard I/N: items I-1, I-1+N, ...) is nothing but its
 * journal, from which `merge' makes the table. */
#ifndef GST_ITEMS_H
#define GST_ITEMS_H

#include <stddef.h>

#include "cli/tables/journal.h"
#include "giantstep/status.h"

/* What work made of an item.  status: what it returned. */
typedef struct {
    int status;
    double seconds;
    const void *payload;
    const gst_message *reason;
} gst_item;

/* bytes: of a payload, which holds no pointers and is all zero when work gets it.
 * work: compute item `item` on thread `thread` (parallel.h); its status: GST_INTERRUPTED, GST_NO_MEMORY and
 * GST_INVALID end the run, others are kept with the result.
 * take: items in increasing order, those of the journal first; 0, or a status that ends the run.
 * advance: NULL, or called for each item after that; of a part, instead of it.
 * failure: why a status ended the run.  timing: the seconds of work are kept; else they are 0. */
typedef struct {
    size_t bytes;
    int timing;
    int (*work)(void *context, size_t thread, size_t item, void *payload, gst_message *reason);
    int (*take)(void *context, size_t item, const gst_item *result);
    void (*advance)(void *context, size_t item);
    void *context;
    gst_message failure;
    /* set by gst_items_begin, gst_items_open */
    gst_journal *journal; /* may be NULL */
    gst_journal own, *part;
    size_t parts, total;   /* parts: of merge */
    size_t first, stride;  /* items first + k stride are this run's */
    int partial, complete; /* a part; nothing to be done, the file is whole */
    int exit_code;         /* then: that of the table found */
    size_t slots, slot_bytes, offset;
    char *slot;
} gst_items;

/* For a table over the grid.  threads: the most that work on it.  GST_OK or GST_NO_MEMORY. */
int gst_items_begin(gst_items *items, gst_journal *journal, size_t threads);

/* A job of `total` items: begin, open the journal or find what there is to resume, or the parts that `merge' has.
 * 0 or an exit code, the message printed; on any return the caller closes the job. */
int gst_items_open(gst_items *items, const gst_settings *settings, size_t total, size_t threads,
                   const char *blas_threads);

/* How many networks of p x d weights run side by side, and with how many threads in the linear algebra of each: all
 * threads there are (--threads or the machine's) side by side, one each, up to p d = 1e6; above, one network after
 * another, with all of them. */
size_t gst_items_threads(const gst_settings *settings, size_t total, double weights,
                         int *blas_threads);

/* Those of items begin <= i < end that are this run's, on `threads` threads.  GST_OK or the status that ended the
 * run. */
int gst_items_run(gst_items *items, size_t begin, size_t end, size_t threads);

/* What a run that ended with `status` (reported here, with the way to go on) says and exits with; 0: all items are
 * there, and if *table, the table is to be written: to gst_items_file(). */
int gst_items_end(gst_items *items, int status, int *table);
const gst_file *gst_items_file(const gst_items *items);

/* code: exit code of the table; 0, 3 and 4 say that it was written. */
void gst_items_close(gst_items *items, int code);

/* --resume and --shard of a command whose jobs are of this kind: `simulate', an option, or GST_OPTIONS: always.  0 or
 * an exit code, the message printed. */
int gst_items_check(const gst_settings *settings, gst_option_id simulate);

#endif
