/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shard.h - `--shard i/N`: one of N contiguous parts of a table. */
#ifndef GST_SHARD_H
#define GST_SHARD_H

#include <stddef.h>

#include "cli/options/settings.h"

/* Part `index` of `count`, from 1; 1/1 is the whole table. */
typedef struct {
    size_t index, count;
} gst_shard;

/* Read `i/N` with 1 <= i <= N <= 1e9; 0, or -1 if it is not that. */
int gst_shard_parse(const char *text, gst_shard *shard);

/* The one of the settings, 1/1 without --shard.  0 or an exit code, the message printed. */
int gst_shard_read(const gst_settings *settings, gst_shard *shard);

/* Its part of `groups` groups: *first <= group < *end.  Sizes differ by at most one; may be empty. */
void gst_shard_range(const gst_shard *shard, size_t groups, size_t *first, size_t *end);

/* Of a file and of this run, count = 0 where there is no run.shard: 0 if they are the same, else GST_EXIT_USAGE,
 * reported. */
int gst_shard_compare(const gst_shard *stored, const gst_shard *own, const char *option,
                      const char *name);

#endif
