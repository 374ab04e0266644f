/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_evaluate.c - run a tape over arrays: value, forward-mode derivative, kink arguments.
 *
 *   1. The points are cut into blocks of at most GST_TAPE_BLOCK, fewer if the stack is deep, so
 *      that the stack of one block fits a fixed array.
 *   2. Each instruction runs over the whole block before the next one starts: the points share the
 *      cost of dispatch, and the loops are simple enough for the compiler to vectorise.
 *   3. Infinities are kept on the way, since 1/(1 + exp(1000)) = 0 is right, but a result that is
 *      not finite is NaN, and its derivative with it. */
#include "models/functions/expression_tape.h"
#include "models/functions/expression.h"
#include "models/functions/function_table.h"
#include "integrals/integrand.h"

#include <math.h>
#include <string.h>

#define STACK 4096

_Static_assert(GST_TAPE_HEIGHT <= STACK, "one point must fit the stack");

static void push(const gst_instruction *instruction, const gst_stack *stack, size_t slot)
{
    const size_t n = stack->n, j = instruction->variable;
    double *v = stack->v + slot * stack->width;
    if (j > 0)
        memcpy(v, stack->x + (j - 1) * stack->stride, n * sizeof *v);
    else
        for (size_t k = 0; k < n; k++)
            v[k] = instruction->number;
    if (stack->d) {
        double *d = stack->d + slot * stack->width;
        for (size_t k = 0; k < n; k++)
            d[k] = j == 1;
    }
}

static void apply(const gst_operation *operation, const gst_function_table *table,
                  const gst_stack *stack, size_t slot)
{
    const size_t width = stack->width;
    double *a = stack->v + slot * width, *da = stack->d ? stack->d + slot * width : NULL;
    if (table)
        gst_function_table_apply(table, stack->n, a, da);
    else if (operation->unary)
        operation->unary(stack->n, a, da);
    else
        operation->binary(stack->n, a, da, a + width, da ? da + width : NULL);
}

size_t gst_tape_run(const gst_instruction *tape, gst_slice slice, const gst_stack *stack)
{
    size_t height = 0;
    for (size_t i = slice.from; i < slice.to; i++) {
        const gst_operation *operation = tape[i].operation;
        if (!operation) {
            push(&tape[i], stack, height++);
        } else {
            height -= operation->binary != NULL;
            apply(operation, tape[i].table, stack, height - 1);
        }
    }
    return height;
}

static void deliver(const gst_stack *stack, double *value, double *derivative)
{
    const double *v = stack->v, *d = stack->d;
    for (size_t k = 0; k < stack->n; k++)
        value[k] = isfinite(v[k]) ? v[k] : NAN;
    if (derivative)
        for (size_t k = 0; k < stack->n; k++)
            derivative[k] = isfinite(v[k]) && isfinite(d[k]) ? d[k] : NAN;
}

/* A slice at n points.  That of a difference a - b leaves two values, which are subtracted here. */
static void evaluate(const gst_expression *expression, gst_slice slice, size_t n, const double *x,
                     double *value, double *derivative)
{
    double v[STACK], d[STACK];
    const size_t fit = STACK / expression->slots;
    const size_t width = fit < GST_TAPE_BLOCK ? fit : GST_TAPE_BLOCK;
    gst_stack stack = {.width = width, .stride = n, .x = x, .v = v, .d = derivative ? d : NULL};
    for (size_t k = 0; k < n; k += stack.n) {
        stack.n = n - k < stack.width ? n - k : stack.width;
        stack.x = expression->dim > 0 ? x + k : NULL;
        if (gst_tape_run(expression->tape, slice, &stack) == 2)
            apply(&gst_subtract, NULL, &stack, 0);
        deliver(&stack, value + k, derivative ? derivative + k : NULL);
    }
}

void gst_expression_evaluate(const gst_expression *expression, size_t n, const double *x,
                             double *value, double *derivative)
{
    evaluate(expression, (gst_slice){.from = 0, .to = expression->length}, n, x, value, derivative);
}

static void kink_arguments(size_t n, const double *x, double *out, void *params)
{
    const gst_expression *expression = params;
    for (size_t c = 0; c < expression->kink_count; c++) {
        const double level = expression->kinks[c].level;
        evaluate(expression, expression->kinks[c], n, x, out + c * n, NULL);
        for (size_t k = 0; level != 0 && k < n; k++)
            out[c * n + k] -= level;
    }
}

static unsigned kink_degree(size_t c, unsigned moves, const void *params)
{
    const gst_expression *expression = params;
    const gst_slice all = {.to = expression->length};
    return gst_tape_degree(expression, c < expression->kink_count ? expression->kinks[c] : all,
                           moves);
}

gst_kinks gst_expression_kinks(const gst_expression *expression)
{
    return (gst_kinks){.dim = expression->dim,
                       .count = expression->kink_count,
                       .arguments = kink_arguments,
                       .params = (void *)expression,
                       .degree = kink_degree};
}

const char *gst_expression_text(const gst_expression *expression)
{
    return expression->text;
}

size_t gst_expression_dim(const gst_expression *expression)
{
    return expression->dim;
}

size_t gst_expression_variable(const gst_expression *expression, size_t j)
{
    return expression->variable[j];
}
