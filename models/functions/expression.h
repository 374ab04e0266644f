/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression.h - functions of z1..z9 given as text: values over arrays, derivative, kinks.
 *
 * Grammar: numbers (1, .5, 2e-3), constants pi and e, variables z1..z9 (z means z1), + - * / ^,
 * parentheses, calls name(expression) and min(a, b), max(a, b).  ^ is right-associative and binds tighter
 * than unary minus: -z^2 = -(z^2), 2^-1 = 0.5.  Functions: the table in expression_functions.c; and table:FILE or
 * table:FILE(expression), the function in a file (function_table.h), of z1 without parentheses.
 *
 * Compiled once to a constant tape, evaluated over arrays; a compiled expression may be evaluated by
 * several threads at once. */
#ifndef GST_EXPRESSION_H
#define GST_EXPRESSION_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_kinks gst_kinks;

typedef struct gst_expression gst_expression;

#define GST_EXPRESSION_VARIABLES 9

/* Compile.  `variables` is the highest index allowed: 1 for activations (z, z1), 9 for targets.
 * A bare function name, `tanh`, means tanh(z1).  GST_INVALID with message "... at column N" (1-based)
 * for a syntax error, an unknown name, a variable out of range, nesting deeper than 200; "table FILE:LINE: ..." for a
 * file that is no table. */
int gst_expression_compile(gst_expression **expression, const char *text, size_t variables,
                           gst_message *message);
/* The same as a function of z1 .. z_least, whether they occur or not, and of those that do. */
int gst_expression_compile_of(gst_expression **expression, const char *text, size_t variables,
                              size_t least, gst_message *message);
void gst_expression_free(gst_expression *expression);

/* The text it was compiled from. */
const char *gst_expression_text(const gst_expression *expression);

/* Distinct variables in increasing order: their number, and the 1-based index of the j-th. */
size_t gst_expression_dim(const gst_expression *expression);
size_t gst_expression_variable(const gst_expression *expression, size_t j);

/* Values at n points; x[j*n + k] is the j-th of the expression's own variables (dim of them, in the
 * order of gst_expression_variable) at point k.  value[k]; if derivative is not NULL, derivative[k] =
 * d value/d(variable 0), by forward mode (at a kink: the mean of the two sides for abs, relu; 0 for sign,
 * step).  Values outside a function's domain are NaN. Only stack memory is used. */
void gst_expression_evaluate(const gst_expression *expression, size_t n, const double *x,
                             double *value, double *derivative);

/* Kinks: zeros of the arguments of abs, relu, sign, step, of a - b for min(a, b) and max(a, b), of the
 * argument of sqrt and log, and of the base of a power that is not a non-negative integer; where the argument of a
 * table is at one of its kinks; arguments that are constant are left out.  In the form mesh.h wants (dim = the
 * expression's own variables), with their degrees and that of the expression; params point into the expression, which
 * must outlive the result. */
gst_kinks gst_expression_kinks(const gst_expression *expression);

/* The degree, all variables together, of the polynomial that the text shows it to be; what cancels counts (z1-z1 has
 * degree 1).  GST_NO_POLYNOMIAL (integrand.h): the text does not show that it is one. */
unsigned gst_expression_degree(const gst_expression *expression);

/* The table of functions, for `giantstep list`: name, one line of text; NULL past the end. */
const char *gst_expression_function_name(size_t index);
const char *gst_expression_function_text(size_t index);

#ifdef __cplusplus
}
#endif

#endif
