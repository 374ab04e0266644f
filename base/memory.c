/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.c - allocation with the overflow check done once. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

char *gst_copy_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = gst_alloc(size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}
