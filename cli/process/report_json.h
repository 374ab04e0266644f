/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_json.h - `--errors json`: what is reported, kept and written as one object on one line.
 *
 *   {"error": TEXT or null, "exit_code": N, "option": NAME or null, "messages": [{"code": N, "text": TEXT}, ...]}
 * error: the message of the strongest code; option: the one it begins with. */
#ifndef GST_REPORT_JSON_H
#define GST_REPORT_JSON_H

#include <stddef.h>
#include <stdio.h>

/* From now on messages are kept. */
void gst_report_json_begin(void);
int gst_report_json_is_on(void);

/* Keep a message of that code; 0 if there is no memory for it. */
int gst_report_json_add(int code, const char *text);

/* Write the object of a process that ends with `code`, if there are messages. */
void gst_report_json_end(FILE *file, int code);

/* Number of bytes of the UTF-8 character at `c`, 0 if it is none. */
size_t gst_utf8_length(const unsigned char *c);

#endif
