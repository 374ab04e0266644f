/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.h - a bar with the time left, on stderr if that is a terminal. */
#ifndef GST_PROGRESS_H
#define GST_PROGRESS_H

#include <stddef.h>

/* unit: what is counted, "rows"; the caller may set it to NULL after gst_progress_begin if the numbers mean
 * nothing to the user (work): then only the percentage is drawn. */
typedef struct {
    size_t total;
    const char *unit;
    int shown; /* 0: nothing is ever drawn */
    double began, drawn;
} gst_progress;

/* From now on, instead of the bar, lines `progress: PART SECONDS' on stderr, terminal or not: the part done, from 0 to
 * 1, and the seconds left. */
void gst_progress_in_lines(void);

/* Seconds on a clock that never steps back. */
double gst_seconds(void);

void gst_progress_begin(gst_progress *progress, size_t total, int quiet);

/* Draw it before anything is done, when it is known how long that takes. */
void gst_progress_expect(gst_progress *progress, double seconds);

/* Draw it at most ten times a second. */
void gst_progress_update(gst_progress *progress, size_t done);

/* Wipe it off. */
void gst_progress_end(gst_progress *progress);

#endif
