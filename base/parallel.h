/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel.h - a loop whose chunks are worked on by several threads and delivered in order. */
#ifndef GST_PARALLEL_H
#define GST_PARALLEL_H

#include <stddef.h>

/* work: compute chunk `chunk` on thread `thread` (0 <= thread < threads), called in any order.
 * emit: deliver chunk `chunk`; calls are serialised and come in increasing order of chunk.
 * Both return 0, or a non-zero status that stops the loop (chunks not yet begun are skipped, chunks
 * finished before the stop are still emitted in order up to the first gap).
 * Chunks are first .. chunks-1.
 * slots: at most this many chunks are between the start of their work and the end of their emit; the
 * caller keeps their results in slot chunk % slots.
 * slot, slot_bytes: where that slot is, and its size, for a loop whose chunks may be worked on by other
 * processes that run the same program: between work and emit they travel as these bytes, so that what
 * work leaves there must not contain pointers.  Not used by gst_parallel_run. */
typedef struct {
    size_t first, chunks, threads, slots;
    int (*work)(void *context, size_t thread, size_t chunk);
    int (*emit)(void *context, size_t chunk);
    void *(*slot)(void *context, size_t chunk);
    size_t slot_bytes;
    void *context;
} gst_parallel_loop;

/* Runs the loop; returns 0, or the status of the lowest chunk that returned one (whatever the
 * scheduling was, as far as it had been started), or GST_NO_MEMORY. */
int gst_parallel_run(const gst_parallel_loop *loop);

#endif
