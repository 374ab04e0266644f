/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fig8.c - what one giant step on n0 = d^l samples recovers, by simulation, for figure 8.
 *
 * Networks of 64 relu neurons, second layer +1 and -1 on two copies of the same 32 random rows, so that the
 * output is zero before the step.  One step gives the gradient G, and w = w_0 + eta G for any eta.  The
 * fraction of the squared length of w (of what the mean direction leaves of it) that lies along the
 * directions asked for, as a ratio of sums over neurons and trials:
 *   mean    z1 + z1*z2, eta = 4:          direction 1, of |w|^2
 *   second  z1 + z1*z2, eta = 4 sqrt(d):  direction 2, of |w|^2 - (w . w*_1)^2
 *   pair    z1*z2,      eta = 4 sqrt(d):  directions 1 and 2, of |w|^2
 * beside its value to leading order at the same d and n0: with mu1 = E relu' = 1/2, mu2 = E[z relu'] = 1/sqrt(2 pi), the
 * gradient is (mu1 C_1 + mu2 C_2 w*) plus noise of variance E[g^2] E[relu'^2]/n0 along every axis but
 * z_1, z_2, where it is E[g^2 z_j^2] E[relu'^2]/n0.
 * Output: tsv on stdout.  Usage: fig8 TRIALS:D... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "validate/networks/giant_step.h"
#include "validate/networks/overlap.h"

enum { NEURONS = 64, MEASURES = 3, TARGETS = 2 };

static const double eta0 = 4.0;
static const double exponents[] = {1.0, 1.25, 1.5, 1.75, 2.0, 2.25};

typedef struct {
    const char *name;
    size_t target;
    int removed[2], counted[2]; /* which of the two directions */
    double second, along, both; /* E g^2, E[g^2 z_j^2] of one that is counted, the sum of both */
} measure;

static const char *const targets[TARGETS] = {"z1 + z1*z2", "z1*z2"};
static const measure measures[MEASURES] = {
    {"mean", 0, {0, 0}, {1, 0}, 2, 6, 10},
    {"second", 0, {1, 0}, {0, 1}, 2, 4, 10},
    {"pair", 1, {0, 0}, {1, 1}, 1, 3, 6},
};

static double step_size(size_t m, double d)
{
    return m == 0 ? eta0 : eta0 * sqrt(d);
}

/* E (w . w*_j)^2 over the directions in `mask`, from the overlaps of group g. */
static double squared_overlap(const gst_overlaps *o, size_t g, const int mask[2], double d)
{
    double sum = 0.0, n = (double)o->count[g];
    for (size_t j = 0; j < 2; j++) {
        double mean = o->U[g * 2 + j], spread = o->C[g * 9 + j * 3 + j] / d * (n - 1) / n;
        sum += mask[j] ? mean * mean + spread : 0.0;
    }
    return sum;
}

/* Numerator and denominator of the fraction, added up over the groups. */
static void add_lengths(const gst_overlaps *o, const measure *m, double d, double length2[2])
{
    for (size_t g = 0; g < o->K; g++) {
        length2[0] += squared_overlap(o, g, m->counted, d);
        length2[1] += o->length2[g] - squared_overlap(o, g, m->removed, d);
    }
}

/* The same to leading order: squared overlaps of w_0 + eta (signal + noise) */
static double predicted(size_t m, double d, double n0)
{
    const measure *at = &measures[m];
    double eta2 = step_size(m, d) * step_size(m, d), mu1 = 0.5, mu2 = 0.3989422804014327;
    double mean = m < 2 ? eta2 * mu1 * mu1 : 0.0;
    double each = 1 / d + eta2 * (mu2 * mu2 / d + at->along / 2 / n0);
    double noise = (at->second * (d - 2) + at->both) / 2 / n0;
    double all = 1 + eta2 * (2 * mu2 * mu2 / d + noise) + mean;
    if (m == 0)
        return (mean + each) / all;
    double removed = 1 / d + eta2 * (mu2 * mu2 / d + (at->both - at->along) / 2 / n0);
    return m == 1 ? each / (all - mean - removed) : 2 * each / all;
}

/* w = w_0 + eta (w_1 - w_0), measured. */
static int measure_step(gst_first_layer *network, const double *W0, const double *W1, size_t m,
                        gst_overlaps *overlaps, double length2[2])
{
    double d = (double)network->d, eta = step_size(m, d);
    for (size_t i = 0; i < network->p * network->d; i++)
        network->W[i] = W0[i] + eta * (W1[i] - W0[i]);
    int status = gst_overlaps_measure(overlaps, network);
    add_lengths(overlaps, &measures[m], d, length2);
    return status;
}

/* One network and batch: length2[m] for the measures of target t. */
static int replicate(const gst_problem *problem, size_t t, size_t d, size_t n0, uint32_t trial,
                     double length2[MEASURES][2])
{
    gst_first_layer network;
    gst_overlaps overlaps = {0};
    gst_problem sized = *problem;
    sized.training.step[0].alpha0 = (double)n0 / (double)d;
    size_t half = NEURONS / 2 * d;
    double *W0 = calloc(4 * half, sizeof *W0), *W1 = W0 ? W0 + 2 * half : NULL;
    int status = gst_first_layer_init(&network, &sized, d, NEURONS, (gst_random){.seed = 8, trial});
    if (status == GST_OK)
        status = gst_overlaps_init(&overlaps, 2, 2);
    if (status == GST_OK && W0) {
        gst_first_layer_draw_sphere(&network);
        memcpy(network.W + half, network.W, half * sizeof *W0);
        memcpy(W0, network.W, 2 * half * sizeof *W0);
        status = gst_giant_steps(&network, NULL);
        memcpy(W1, network.W, 2 * half * sizeof *W0);
    }
    for (size_t m = 0; m < MEASURES && status == GST_OK && W0; m++)
        if (measures[m].target == t)
            status = measure_step(&network, W0, W1, m, &overlaps, length2[m]);
    gst_overlaps_clear(&overlaps);
    gst_first_layer_clear(&network);
    free(W0);
    return W0 ? status : GST_NO_MEMORY;
}

/* The ratio F of the sums over trials, and its standard error: that of mean(a - F b)/mean(b). */
static void write_row(size_t m, size_t d, double l, size_t n0, size_t trials,
                      double (*length2)[MEASURES][2])
{
    double above = 0.0, below = 0.0, square = 0.0, n = (double)trials;
    for (size_t trial = 0; trial < trials; trial++) {
        above += length2[trial][m][0];
        below += length2[trial][m][1];
    }
    for (size_t trial = 0; trial < trials; trial++) {
        double left = length2[trial][m][0] - above / below * length2[trial][m][1];
        square += left * left;
    }
    printf("%s\t%s\t%zu\t%.4g\t%zu\t%zu\t%.6g\t%.2g\t%.6g\n", measures[m].name,
           targets[measures[m].target], d, l, n0, trials, above / below,
           sqrt(square / (n - 1) * n) / below, predicted(m, (double)d, (double)n0));
}

static int run(const gst_problem *problem, size_t t, size_t d, double l, size_t trials)
{
    size_t n0 = (size_t)floor(pow((double)d, l) + 0.5);
    double(*length2)[MEASURES][2] = calloc(trials, sizeof *length2);
    int status = length2 ? GST_OK : GST_NO_MEMORY;
    for (uint32_t trial = 0; trial < trials && status == GST_OK; trial++)
        status = replicate(problem, t, d, n0, trial, length2[trial]);
    for (size_t m = 0; m < MEASURES && status == GST_OK; m++)
        if (measures[m].target == t)
            write_row(m, d, l, n0, trials, length2);
    fflush(stdout);
    free(length2);
    return status;
}

/* All of one target: TRIALS:D... */
static int run_target(gst_problem *problem, size_t t, int count, char **sizes)
{
    gst_target *target = NULL;
    int status = gst_target_compile(&target, targets[t], NULL);
    problem->target = target;
    for (int a = 0; a < count; a++) {
        char *colon;
        size_t trials = strtoul(sizes[a], &colon, 10), d = strtoul(colon + 1, NULL, 10);
        for (size_t i = 0; i < sizeof exponents / sizeof *exponents && status == GST_OK; i++)
            status = run(problem, t, d, exponents[i], trials);
    }
    gst_target_free(target);
    return status;
}

int main(int argc, char **argv)
{
    gst_second_layer layer = {0};
    gst_activation *relu = NULL;
    int status = gst_activation_compile(&relu, "relu", NULL);
    if (status == GST_OK)
        status = gst_second_layer_parse(&layer, "1:1,-1:1", NULL);
    gst_problem problem = {
        .activation = relu, .layer = &layer, .training = gst_training_equal_steps(1, 1.0, 1.0)};
    gst_dense_set_threads(1);
    printf("measure\ttarget\td\tl\tn0\ttrials\tfraction\tsem\tprediction\n");
    for (size_t t = 0; t < TARGETS && status == GST_OK; t++)
        status = run_target(&problem, t, argc - 1, argv + 1);
    gst_second_layer_clear(&layer);
    gst_activation_free(relu);
    if (status != GST_OK)
        fprintf(stderr, "fig8: %s\n", gst_status_name(status));
    return status != GST_OK;
}
