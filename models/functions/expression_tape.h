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
/* A level of nesting leaves at most three values waiting: a + b*min(c, ... */
#define GST_TAPE_HEIGHT (3 * (GST_EXPRESSION_NESTING + 1) + 1)

/* Where an operation is not smooth: nowhere, at zeros of its (first) argument, of a - b. */
typedef enum { GST_SMOOTH, GST_KINK_ARGUMENT, GST_KINK_DIFFERENCE } gst_kink;

/* degree: of the value as a polynomial in the argument between the kinks (of a sum and the like: in both together), or
 * GST_NO_POLYNOMIAL; not used for what gst_tape_degree treats by itself: products, quotients, powers.
 * One of unary and binary is set.  In place at n <= GST_TAPE_BLOCK points: a becomes the value; if
 * da is not NULL, da and db hold the derivatives of the arguments and da becomes the value's. */
typedef struct {
    const char *name, *text;
    gst_kink kink;
    unsigned degree;
    void (*unary)(size_t n, double *restrict a, double *restrict da);
    void (*binary)(size_t n, double *restrict a, double *restrict da, const double *restrict b,
                   const double *restrict db);
} gst_operation;

extern const gst_operation gst_add, gst_subtract, gst_multiply, gst_divide, gst_negate;

/* a^b: any real b; a constant integer b >= 0; a constant integer b < 0. */
extern const gst_operation gst_power, gst_power_whole, gst_power_negative;

/* The operation of an instruction that has a table, which is what is evaluated instead. */
extern const gst_operation gst_tabulated;

/* The named function, or NULL. */
const gst_operation *gst_operation_find(const char *name, size_t length);

typedef struct {
    const gst_operation *operation; /* NULL: push */
    size_t variable;                /* pushed: 1 + the variable's place; 0 for a number */
    double number;
    const struct gst_function_table *table; /* NULL, or what gst_tabulated applies */
} gst_instruction;

typedef struct {
    size_t from, to; /* instructions from .. to-1 */
    double level;    /* of a kink: where the slice has this value */
} gst_slice;

struct gst_expression {
    char *text;
    gst_instruction *tape;
    gst_slice *kinks;
    struct gst_function_table *tables; /* owned: a list */
    size_t length, kink_count, kink_room;
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

/* The degree of a slice as gst_degree has it, j the variable's place. */
unsigned gst_tape_degree(const gst_expression *expression, gst_slice slice, unsigned moves);

/* ---- building one (expression_tape.c): NULL without memory; a character of the text appends at most one instruction */
gst_expression *gst_tape_alloc(const char *text, size_t length);

/* Whether a slice of the tape is constant: since constants are folded, it is one number then. */
bool gst_tape_is_number(const gst_expression *out, size_t from, size_t to);
void gst_tape_append(gst_expression *out, gst_instruction instruction);

/* Append an operation whose arguments begin at `start`, the first of them ending at `middle`. */
void gst_tape_append_operation(gst_expression *out, const gst_operation *operation, size_t start,
                               size_t middle);

/* Append the table in the file of this name, whose argument begins at `start`.  Status as gst_function_table_read. */
int gst_tape_append_table(gst_expression *out, const char *name, size_t length, size_t start,
                          gst_message *message);

/* Number the variables, those up to `least' whether they occur or not, and measure the stack. */
void gst_tape_finish(gst_expression *out, size_t least);

#endif
