/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.h - the outcome of every library call, and the text that explains it.
 *
 * One list generates the enum, the names and the documentation.  0 is success, positive codes are
 * usable but flagged (the numbers are returned with their error), negative codes are failures (no
 * number is returned).  The library never prints and never exits. */
#ifndef GST_STATUS_H
#define GST_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define GST_STATUS_LIST(X)                                                                  \
    X(GST_OK, 0, "ok", "residual and quadrature error within the tolerance")                \
    X(GST_LOOSE, 1, "loose", "value and errors returned, tolerance missed")                 \
    X(GST_FAILED, -1, "failed", "no number: the iteration or a check of its result failed") \
    X(GST_INVALID, -2, "invalid", "an argument is outside its domain")                      \
    X(GST_UNBUILT, -3, "unbuilt", "a part of the program that is not built yet")            \
    X(GST_NO_MEMORY, -4, "no memory", "an allocation failed")                               \
    X(GST_IO, -5, "i/o", "a file could not be read or written")                             \
    X(GST_INTERRUPTED, -6, "interrupted", "the caller asked to stop")

typedef enum {
#define X(symbol, code, name, text) symbol = (code),
    GST_STATUS_LIST(X)
#undef X
} gst_status;

/* The name of a status as tables print it ("ok", "loose", "failed", ...); "unknown" otherwise. */
const char *gst_status_name(int status);

/* One line that says what went wrong, no trailing newline.  Of an argument it begins with the name that a struct or a
 * prototype gives it and has its value, `eta: inf is not finite'; another one it speaks of stands in backquotes. */
typedef struct {
    char text[256];
} gst_message;

/* Format into a message (which may be NULL) and return the status given, so that a failing routine
 * can end with `return gst_fail(message, GST_INVALID, "...", ...)`. */
int gst_fail(gst_message *message, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif

#endif
