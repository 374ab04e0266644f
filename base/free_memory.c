/* SPDX-License-Identifier: GPL-3.0-or-later */
/* free_memory.c - what the kernel says, and what malloc does. */
#include "base/free_memory.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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
