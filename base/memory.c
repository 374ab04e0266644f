/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.c - allocation with the overflow check done once; how much there is. */
#include "base/memory.h"

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
