/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_check.c - stored rows against what is known of them: cells and checksums.
 *
 *   1. Every cell that follows from the grid is compared with it, all others but words must be numbers.
 *   2. The rows of a block are summed, and the sum compared at its end; a single row that was changed is named
 *      (checksum.h), else the block.
 *   3. What is after the last block of a journal was written in the moment the process ended: it does not
 *      count. */
#include "cli/tables/row_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/process/report.h"

int gst_row_blocks_read(const char *checksums, size_t rows, gst_row_block **blocks, size_t *count)
{
    *count = 0;
    *blocks = gst_alloc(GST_TABLE_BLOCKS, sizeof **blocks);
    if (!*blocks)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    size_t end = 0;
    while (checksums && end < rows) {
        gst_row_block *block = &(*blocks)[*count];
        if (!gst_checksum_read(&block->sum, checksums))
            return 0;
        block->end = end = gst_table_block_end(rows, end);
        ++*count;
        checksums += GST_CHECKSUM_DIGITS;
        checksums += *checksums == ' ';
    }
    return 0;
}

/* A block ends before the row that comes next. */
static void keep(gst_row_check *check, const gst_stored_table *table)
{
    check->kept = *table;
    check->kept_sums = check->sums;
}

int gst_row_check_begin(void *context, const gst_stored_table *table)
{
    gst_row_check *check = context;
    check->sums.total = check->total;
    int code = 0;
    keep(check, table);
    check->kept.end = table->body;
    if (!check->blocks && !check->limited)
        code = gst_row_blocks_read(table->checksums, check->total, &check->blocks, &check->count);
    if (code != 0)
        return code;
    return gst_known_cells_build(&check->cells, check->settings, table->header, table->separator);
}

/* At the end of a block. */
static int compare_block(gst_row_check *check)
{
    size_t first = check->next > 0 ? check->blocks[check->next - 1].end : 0;
    const gst_row_block *block = &check->blocks[check->next++];
    size_t row = gst_checksum_locate(&block->sum, &check->found, first, block->end);
    int same = gst_checksum_same(&block->sum, &check->found);
    check->found = (gst_checksum){0};
    if (same)
        return 0;
    if (row < block->end)
        return gst_report(GST_EXIT_USAGE,
                          "%s: '%.200s': row %zu was changed after it was written, says its "
                          "checksum",
                          check->option, check->name, check->begin + row + 1);
    return gst_report(
        GST_EXIT_USAGE, "%s: '%.200s': rows %zu to %zu are not those written, says their checksum",
        check->option, check->name, check->begin + first + 1, check->begin + block->end);
}

int gst_row_check_row(void *context, const gst_stored_table *table, const char *line, size_t length,
                      gst_message *fault)
{
    gst_row_check *check = context;
    size_t row = table->rows;
    if (check->next > 0 && row == check->blocks[check->next - 1].end)
        keep(check, table);
    if (check->limited && check->next == check->count)
        return GST_STORED_END;
    if (row >= check->total)
        return 0;
    int code =
        gst_known_cells_check(&check->cells, check->begin + row, line, table->separator, fault);
    if (code != 0)
        return code;
    gst_checksum_add(&check->found, row, line, length);
    gst_table_sum(&check->sums, row, line, length);
    if (check->next < check->count && row + 1 == check->blocks[check->next].end)
        code = compare_block(check);
    return code;
}

void gst_row_check_settle(gst_row_check *check, gst_stored_table *table)
{
    size_t whole = check->next > 0 ? check->blocks[check->next - 1].end : 0;
    if (!table->header || !check->limited || table->rows == whole)
        return;
    table->rows = check->kept.rows;
    table->loose = check->kept.loose;
    table->failed = check->kept.failed;
    table->end = check->kept.end;
    check->sums = check->kept_sums;
}

void gst_row_check_clear(gst_row_check *check)
{
    gst_known_cells_clear(&check->cells);
    free(check->blocks);
    check->blocks = NULL;
}
