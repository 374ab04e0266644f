/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.h - small matrices by value, so that a test reads like its formula. */
#ifndef TESTS_MATRIX_H
#define TESTS_MATRIX_H

#include <stddef.h>

enum { MATRIX_MOST = 16 };

typedef struct {
    size_t rows, columns;
    double a[MATRIX_MOST][MATRIX_MOST];
} matrix;

matrix zero(size_t rows, size_t columns);

/* diag(values), or the identity for NULL. */
matrix diagonal(size_t n, const double *values);

matrix times(matrix a, matrix b);

/* a + scale b, b placed at (row, column). */
matrix plus(matrix a, double scale, const matrix *b, size_t row, size_t column);

matrix part(const matrix *a, size_t row, size_t column, size_t rows, size_t columns);
matrix transposed(matrix a);

/* The test fails if there is none. */
matrix inverse(matrix a);

#endif
