/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench.c - speed of solver and simulator, measured in one run on one core (`make bench`,
 * docs/performance.md).
 *
 * Each line: name, value, unit, the number asked for (0: none).  Solver figures are the best of five
 * passes over a grid, tables built before; process figures are the median of nine runs of the program. */
#include "bench.h"

#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 64, PASSES = 5, RUNS = 9 };

static double now(void)
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

typedef struct {
    const char *name, *activation, *target, *layer;
    double alpha0;
    gst_bulk_kind bulk;
    gst_method method;
    size_t points;
    double asked;
} bench_case;

/* Seconds for `points` along alpha in chunks, each started cold, as a sweep does. */
static double pass(gst_model *model, const bench_case *c)
{
    gst_solve_options options = gst_solve_defaults();
    options.method = c->method;
    double began = now();
    for (size_t i = 0; i < c->points; i++) {
        gst_risk risk;
        gst_point point = {0.2 + 2.8 * (double)i / (double)c->points, 1.0, 0.1, 0.0, INFINITY};
        if (i % CHUNK == 0)
            gst_model_reset(model);
        gst_model_solve(model, &point, &options, &risk, NULL);
    }
    return now() - began;
}

static void run_case(const bench_case *c)
{
    gst_message message = {""};
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_model *model;
    bench_must(gst_activation_compile(&activation, c->activation, &message), &message);
    bench_must(gst_target_compile(&target, c->target, &message), &message);
    bench_must(gst_second_layer_parse(&layer, c->layer, &message), &message);
    gst_training training = {activation, target, &layer, NULL, 1.0, c->alpha0, 1, 0.0, c->bulk};
    double best = INFINITY;
    bench_must(gst_model_alloc(&model, &training, &message), &message);
    pass(model, c);
    for (int i = 0; i < PASSES; i++)
        best = fmin(best, pass(model, c));
    bench_report(c->name, (double)c->points / best, "points/s", c->asked);
    gst_model_free(model);
    gst_second_layer_clear(&layer);
    gst_target_free(target);
    gst_activation_free(activation);
}

/* ---- whole processes ---------------------------------------------------------------------------- */

double bench_process(const char *program, const char *const *arguments)
{
    double began = now();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(126);
        execv(program, (char *const *)(size_t)arguments);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: %s failed\n", program);
        exit(1);
    }
    return now() - began;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_process(const char *program, const char *const *arguments)
{
    double seconds[RUNS];
    for (int i = 0; i < RUNS; i++)
        seconds[i] = bench_process(program, arguments);
    qsort(seconds, RUNS, sizeof *seconds, compare);
    return seconds[RUNS / 2];
}

static void run_processes(const char *program)
{
    const char *const curve[] = {program, "curve",     "--alpha", "0.2:3:1000", "--eta",
                                 "1",     "--threads", "1",       "--quiet",    NULL};
    const char *const start[] = {program, "--version", NULL};
    const char *const sweep[] = {program,          "curve",     "--alpha", "0.2:3:1000", "--lambda",
                                 "0.01:10:50:log", "--threads", "1",       "--quiet",    NULL};
    bench_report("process_start", 1e3 * median_process(program, start), "ms", 0.0);
    bench_report("process_curve_1000", 1e3 * median_process(program, curve), "ms", 60.0);
    bench_report("process_sweep_50000_K1", 5e4 / median_process(program, sweep), "points/s", 0.0);
}

int main(void)
{
    static const bench_case cases[] = {
        {"solver_K1", "tanh", "sin", "ones", INFINITY, GST_BULK_ISOTROPIC, GST_METHOD_NEWTON, 20000,
         1e5},
        {"solver_K1_residual_direction", "tanh", "sin", "ones", 20.0, GST_BULK_ISOTROPIC,
         GST_METHOD_NEWTON, 20000, 1e5},
        {"solver_K1_damped", "tanh", "sin", "ones", INFINITY, GST_BULK_ISOTROPIC, GST_METHOD_DAMPED,
         2000, 0.0},
        {"solver_K1_relu_kinked_target", "relu", "abs(z-0.3)", "ones", INFINITY, GST_BULK_ISOTROPIC,
         GST_METHOD_NEWTON, 10000, 0.0},
        {"solver_K2", "tanh(z+0.3)", "sin", "1:0.5,-0.5:0.5", INFINITY, GST_BULK_ISOTROPIC,
         GST_METHOD_NEWTON, 10000, 0.0},
        {"solver_K4", "tanh(z+0.3)", "sin", "gaussian:4", INFINITY, GST_BULK_ISOTROPIC,
         GST_METHOD_NEWTON, 4000, 5e3},
        {"solver_K1_exact_odd", "tanh", "sin", "ones", 2.0, GST_BULK_EXACT, GST_METHOD_NEWTON, 2000,
         1e3},
        {"solver_K2_exact_even", "tanh(z+0.3)", "sin", "1:0.5,-0.5:0.5", 2.0, GST_BULK_EXACT,
         GST_METHOD_NEWTON, 1000, 200},
        {"solver_K4_exact_even", "tanh(z+0.3)", "sin", "gaussian:4", 2.0, GST_BULK_EXACT,
         GST_METHOD_NEWTON, 200, 20},
    };
    const char *program = getenv("GIANTSTEP");
    printf("name\tvalue\tunit\tasked\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_case(&cases[i]);
    if (program)
        run_processes(program);
    bench_simulator();
    if (program)
        bench_simulator_memory(program);
    return 0;
}
