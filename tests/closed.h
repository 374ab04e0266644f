/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closed.h - Gaussian moments of functions that oscillate or are steep, in closed form or by a rule of the tests' own
 * whose step follows from the known scale. */
#ifndef TESTS_CLOSED_H
#define TESTS_CLOSED_H

#include <stddef.h>

typedef enum {
    CLOSED_SIN,    /* sin(a x + b) */
    CLOSED_COS,    /* cos(a x + b) */
    CLOSED_EXPSIN, /* exp(sin(a x + b)) */
    CLOSED_XSIN,   /* x sin(a x + b) */
    CLOSED_ERF,    /* erf(a (x - b)) */
    CLOSED_TANH,   /* tanh(a (x - b)) */
    CLOSED_SIGMOID,
    CLOSED_BUMP, /* exp(-(a (x - b))^2/2) */
    CLOSED_FAMILIES
} closed_family;

typedef struct {
    closed_family family;
    double a, b;
} closed_function;

/* With x = s + sqrt(c) z, z ~ N(0,1): E f, E[z f], E[(z^2-1) f], E f^2, and E f'(x)^2. */
typedef struct {
    double mean, first, second, square, slope;
} closed_moments;

closed_moments closed_form(closed_function f, double s, double c);

/* f as an expression in z. */
void closed_text(closed_function f, size_t size, char *text);

#endif
