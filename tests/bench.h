/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.h - what the benchmarks share. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <sys/types.h>

#include "giantstep/status.h"

/* One line `name value unit asked`, tabs between them; asked: the number wanted, 0: none. */
void bench_report(const char *name, double value, const char *unit, double asked);

/* Ends the program if the status is negative. */
void bench_must(int status, const gst_message *message);

/* Wall and processor seconds, and the most memory held, of one process. */
typedef struct {
    double wall, processor, bytes;
    int loose; /* it ended with the exit code of rows whose tolerance is missed */
} bench_usage;

/* Runs a program to its end, without output; ends this one if that fails. */
bench_usage bench_process(const char *program, const char *const *arguments);

/* Seconds since some moment. */
double bench_now(void);

/* bench_solver.c, bench_floors.c, bench_process.c, bench_cells.c */
void bench_solver(void);
void bench_floors(void);
void bench_processes(const char *program);
void bench_threads(const char *program);
void bench_cells(const char *program);

/* bench_simulator.c */
void bench_simulator(void);
void bench_simulator_memory(const char *program);

#endif
