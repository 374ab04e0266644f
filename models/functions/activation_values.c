/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation_values.c - sigma and sigma' over large arrays.
 *
 * The tape of a short expression is copied with each operation replaced by its vector form, and run on
 * blocks that stay in the first cache. */
#include "models/functions/activation_values.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "models/functions/vector_operations.h"

/* Tapes up to this length and depth have a vector copy. */
enum { LENGTH = 64, SLOTS = 8 };

typedef struct {
    gst_instruction tape[LENGTH];
    gst_slice all;
} vector_tape;

static int copy_tape(vector_tape *copy, const gst_expression *expression)
{
    if (expression->length > LENGTH || expression->slots > SLOTS)
        return 0;
    copy->all = (gst_slice){.from = 0, .to = expression->length};
    for (size_t i = 0; i < expression->length; i++) {
        copy->tape[i] = expression->tape[i];
        copy->tape[i].operation = gst_operation_vectorise(expression->tape[i].operation);
    }
    return 1;
}

/* As the expression's own evaluator: a value that is not finite is NaN, and its derivative with it. */
static void deliver(size_t n, const double *v, const double *d, double *value, double *derivative)
{
    for (size_t k = 0; k < n; k++)
        value[k] = fabs(v[k]) < INFINITY ? v[k] : NAN;
    for (size_t k = 0; derivative && k < n; k++)
        derivative[k] = fabs(v[k]) + fabs(d[k]) < INFINITY ? d[k] : NAN;
}

static void run_tape(const vector_tape *tape, size_t n, const double *z, double *value,
                     double *derivative)
{
    double v[SLOTS * GST_TAPE_BLOCK], d[SLOTS * GST_TAPE_BLOCK];
    for (size_t k = 0; k < n; k += GST_TAPE_BLOCK) {
        size_t count = n - k < GST_TAPE_BLOCK ? n - k : GST_TAPE_BLOCK;
        const gst_stack stack = {
            .n = count, .width = GST_TAPE_BLOCK, .x = z + k, .v = v, .d = derivative ? d : NULL};
        gst_tape_run(tape->tape, tape->all, &stack);
        deliver(count, v, d, value + k, derivative ? derivative + k : NULL);
    }
}

void gst_activation_values(const gst_activation *activation, size_t n, const double *z,
                           double *value, double *derivative)
{
    const gst_expression *expression = gst_activation_expression(activation);
    vector_tape tape;
    double block[GST_TAPE_BLOCK];
    if (copy_tape(&tape, expression)) {
        run_tape(&tape, n, z, value, derivative);
        return;
    }
    for (size_t k = 0; k < n; k += GST_TAPE_BLOCK) {
        size_t count = n - k < GST_TAPE_BLOCK ? n - k : GST_TAPE_BLOCK;
        memcpy(block, z + k, count * sizeof *block);
        gst_expression_evaluate(expression, count, block, value + k,
                                derivative ? derivative + k : NULL);
    }
}

/* ---- single precision --------------------------------------------------------------------------- */

/* Numbers at a time. */
enum { SINGLE_BLOCK = 1024 };

GST_WIDE_CLONES
static void widen(size_t n, const float *restrict from, double *restrict to)
{
    for (size_t k = 0; k < n; k++)
        to[k] = (double)from[k];
}

GST_WIDE_CLONES
static void narrow(size_t n, const double *restrict from, float *restrict to)
{
    for (size_t k = 0; k < n; k++)
        to[k] = (float)from[k];
}

void gst_activation_values_single(const gst_activation *activation, size_t n, const float *z,
                                  float *value, float *derivative)
{
    double v[SINGLE_BLOCK], d[SINGLE_BLOCK];
    for (size_t k = 0; k < n; k += SINGLE_BLOCK) {
        size_t count = n - k < SINGLE_BLOCK ? n - k : SINGLE_BLOCK;
        widen(count, z + k, v);
        gst_activation_values(activation, count, v, v, derivative ? d : NULL);
        narrow(count, v, value + k);
        if (derivative)
            narrow(count, d, derivative + k);
    }
}
