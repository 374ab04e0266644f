/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.h - allocation with the overflow check done once. */
#ifndef GST_MEMORY_H
#define GST_MEMORY_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes; at least one byte is allocated, so that NULL always means
 * failure (no memory, or count*size overflows).  Free with free(). */
void *gst_alloc(size_t count, size_t size);

/* An array of `count` doubles, zeroed. */
double *gst_alloc_doubles(size_t count);

/* A copy of a string, or NULL. */
char *gst_copy_string(const char *text);

#endif
