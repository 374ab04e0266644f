/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.h - numbers and lists in texts, read strictly; numbers written. */
#ifndef GST_NUMBER_H
#define GST_NUMBER_H

#include <stddef.h>

/* Reads a finite decimal number with optional sign, fraction and exponent at the very start of text: no
 * white space, no hexadecimal, no inf or nan, no overflow, no locale.  Returns what follows it, or NULL. */
const char *gst_number_read(const char *text, double *value);

/* What printf makes of the number by %.15g in the C locale, with its final zero; returns the length. */
size_t gst_number_write(double value, char text[32]);

/* Number of items of a list separated by `separator`: one more than the separators. */
size_t gst_list_length(const char *text, char separator);

#endif
