/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_simulator.c - one replicate of the simulator against its floor.
 *
 * A replicate at d = p = 2000, alpha0 = 2, alpha = 3 with 4d test points and one BLAS thread.  Its floor, in the
 * same run: bare calls of BLAS and LAPACK with the sizes of the replicate and its blocks of rows, plus as many
 * normal numbers and activations as it needs at the speed measured on one block.  Both are processor seconds,
 * the smallest of PASSES passes in turn: other work on the machine disturbs them alike. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "activation_values.h"
#include "bench.h"
#include "dense.h"
#include "memory.h"
#include "random.h"
#include "simulation.h"

enum { SIZE = 2000, BATCH = 2 * SIZE, SAMPLES = 3 * SIZE, TEST = 4 * SIZE, PASSES = 3 };
enum { STEP_BLOCK = 512, READOUT_BLOCK = 1024, RIDGES = 20 };

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- a replicate -------------------------------------------------------------------------------- */

static double time_replicate(const gst_activation *sigma, const gst_target *g, size_t ridges)
{
    const double alpha = (double)SAMPLES / SIZE;
    double lambda[RIDGES], A = 1, pi = 1;
    gst_second_layer ones = {1, &A, &pi};
    gst_training training = {sigma, g,   &ones,         NULL, 3.0, (double)BATCH / SIZE,
                             1,     0.0, GST_BULK_EXACT};
    gst_sample samples[RIDGES];
    gst_message message = {""};
    for (size_t l = 0; l < ridges; l++)
        lambda[l] = 0.01 * pow(2, (double)l);
    gst_simulation simulation = {.training = &training,
                                 .weights = GST_WEIGHTS_GD,
                                 .d = SIZE,
                                 .beta = 1,
                                 .alphas = &alpha,
                                 .lambdas = lambda,
                                 .alpha_count = 1,
                                 .lambda_count = ridges,
                                 .seed = 1};
    double began = processor_seconds();
    bench_must(gst_simulation_run(&simulation, 0, samples, &message), &message);
    return processor_seconds() - began;
}

/* ---- the floor ---------------------------------------------------------------------------------- */

typedef struct {
    double blas, normals, values, slopes;
} parts;

/* The features of `rows` rows, and, with slopes, their part of the gradient. */
static void multiply_rows(size_t rows, size_t block, const double *x, const double *W, double *phi,
                          double *square, int gradient, int gram)
{
    for (size_t first = 0; first < rows; first += block) {
        int m = (int)(rows - first < block ? rows - first : block);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, SIZE, SIZE, 1, x, SIZE, W, SIZE, 0,
                    phi, SIZE);
        if (gradient)
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, SIZE, SIZE, m, 1, phi, SIZE, x,
                        SIZE, 1, square, SIZE);
        if (gram)
            cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, SIZE, m, 1, phi, SIZE, 1, square,
                        SIZE);
    }
}

/* All products of a replicate, and its factorisation. */
static double time_blas(const double *x, const double *W, double *phi, double *square)
{
    double began = processor_seconds();
    for (size_t i = 0; i < (size_t)SIZE * SIZE; i++)
        square[i] = i % (SIZE + 1) == 0 ? 1e9 : 0;
    multiply_rows(BATCH, STEP_BLOCK, x, W, phi, square, 1, 0);
    for (size_t i = 0; i < (size_t)SIZE * SIZE; i++)
        square[i] = i % (SIZE + 1) == 0 ? 1e9 : 0;
    multiply_rows(SAMPLES, READOUT_BLOCK, x, W, phi, square, 0, 1);
    LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', SIZE, square, SIZE);
    multiply_rows(TEST, READOUT_BLOCK, x, W, phi, square, 0, 0);
    return processor_seconds() - began;
}

static parts time_floor(const gst_activation *sigma, double *x, double *W, double *phi,
                        double *slope, double *square)
{
    const gst_random random = {1, 0};
    const size_t block = (size_t)READOUT_BLOCK * SIZE, step = (size_t)STEP_BLOCK * SIZE;
    const double inputs = (double)(SIZE + BATCH + SAMPLES + TEST) * SIZE;
    const double readouts = (double)(SAMPLES + TEST) * SIZE, gradients = (double)BATCH * SIZE;
    parts floor;
    double began = processor_seconds();
    gst_random_rows(&random, GST_STREAM_DATA, 0, READOUT_BLOCK, SIZE, x);
    double drawn = processor_seconds();
    gst_activation_values(sigma, block, x, phi, NULL);
    double valued = processor_seconds();
    gst_activation_values(sigma, step, x, phi, slope);
    double sloped = processor_seconds();
    floor.normals = (drawn - began) / (double)block * inputs;
    floor.values = (valued - drawn) / (double)block * readouts;
    floor.slopes = (sloped - valued) / (double)step * gradients;
    floor.blas = time_blas(x, W, phi, square);
    return floor;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void report(const parts *floor, double one, double many)
{
    double sum = floor->blas + floor->normals + floor->values + floor->slopes;
    bench_report("simulator_replicate", one, "s", 0.0);
    bench_report("simulator_floor", sum, "s", 0.0);
    bench_report("simulator_floor_blas", floor->blas, "s", 0.0);
    bench_report("simulator_floor_normals", floor->normals, "s", 0.0);
    bench_report("simulator_floor_activations", floor->values + floor->slopes, "s", 0.0);
    bench_report("simulator_over_floor", one / sum, "ratio", 1.25);
    bench_report("simulator_over_blas", one / floor->blas, "ratio", 0.0);
    bench_report("simulator_20_ridges_over_1", many / one, "ratio", 2.0);
}

void bench_simulator(void)
{
    gst_message message = {""};
    gst_activation *sigma = NULL;
    gst_target *g = NULL;
    const size_t rows = (size_t)READOUT_BLOCK * SIZE, square = (size_t)SIZE * SIZE;
    double *memory = gst_alloc_doubles(3 * rows + 2 * square), one = INFINITY, many = INFINITY;
    parts floor = {INFINITY, INFINITY, INFINITY, INFINITY};
    bench_must(memory ? GST_OK : GST_NO_MEMORY, &message);
    bench_must(gst_activation_compile(&sigma, "tanh", &message), &message);
    bench_must(gst_target_compile(&g, "sin", &message), &message);
    gst_dense_set_threads(1);
    gst_random_rows(&(gst_random){1, 1}, GST_STREAM_WEIGHTS, 0, SIZE, SIZE, memory + 3 * rows);
    for (int i = 0; i < PASSES; i++) {
        one = least(one, time_replicate(sigma, g, 1));
        parts now = time_floor(sigma, memory, memory + 3 * rows, memory + rows, memory + 2 * rows,
                               memory + 3 * rows + square);
        floor.blas = least(floor.blas, now.blas);
        floor.normals = least(floor.normals, now.normals);
        floor.values = least(floor.values, now.values);
        floor.slopes = least(floor.slopes, now.slopes);
        many = least(many, time_replicate(sigma, g, RIDGES));
    }
    report(&floor, one, many);
    free(memory);
    gst_target_free(g);
    gst_activation_free(sigma);
}

/* The largest process run so far. */
void bench_simulator_memory(const char *program)
{
    const char *const arguments[] = {program,     "simulate", "--d",     "2000",     "--alpha0",
                                     "20",        "--alpha",  "3",       "--trials", "1",
                                     "--threads", "1",        "--quiet", NULL};
    struct rusage usage;
    bench_process(program, arguments);
    getrusage(RUSAGE_CHILDREN, &usage);
    bench_report("simulator_peak_memory", (double)usage.ru_maxrss * 1024e-9, "GB", 0.5);
}
