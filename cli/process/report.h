/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - what goes to stderr, and the exit codes. */
#ifndef GST_REPORT_H
#define GST_REPORT_H

/* Exit codes; of two that apply the one earlier in the list 141, 130, 143, 1, 2, 4, 3, 0 wins. */
enum {
    GST_EXIT_OK = 0,
    GST_EXIT_RUNTIME = 1,
    GST_EXIT_USAGE = 2,
    GST_EXIT_ROWS = 3,
    GST_EXIT_DISAGREE = 4,
    GST_EXIT_SIGNAL = 128, /* plus the number of the signal */
    GST_EXIT_PIPE = 141    /* the reader has gone */
};

/* One line `giantstep: ...` on stderr, control characters shown as '?'; returns `code`.  Only the first
 * process of a farm prints it.  With --errors json it is kept for the end (report_json.h). */
int gst_report(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit code that wins. */
int gst_exit_worse(int a, int b);

/* The exit code for a failed library call. */
int gst_exit_of_status(int status);

#endif
