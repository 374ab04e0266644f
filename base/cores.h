/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cores.h - how many cores this process may use. */
#ifndef GST_CORES_H
#define GST_CORES_H

#include <stddef.h>

/* Threads worth starting: the cores of the process's affinity mask (taskset, a batch system's binding), at most
 * the processor time its control groups grant, rounded up; at least 1.  Reads files of /proc and /sys each time
 * it is called. */
size_t gst_cores(void);

/* The two limits, read under `root` ("" for the real ones): cores of the affinity mask, 0 if it is not told; cores
 * of the strictest quota of the control groups (version 2, else version 1) this process is in, INFINITY if there
 * is none. */
size_t gst_cores_affinity(const char *root);
double gst_cores_quota(const char *root);

#endif
