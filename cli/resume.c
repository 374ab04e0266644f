/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resume.c - `--resume`: go on with a table where its file ends.
 *
 *   1. Read the preamble this run would write in the way the file is read, and compare.
 *   2. Count the file's whole rows and find where the last one ends.
 *   3. Open it, locked against another process that resumes it, and cut it there. */
#include "resume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"
#include "stored_table.h"

static const char option[] = "--resume";

static void name_shard(const gst_shard *shard, char name[64])
{
    if (shard->count == 0)
        snprintf(name, 64, "no run.shard");
    else
        snprintf(name, 64, "`run.shard: %zu/%zu'", shard->index, shard->count);
}

static int compare(const gst_stored_table *stored, const gst_stored_table *own, const char *path,
                   size_t rows)
{
    int code = gst_stored_table_compare(stored, own, option, path, "this run");
    if (code != 0 || !stored->header)
        return code;
    if (stored->shard.index != own->shard.index || stored->shard.count != own->shard.count) {
        char has[64], wants[64];
        name_shard(&stored->shard, has);
        name_shard(&own->shard, wants);
        return gst_report(GST_EXIT_USAGE, "%s: '%.200s' has %s, this run %s", option, path, has,
                          wants);
    }
    if (stored->rows > rows)
        return gst_report(GST_EXIT_USAGE, "%s: '%.200s' has %zu rows, this run has %zu", option,
                          path, stored->rows, rows);
    return 0;
}

/* The preamble in the output's buffer. */
static int read_own(gst_stored_table *own, gst_output *output)
{
    FILE *file = output->failed ? NULL : fmemopen(output->text, output->used, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    int code = gst_stored_table_read(own, file, option, "this run");
    fclose(file);
    return code;
}

/* The file; one that is not there is like an empty one. */
static int read_stored(gst_stored_table *stored, const char *path)
{
    struct stat status;
    *stored = (gst_stored_table){0};
    if (stat(path, &status) != 0 && errno == ENOENT)
        return 0;
    if (!S_ISREG(status.st_mode))
        return gst_report(GST_EXIT_USAGE, "%s: '%.200s' is not a regular file", option, path);
    FILE *file = fopen(path, "r");
    if (!file)
        return gst_report(GST_EXIT_RUNTIME, "%s: '%.200s': %s", option, path, strerror(errno));
    int code = gst_stored_table_read(stored, file, option, path);
    fclose(file);
    return code;
}

int gst_resume_open(gst_output *output, const char *path, size_t rows, gst_resume *found)
{
    gst_stored_table own = {0}, stored = {0};
    int code = read_own(&own, output);
    if (code == 0)
        code = read_stored(&stored, path);
    if (code == 0)
        code = compare(&stored, &own, path, rows);
    if (code == 0)
        code = gst_output_continue(output, path, stored.size, stored.header ? stored.end : 0);
    if (code == 0 && stored.header) {
        *found = (gst_resume){stored.rows, stored.loose, stored.failed};
        output->used = 0;
    }
    gst_stored_table_clear(&own);
    gst_stored_table_clear(&stored);
    return code;
}
