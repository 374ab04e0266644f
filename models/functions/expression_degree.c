/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_degree.c - the degree of an expression that is a polynomial: the tape is run on degrees instead of numbers.
 *
 *   sum, difference   the larger one        product           the sum
 *   p(u), u^k         times that of p, k    u/number          that of u
 * and INFINITY, which stays, for all else. */
#include <math.h>

#include "models/functions/expression_tape.h"

/* Of a binary operation whose arguments have degrees a and b, the second one ending at `last`. */
static double combine(const gst_operation *operation, double a, double b,
                      const gst_instruction *last)
{
    if (operation == &gst_add || operation == &gst_subtract)
        return fmax(a, b);
    if (operation == &gst_multiply)
        return a + b;
    if (operation == &gst_power_whole)
        return last->number > 0.0 ? a * last->number : 0.0;
    return operation == &gst_divide && b == 0.0 ? a : INFINITY;
}

static double compose(const gst_operation *operation, double a)
{
    return operation->degree > 0 ? a * (double)operation->degree : INFINITY;
}

double gst_expression_degree(const gst_expression *expression)
{
    double degree[GST_TAPE_HEIGHT];
    size_t height = 0;
    for (size_t i = 0; i < expression->length; i++) {
        const gst_instruction *at = &expression->tape[i];
        if (!at->operation) {
            degree[height++] = at->variable > 0 ? 1.0 : 0.0;
        } else if (at->operation->binary) {
            height--;
            degree[height - 1] = combine(at->operation, degree[height - 1], degree[height], at - 1);
        } else {
            degree[height - 1] = compose(at->operation, degree[height - 1]);
        }
    }
    return degree[0];
}
