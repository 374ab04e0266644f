/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h - where a table goes: written by whole rows, every write checked. */
#ifndef GST_OUTPUT_H
#define GST_OUTPUT_H

#include <stddef.h>

#include "cli/tables/file.h"

/* file: NULL, or the file whose NAME.part this is; own: the same, of an output that has opened it itself. */
typedef struct {
    int fd, owned; /* owned: closed by gst_output_close */
    const char *name;
    const gst_file *file;
    gst_file own;
    char *text; /* not yet written */
    size_t used, room;
    int failed; /* 0, or the exit code: the message has been printed; nothing more is written */
} gst_output;

/* Open what the settings' --output says, stdout without, for a table written at one go; held: NULL, or the file
 * if the caller has opened it already.  0 or an exit code, the message printed. */
int gst_output_open(gst_output *output, const gst_settings *settings, const gst_file *held);

/* The same of a file that the caller has opened, for an output, all zero at first, whose buffer may be filled
 * already and is kept. */
int gst_output_begin(gst_output *output, const gst_settings *settings, const gst_file *file);

/* Go on with NAME.part after its first `end` bytes; the rest is cut off, the buffer kept. */
int gst_output_continue(gst_output *output, const gst_file *file, long end);

/* Append to the buffer.  Its contents must be whole rows whenever gst_output_flush is called. */
void gst_output_add(gst_output *output, const char *text);
void gst_output_add_bytes(gst_output *output, const char *bytes, size_t length);

/* Room for `length` bytes at the end of the buffer, for the caller to write there and add to `used' what it wrote; NULL if
 * nothing is to be written any more. */
char *gst_output_room(gst_output *output, size_t length);

/* There is no memory for what is to be written: nothing is, from now on; one message. */
void gst_output_fail(gst_output *output);

/* Write the buffer.  A regular file that cannot take all of it is cut back to its last whole row.
 * Returns 0 or an exit code, one message printed unless it is that the reader has gone. */
int gst_output_flush(gst_output *output);

/* Flush, and overwrite what is at `at`. */
int gst_output_patch(gst_output *output, long at, const char *text);

/* Flush and close.  whole: NAME.part becomes NAME; else it stays, or is removed if nothing could go on with
 * it. */
int gst_output_close(gst_output *output, int whole);

/* Close without writing what is in the buffer. */
void gst_output_drop(gst_output *output);

#endif
