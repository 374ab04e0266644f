/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overlap_simulation.c - what really trained networks know of the target after each giant step.
 *
 * For every replicate: rows on the sphere, then measure (overlap.h), step, measure, step, ...  Sums and sums
 * of squared deviations over replicates by Welford's recurrence. */
#include "overlap_simulation.h"

#include <math.h>
#include <string.h>

#include "dense.h"
#include "giant_step.h"
#include "overlap.h"

size_t gst_overlap_numbers(size_t r)
{
    return r + 1 + (r + 1) * (r + 1);
}

/* Add the measured law of one step as replicate number `replicate`. */
static void accumulate(const gst_overlaps *o, size_t replicate, double *mean, double *square)
{
    size_t r = o->r, s = r + 1, numbers = gst_overlap_numbers(r);
    for (size_t g = 0; g < o->K; g++) {
        double value[GST_TARGET_DIM_MAX + 1 + (GST_TARGET_DIM_MAX + 1) * (GST_TARGET_DIM_MAX + 1)];
        memcpy(value, o->U + g * r, r * sizeof *value);
        value[r] = o->c[g];
        memcpy(value + s, o->C + g * s * s, s * s * sizeof *value);
        for (size_t i = 0; i < numbers; i++) {
            double *m = mean + g * numbers + i, change = value[i] - *m;
            *m += change / (double)(replicate + 1);
            square[g * numbers + i] += change * (value[i] - *m);
        }
    }
}

static int run_replicate(const gst_overlap_simulation *simulation, size_t replicate,
                         gst_overlaps *overlaps, double *mean, double *square)
{
    const gst_training *training = simulation->training;
    size_t row = overlaps->K * gst_overlap_numbers(overlaps->r);
    gst_random random = {simulation->seed, (uint32_t)replicate};
    gst_first_layer network = {0};
    int status = gst_first_layer_init(&network, training, simulation->d, simulation->p, random);
    if (status == GST_OK)
        gst_first_layer_draw_sphere(&network);
    for (size_t step = 0; status == GST_OK && step <= training->steps; step++) {
        if (step > 0)
            status = gst_giant_step(&network, simulation->n0, step - 1, simulation->stop);
        if (status == GST_OK)
            status = gst_overlaps_measure(overlaps, &network);
        if (status == GST_OK)
            accumulate(overlaps, replicate, mean + step * row, square + step * row);
    }
    gst_first_layer_clear(&network);
    return status;
}

static int check(const gst_overlap_simulation *s, gst_message *message)
{
    size_t count[GST_GROUPS_MAX], r = gst_target_dim(s->training->target);
    if (s->d < r + 2)
        return gst_fail(message, GST_INVALID, "--d: '%zu' is less than %zu", s->d, r + 2);
    if (s->p == 0)
        return gst_fail(message, GST_INVALID, "--beta: the width p rounds to 0");
    if (s->n0 == 0)
        return gst_fail(message, GST_INVALID, "--alpha0: the batch n0 rounds to 0");
    if (s->trials == 0)
        return gst_fail(message, GST_INVALID, "--trials: 0 is less than 1");
    gst_groups_split(s->training->layer->K, s->training->layer->pi, s->p, count);
    for (size_t g = 0; g < s->training->layer->K; g++)
        if (count[g] == 0)
            return gst_fail(message, GST_INVALID, "--second-layer: group %zu is empty at width %zu",
                            g + 1, s->p);
    return GST_OK;
}

int gst_overlap_simulate(const gst_overlap_simulation *simulation, double *mean, double *sem,
                         gst_message *message)
{
    size_t K = simulation->training->layer->K, r = gst_target_dim(simulation->training->target);
    size_t total = (simulation->training->steps + 1) * K * gst_overlap_numbers(r);
    double trials = (double)simulation->trials;
    gst_overlaps overlaps = {0};
    int status = check(simulation, message);
    if (status == GST_OK)
        status = gst_dense_prepare(1, 1, message);
    if (status == GST_OK)
        status = gst_overlaps_init(&overlaps, K, r);
    memset(mean, 0, total * sizeof *mean);
    memset(sem, 0, total * sizeof *sem);
    for (size_t i = 0; status == GST_OK && i < simulation->trials; i++) {
        status = run_replicate(simulation, i, &overlaps, mean, sem);
        if (status == GST_OK && simulation->progress)
            simulation->progress(simulation->context, i);
    }
    for (size_t i = 0; i < total; i++)
        sem[i] = trials > 1.0 ? sqrt(sem[i] / (trials - 1.0) / trials) : NAN;
    gst_overlaps_clear(&overlaps);
    if (status == GST_FAILED)
        gst_fail(message, status, "the weights are not finite after a step");
    else if (status == GST_NO_MEMORY && message && message->text[0] == '\0')
        gst_fail(message, status, "not enough memory");
    return status;
}
