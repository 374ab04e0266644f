/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h - all arrays of a workspace in one block: each is one row of a list, its pointer beside its shape
 *
 *   const gst_array arrays[] = {GST_VECTOR(w->x, n), GST_MATRIX(w->gram, n, n), GST_VECTOR(w->pivot, n)};
 *   if (gst_arena_take(&w->memory, sizeof arrays / sizeof *arrays, arrays) != GST_OK) ...
 *
 * The types may differ; the size of an element is that of what the pointer points to. */
#ifndef GST_ARENA_H
#define GST_ARENA_H

#include <stddef.h>

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

#endif
