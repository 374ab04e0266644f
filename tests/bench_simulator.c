/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_simulator.c - a replicate of the simulator, whole and in parts, against its floor.
 *
 * Replicates at d = p = 2000 and 4000, alpha0 = 2, alpha = 3 with 4d test points and one BLAS thread.  The floor, in
 * the same run: bare calls of BLAS and LAPACK with the sizes of the replicate and its blocks of rows, plus as many
 * normal numbers and activations as it needs at the speed measured on one block.  Both are processor seconds,
 * the smallest of several passes in turn: other work on the machine disturbs them alike.  A part is the difference of two
 * replicates: with and without the giant step, with 3d and d samples, with 8d and 4d test points, with many ridges and one. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "models/functions/activation_values.h"
#include "tests/bench.h"
#include "validate/networks/blas.h"
#include "base/memory.h"
#include "validate/networks/random.h"
#include "giantstep/simulation.h"
#include "giantstep/activation.h"
#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

enum { STEP_BLOCK = 512, READOUT_BLOCK = 1024, RIDGES = 20 };

static double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What a replicate is made of, in units of d; batch = 0: not trained. */
typedef struct {
    double batch, samples, test;
    size_t ridges;
} shape;

static double time_replicate(const gst_activation *sigma, const gst_target *g, size_t d,
                             const shape *s)
{
    double lambda[RIDGES], A = 1, pi = 1;
    gst_second_layer ones = {.K = 1, .A = &A, .pi = &pi};
    gst_problem problem = {.activation = sigma,
                           .target = g,
                           .layer = &ones,
                           .training = gst_training_equal_steps(1, 3.0, s->batch)};
    gst_sample samples[RIDGES];
    gst_message message = {""};
    for (size_t l = 0; l < s->ridges; l++)
        lambda[l] = 0.01 * pow(2, (double)l);
    gst_simulation simulation = {.problem = &problem,
                                 .weights = GST_WEIGHTS_GD,
                                 .d = d,
                                 .beta = 1,
                                 .alphas = &s->samples,
                                 .lambdas = lambda,
                                 .alpha_count = 1,
                                 .lambda_count = s->ridges,
                                 .test_samples = (size_t)(s->test * (double)d),
                                 .seed = 1};
    double began = processor_seconds();
    bench_must(gst_simulation_run(&simulation, 0, samples, &message), &message);
    return processor_seconds() - began;
}

/* ---- the floor ---------------------------------------------------------------------------------- */

/* Seconds per row of d inputs and d features; the factorisation as a whole. */
typedef struct {
    double normals, values, slopes, product, gradient, gram, factorisation;
} costs;

/* Seconds of a product of a block of rows, per row: features (k = 0), their gradient (1) or Gram matrix (2). */
static double time_product(int kind, int d, int rows, const double *x, const double *W, double *phi,
                           double *square)
{
    double began = processor_seconds();
    if (kind == 0)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, d, d, 1, x, d, W, d, 0, phi, d);
    else if (kind == 1)
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, d, rows, 1, phi, d, x, d, 1, square,
                    d);
    else
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, d, rows, 1, phi, d, 1, square, d);
    return (processor_seconds() - began) / rows;
}

static double time_factorisation(int d, double *square)
{
    size_t n = (size_t)d;
    for (size_t i = 0; i < n * n; i++)
        square[i] = i % (n + 1) == 0 ? 1e9 : 0;
    double began = processor_seconds();
    LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', d, square, d);
    return processor_seconds() - began;
}

/* Memory of the floor: blocks of inputs, features, slopes; weights, square matrix. */
typedef struct {
    double *x, *phi, *slope, *W, *square;
} arrays;

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void time_floor(const gst_activation *sigma, size_t d, const arrays *a, costs *c)
{
    const gst_random random = {1, 0};
    const size_t block = (size_t)READOUT_BLOCK * d, step = (size_t)STEP_BLOCK * d;
    const int size = (int)d;
    double began = processor_seconds();
    gst_random_rows(&random, GST_STREAM_DATA, 0, READOUT_BLOCK, d, a->x);
    double drawn = processor_seconds();
    gst_activation_values(sigma, block, a->x, a->phi, NULL);
    double valued = processor_seconds();
    gst_activation_values(sigma, step, a->x, a->phi, a->slope);
    double sloped = processor_seconds();
    c->normals = least(c->normals, (drawn - began) / READOUT_BLOCK);
    c->values = least(c->values, (valued - drawn) / READOUT_BLOCK);
    c->slopes = least(c->slopes, (sloped - valued) / STEP_BLOCK);
    c->gradient =
        least(c->gradient, time_product(1, size, STEP_BLOCK, a->x, a->W, a->phi, a->square));
    c->product =
        least(c->product, time_product(0, size, READOUT_BLOCK, a->x, a->W, a->phi, a->square));
    c->gram = least(c->gram, time_product(2, size, READOUT_BLOCK, a->x, a->W, a->phi, a->square));
    c->factorisation = least(c->factorisation, time_factorisation(size, a->square));
}

static double step_floor(const costs *c, double rows)
{
    return rows * (c->normals + c->product + c->slopes + c->gradient);
}

static double gram_floor(const costs *c, double rows)
{
    return rows * (c->normals + c->product + c->values + c->gram);
}

static double test_floor(const costs *c, double rows)
{
    return rows * (c->normals + c->product + c->values);
}

/* ---- reports ------------------------------------------------------------------------------------ */

enum { WHOLE, UNTRAINED, FEW_SAMPLES, MANY_TESTS, MANY_RIDGES, SHAPES };

static const shape shapes[SHAPES] = {
    [WHOLE] = {2, 3, 4, 1},      [UNTRAINED] = {0, 3, 4, 1},        [FEW_SAMPLES] = {2, 1, 4, 1},
    [MANY_TESTS] = {2, 3, 8, 1}, [MANY_RIDGES] = {2, 3, 4, RIDGES},
};

static void report(size_t d, const char *what, double value, const char *unit, double asked)
{
    char name[64];
    snprintf(name, sizeof name, "simulator_%zu_%s", d, what);
    bench_report(name, value, unit, asked);
}

/* floor/measured of a part. */
static void report_part(size_t d, const char *what, double floor, double measured)
{
    char name[48];
    report(d, what, measured, "s", 0.0);
    snprintf(name, sizeof name, "%s_floor_over_measured", what);
    report(d, name, floor / measured, "ratio", 0.0);
}

static void report_parts(size_t d, const costs *c, const double *seconds)
{
    double n = (double)d, one = seconds[WHOLE];
    report_part(d, "giant_step", step_floor(c, 2 * n), one - seconds[UNTRAINED]);
    report_part(d, "gram", gram_floor(c, 2 * n), one - seconds[FEW_SAMPLES]);
    report_part(d, "test_error", test_floor(c, 4 * n), seconds[MANY_TESTS] - one);
    report_part(d, "cholesky", c->factorisation, (seconds[MANY_RIDGES] - one) / (RIDGES - 1));
    report(d, "20_ridges_over_1", seconds[MANY_RIDGES] / one, "ratio", 2.0);
}

static void report_whole(size_t d, const costs *c, double measured)
{
    double n = (double)d;
    double drawn = 10 * n * c->normals, activations = 2 * n * c->slopes + 7 * n * c->values;
    double floor = step_floor(c, 2 * n) + gram_floor(c, 3 * n) + test_floor(c, 4 * n) +
                   n * c->normals + c->factorisation;
    report(d, "replicate", measured, "s", 0.0);
    report(d, "floor", floor, "s", 0.0);
    report(d, "floor_blas", floor - drawn - activations, "s", 0.0);
    report(d, "floor_normals", drawn, "s", 0.0);
    report(d, "floor_activations", activations, "s", 0.0);
    report(d, "features_product", 2e-9 * n * n / c->product, "Gflop/s", 0.0);
    report(d, "over_floor", measured / floor, "ratio", 1.15);
}

/* ------------------------------------------------------------------------------------------------- */

static void run_size(const gst_activation *sigma, const gst_target *g, size_t d, size_t count,
                     int passes)
{
    const size_t rows = (size_t)READOUT_BLOCK * d;
    double *memory = gst_alloc_doubles(3 * rows + 2 * d * d), seconds[SHAPES];
    bench_must(memory ? GST_OK : GST_NO_MEMORY, &(gst_message){"no memory"});
    arrays a = {memory, memory + rows, memory + 2 * rows, memory + 3 * rows,
                memory + 3 * rows + d * d};
    costs c = {INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY};
    for (size_t i = 0; i < count; i++)
        seconds[i] = INFINITY;
    gst_random_rows(&(gst_random){1, 1}, GST_STREAM_WEIGHTS, 0, d, d, a.W);
    for (int pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < count; i++) {
            time_floor(sigma, d, &a, &c);
            seconds[i] = least(seconds[i], time_replicate(sigma, g, d, shapes + i));
        }
    }
    report_whole(d, &c, seconds[WHOLE]);
    if (count == SHAPES)
        report_parts(d, &c, seconds);
    free(memory);
}

void bench_simulator(void)
{
    gst_message message = {""};
    gst_activation *sigma = NULL;
    gst_target *g = NULL;
    bench_must(gst_activation_compile(&sigma, "tanh", &message), &message);
    bench_must(gst_target_compile(&g, "sin", &message), &message);
    gst_dense_set_threads(1);
    run_size(sigma, g, 2000, SHAPES, 3);
    run_size(sigma, g, 4000, 1, 2);
    gst_target_free(g);
    gst_activation_free(sigma);
}

void bench_simulator_memory(const char *program)
{
    const char *const arguments[] = {program,     "simulate", "--d",     "2000",     "--alpha0",
                                     "20",        "--alpha",  "3",       "--trials", "1",
                                     "--threads", "1",        "--quiet", NULL};
    bench_usage usage = bench_process(program, arguments);
    bench_report("simulator_peak_memory", 1e-9 * usage.bytes, "GB", 0.5);
}
