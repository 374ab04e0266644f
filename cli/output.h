/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h - where a table goes: written by whole rows, every write checked. */
#ifndef GST_OUTPUT_H
#define GST_OUTPUT_H

#include <stddef.h>

typedef struct {
    int fd, owned; /* owned: closed by gst_output_close */
    const char *name;
    char *text; /* not yet written */
    size_t used, room;
    int failed; /* the message has been printed; nothing more is written */
} gst_output;

/* Whether `path` (NULL: stdout) can be written, without touching it; 0 or an exit code, the message
 * printed. */
int gst_output_check(const char *path);

/* Create or truncate `path`, or take stdout if it is NULL. */
int gst_output_open(gst_output *output, const char *path);

/* The same for an output, all zero at first, whose buffer is filled already and is kept. */
int gst_output_begin(gst_output *output, const char *path);

/* Open a file of `size` bytes (0: made if it is not there) to go on after its first `end` bytes; the rest
 * is cut off, the buffer kept.  The file is locked as long as it is open: one that another process has
 * locked so, or that has changed its size, is refused. */
int gst_output_continue(gst_output *output, const char *path, long size, long end);

/* Append to the buffer.  Its contents must be whole rows whenever gst_output_flush is called. */
void gst_output_add(gst_output *output, const char *text);
void gst_output_add_bytes(gst_output *output, const char *bytes, size_t length);

/* Write the buffer.  A regular file that cannot take all of it is cut back to its last whole row.
 * Returns 0 or GST_EXIT_RUNTIME, one message printed. */
int gst_output_flush(gst_output *output);

/* Flush and close. */
int gst_output_close(gst_output *output);

/* Close without writing what is in the buffer. */
void gst_output_drop(gst_output *output);

#endif
