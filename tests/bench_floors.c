/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_floors.c - the solver against the arithmetic and the memory traffic it cannot do without.
 *
 * Operations on the tables, per solution at n nodes, L order parameters and T terms of the mean prediction:
 *   every iteration and the last: V and hats 4 L n, weights 4 n, slopes of the hats L (L+2) n;
 *   readout: Gram matrix and fields T (T+10) n, fluctuations and errors 8 L n.
 * Bytes: tables are read once by each of these passes: B (L rows) in maps with their slopes, fluctuations, errors, S (T rows)
 * in Gram matrix, fields and errors of the prediction.
 *   floor = max(operations/speed, bytes/speed),
 * speeds measured in the same run: sums of products in the cache, and over a table much larger than the cache. */
#include "tests/bench.h"
#include "giantstep/activation.h"
#include "giantstep/features.h"
#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/readout/resolution.h"
#include "base/memory.h"
#include "solver/readout/weighted_sums.h"

enum { PASSES = 5, IN_CACHE = 1024, ROWS = 8 };
#define FAR ((size_t)1 << 25)

typedef struct {
    const char *name, *activation, *target, *layer;
    size_t steps, index, points;
} floor_case;

typedef struct {
    double operations, bytes;
} work;

/* ---- the machine -------------------------------------------------------------------------------- */

/* Operations per second in a Gram matrix of a table in the cache. */
static double speed_of_sums(void)
{
    enum { REPEATS = 500 };
    double *A = gst_alloc_doubles(IN_CACHE * (ROWS + 1)), gram[ROWS * ROWS], best = INFINITY;
    bench_must(A ? GST_OK : GST_NO_MEMORY, &(gst_message){"no memory"});
    for (size_t i = 0; i < IN_CACHE * (ROWS + 1); i++)
        A[i] = 1.0 / (double)(i + 1);
    for (int pass = 0; pass < PASSES; pass++) {
        double began = bench_now();
        for (int i = 0; i < REPEATS; i++)
            gst_weighted_gram(IN_CACHE, ROWS, IN_CACHE, A + IN_CACHE * ROWS, A, gram);
        best = fmin(best, bench_now() - began);
    }
    free(A);
    return (double)REPEATS * IN_CACHE * ROWS * (ROWS + 2) / best;
}

/* Bytes per second read in a sum of products far from the cache. */
static double speed_of_memory(void)
{
    double *A = gst_alloc_doubles(FAR), best = INFINITY;
    volatile double sink;
    bench_must(A ? GST_OK : GST_NO_MEMORY, &(gst_message){"no memory"});
    for (size_t i = 0; i < FAR; i++)
        A[i] = 1.0;
    for (int pass = 0; pass < PASSES; pass++) {
        double began = bench_now();
        sink = gst_weighted_product(FAR / 4, A, A + FAR / 4, A + FAR / 2);
        best = fmin(best, bench_now() - began);
    }
    (void)sink;
    free(A);
    return 0.75 * (double)(FAR * sizeof *A) / best;
}

/* ---- one case ----------------------------------------------------------------------------------- */

static void add_work(const gst_resolution *resolution, size_t iterations, work *sum)
{
    const gst_state *e = resolution->state;
    double n = (double)e->active, L = (double)e->L, T = (double)e->terms;
    double maps = (double)iterations + 1;
    sum->operations += n * (maps * (4 * L + 4 + L * (L + 2)) + T * (T + 10) + 8 * L);
    sum->bytes += 8 * n * (maps * (L + 4) + 3 * T + 2 * L);
}

/* Seconds for the points of a case on both levels, as a sweep solves them, and the work in them. */
static double solve_points(const floor_case *c, gst_resolution *full, gst_resolution *half,
                           work *sum)
{
    gst_solve_options options = gst_solve_defaults();
    double began = bench_now();
    *sum = (work){0, 0};
    gst_resolution_reset(full);
    gst_resolution_reset(half);
    for (size_t i = 0; i < c->points; i++) {
        gst_point point = {0.2 + 2.8 * (double)i / (double)c->points, 1.0, 0.1, 0.0, INFINITY};
        gst_risk risk, other;
        gst_resolution_solve(full, &point, &options, NULL, &risk);
        gst_resolution_solve(half, &point, &options, full, &other);
        add_work(full, risk.iterations, sum);
        add_work(half, other.iterations, sum);
    }
    return bench_now() - began;
}

static void report_name(const floor_case *c, const char *what, double value, const char *unit)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%s", c->name, what);
    bench_report(name, value, unit, 0.0);
}

static void report_case(const floor_case *c, const gst_resolution *full, double tables,
                        double seconds, const work *sum, double sums, double memory)
{
    const gst_state *e = full->state;
    double rows =
        (double)(5 + full->moments->m + full->moments->q + 4 * full->moments->K + e->L + e->terms);
    size_t cache = (size_t)1 << 20;
    double arithmetic = sum->operations / sums, traffic = sum->bytes / memory;
    int fits = (e->L + e->terms) * full->moments->n * sizeof(double) < cache;
    double floor = fits ? arithmetic : fmax(arithmetic, traffic);
    report_name(c, "nodes", (double)full->moments->n, "nodes");
    report_name(c, "tables", tables, "s");
    report_name(c, "tables_written", 8e-9 * 1.5 * rows * (double)full->moments->n, "GB");
    report_name(c, "point", 1e6 * seconds / (double)c->points, "us");
    report_name(c, "point_operations", 1e-6 * sum->operations / (double)c->points, "Mflop");
    report_name(c, "point_bytes", 1e-6 * sum->bytes / (double)c->points, "MB");
    report_name(c, "point_floor_over_measured", floor / seconds, "ratio");
}

static void run_case(const floor_case *c, double sums, double memory)
{
    gst_message message = {""};
    gst_activation *activation;
    gst_target *target;
    gst_second_layer layer;
    gst_features *features, *coarse;
    gst_resolution full, half;
    work sum;
    bench_must(gst_activation_compile(&activation, c->activation, &message), &message);
    bench_must(gst_target_compile(&target, c->target, &message), &message);
    bench_must(gst_second_layer_parse(&layer, c->layer, &message), &message);
    gst_problem problem = {.activation = activation,
                           .target = target,
                           .layer = &layer,
                           .training = gst_training_equal_steps(c->steps, 1.0, INFINITY)};
    problem.training.bulk = GST_BULK_ISOTROPIC;
    double began = bench_now(), best = INFINITY;
    bench_must(gst_features_train(&features, &problem, 0, &message), &message);
    bench_must(gst_features_train(&coarse, &problem, 1, &message), &message);
    report_name(c, "training", bench_now() - began, "s");
    began = bench_now();
    bench_must(gst_resolution_alloc(&full, features, c->index, 0), &message);
    bench_must(gst_resolution_alloc(&half, coarse, c->index, 1), &message);
    double tables = bench_now() - began;
    for (int i = 0; i < PASSES; i++)
        best = fmin(best, solve_points(c, &full, &half, &sum));
    report_case(c, &full, tables, best, &sum, sums, memory);
    gst_resolution_clear(&full);
    gst_resolution_clear(&half);
    gst_features_free(features);
    gst_features_free(coarse);
    gst_second_layer_clear(&layer);
    gst_target_free(target);
    gst_activation_free(activation);
}

void bench_floors(void)
{
    static const floor_case cases[] = {
        {"floor_K1", "tanh", "sin", "ones", 1, 0, 20000},
        {"floor_K4", "tanh(z+0.3)", "sin", "gaussian:4", 1, 0, 4000},
        {"floor_K4_r2_T3", "tanh(z+0.3)", "z1+z1*z2", "gaussian:4", 3, 0, 100},
        {"floor_K4_r3_T3", "tanh(z+0.3)", "z1+z1*z2+z1*z2*z3", "gaussian:4", 3, 1, 8},
    };
    double sums = speed_of_sums(), memory = speed_of_memory();
    bench_report("machine_sums", 1e-9 * sums, "Gflop/s", 0.0);
    bench_report("machine_memory", 1e-9 * memory, "GB/s", 0.0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_case(&cases[i], sums, memory);
}
