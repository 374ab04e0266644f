/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.c - allocation with the overflow check done once; how much there is.
 *
 * An arena: 1. every array begins at a multiple of ALIGNMENT from the first; the sizes are added with the
 * overflow check; 2. one block, of which the first such address is the first array's; 3. the pointers are set. */
#include "base/memory.h"

#include "giantstep/status.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void *gst_alloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return calloc(count != 0 ? count : 1, size != 0 ? size : 1);
}

double *gst_alloc_doubles(size_t count)
{
    return gst_alloc(count, sizeof(double));
}

/* ---- arenas ------------------------------------------------------------------------------------- */

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

/* ---- strings, and what is free ------------------------------------------------------------------ */

char *gst_copy_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = gst_alloc(size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

double gst_memory_available(void)
{
    char line[128];
    double kilobytes = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && kilobytes == 0 && fgets(line, sizeof line, file))
        if (strncmp(line, "MemAvailable:", 13) == 0)
            kilobytes = strtod(line + 13, NULL);
    if (file)
        fclose(file);
    if (kilobytes > 0)
        return kilobytes * 1024;
    double pages = (double)sysconf(_SC_PHYS_PAGES), size = (double)sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? pages * size : INFINITY;
}

double gst_memory_address_space(void)
{
    struct rlimit limit;
    char line[128] = "";
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return INFINITY;
    FILE *file = fopen("/proc/self/statm", "r");
    double pages = file && fgets(line, sizeof line, file) ? strtod(line, NULL) : 0;
    if (file)
        fclose(file);
    return fmax((double)limit.rlim_cur - pages * (double)sysconf(_SC_PAGESIZE), 0);
}

int gst_memory_can_take(size_t count, size_t bytes)
{
    size_t held = 0;
    void **at = gst_alloc(count, sizeof *at);
    while (at && held < count && (at[held] = malloc(bytes)))
        held++;
    for (size_t i = 0; i < held; i++)
        free(at[i]);
    int all = at && held == count;
    free(at);
    return all;
}
