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

/* Bytes of memory free now: what the kernel says is available, else all the machine has; INFINITY if neither is
 * told. */
double gst_memory_available(void);

/* Bytes by which the address space may still grow (ulimit -v); INFINITY without a limit. */
double gst_memory_address_space(void);

/* Whether `count` blocks of `bytes` bytes each, untouched, could be had now, all at once.  They are given back:
 * what follows should take them at once. */
int gst_memory_can_take(size_t count, size_t bytes);

#endif
