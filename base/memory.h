/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.h - allocation with the overflow check done once; all arrays of a workspace in one block. */
#ifndef GST_MEMORY_H
#define GST_MEMORY_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes; at least one byte is allocated, so that NULL always means
 * failure (no memory, or count*size overflows).  Free with free(). */
void *gst_alloc(size_t count, size_t size);

/* An array of `count` doubles, zeroed. */
double *gst_alloc_doubles(size_t count);

/* ---- workspaces: each array is one row of a list, its pointer beside its shape
 *
 *   const gst_array arrays[] = {GST_VECTOR(w->x, n), GST_MATRIX(w->gram, n, n), GST_VECTOR(w->pivot, n)};
 *   if (gst_arena_take(&w->memory, sizeof arrays / sizeof *arrays, arrays) != GST_OK) ...
 *
 * The types may differ; the size of an element is that of what the pointer points to. */
typedef struct {
    void *pointer; /* address of the pointer to set */
    size_t rows, columns, size;
} gst_array;

#define GST_VECTOR(array, length) GST_MATRIX(array, 1, length)
#define GST_MATRIX(array, height, width)                                                   \
    {                                                                                      \
        .pointer = &(array), .rows = (height), .columns = (width), .size = sizeof *(array) \
    }

/* The memory behind the arrays of one workspace.  All members zero: nothing is held. */
typedef struct {
    void *block;
} gst_arena;

/* One allocation for all `count` arrays: zeroed, none overlapping another, each at an address that any type and
 * the widest vectors like.  An array of no elements has an address too.  GST_OK; GST_NO_MEMORY (also where a size
 * overflows) with all pointers NULL; GST_INVALID, and nothing is changed, if the arena holds memory already. */
int gst_arena_take(gst_arena *arena, size_t count, const gst_array *arrays);

/* Frees all arrays at once; the arena holds nothing then, and may take again. */
void gst_arena_free(gst_arena *arena);

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
