/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vector_operations.c - the functions of expressions on vectors.
 *
 * Features are evaluated by the billion and need no last digit; the theory's integrals are few and do.  So
 * these loops stand beside those of expression_functions.c, for functions where they pay. */
#include "models/functions/vector_operations.h"

#include <string.h>

#include "models/functions/vector_math.h"

#define SQRT_HALF 0.70710678118654752440
#define TWO_OVER_SQRT_PI 1.12837916709551257390
#define ONE_OVER_SQRT_TWO_PI 0.39894228040143267794

/* 0 where du = 0, whatever the slope. */
static inline double chain(double du, double slope)
{
    const double product = du * slope;
    return du == 0 ? 0 : product;
}

static inline double normal_cdf(double u)
{
    return 0.5 * erfc(-SQRT_HALF * u);
}

static inline double normal_density(double u)
{
    return ONE_OVER_SQRT_TWO_PI * exp(-0.5 * u * u);
}

/* clang-format off */
/* X(name, value, slope); u is the argument, y the value. */
#define FUNCTIONS(X)                                                                  \
    X(tanh, tanh(u), (1 - y) * (1 + y))                                               \
    X(erf, erf(u), TWO_OVER_SQRT_PI * exp(-u * u))                                    \
    X(sin, sin(u), cos(u))                                                            \
    X(cos, cos(u), -sin(u))                                                           \
    X(exp, exp(u), y)                                                                 \
    X(relu, u <= 0 ? 0 : u, u > 0 ? 1 : u < 0 ? 0 : 0.5)                              \
    X(abs, fabs(u), u > 0 ? 1 : u < 0 ? -1 : 0)                                       \
    X(sigmoid, 1 / (1 + exp(-u)), y / (1 + exp(u)))                                   \
    X(softplus, (u < 0 ? 0 : u) + log1p(exp(-fabs(u))), 1 / (1 + exp(-u)))            \
    X(gelu, u * normal_cdf(u), normal_cdf(u) + u * normal_density(u))
/* clang-format on */

/* Values and slopes in loops of their own: gcc would make one sincos, which has no vector form, of sin and
 * cos of the same number. */
#define UNARY(name, value, slope)                                               \
    GST_VECTOR_CLONES                                                           \
    static void apply_##name(size_t n, double *restrict a, double *restrict da) \
    {                                                                           \
        double values[GST_TAPE_BLOCK];                                          \
        for (size_t k = 0; k < n; k++) {                                        \
            const double u = a[k];                                              \
            values[k] = (value);                                                \
        }                                                                       \
        for (size_t k = 0; da && k < n; k++) {                                  \
            const double u = a[k], y = values[k];                               \
            (void)u;                                                            \
            (void)y;                                                            \
            da[k] = chain(da[k], (slope));                                      \
        }                                                                       \
        memcpy(a, values, n * sizeof *a);                                       \
    }

FUNCTIONS(UNARY)

static const gst_operation operations[] = {
#define X(function, value, slope) \
    {.name = #function, .text = "", .kink = GST_SMOOTH, .unary = apply_##function},
    FUNCTIONS(X)
#undef X
};

const gst_operation *gst_operation_vectorise(const gst_operation *operation)
{
    for (size_t i = 0; operation && i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, operation->name) == 0)
            return operations + i;
    return operation;
}
