/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_solver.c - rows of `giantstep curve` per second, and seconds until the first after several steps.
 * Best of PASSES passes over a grid, tables built before; a pass starts cold every CHUNK points, as a sweep does. */
#include "tests/bench.h"

#include <math.h>
#include <stdio.h>

#include "giantstep/covariance.h"
#include "giantstep/model.h"
#include "giantstep/activation.h"
#include "giantstep/problem.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

enum { CHUNK = 64, PASSES = 7, FEW_PASSES = 2 };

typedef struct {
    const char *name, *activation, *target, *layer;
    double alpha0;
    gst_bulk_choice bulk;
    gst_method method;
    size_t points;
    double asked;
    size_t steps;       /* 0: one, of size 1; otherwise of size 3, */
    double first_asked; /* and the first point is timed too: seconds */
    size_t nodes;       /* of the inputs' covariance, 0: the identity */
} bench_case;

static const bench_case cases[] = {
    {"solver_K1", "tanh", "sin", "ones", INFINITY, GST_BULK_ISOTROPIC, GST_METHOD_NEWTON, 20000,
     5e5, 0, 0, 0},
    {"solver_K1_residual_direction", "tanh", "sin", "ones", 20.0, GST_BULK_ISOTROPIC,
     GST_METHOD_NEWTON, 20000, 3e5, 0, 0, 0},
    {"solver_K1_damped", "tanh", "sin", "ones", INFINITY, GST_BULK_ISOTROPIC, GST_METHOD_DAMPED,
     2000, 0, 0, 0, 0},
    {"solver_K1_relu_kinked_target", "relu", "abs(z-0.3)", "ones", INFINITY, GST_BULK_ISOTROPIC,
     GST_METHOD_NEWTON, 10000, 0, 0, 0, 0},
    {"solver_K2", "tanh(z+0.3)", "sin", "1:0.5,-0.5:0.5", INFINITY, GST_BULK_ISOTROPIC,
     GST_METHOD_NEWTON, 10000, 0, 0, 0, 0},
    {"solver_K4", "tanh(z+0.3)", "sin", "gaussian:4", INFINITY, GST_BULK_ISOTROPIC,
     GST_METHOD_NEWTON, 4000, 2e4, 0, 0, 0},
    {"solver_K32", "tanh(z+0.6)", "sin", "gaussian:32", INFINITY, GST_BULK_ISOTROPIC,
     GST_METHOD_NEWTON, 64, 50, 0, 0, 0},
    {"solver_K1_exact_odd", "tanh", "sin", "ones", 2.0, GST_BULK_EXACT, GST_METHOD_NEWTON, 2000,
     5e4, 0, 0, 0},
    {"solver_K2_exact_even", "tanh(z+0.3)", "sin", "1:0.5,-0.5:0.5", 2.0, GST_BULK_EXACT,
     GST_METHOD_NEWTON, 1000, 1e4, 0, 0, 0},
    {"solver_K4_exact_even", "tanh(z+0.3)", "sin", "gaussian:4", 2.0, GST_BULK_EXACT,
     GST_METHOD_NEWTON, 200, 1500, 0, 0, 0},
    {"solver_K1_T2", "tanh", "sin", "ones", 2.0, GST_BULK_EXACT, GST_METHOD_NEWTON, 1000, 2e3, 2,
     0.2, 0},
    {"solver_K1_T3", "tanh", "sin", "ones", 2.0, GST_BULK_EXACT, GST_METHOD_NEWTON, 500, 0, 3, 0.5,
     0},
    {"solver_K1_T6", "tanh", "sin", "ones", 2.0, GST_BULK_EXACT, GST_METHOD_NEWTON, 100, 0, 6, 0,
     0},
    {"solver_K2_r2_T2", "tanh(z+0.5)", "z1+z1*z2", "1,-1", 5.0, GST_BULK_EXACT, GST_METHOD_NEWTON,
     100, 100, 2, 3.0, 0},
    {"solver_K1_spectrum", "tanh(z+0.5)", "tanh(z)+0.5*cos(z)", "ones", INFINITY, GST_BULK_EXACT,
     GST_METHOD_NEWTON, 4000, 2000, 1, 1.0, 200},
    {"solver_K4_spectrum", "tanh(z+0.5)", "tanh(z)+0.5*cos(z)", "gaussian:4", INFINITY,
     GST_BULK_EXACT, GST_METHOD_NEWTON, 500, 100, 1, 1.0, 200},
    {"solver_K1_spectrum_batch", "tanh(z+0.5)", "tanh(z)+0.5*cos(z)", "ones", 2.0, GST_BULK_EXACT,
     GST_METHOD_NEWTON, 1000, 0, 1, 1.0, 200},
};

static void report_first(const bench_case *c, double seconds)
{
    char name[64];
    snprintf(name, sizeof name, "%s_first", c->name);
    bench_report(name, seconds, "s", c->first_asked);
}

/* Seconds for `points` along alpha in chunks, each started cold, as a sweep does; NAN, reported as 0, if one fails. */
static double pass(gst_model *model, const bench_case *c)
{
    gst_solve_options options = gst_solve_defaults();
    options.method = c->method;
    double began = bench_now();
    for (size_t i = 0; i < c->points; i++) {
        gst_risk risk;
        gst_point point = {0.2 + 2.8 * (double)i / (double)c->points, 1.0, 0.1, 0.0, INFINITY};
        if (i % CHUNK == 0)
            gst_model_reset(model);
        if (gst_model_solve(model, &point, &options, &risk, NULL) < 0)
            return NAN;
    }
    return bench_now() - began;
}

/* omega_j ~ 1/(j/J + 0.05); NULL without nodes. */
static gst_data *covariance(size_t J)
{
    gst_message message = {""};
    gst_data *data = NULL;
    double omega[256], weight[256];
    for (size_t j = 0; j < J; j++) {
        omega[j] = 1.0 / ((double)(j + 1) / (double)J + 0.05);
        weight[j] = 1.0;
    }
    if (J > 0)
        bench_must(gst_covariance_nodes(&data, J, omega, weight, 0, NULL, 1.0, &message), &message);
    return data;
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
    gst_problem problem = {.activation = activation,
                           .target = target,
                           .layer = &layer,
                           .training = gst_training_equal_steps(
                               c->steps > 0 ? c->steps : 1, c->steps > 0 ? 3.0 : 1.0, c->alpha0)};
    gst_data *data = covariance(c->nodes);
    problem.data = data;
    problem.training.bulk = c->bulk;
    double best = INFINITY, began = bench_now();
    bench_must(gst_model_alloc(&model, &problem, &message), &message);
    bench_case alone = *c;
    alone.points = 1;
    pass(model, &alone);
    if (c->steps > 0)
        report_first(c, bench_now() - began);
    pass(model, c);
    for (int i = 0; i < (c->steps > 0 ? FEW_PASSES : PASSES); i++)
        best = fmin(best, pass(model, c));
    bench_report(c->name, (double)c->points / best, "points/s", c->asked);
    gst_model_free(model);
    gst_second_layer_clear(&layer);
    gst_target_free(target);
    gst_activation_free(activation);
    gst_covariance_free(data);
}

void bench_solver(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_case(&cases[i]);
}
