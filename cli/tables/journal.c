/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.c - NAME.journal: what a run that ended before its table needs to go on. */
#include "cli/tables/journal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/process/report.h"

static const char header[] = "record\tnumber\tdata\tchecksum";

static int refuse(const gst_journal *journal, int error)
{
    return gst_report(GST_EXIT_RUNTIME, "'%.200s': %s", journal->file.journal, strerror(error));
}

int gst_journal_is_header(const char *text)
{
    return text && strcmp(text, header) == 0;
}

/* ---- records ------------------------------------------------------------------------------------ */

/* Room for one more element of `size` bytes. */
static int grow(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return 1;
    size_t wanted = 2 * *room + 64;
    void *grown = wanted <= SIZE_MAX / size ? realloc(*array, wanted * size) : NULL;
    if (!grown)
        return 0;
    *array = grown;
    *room = wanted;
    return 1;
}

static int keep_block(gst_journal *journal, size_t rows, const gst_checksum *sum, long after)
{
    if (!grow((void **)&journal->block, journal->blocks, &journal->block_room,
              sizeof *journal->block))
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    journal->block[journal->blocks++] = (gst_row_block){.end = rows, .sum = *sum, .after = after};
    journal->items = 0;
    journal->mark = journal->end = after;
    return 0;
}

static int keep_item(gst_journal *journal, const gst_journal_item *item)
{
    if (!grow((void **)&journal->item, journal->items, &journal->item_room, sizeof *journal->item))
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    journal->item[journal->items++] = *item;
    journal->end = item->after;
    return 0;
}

/* The line before its checksum is in the output's buffer from `from` on: complete it. */
static void add_checksum(gst_output *output, size_t from)
{
    char text[32];
    gst_output_add(output, "\t");
    if (output->failed)
        return;
    uint64_t hash = gst_hash(output->text + from, output->used - from);
    snprintf(text, sizeof text, "%016llx\n", (unsigned long long)hash);
    gst_output_add(output, text);
}

/* Where the next record goes. */
static int go_to(gst_journal *journal, long at)
{
    return lseek(journal->file.fd, (off_t)at, SEEK_SET) < 0 ? refuse(journal, errno) : 0;
}

int gst_journal_add_rows(gst_journal *journal, size_t rows, const gst_checksum *sum)
{
    char text[64], digits[GST_CHECKSUM_DIGITS + 1];
    int code = journal->stream ? go_to(journal, journal->mark) : 0;
    if (code != 0 || !journal->stream)
        return code;
    gst_checksum_print(sum, digits);
    snprintf(text, sizeof text, "rows\t%zu\t%s", rows, digits);
    gst_output_add(&journal->output, text);
    add_checksum(&journal->output, 0);
    long after = journal->mark + (long)journal->output.used;
    code = gst_output_flush(&journal->output);
    if (code == 0 && after < journal->end && ftruncate(journal->file.fd, (off_t)after) != 0)
        code = refuse(journal, errno);
    return code == 0 ? keep_block(journal, rows, sum, after) : code;
}

static void add_bytes(gst_output *output, const unsigned char *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    char text[512];
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    for (size_t done = 0; done < length;) {
        size_t n = 0;
        for (; done < length && n + 2 <= sizeof text; done++) {
            text[n++] = digits[bytes[done] >> 4];
            text[n++] = digits[bytes[done] & 15];
        }
        gst_output_add_bytes(output, text, n);
    }
}

int gst_journal_add_item(gst_journal *journal, size_t item, const void *bytes, size_t length)
{
    char text[64];
    int code = journal->stream ? go_to(journal, journal->end) : 0;
    if (code != 0 || !journal->stream)
        return code;
    snprintf(text, sizeof text, "item\t%zu\t", item);
    gst_output_add(&journal->output, text);
    gst_journal_item place = {.item = item, .at = journal->end + (long)strlen(text)};
    add_bytes(&journal->output, bytes, length);
    place.length = journal->output.used - strlen(text);
    add_checksum(&journal->output, 0);
    place.after = journal->end + (long)journal->output.used;
    code = gst_output_flush(&journal->output);
    return code == 0 ? keep_item(journal, &place) : code;
}

static int value_of(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

int gst_journal_get_item(gst_journal *journal, size_t item, void *bytes, size_t room)
{
    unsigned char *to = bytes;
    size_t at = journal->items > 0 && item >= journal->item[0].item
                    ? (item - journal->item[0].item) / journal->stride
                    : journal->items;
    if (at >= journal->items || journal->item[at].item != item ||
        journal->item[at].length > 2 * room)
        return 0;
    const gst_journal_item *place = &journal->item[at];
    char *text = gst_alloc(place->length + 1, 1);
    int fd = fileno(journal->stream);
    ssize_t got = text ? pread(fd, text, place->length, (off_t)place->at) : -1;
    memset(bytes, 0, room);
    for (size_t i = 0; got == (ssize_t)place->length && i + 1 < place->length; i += 2)
        to[i / 2] = (unsigned char)(16 * value_of(text[i]) + value_of(text[i + 1]));
    free(text);
    return got == (ssize_t)place->length;
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* strict: a wrong record is refused; else it and what follows is left out.  own: the run's own preamble. */
typedef struct {
    gst_journal *journal;
    const gst_stored_table *own;
    int strict;
    int code;
} reading;

/* stored_table.h's begin. */
static int check_header(void *context, const gst_stored_table *table)
{
    const reading *r = context;
    r->journal->body = r->journal->mark = r->journal->end = table->body;
    if (!gst_journal_is_header(table->header))
        return gst_report(GST_EXIT_USAGE, "'%.200s' is not a journal of giantstep",
                          r->journal->file.journal);
    return 0;
}

static int wrong(const reading *r, gst_message *fault)
{
    if (!r->strict)
        return GST_STORED_END;
    return gst_fail(fault, GST_EXIT_USAGE,
                    "was changed after it was written (found by its "
                    "checksum)");
}

/* 1 if the line is what was written. */
static int is_right(const char *line, size_t length)
{
    const char *last = strrchr(line, '\t');
    char text[32];
    if (!last)
        return 0;
    uint64_t hash = gst_hash(line, (size_t)(last + 1 - line));
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    return (size_t)(line + length - last - 1) == strlen(text) && strcmp(last + 1, text) == 0;
}

/* stored_table.h's row. */
static int read_record(void *context, const gst_stored_table *table, const char *line,
                       size_t length, gst_message *fault)
{
    const reading *r = context;
    gst_journal *journal = r->journal;
    char *end;
    gst_checksum sum;
    long after = table->end + (long)length + 1;
    int is_item = strncmp(line, "item\t", 5) == 0;
    if (!is_right(line, length) || (!is_item && strncmp(line, "rows\t", 5) != 0))
        return wrong(r, fault);
    size_t number = strtoul(line + 5, &end, 10);
    size_t last = journal->items > 0 ? journal->item[journal->items - 1].item : 0;
    if (is_item && (journal->items == 0 || number == last + journal->stride)) {
        size_t used = strcspn(end + 1, "\t");
        gst_journal_item place = {
            .item = number, .length = used, .at = table->end + (end + 1 - line), .after = after};
        return keep_item(journal, &place);
    }
    if (!is_item && gst_checksum_read(&sum, end + 1))
        return keep_block(journal, number, &sum, after);
    return wrong(r, fault);
}

static int read_stream(gst_journal *journal, reading *r, gst_stored_table *table,
                       const char *option, const char *name)
{
    const gst_stored_reader reader = {
        .begin = check_header, .row = read_record, .context = r, .lenient = !r->strict};
    return gst_stored_table_read(table, journal->stream, option, name, &reader);
}

int gst_journal_read(gst_journal *journal, const gst_stored_table *own, int *found)
{
    static const char option[] = "--resume";
    gst_stored_table table = {0};
    reading r = {.journal = journal, .own = own};
    *found = 0;
    if (!journal->stream)
        return 0;
    rewind(journal->stream);
    journal->stride = own->shard.count > 0 ? own->shard.count : 1;
    int code = read_stream(journal, &r, &table, option, journal->file.journal);
    gst_stored_table wanted = *own;
    wanted.header = NULL;
    if (code == 0 && table.header)
        code = gst_stored_table_compare(&table, &wanted, option, journal->file.journal, "this run");
    if (code == 0 && table.header)
        code = gst_shard_compare(&table.shard, &own->shard, option, journal->file.journal);
    *found = code == 0 && table.header != NULL;
    gst_stored_table_clear(&table);
    return code;
}

int gst_journal_read_part(gst_journal *journal, const char *path, gst_stored_table *table)
{
    reading r = {.journal = journal, .strict = 1};
    *journal = (gst_journal){.stride = 1, .file = {.fd = -1}, .output = {.fd = -1}};
    journal->file.journal = gst_copy_string(path);
    journal->stream = fopen(path, "r");
    if (!journal->stream || !journal->file.journal)
        return gst_report(GST_EXIT_RUNTIME, "merge: '%.200s': %s", path, strerror(errno));
    /* The stride is that of the shard, which is read before the first record. */
    int code = gst_stored_table_read(table, journal->stream, "merge", path, NULL);
    journal->stride = table->shard.count > 0 ? table->shard.count : 1;
    gst_stored_table_clear(table);
    rewind(journal->stream);
    return code == 0 ? read_stream(journal, &r, table, "merge", path) : code;
}

/* ---- the file ----------------------------------------------------------------------------------- */

int gst_journal_open(gst_journal *journal, const gst_settings *settings)
{
    *journal = (gst_journal){.settings = settings, .stride = 1, .output = {.fd = -1}};
    int code = gst_file_open(&journal->file, settings);
    if (code != 0 || !journal->file.name)
        return code;
    journal->stream = fdopen(journal->file.fd, "r+");
    if (!journal->stream)
        return refuse(journal, errno);
    journal->output =
        (gst_output){.fd = journal->file.fd, .name = journal->file.journal, .own = {.fd = -1}};
    return 0;
}

int gst_journal_begin(gst_journal *journal, const char *preamble, size_t length)
{
    if (!journal->stream)
        return 0;
    int code = go_to(journal, 0);
    if (code == 0 && ftruncate(journal->file.fd, 0) != 0)
        code = refuse(journal, errno);
    gst_output_add_bytes(&journal->output, preamble, length);
    gst_output_add(&journal->output, header);
    gst_output_add(&journal->output, "\n");
    journal->blocks = journal->items = 0;
    journal->body = journal->mark = journal->end = (long)journal->output.used;
    return code == 0 ? gst_output_flush(&journal->output) : code;
}

int gst_journal_cut(gst_journal *journal, size_t blocks)
{
    if (!journal->stream)
        return 0;
    if (blocks < journal->blocks) {
        journal->blocks = blocks;
        journal->items = 0;
        journal->mark = blocks > 0 ? journal->block[blocks - 1].after : journal->body;
        journal->end = journal->mark;
    }
    return ftruncate(journal->file.fd, (off_t)journal->end) == 0 ? 0 : refuse(journal, errno);
}

int gst_journal_finish(gst_journal *journal)
{
    if (!journal->stream)
        return 0;
    if (fsync(journal->file.fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        return refuse(journal, errno);
    return gst_file_finish(&journal->file, journal->file.journal);
}

void gst_journal_close(gst_journal *journal, int keep)
{
    if (journal->stream) {
        if (!keep || (journal->file.name && !gst_file_has(journal->file.journal)))
            unlink(journal->file.journal);
        fclose(journal->stream);
        journal->file.fd = -1;
    }
    gst_file_close(&journal->file, keep);
    free(journal->output.text);
    free(journal->block);
    free(journal->item);
    *journal = (gst_journal){.file = {.fd = -1}, .output = {.fd = -1}};
}
