/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_tape.h - what the parser writes and the evaluator reads; private to expression*.c and to validate's evaluators.
 *
 * The tape is postfix: an instruction pushes a number or a variable, or replaces its one or two
 * arguments on top of the stack by a result.  The code of a subexpression is therefore a slice of
 * the tape, which is all that a kink has to remember. */
#ifndef GST_EXPRESSION_TAPE_H
#define GST_EXPRESSION_TAPE_H

#include <stdbool.h>

#include "models/functions/expression.h"

#define GST_EXPRESSION_LENGTH 4096 /* longest text read */
#define GST_EXPRESSION_NESTING 200 /* parentheses, calls, signs and powers inside each other */
#define GST_TAPE_BLOCK 128         /* most points per pass over the tape */

/* Where an operation is not smooth: nowhere, at zeros of its (first) argument, of a - b. */
typedef enum { GST_SMOOTH, GST_KINK_ARGUMENT, GST_KINK_DIFFERENCE } gst_kink;

/* One of unary and binary is set.  In place at n <= GST_TAPE_BLOCK points: a becomes the value; if
 * da is not NULL, da and db hold the derivatives of the arguments and da becomes the value's. */
typedef struct {
    const char *name, *text;
    gst_kink kink;
    void (*unary)(size_t n, double *restrict a, double *restrict da);
    void (*binary)(size_t n, double *restrict a, double *restrict da, const double *restrict b,
                   const double *restrict db);
} gst_operation;

extern const gst_operation gst_add, gst_subtract, gst_multiply, gst_divide, gst_negate;

/* a^b: any real b; a constant integer b >= 0; a constant integer b < 0. */
extern const gst_operation gst_power, gst_power_whole, gst_power_negative;

/* The named function, or NULL. */
const gst_operation *gst_operation_find(const char *name, size_t length);

typedef struct {
    const gst_operation *operation; /* NULL: push */
    size_t variable;                /* pushed: 1 + the variable's place; 0 for a number */
    double number;
} gst_instruction;

typedef struct {
    size_t from, to; /* instructions from .. to-1 */
} gst_slice;

struct gst_expression {
    char *text;
    gst_instruction *tape;
    gst_slice *kinks;
    size_t length, kink_count;
    size_t slots; /* deepest stack */
    size_t dim, variable[GST_EXPRESSION_VARIABLES];
};

/* The stack for one block of n points: slot s is v[s*width ..], its derivative is in d unless d is
 * NULL; variable j at point k is x[j*stride + k]. */
typedef struct {
    size_t n, width, stride;
    const double *x;
    double *v, *d;
} gst_stack;

/* Run a slice on an empty stack; returns the number of values left on it. */
size_t gst_tape_run(const gst_instruction *tape, gst_slice slice, const gst_stack *stack);

#endif
