/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flagged.h - how many rows were not ok, and why. */
#ifndef GST_FLAGGED_H
#define GST_FLAGGED_H

#include <stddef.h>

#include "giantstep/status.h"

enum { GST_FLAGGED_REASONS = 8 };

/* The first reasons seen, with their counts; the rest is only counted. */
typedef struct {
    size_t count, reasons;
    struct {
        int status;
        size_t count;
        gst_message reason;
    } seen[GST_FLAGGED_REASONS];
} gst_flagged;

void gst_flagged_add(gst_flagged *flagged, int status, const char *reason);

/* The same for `count` rows of one reason. */
void gst_flagged_add_many(gst_flagged *flagged, int status, const char *reason, size_t count);

/* One line on stderr per reason; returns GST_EXIT_ROWS if any row was not ok, else 0. */
int gst_flagged_report(const gst_flagged *flagged, size_t rows);

#endif
