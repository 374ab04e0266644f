/* SPDX-License-Identifier: GPL-3.0-or-later */
/* farm.h - a loop over chunks shared by several processes of the same program.
 *
 * farm.c: there is one process, and loops run on its threads.  farm_mpi.c (make MPI=1): processes started by
 * mpirun.  All run the same program with the same arguments; process 0 reads and writes files and talks
 * to the user, the others only work. */
#ifndef GST_FARM_H
#define GST_FARM_H

#include <stddef.h>

#include "base/parallel.h"

/* Before and after everything else.  code: the process's exit code; returns what it is to be. */
void gst_farm_begin(int *argc, char ***argv);
int gst_farm_end(int code);

/* This process, from 0, and how many there are. */
int gst_farm_rank(void);
int gst_farm_size(void);

/* parallel.h's loop over all processes, whose results and return value are those of gst_parallel_run on
 * process 0; on the others it works and returns 0.  Every process calls it with the same chunks; `first` counts
 * on process 0 only.  A process of several has one thread. */
int gst_farm_run(const gst_parallel_loop *loop);

/* Threads and slots that such a loop should have, on this process, if one process alone had that many
 * threads.  Slots enough that a thread which the system halts while it emits does not halt the others. */
size_t gst_farm_threads(size_t threads);
size_t gst_farm_slots(size_t threads);

#endif
