/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checksum.h - sums over the rows of a table that tell whether one was changed, and which. */
#ifndef GST_CHECKSUM_H
#define GST_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Of rows i with hashes c_i in 1 .. q-1, q = 2^31 - 1:
 *   s1 = sum c_i,  s2 = sum (i+1) c_i  (mod q).
 * If one row was changed, s2 and s1 change by (i+1) e and e, and the quotient is its number; rows swapped
 * change s2 alone. */
typedef struct {
    uint32_t s1, s2;
} gst_checksum;

enum { GST_CHECKSUM_DIGITS = 16 };

/* FNV-1a, 64 bits. */
uint64_t gst_hash(const char *bytes, size_t length);

void gst_checksum_add(gst_checksum *sum, size_t row, const char *text, size_t length);

/* 1 if the sums are equal. */
int gst_checksum_same(const gst_checksum *a, const gst_checksum *b);

/* The one row first <= row < end whose change made `found` of `stored`; `end` if there is no such one. */
size_t gst_checksum_locate(const gst_checksum *stored, const gst_checksum *found, size_t first,
                           size_t end);

/* As 16 hexadecimal digits; read: 1 if the text begins with them. */
void gst_checksum_print(const gst_checksum *sum, char text[GST_CHECKSUM_DIGITS + 1]);
int gst_checksum_read(gst_checksum *sum, const char *text);

#endif
