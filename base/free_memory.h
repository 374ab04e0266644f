/* SPDX-License-Identifier: GPL-3.0-or-later */
/* free_memory.h - how much memory may still be had. */
#ifndef GST_FREE_MEMORY_H
#define GST_FREE_MEMORY_H

#include <stddef.h>

/* Bytes of memory free now: what the kernel says is available, else all the machine has; INFINITY if neither is
 * told. */
double gst_memory_available(void);

/* Bytes by which the address space may still grow (ulimit -v); INFINITY without a limit. */
double gst_memory_address_space(void);

/* Whether `count` blocks of `bytes` bytes each, untouched, could be had now, all at once.  They are given back:
 * what follows should take them at once. */
int gst_memory_can_take(size_t count, size_t bytes);

#endif
