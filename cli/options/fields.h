/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fields.h - the library's messages in the words of the command line. */
#ifndef GST_FIELDS_H
#define GST_FIELDS_H

#include "giantstep/status.h"

/* A message of the library (status.h), with the field that it begins with (`eta: ...') and those in backquotes
 * written as the options that set them (`--eta: ...').  Text between apostrophes, which is the user's, and all
 * else stay as they are. */
gst_message gst_fields_to_options(const char *text);

/* gst_report of such a message; returns `code`. */
int gst_report_fields(int code, const char *text);

#endif
