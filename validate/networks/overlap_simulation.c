/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap_simulation.c - what really trained networks know of the target after each giant step.
 *
 * For every replicate: rows on the sphere, then measure (overlap.h, own_error.h), step, measure, step, ...  Sums and sums
 * of squared deviations over replicates by Welford's recurrence. */
#include "validate/networks/overlap_simulation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "giantstep/simulation.h"
#include "giantstep/limits.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"
#include "validate/networks/blas.h"
#include "validate/networks/giant_step.h"
#include "validate/networks/overlap.h"
#include "validate/networks/own_error.h"

size_t gst_overlap_numbers(size_t r)
{
    return r + 1 + (r + 1) * (r + 1);
}

size_t gst_overlap_size(const gst_overlap_simulation *simulation)
{
    const gst_problem *problem = simulation->problem;
    size_t numbers = problem->layer->K * gst_overlap_numbers(gst_target_dim(problem->target));
    return (problem->training.steps + 1) * (numbers + (simulation->own_error != 0));
}

/* The measured law of one step. */
static void keep(const gst_overlaps *o, double *values)
{
    size_t r = o->r, s = r + 1, numbers = gst_overlap_numbers(r);
    for (size_t g = 0; g < o->K; g++, values += numbers) {
        memcpy(values, o->U + g * r, r * sizeof *values);
        values[r] = o->c[g];
        memcpy(values + s, o->C + g * s * s, s * s * sizeof *values);
    }
}

static int run_replicate(const gst_overlap_simulation *simulation, size_t replicate,
                         gst_overlaps *overlaps, double *values)
{
    const gst_problem *problem = simulation->problem;
    size_t steps = problem->training.steps, row = overlaps->K * gst_overlap_numbers(overlaps->r);
    gst_random random = {.seed = simulation->seed, .replicate = (uint32_t)replicate};
    gst_first_layer network = {0};
    int status = gst_first_layer_init_in(&network, problem, simulation->d, simulation->p,
                                         simulation->precision, random);
    if (status == GST_OK)
        gst_first_layer_draw_sphere(&network);
    for (size_t step = 0; status == GST_OK && step <= steps; step++) {
        if (step > 0)
            status = gst_giant_step(&network, step - 1, simulation->stop);
        if (status == GST_OK)
            status = gst_overlaps_measure(overlaps, &network);
        if (status == GST_OK)
            keep(overlaps, values + step * row);
        if (status == GST_OK && simulation->own_error)
            status = gst_own_error(&network, simulation->stop, values + (steps + 1) * row + step);
    }
    gst_first_layer_clear(&network);
    return status;
}

int gst_overlap_replicate(const gst_overlap_simulation *simulation, size_t replicate,
                          double *values, gst_message *message)
{
    const gst_problem *problem = simulation->problem;
    gst_overlaps overlaps = {0};
    int status = gst_overlaps_init(&overlaps, problem->layer->K, gst_target_dim(problem->target));
    if (status == GST_OK)
        status = run_replicate(simulation, replicate, &overlaps, values);
    gst_overlaps_clear(&overlaps);
    if (status == GST_FAILED)
        gst_fail(message, status,
                 "the weights, or the network's own error, are not finite after a step");
    else if (status == GST_NO_MEMORY)
        gst_fail(message, status, "not enough memory");
    return status;
}

void gst_overlap_add(size_t size, size_t replicate, const double *values, double *mean,
                     double *squares)
{
    for (size_t i = 0; i < size; i++) {
        double change = values[i] - mean[i];
        mean[i] += change / (double)(replicate + 1);
        squares[i] += change * (values[i] - mean[i]);
    }
}

void gst_overlap_sem(size_t size, size_t trials, double *squares)
{
    double n = (double)trials;
    for (size_t i = 0; i < size; i++)
        squares[i] = trials > 1 ? sqrt(squares[i] / (n - 1.0) / n) : NAN;
}

int gst_overlap_check(const gst_overlap_simulation *s, gst_message *message)
{
    size_t count[GST_GROUPS_MAX], r = gst_target_dim(s->problem->target);
    if (s->d < r + 2)
        return gst_fail(message, GST_INVALID, "d: '%zu' is less than %zu", s->d, r + 2);
    if (s->p == 0)
        return gst_fail(message, GST_INVALID, "p: the width p rounds to 0");
    const gst_training *t = &s->problem->training;
    for (size_t i = 0; i < t->listed && i < t->steps; i++)
        if (gst_step_acts(&t->step[i]) && gst_step_samples(&t->step[i], s->d) == 0)
            return gst_fail(message, GST_INVALID,
                            "alpha0: %g gives no batch: n0 rounds to 0, or is infinite",
                            t->step[i].alpha0);
    if (s->trials == 0)
        return gst_fail(message, GST_INVALID, "trials: 0 is less than 1");
    gst_groups_split(s->problem->layer->K, s->problem->layer->pi, s->p, count);
    for (size_t g = 0; g < s->problem->layer->K; g++)
        if (count[g] == 0)
            return gst_fail(message, GST_INVALID, "layer: group %zu is empty at width %zu", g + 1,
                            s->p);
    return GST_OK;
}

int gst_overlap_simulate(const gst_overlap_simulation *simulation, double *mean, double *sem,
                         gst_message *message)
{
    size_t size = gst_overlap_size(simulation);
    int status = gst_overlap_check(simulation, message);
    double *values = gst_alloc_doubles(size);
    memset(mean, 0, size * sizeof *mean);
    memset(sem, 0, size * sizeof *sem);
    if (!values)
        status = gst_fail(message, GST_NO_MEMORY, "not enough memory");
    if (status == GST_OK)
        status = gst_dense_prepare(1, 1, message);
    for (size_t i = 0; status == GST_OK && i < simulation->trials; i++) {
        status = gst_overlap_replicate(simulation, i, values, message);
        if (status == GST_OK)
            gst_overlap_add(size, i, values, mean, sem);
        if (status == GST_OK && simulation->progress)
            simulation->progress(simulation->context, i);
    }
    gst_overlap_sem(size, simulation->trials, sem);
    free(values);
    return status;
}
