/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - 1. every array begins at a multiple of ALIGNMENT from the first; the sizes are added with the overflow
 * check; 2. one block, of which the first such address is the first array's; 3. the pointers are set. */
#include "base/arena.h"

#include "base/memory.h"
#include "giantstep/status.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes: the length of a cache line. */
#define ALIGNMENT ((size_t)64)

/* Adds the array, and what is between it and the next, to *total; 0 if the sum overflows. */
static int add_bytes(const gst_array *array, size_t *total)
{
    size_t bytes = array->size;
    if (array->rows != 0 && bytes > SIZE_MAX / array->rows)
        return 0;
    bytes *= array->rows;
    if (array->columns != 0 && bytes > SIZE_MAX / array->columns)
        return 0;
    bytes *= array->columns;
    if (bytes > SIZE_MAX - (ALIGNMENT - 1))
        return 0;
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes > SIZE_MAX - *total)
        return 0;
    *total += bytes;
    return 1;
}

/* The pointers are of different types: their bytes are copied. */
static void set_pointer(const gst_array *array, void *value)
{
    memcpy(array->pointer, &value, sizeof value);
}

int gst_arena_take(gst_arena *arena, size_t count, const gst_array *arrays)
{
    size_t total = ALIGNMENT; /* the block may begin in front of the first multiple */
    if (arena->block)
        return GST_INVALID;
    for (size_t i = 0; i < count; i++)
        set_pointer(&arrays[i], NULL);
    for (size_t i = 0; i < count; i++) {
        if (!add_bytes(&arrays[i], &total))
            return GST_NO_MEMORY;
    }
    arena->block = gst_alloc(total, 1);
    if (!arena->block)
        return GST_NO_MEMORY;
    char *first = (char *)arena->block + (ALIGNMENT - (uintptr_t)arena->block % ALIGNMENT);
    for (size_t i = 0, at = 0; i < count; i++) {
        set_pointer(&arrays[i], first + at);
        add_bytes(&arrays[i], &at);
    }
    return GST_OK;
}

void gst_arena_free(gst_arena *arena)
{
    free(arena->block);
    arena->block = NULL;
}
