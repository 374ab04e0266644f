/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cores.c - how many cores this process may use.
 *
 * 1. Cpus_allowed of /proc/self/status is the affinity mask: hexadecimal digits, groups separated by commas.
 * 2. /proc/self/cgroup says which control groups the process is in: `0::PATH` (version 2), `N:cpu,...:PATH`
 *    (version 1).  Each group from PATH up to the root may have a quota of Q microseconds of processor time per
 *    P microseconds, Q/P cores: cpu.max holds `Q P` or `max P`, cpu.cfs_quota_us (-1: none) and
 *    cpu.cfs_period_us hold one each.  Inside a container PATH may not be visible; its root is then the group.
 * 3. The smaller of the two; where neither can be read, the cores that are on line. */
#include "base/cores.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 1024 };

/* The rest of the first line of a file that begins with `key`; 0 if there is none. */
static int read_line(const char *path, const char *key, char *text, int size)
{
    size_t length = strlen(key);
    FILE *file = fopen(path, "r");
    int found = 0;
    while (file && !found && fgets(text, size, file))
        found = strncmp(text, key, length) == 0;
    if (file)
        fclose(file);
    if (found)
        memmove(text, text + length, strlen(text + length) + 1);
    return found;
}

size_t gst_cores_affinity(const char *root)
{
    static const char *const digits = "0123456789abcdef";
    char path[PATH], mask[4096];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/proc/self/status", root);
    if (!read_line(path, "Cpus_allowed:", mask, sizeof mask))
        return 0;
    for (const char *c = mask; *c != '\0'; c++) {
        const char *digit = strchr(digits, tolower((unsigned char)*c));
        for (size_t bits = digit ? (size_t)(digit - digits) : 0; bits > 0; bits >>= 1)
            count += bits & 1;
    }
    return count;
}

/* quota/period, INFINITY where there is no limit. */
static double ratio(double quota, double period)
{
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* Cores of one group of version 2. */
static double quota_of_max(const char *group)
{
    char path[PATH], text[128], *end;
    int length = snprintf(path, sizeof path, "%s/cpu.max", group);
    if (length >= PATH || !read_line(path, "", text, sizeof text))
        return INFINITY;
    double quota = strtod(text, &end);
    return end == text ? INFINITY : ratio(quota, strtod(end, NULL));
}

/* Cores of one group of version 1. */
static double quota_of_cfs(const char *group)
{
    char path[PATH], quota[128], period[128];
    int length = snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", group);
    if (length >= PATH || !read_line(path, "", quota, sizeof quota))
        return INFINITY;
    length = snprintf(path, sizeof path, "%s/cpu.cfs_period_us", group);
    if (length >= PATH || !read_line(path, "", period, sizeof period))
        return INFINITY;
    return ratio(strtod(quota, NULL), strtod(period, NULL));
}

/* The strictest quota from `group` below the mount point up to it. */
static double strictest(const char *mount, const char *group, double (*quota)(const char *))
{
    char path[PATH];
    double least = INFINITY;
    size_t root = strlen(mount);
    int length = snprintf(path, sizeof path, "%s%s", mount, group);
    if (length >= PATH)
        return INFINITY;
    for (char *end = path + strcspn(path, "\n"); end && end >= path + root;
         end = strrchr(path, '/')) {
        *end = '\0';
        least = fmin(least, quota(path));
    }
    return least;
}

/* The controllers of a version 1 line `N:controllers:PATH` that include cpu. */
static int has_cpu(const char *controllers, size_t length)
{
    while (length > 0) {
        size_t word = strcspn(controllers, ",:");
        if (word == 3 && strncmp(controllers, "cpu", 3) == 0)
            return 1;
        if (word >= length)
            return 0;
        controllers += word + 1;
        length -= word + 1;
    }
    return 0;
}

/* The quota of one line of /proc/self/cgroup. */
static double quota_of_line(const char *root, const char *line)
{
    char mount[PATH];
    const char *controllers = strchr(line, ':'), *path;
    if (!controllers || !(path = strchr(++controllers, ':')))
        return INFINITY;
    size_t length = (size_t)(path++ - controllers);
    if (length == 0 && strncmp(line, "0:", 2) == 0) {
        snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
        return strictest(mount, path, quota_of_max);
    }
    if (!has_cpu(controllers, length))
        return INFINITY;
    snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/%.*s", root, (int)length, controllers);
    double named = strictest(mount, path, quota_of_cfs);
    snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/cpu", root);
    return fmin(named, strictest(mount, path, quota_of_cfs));
}

double gst_cores_quota(const char *root)
{
    char path[PATH], line[PATH];
    double least = INFINITY;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        least = fmin(least, quota_of_line(root, line));
    if (file)
        fclose(file);
    return least;
}

size_t gst_cores(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t cores = gst_cores_affinity("");
    double quota = ceil(gst_cores_quota(""));
    if (cores == 0)
        cores = online > 0 ? (size_t)online : 1;
    return quota < (double)cores ? (size_t)fmax(quota, 1) : cores;
}
