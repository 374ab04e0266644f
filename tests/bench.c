/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.c - speed of solver, program and simulator, measured in one run (`make bench`, docs/performance.md).
 *
 * Each line: name, value, unit, the number asked for (0: none).  Arguments: the parts wanted, all if there are
 * none.  The environment's GIANTSTEP is the program, without which its parts are left out. */
#include "tests/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bench_report(const char *name, double value, const char *unit, double asked)
{
    printf("%s\t%.4g\t%s\t%.4g\n", name, value, unit, asked);
    fflush(stdout);
}

void bench_must(int status, const gst_message *message)
{
    if (status < 0) {
        fprintf(stderr, "bench: %s\n", message->text);
        exit(1);
    }
}

static void run_solver(const char *program)
{
    (void)program;
    bench_solver();
    bench_floors();
}

static void run_simulator(const char *program)
{
    bench_simulator();
    if (program)
        bench_simulator_memory(program);
}

static void run_processes(const char *program)
{
    if (program)
        bench_processes(program);
}

static void run_cells(const char *program)
{
    if (program)
        bench_cells(program);
}

static void run_threads(const char *program)
{
    if (program)
        bench_threads(program);
}

/* Whether the part is named, or none is. */
static int wanted(const char *part, int count, char **arguments)
{
    for (int i = 1; i < count; i++)
        if (strcmp(arguments[i], part) == 0)
            return 1;
    return count < 2;
}

/* What else the machine does: figures taken at a load above 1 are too low. */
static void report_load(void)
{
    FILE *file = fopen("/proc/loadavg", "r");
    double load;
    if (file && fscanf(file, "%lf", &load) == 1)
        bench_report("machine_load", load, "processes", 0.0);
    if (file)
        fclose(file);
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(const char *program);
    } parts[] = {{"solver", run_solver},
                 {"process", run_processes},
                 {"cells", run_cells},
                 {"threads", run_threads},
                 {"simulator", run_simulator}};
    const char *program = getenv("GIANTSTEP");
    printf("name\tvalue\tunit\tasked\n");
    report_load();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (wanted(parts[i].name, count, arguments))
            parts[i].run(program);
    return 0;
}
