/* SPDX-License-Identifier: GPL-3.0-or-later */
/* items.c - a job of numbered items, each result kept in a journal.
 *
 * A slot is a header (status, seconds), the payload and a message, one after the other: what travels between
 * processes, and what the journal holds, zeros at its end left out. */
#include "cli/tables/items.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cores.h"
#include "cli/options/fields.h"
#include "cli/process/farm.h"
#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/tables/preamble.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/tables/resume.h"
#include "cli/tables/shard.h"

/* Weights up to which networks run side by side. */
#define SIDE_BY_SIDE 1e6

typedef struct {
    int status;
    double seconds;
} slot_header;

static int is_final(int status)
{
    return status == GST_INTERRUPTED || status == GST_NO_MEMORY || status == GST_INVALID ||
           status == GST_UNBUILT || status == GST_IO;
}

/* ---- slots -------------------------------------------------------------------------------------- */

/* parallel.h's slot. */
static void *slot_of(void *context, size_t k)
{
    gst_items *items = context;
    return items->slot + k % items->slots * items->slot_bytes;
}

static gst_item result_of(const gst_items *items, const char *slot)
{
    slot_header head;
    memcpy(&head, slot, sizeof head);
    return (gst_item){.status = head.status,
                      .seconds = head.seconds,
                      .payload = slot + sizeof head,
                      .reason = (const gst_message *)(slot + items->offset)};
}

static size_t item_of(const gst_items *items, size_t k)
{
    return items->first + k * items->stride;
}

/* The first k whose item is not before `item`. */
static size_t position_of(const gst_items *items, size_t item)
{
    return item <= items->first ? 0 : (item - items->first - 1) / items->stride + 1;
}

/* parallel.h's work. */
static int work(void *context, size_t thread, size_t k)
{
    gst_items *items = context;
    char *slot = slot_of(items, k);
    slot_header head = {.status = GST_INTERRUPTED};
    double began = gst_seconds();
    memset(slot, 0, items->slot_bytes);
    gst_message *reason = (gst_message *)(slot + items->offset);
    if (*gst_interrupt_flag() == 0)
        head.status =
            items->work(items->context, thread, item_of(items, k), slot + sizeof head, reason);
    head.seconds = items->timing ? gst_seconds() - began : 0;
    memcpy(slot, &head, sizeof head);
    return 0;
}

/* The caller takes it. */
static int deliver(gst_items *items, size_t item, const char *slot)
{
    const gst_item result = result_of(items, slot);
    int status = items->partial ? GST_OK : items->take(items->context, item, &result);
    if (status == GST_OK && items->advance)
        items->advance(items->context, item);
    return status;
}

/* parallel.h's emit: first the journal, so that rows that the item completes find it there. */
static int emit(void *context, size_t k)
{
    gst_items *items = context;
    const char *slot = slot_of(items, k);
    gst_item result = result_of(items, slot);
    if (is_final(result.status)) {
        items->failure = *result.reason;
        return result.status;
    }
    if (items->journal &&
        gst_journal_add_item(items->journal, item_of(items, k), slot, items->slot_bytes) != 0)
        return GST_IO;
    return deliver(items, item_of(items, k), slot);
}

/* ---- run ---------------------------------------------------------------------------------------- */

int gst_items_begin(gst_items *items, gst_journal *journal, size_t threads)
{
    items->journal = journal;
    items->first = 0;
    items->stride = 1;
    size_t align = sizeof(double);
    items->offset = sizeof(slot_header) + (items->bytes + align - 1) / align * align;
    items->slots = gst_farm_slots(threads);
    items->slot_bytes = (items->offset + sizeof(gst_message) + align - 1) / align * align;
    items->slot = gst_alloc(items->slots, items->slot_bytes);
    return items->slot ? GST_OK : GST_NO_MEMORY;
}

/* 1 if the item is stored, in a journal or a part: then it is in `slot`. */
static int find_stored(gst_items *items, size_t item, char *slot)
{
    gst_journal *from = items->parts > 0 ? &items->part[item % items->parts] : items->journal;
    return from && from->stream && gst_journal_get_item(from, item, slot, items->slot_bytes);
}

int gst_items_run(gst_items *items, size_t begin, size_t end, size_t threads)
{
    size_t k = position_of(items, begin), stop = position_of(items, end);
    int status = GST_OK;
    for (; gst_farm_rank() == 0 && k < stop && status == GST_OK; k++) {
        char *slot = slot_of(items, 0);
        if (!find_stored(items, item_of(items, k), slot))
            break;
        status = deliver(items, item_of(items, k), slot);
    }
    gst_parallel_loop loop = {
        .first = status == GST_OK ? k : stop,
        .chunks = stop,
        .threads = threads,
        .slots = items->slots,
        .work = work,
        .emit = emit,
        .slot = slot_of,
        .slot_bytes = items->slot_bytes,
        .context = items,
    };
    int ended = gst_farm_run(&loop);
    return status == GST_OK ? ended : status;
}

size_t gst_items_threads(const gst_settings *settings, size_t total, double weights,
                         int *blas_threads)
{
    size_t threads = gst_cores();
    if (gst_setting_text(settings, GST_OPTION_THREADS))
        threads = (size_t)gst_setting_number(settings, GST_OPTION_THREADS);
    threads = gst_farm_threads(threads);
    *blas_threads = weights > SIDE_BY_SIDE ? (int)threads : 1;
    if (weights > SIDE_BY_SIDE)
        return 1;
    return threads < total ? threads : total;
}

/* ---- jobs --------------------------------------------------------------------------------------- */

int gst_items_check(const gst_settings *settings, gst_option_id simulate)
{
    static const gst_option_id options[] = {GST_OPTION_RESUME, GST_OPTION_SHARD};
    gst_shard shard;
    int code = gst_shard_read(settings, &shard);
    for (size_t i = 0; i < 2 && code == 0; i++) {
        int asked = i == 0 ? gst_setting_is_on(settings, options[i])
                           : gst_setting_text(settings, options[i]) != NULL;
        if (!asked)
            continue;
        if (simulate != GST_OPTIONS && !gst_setting_is_on(settings, simulate))
            code = gst_setting_refuse(settings, options[i], NULL, "needs --simulate");
        else if (!gst_setting_text(settings, GST_OPTION_OUTPUT))
            code = gst_setting_refuse(settings, options[i], NULL, "needs --output");
    }
    return code == 0 && gst_farm_rank() == 0 ? gst_file_check(settings) : code;
}

/* The items of this run: all, or those of its part. */
static int set_part(gst_items *items, const gst_settings *settings)
{
    gst_shard shard;
    int code = gst_shard_read(settings, &shard);
    items->first = shard.index - 1;
    items->stride = shard.count;
    items->partial = gst_setting_text(settings, GST_OPTION_SHARD) != NULL;
    return code;
}

/* What the journal says of the run, in a buffer. */
static void write_preamble(const gst_items *items, const gst_settings *settings, size_t threads,
                           const char *blas_threads, gst_output *output)
{
    gst_table table;
    gst_table_begin(&table, output, GST_FORMAT_TSV);
    gst_preamble_write(&table, settings);
    gst_preamble_write_job(&table, settings, threads, blas_threads,
                           position_of(items, items->total));
}

static int open_journal(gst_items *items, const gst_settings *settings, gst_output *preamble)
{
    int resume = gst_setting_is_on(settings, GST_OPTION_RESUME);
    gst_resume found = {0};
    int code = gst_journal_open(&items->own, settings);
    items->own.stride = items->stride;
    if (code == 0 && !items->own.file.name && (resume || items->partial))
        return gst_report(GST_EXIT_USAGE, "--%s: '%.200s' is not a regular file",
                          resume ? "resume" : "shard",
                          gst_setting_text(settings, GST_OPTION_OUTPUT));
    if (code == 0 && !resume)
        return gst_journal_begin(&items->own, preamble->text, preamble->used);
    if (code == 0)
        code = gst_resume_items(preamble, &items->own, &found);
    items->complete = found.complete;
    items->exit_code = found.disagree > 0               ? GST_EXIT_DISAGREE
                       : found.loose + found.failed > 0 ? GST_EXIT_ROWS
                                                        : 0;
    return code;
}

int gst_items_open(gst_items *items, const gst_settings *settings, size_t total, size_t threads,
                   const char *blas_threads)
{
    gst_output preamble = {.fd = -1, .own = {.fd = -1}};
    items->own = (gst_journal){.file = {.fd = -1}, .output = {.fd = -1}};
    if (gst_items_begin(items, &items->own, threads) != GST_OK)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    items->total = total;
    items->part = settings->part;
    items->parts = settings->parts;
    int code = set_part(items, settings);
    if (code != 0 || gst_farm_rank() > 0)
        return code;
    write_preamble(items, settings, threads, blas_threads, &preamble);
    code = preamble.failed ? GST_EXIT_RUNTIME : open_journal(items, settings, &preamble);
    gst_output_drop(&preamble);
    return code;
}

/* How many of this run's items are stored, and how many there are. */
static void report_interrupted(const gst_items *items)
{
    size_t count = position_of(items, items->total);
    if (items->own.file.name)
        gst_report(0,
                   "interrupted after %zu of %zu replicates; the same command with --resume "
                   "computes the others",
                   items->own.items, count);
    else
        gst_report(0, "interrupted, nothing written; with --output and --resume it could go on");
}

int gst_items_end(gst_items *items, int status, int *table)
{
    gst_interrupt_seen();
    int signal = *gst_interrupt_flag();
    *table = 0;
    if (gst_farm_rank() > 0 || items->complete)
        return items->exit_code;
    if (status == GST_INTERRUPTED || (status < 0 && signal != 0)) {
        report_interrupted(items);
        return GST_EXIT_SIGNAL + signal;
    }
    if (status < 0 && status != GST_IO)
        gst_report_fields(0, *items->failure.text ? items->failure.text : gst_status_name(status));
    if (status < 0)
        return status == GST_FAILED ? GST_EXIT_RUNTIME : gst_exit_of_status(status);
    *table = !items->partial;
    return items->partial ? gst_journal_finish(&items->own) : 0;
}

const gst_file *gst_items_file(const gst_items *items)
{
    return &items->own.file;
}

void gst_items_close(gst_items *items, int code)
{
    int written = code == 0 || code == GST_EXIT_ROWS || code == GST_EXIT_DISAGREE;
    int keep = written ? items->partial && !items->complete : items->own.items > 0;
    if (!written && !keep && items->own.stream)
        unlink(items->own.file.part);
    if (items->own.file.name || items->own.stream)
        gst_journal_close(&items->own, keep);
    free(items->slot);
    items->slot = NULL;
}
