/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c - a bar with the time left, on stderr if that is a terminal; or lines for a program that reads them. */
#include "cli/process/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 40 };

static int in_lines;

void gst_progress_in_lines(void)
{
    in_lines = 1;
}

double gst_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void gst_progress_begin(gst_progress *progress, size_t total, int quiet)
{
    progress->total = total;
    progress->unit = "rows";
    progress->shown = !quiet && (in_lines || isatty(STDERR_FILENO));
    progress->began = progress->drawn = gst_seconds();
}

static void draw(gst_progress *progress, size_t done, double left)
{
    char bar[BAR + 1] = {0};
    double part = (double)done / (double)progress->total;
    progress->drawn = gst_seconds();
    if (in_lines) {
        fprintf(stderr, "progress: %.4f %.1f\n", part, left);
        return;
    }
    memset(bar, '-', BAR);
    memset(bar, '#', (size_t)(part * BAR));
    fprintf(stderr, "\r[%s] %3.0f%%  ", bar, 100 * part);
    if (progress->unit)
        fprintf(stderr, "%zu/%zu %s, ", done, progress->total, progress->unit);
    fprintf(stderr, "%.0f s left  ", left);
    fflush(stderr);
}

void gst_progress_expect(gst_progress *progress, double seconds)
{
    if (progress->shown)
        draw(progress, 0, seconds);
}

void gst_progress_update(gst_progress *progress, size_t done)
{
    double now = progress->shown ? gst_seconds() : 0;
    if (!progress->shown || done == 0 || !(now - progress->drawn > 0.1))
        return;
    double part = (double)done / (double)progress->total;
    draw(progress, done, (now - progress->began) * (1 - part) / part);
}

void gst_progress_end(gst_progress *progress)
{
    if (progress->shown && in_lines)
        fputs("progress: 1 0\n", stderr);
    else if (progress->shown && progress->drawn > progress->began)
        fprintf(stderr, "\r%*s\r", BAR + 60, "");
    progress->shown = 0;
}
