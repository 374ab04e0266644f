/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.h - numbers and lists in texts, read strictly. */
#ifndef GST_NUMBER_H
#define GST_NUMBER_H

#include <stddef.h>

/* Reads a finite decimal number with optional sign, fraction and exponent at the very start of text: no
 * white space, no hexadecimal, no inf or nan, no overflow, no locale.  Returns what follows it, or NULL. */
const char *gst_number_read(const char *text, double *value);

/* Number of items of a list separated by `separator`: one more than the separators. */
size_t gst_list_length(const char *text, char separator);

#endif
