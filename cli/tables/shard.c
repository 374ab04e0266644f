/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shard.c - `--shard i/N`: one of N contiguous parts of a table. */
#include "cli/tables/shard.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/process/report.h"

#define SHARDS_MOST 1000000000UL

/* Digits up to `end`, at least 1 and at most SHARDS_MOST; 0 otherwise. */
static size_t read_count(const char *text, char end)
{
    size_t value = 0;
    for (; isdigit((unsigned char)*text) && value <= SHARDS_MOST; text++)
        value = 10 * value + (size_t)(*text - '0');
    return *text == end && value <= SHARDS_MOST ? value : 0;
}

int gst_shard_parse(const char *text, gst_shard *shard)
{
    const char *slash = text;
    while (isdigit((unsigned char)*slash))
        slash++;
    shard->index = read_count(text, '/');
    shard->count = *slash == '/' ? read_count(slash + 1, '\0') : 0;
    return shard->index >= 1 && shard->index <= shard->count ? 0 : -1;
}

int gst_shard_read(const gst_settings *settings, gst_shard *shard)
{
    const char *text = gst_setting_text(settings, GST_OPTION_SHARD);
    *shard = (gst_shard){.index = 1, .count = 1};
    if (!text)
        return 0;
    if (gst_shard_parse(text, shard) != 0)
        return gst_setting_refuse(settings, GST_OPTION_SHARD, NULL,
                                  "is not i/N with 1 <= i <= N <= 1000000000");
    return 0;
}

/* Where part `index` (from 0) of `count` begins. */
static size_t begin_of(size_t index, size_t count, size_t groups)
{
    size_t extra = groups % count;
    return index * (groups / count) + (index < extra ? index : extra);
}

void gst_shard_range(const gst_shard *shard, size_t groups, size_t *first, size_t *end)
{
    *first = begin_of(shard->index - 1, shard->count, groups);
    *end = begin_of(shard->index, shard->count, groups);
}

static void name_shard(const gst_shard *shard, char name[64])
{
    if (shard->count == 0)
        snprintf(name, 64, "no run.shard");
    else
        snprintf(name, 64, "`run.shard: %zu/%zu'", shard->index, shard->count);
}

int gst_shard_compare(const gst_shard *stored, const gst_shard *own, const char *option,
                      const char *name)
{
    char has[64], wants[64];
    if (stored->index == own->index && stored->count == own->count)
        return 0;
    name_shard(stored, has);
    name_shard(own, wants);
    return gst_report(GST_EXIT_USAGE, "%s: '%.200s' has %s, this run %s", option, name, has, wants);
}
