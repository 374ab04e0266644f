/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flagged.c - how many rows were not ok, and why. */
#include "cli/tables/flagged.h"

#include <stdio.h>
#include <string.h>

#include "cli/options/fields.h"
#include "cli/process/report.h"

void gst_flagged_add_many(gst_flagged *flagged, int status, const char *reason, size_t count)
{
    size_t i = 0;
    if (status == GST_OK || count == 0)
        return;
    flagged->count += count;
    while (i < flagged->reasons &&
           (flagged->seen[i].status != status || strcmp(flagged->seen[i].reason.text, reason) != 0))
        i++;
    if (i == GST_FLAGGED_REASONS)
        return;
    if (i == flagged->reasons) {
        flagged->seen[i].status = status;
        snprintf(flagged->seen[i].reason.text, sizeof flagged->seen[i].reason.text, "%s", reason);
        flagged->reasons++;
    }
    flagged->seen[i].count += count;
}

void gst_flagged_add(gst_flagged *flagged, int status, const char *reason)
{
    gst_flagged_add_many(flagged, status, reason, 1);
}

int gst_flagged_report(const gst_flagged *flagged, size_t rows)
{
    size_t told = 0;
    for (size_t i = 0; i < flagged->reasons; i++) {
        const char *reason = flagged->seen[i].reason.text;
        gst_report(GST_EXIT_ROWS, "%zu of %zu rows %s: %s", flagged->seen[i].count, rows,
                   gst_status_name(flagged->seen[i].status),
                   *reason ? gst_fields_to_options(reason).text : "no reason given");
        told += flagged->seen[i].count;
    }
    if (told < flagged->count)
        gst_report(GST_EXIT_ROWS, "%zu of %zu rows not ok for other reasons", flagged->count - told,
                   rows);
    return flagged->count > 0 ? GST_EXIT_ROWS : 0;
}
