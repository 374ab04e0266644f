/* SPDX-License-Identifier: GPL-3.0-or-later */
/* farm.c - a farm of one process. */
#include "cli/process/farm.h"

void gst_farm_begin(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
}

int gst_farm_end(int code)
{
    return code;
}

int gst_farm_rank(void)
{
    return 0;
}

int gst_farm_size(void)
{
    return 1;
}

int gst_farm_run(const gst_parallel_loop *loop)
{
    return gst_parallel_run(loop);
}

size_t gst_farm_threads(size_t threads)
{
    return threads;
}

size_t gst_farm_slots(size_t threads)
{
    return 16 * threads;
}
