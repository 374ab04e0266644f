/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h - the file that --output names, and the two beside it while it is being written.
 *
 *   NAME          the table: there only when it is whole
 *   NAME.part     its rows so far
 *   NAME.journal  what the run needs to go on (journal.h); who writes holds a lock on it, which the system
 *                 takes back however the process ends
 * What is not a regular file (a pipe, a terminal, /dev/null), and what is open already (/dev/stdout), is
 * written directly. */
#ifndef GST_FILE_H
#define GST_FILE_H

#include "cli/options/settings.h"

/* name: NULL, written directly.  journal: open and locked, closed by gst_file_close.  replace: an existing
 * NAME may be replaced. */
typedef struct {
    char *name, *part, *journal;
    int fd, replace;
} gst_file;

/* Whether the settings' --output can be written, without touching it: a file that is there is refused without
 * --force or --resume, one that another process writes always.  0 or an exit code, the message printed. */
int gst_file_check(const gst_settings *settings);

/* The same, and the lock taken.  On any return the caller closes the file. */
int gst_file_open(gst_file *file, const gst_settings *settings);

/* What is written is whole and on disk: it takes its name; `from` is NAME.part or NAME.journal.  0 or an
 * exit code, the message printed. */
int gst_file_finish(const gst_file *file, const char *from);

/* Give back the lock; keep: the journal stays, if there is something in it. */
void gst_file_close(gst_file *file, int keep);

/* Whether that file is there, and has something in it. */
int gst_file_has(const char *path);

#endif
