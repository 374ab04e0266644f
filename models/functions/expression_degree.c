/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_degree.c - the degree of an expression as a polynomial along a line, between its kinks.
 *
 * The tape is run on degrees instead of numbers: 0 for a number and for a variable that stays, 1 for one that moves;
 *     deg(a + b), deg(max(a, b)) <= max(deg a, deg b),   deg(a b) = deg a + deg b,   deg y(a) = deg y deg a,
 * and what is not a polynomial of something that moves has no degree. */
#include "models/functions/expression_tape.h"
#include "integrals/integrand.h"

/* Beyond this a degree is of no use, and far from overflow. */
#define HIGHEST 1000

static unsigned either(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned limited(unsigned degree)
{
    return degree <= HIGHEST ? degree : GST_NO_POLYNOMIAL;
}

/* a^b for a constant whole b. */
static unsigned degree_of_power(unsigned a, double exponent)
{
    return exponent <= HIGHEST ? limited(a * (unsigned)exponent) : GST_NO_POLYNOMIAL;
}

/* The degree of an operation on arguments of degree a and b (0 if it has one); `before`: the instruction that made
 * the last of them. */
static unsigned degree_of_operation(const gst_operation *operation, unsigned a, unsigned b,
                                    const gst_instruction *before)
{
    if (either(a, b) == 0)
        return 0;
    if (either(a, b) == GST_NO_POLYNOMIAL)
        return GST_NO_POLYNOMIAL;
    if (operation == &gst_multiply)
        return limited(a + b);
    if (operation == &gst_divide)
        return b == 0 ? a : GST_NO_POLYNOMIAL;
    if (operation == &gst_power_whole)
        return degree_of_power(a, before->number);
    return operation->degree <= HIGHEST ? limited(operation->degree * either(a, b))
                                        : GST_NO_POLYNOMIAL;
}

unsigned gst_tape_degree(const gst_expression *expression, gst_slice slice, unsigned moves)
{
    unsigned degree[GST_TAPE_HEIGHT];
    size_t height = 0;
    for (size_t i = slice.from; i < slice.to; i++) {
        const gst_instruction *at = &expression->tape[i];
        if (!at->operation) {
            degree[height++] = at->variable > 0 ? moves >> (at->variable - 1) & 1 : 0;
            continue;
        }
        unsigned b = at->operation->binary ? degree[--height] : 0;
        degree[height - 1] = degree_of_operation(at->operation, degree[height - 1], b, at - 1);
    }
    return height == 2 ? either(degree[0], degree[1]) : degree[0];
}

unsigned gst_expression_degree(const gst_expression *expression)
{
    const gst_slice all = {.to = expression->length};
    return expression->kink_count == 0 ? gst_tape_degree(expression, all, ~0U) : GST_NO_POLYNOMIAL;
}
