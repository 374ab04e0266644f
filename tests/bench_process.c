/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_process.c - whole runs of the program, tables, preamble and output included: processor seconds, the median of a few
 * runs; wall time where threads are compared. */
#include "tests/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 9, EXIT_LOOSE = 3 };

/* In a process between: the usage of children is the most of all that a process ever had. */
static int run_alone(const char *program, const char *const *arguments, bench_usage *usage)
{
    struct rusage used;
    int status = 0;
    double began = bench_now();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(126);
        execv(program, (char *const *)(size_t)arguments);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 1;
    usage->wall = bench_now() - began;
    getrusage(RUSAGE_CHILDREN, &used);
    usage->processor = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    usage->bytes = (double)used.ru_maxrss * 1024;
    usage->loose = WEXITSTATUS(status) == EXIT_LOOSE;
    return WEXITSTATUS(status) != 0 && !usage->loose;
}

bench_usage bench_process(const char *program, const char *const *arguments)
{
    bench_usage usage = {0};
    int ends[2], status = 0;
    pid_t child = pipe(ends) == 0 ? fork() : -1;
    if (child == 0) {
        int failed = run_alone(program, arguments, &usage);
        _exit(failed || write(ends[1], &usage, sizeof usage) != (ssize_t)sizeof usage);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0 ||
        read(ends[0], &usage, sizeof usage) != (ssize_t)sizeof usage) {
        fprintf(stderr, "bench: %s %s failed\n", program, arguments[1]);
        exit(1);
    }
    close(ends[0]);
    close(ends[1]);
    return usage;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_process(int runs, const char *program, const char *const *arguments)
{
    double seconds[RUNS];
    for (int i = 0; i < runs; i++)
        seconds[i] = bench_process(program, arguments).processor;
    qsort(seconds, (size_t)runs, sizeof *seconds, compare);
    return seconds[runs / 2];
}

/* T steps, K = 4: a hundred alphas after three steps. */
static void run_steps(const char *program, const char *name, const char *target, int runs,
                      double asked)
{
    const char *const curve[] = {
        program,          "curve",      "--activation", "tanh(z+0.3)", "--target", target,
        "--second-layer", "gaussian:4", "--eta",        "1",           "--beta",   "1",
        "--lambda",       "0.05",       "--alpha",      "0.2:4:100",   "--steps",  "3",
        "--threads",      "1",          "--quiet",      NULL};
    bench_report(name, median_process(runs, program, curve), "s", asked);
}

void bench_processes(const char *program)
{
    const char *const curve[] = {program, "curve",     "--alpha", "0.2:3:1000", "--eta",
                                 "1",     "--threads", "1",       "--quiet",    NULL};
    const char *const start[] = {program, "--version", NULL};
    const char *const sweep[] = {program,          "curve",     "--alpha", "0.2:3:1000", "--lambda",
                                 "0.01:10:50:log", "--threads", "1",       "--quiet",    NULL};
    const char *const four[] = {program,          "spectrum",   "--activation", "tanh(z+0.3)",
                                "--second-layer", "gaussian:4", "--threads",    "1",
                                "--quiet",        NULL};
    const char *const exact[] = {program, "spectrum",  "--alpha0", "2",       "--alpha",
                                 "2",     "--threads", "1",        "--quiet", NULL};
    bench_report("process_start", 1e3 * median_process(RUNS, program, start), "ms", 0.0);
    bench_report("process_curve_1000", 1e3 * median_process(RUNS, program, curve), "ms", 60.0);
    bench_report("process_sweep_50000_K1", 5e4 / median_process(RUNS, program, sweep), "points/s",
                 0.0);
    run_steps(program, "process_steps_K4_r2_T3", "z1+z1*z2", RUNS, 1.0);
    run_steps(program, "process_steps_K4_r3_T3", "z1+z1*z2+z1*z2*z3", 3, 20.0);
    bench_report("process_density_400_K4", median_process(RUNS, program, four), "s", 0.3);
    bench_report("process_density_400_exact_K1", median_process(RUNS, program, exact), "s", 2.0);
}

/* ---- two threads over one ----------------------------------------------------------------------- */

/* Best of the runs with one thread over best with two, in turn. */
static void run_pair(const char *name, const char *program, const char **arguments, int last)
{
    double one = 1e300, two = 1e300;
    for (int i = 0; i < RUNS / 2; i++) {
        arguments[last] = "1";
        double seconds = bench_process(program, arguments).wall;
        one = seconds < one ? seconds : one;
        arguments[last] = "2";
        seconds = bench_process(program, arguments).wall;
        two = seconds < two ? seconds : two;
    }
    bench_report(name, one / two, "ratio", 1.8);
}

void bench_threads(const char *program)
{
    const char *sweep[] = {program,           "curve",   "--alpha",   "0.2:3:1000", "--lambda",
                           "0.01:10:400:log", "--quiet", "--threads", "1",          NULL};
    const char *replicates[] = {program, "simulate", "--alpha0", "2",       "--alpha",   "3", "--d",
                                "500",   "--trials", "40",       "--quiet", "--threads", "1", NULL};
    run_pair("threads_2_over_1_sweep", program, sweep, 8);
    run_pair("threads_2_over_1_replicates", program, replicates, 12);
}
