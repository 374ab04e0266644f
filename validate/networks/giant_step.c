/* SPDX-License-Identifier: GPL-3.0-or-later */
/* giant_step.c - gradient steps of a network of finite size (theory 1).
 *
 * For every step, and every block of B samples X of its batch (that of step t draws from streams of its own; a reused
 * one is drawn again from those of the step it was fresh at):
 *   1. S = sigma(X W^T), S' = sigma'(X W^T), e = -dl/df at f = S a, a_i = A_i/p: y - S a for the squared loss.
 *   2. H = diag(e) S', gradient G += H^T X.
 * Then w_i += (eta A_i/n0) G_i. */
#include "validate/networks/giant_step.h"
#include "models/loss/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "giantstep/simulation.h"
#include "giantstep/problem.h"
#include "validate/networks/blas.h"
#include "validate/networks/colouring.h"

enum { BLOCK = 1024 };

typedef struct {
    gst_numbers gradient, x, value, slope;
    double *y, *f, *readout;
} buffers;

size_t gst_step_block(size_t n0)
{
    return n0 < BLOCK ? n0 : BLOCK;
}

static int allocate(buffers *b, const gst_first_layer *network, size_t n0)
{
    size_t block = gst_step_block(n0), d = network->d, p = network->p;
    gst_precision precision = gst_first_layer_precision(network);
    if (gst_numbers_alloc(&b->gradient, precision, p * d) != GST_OK ||
        gst_numbers_alloc(&b->x, precision, block * d) != GST_OK ||
        gst_numbers_alloc(&b->value, precision, block * p) != GST_OK ||
        gst_numbers_alloc(&b->slope, precision, block * p) != GST_OK)
        return GST_NO_MEMORY;
    b->y = gst_alloc_doubles(block);
    b->f = gst_alloc_doubles(block);
    b->readout = gst_alloc_doubles(p);
    return b->y && b->f && b->readout ? GST_OK : GST_NO_MEMORY;
}

static void release(buffers *b)
{
    gst_numbers_free(&b->gradient);
    gst_numbers_free(&b->x);
    gst_numbers_free(&b->value);
    gst_numbers_free(&b->slope);
    free(b->y);
    free(b->f);
    free(b->readout);
}

/* scale[i] = factor*A_i. */
static void spread(const gst_first_layer *network, double factor, double *scale)
{
    for (size_t i = 0; i < network->p; i++)
        scale[i] = factor * network->A[i];
}

/* Add rows first .. first+rows-1 of batch `batch` to the gradient. */
static void add_gradient(const gst_first_layer *network, size_t batch, size_t first, size_t rows,
                         buffers *b)
{
    size_t d = network->d, p = network->p;
    uint32_t stream = GST_STREAM_STEPS + 2 * (uint32_t)batch;
    gst_first_layer_inputs(network, stream, first, rows, b->x);
    gst_first_layer_labels(network, stream, first, rows, b->x, b->y);
    gst_first_layer_features(network, rows, b->x, b->value, b->slope);
    for (size_t i = 0; i < rows; i++)
        b->f[i] = gst_numbers_dot(p, gst_numbers_from(b->value, i * p), b->readout);
    const gst_loss *loss = gst_loss_of(network->problem->training.loss);
    loss->slope(loss, rows, b->y, b->f, b->y);
    gst_numbers_scale_rows(rows, p, b->y, b->slope);
    gst_numbers_multiply(GST_TRANSPOSED, GST_AS_IS, p, d, rows, b->slope, b->x, 1, b->gradient);
}

static int is_finite(const gst_first_layer *network)
{
    gst_numbers W = gst_first_layer_weights(network);
    double sum = 0;
    for (size_t i = 0; i < network->p * network->d; i++)
        sum += 0 * gst_number(W, i);
    return sum == 0;
}

/* w_i += scale[i] G_i; a gradient of inputs with a covariance is coloured first. */
static int move_rows(gst_first_layer *network, const double *scale, gst_numbers gradient)
{
    size_t d = network->d;
    double *room = gst_alloc_doubles(d);
    if (!room)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < network->p; i++) {
        gst_numbers from = gst_numbers_from(gradient, i * d);
        double *G = from.wide ? from.wide : room, *w = gst_first_layer_row(network, i);
        gst_numbers_load(d, from, room);
        if (network->colouring)
            gst_colouring_gradient(network->colouring, G);
        for (size_t j = 0; j < d; j++)
            w[j] += scale[i] * G[j];
        gst_first_layer_keep_row(network, i);
    }
    free(room);
    return is_finite(network) ? GST_OK : GST_FAILED;
}

static int take_step(gst_first_layer *network, size_t n0, size_t step, buffers *b,
                     volatile const int *stop)
{
    size_t p = network->p, block = gst_step_block(n0);
    size_t batch = gst_training_batch(&network->problem->training, step);
    spread(network, 1 / (double)p, b->readout);
    for (size_t first = 0; first < n0; first += block) {
        if (stop && *stop)
            return GST_INTERRUPTED;
        add_gradient(network, batch, first, n0 - first < block ? n0 - first : block, b);
    }
    spread(network, gst_training_step(&network->problem->training, step)->eta / (double)n0,
           b->readout);
    return move_rows(network, b->readout, b->gradient);
}

int gst_giant_step(gst_first_layer *network, size_t step, volatile const int *stop)
{
    const gst_step *taken = gst_training_step(&network->problem->training, step);
    size_t n0 = gst_step_samples(taken, network->d);
    buffers b = {0};
    if (!gst_step_acts(taken))
        return GST_OK;
    if (n0 == 0)
        return GST_INVALID;
    int status = allocate(&b, network, n0);
    if (status == GST_OK)
        status = take_step(network, n0, step, &b, stop);
    release(&b);
    return status;
}

int gst_giant_steps(gst_first_layer *network, volatile const int *stop)
{
    int status = GST_OK;
    for (size_t step = 0; status == GST_OK && step < network->problem->training.steps; step++)
        status = gst_giant_step(network, step, stop);
    return status;
}
