/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closed_form.c - closed Gaussian expectations of pairs, and which activations have them.
 *
 * Written so that nothing is lost where rows are parallel or antiparallel and no correlation has to be
 * kept below 1:
 *   erf    asin(u/v) = atan2(u, sqrt(v^2 - u^2)),  v^2 - u^2 = 1 + 2A + 2B + 4(AB - C^2)
 *   relu   sqrt(AB) sin t = R = sqrt(AB - C^2),  pi - t = atan2(R, -C)
 *   sin    exp(|C| - (A + B)/2) (1 - exp(-2|C|))/2, which cannot overflow
 * AB - C^2 < 0 is rounding and taken as 0.
 *
 * An activation is recognised on its tape: folding constants, every value on the stack is a number or a
 * number times z, until at the very end F may come. */
#include "models/functions/closed_form.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"

#include <math.h>
#include <string.h>

#include "models/functions/expression_tape.h"
#include "models/functions/vector_math.h"

#define PI 3.14159265358979323846
#define SQRT_HALF 0.70710678118654752440
#define ONE_OVER_SQRT_TWO_PI 0.39894228040143267794

static inline double positive_part(double x)
{
    return x < 0 ? 0 : x;
}

GST_VECTOR_CLONES
static void erf_pairs(size_t n, double A, const double *B, double *C)
{
    for (size_t k = 0; k < n; k++) {
        const double rest = positive_part(A * B[k] - C[k] * C[k]);
        C[k] = 2 / PI * atan2(2 * C[k], sqrt(1 + 2 * (A + B[k]) + 4 * rest));
    }
}

GST_VECTOR_CLONES
static void relu_pairs(size_t n, double A, const double *B, double *C)
{
    for (size_t k = 0; k < n; k++) {
        const double R = sqrt(positive_part(A * B[k] - C[k] * C[k]));
        C[k] = (R + C[k] * atan2(R, -C[k])) / (2 * PI);
    }
}

static void linear_pairs(size_t n, double A, const double *B, double *C)
{
    (void)n;
    (void)A;
    (void)B;
    (void)C;
}

GST_VECTOR_CLONES
static void sin_pairs(size_t n, double A, const double *B, double *C)
{
    for (size_t k = 0; k < n; k++) {
        const double size = fabs(C[k]);
        const double value = -0.5 * exp(size - 0.5 * (A + B[k])) * expm1(-2 * size);
        C[k] = copysign(value, C[k]);
    }
}

GST_VECTOR_CLONES
static void cos_pairs(size_t n, double A, const double *B, double *C)
{
    for (size_t k = 0; k < n; k++) {
        const double mean = 0.5 * (A + B[k]);
        C[k] = 0.5 * (exp(C[k] - mean) + exp(-C[k] - mean));
    }
}

GST_VECTOR_CLONES
static void erf_smoothed(size_t n, double t, double *s)
{
    const double narrow = 1 / sqrt(1 + 2 * t * t);
    for (size_t k = 0; k < n; k++)
        s[k] = erf(narrow * s[k]);
}

GST_VECTOR_CLONES
static void relu_smoothed(size_t n, double t, double *s)
{
    if (t == 0) {
        for (size_t k = 0; k < n; k++)
            s[k] = positive_part(s[k]);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        const double u = s[k] / t;
        s[k] = s[k] * 0.5 * erfc(-u * SQRT_HALF) + t * ONE_OVER_SQRT_TWO_PI * exp(-0.5 * u * u);
    }
}

static void linear_smoothed(size_t n, double t, double *s)
{
    (void)n;
    (void)t;
    (void)s;
}

GST_VECTOR_CLONES
static void sin_smoothed(size_t n, double t, double *s)
{
    const double damping = exp(-0.5 * t * t);
    for (size_t k = 0; k < n; k++)
        s[k] = damping * sin(s[k]);
}

GST_VECTOR_CLONES
static void cos_smoothed(size_t n, double t, double *s)
{
    const double damping = exp(-0.5 * t * t);
    for (size_t k = 0; k < n; k++)
        s[k] = damping * cos(s[k]);
}

static const gst_closed_kernel kernels[] = {
    {"linear", linear_pairs, linear_smoothed}, {"erf", erf_pairs, erf_smoothed},
    {"relu", relu_pairs, relu_smoothed},       {"sin", sin_pairs, sin_smoothed},
    {"cos", cos_pairs, cos_smoothed},
};

/* ---- recognition -------------------------------------------------------------------------------- */

enum { DEPTH = 16 };

/* number*z^degree */
typedef struct {
    int degree;
    double number;
} monomial;

/* The operation on the numbers alone. */
static double apply(const gst_operation *operation, double a, double b)
{
    if (operation->unary)
        operation->unary(1, &a, NULL);
    else
        operation->binary(1, &a, NULL, &b, NULL);
    return a;
}

static int is_identity(const gst_operation *operation)
{
    return strcmp(operation->name, "linear") == 0 || strcmp(operation->name, "he1") == 0 ||
           strcmp(operation->name, "h1") == 0;
}

/* a <- operation(a, b); 0 if that is no monomial of degree 0 or 1. */
static int combine(const gst_operation *operation, monomial *a, const monomial *b)
{
    int degree = a->degree;
    if (operation == &gst_multiply)
        degree += b->degree;
    else if (operation == &gst_divide && b->degree == 0)
        degree = a->degree;
    else if (operation == &gst_add || operation == &gst_subtract)
        degree = a->degree == b->degree ? degree : 2;
    else if (degree > 0 ? operation != &gst_negate && !is_identity(operation) : b->degree > 0)
        degree = 2;
    a->degree = degree;
    a->number = apply(operation, a->number, b->number);
    return degree <= 1;
}

/* Fold `length` instructions into one monomial. */
static int fold(const gst_instruction *tape, size_t length, monomial *result)
{
    static const monomial none = {0};
    monomial stack[DEPTH];
    size_t height = 0;
    for (size_t i = 0; i < length; i++) {
        const gst_operation *operation = tape[i].operation;
        if (!operation && height == DEPTH)
            return 0;
        if (!operation) {
            int variable = tape[i].variable > 0;
            stack[height++] =
                (monomial){.degree = variable, .number = variable ? 1 : tape[i].number};
            continue;
        }
        height -= operation->binary != NULL;
        if (!combine(operation, stack + height - 1, operation->binary ? stack + height : &none))
            return 0;
    }
    *result = stack[0];
    return height == 1;
}

/* F as a named function; the identity has no instruction of its own. */
static const gst_closed_kernel *find_named(const gst_operation *operation)
{
    for (size_t k = 1; operation && k < sizeof kernels / sizeof *kernels; k++)
        if (strcmp(kernels[k].name, operation->name) == 0)
            return kernels + k;
    return NULL;
}

const gst_closed_kernel *gst_closed_kernel_find(const gst_activation *activation, double *scale)
{
    const gst_expression *expression = gst_activation_expression(activation);
    const gst_closed_kernel *named = find_named(expression->tape[expression->length - 1].operation);
    monomial argument = {0};
    if (!fold(expression->tape, expression->length - (named != NULL), &argument))
        return NULL;
    if (argument.degree != 1 || !isfinite(argument.number) || argument.number == 0)
        return NULL;
    *scale = argument.number;
    return named ? named : kernels;
}
