/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.c - small matrices by value. */
#include "tests/matrix.h"

#include <string.h>

#include "base/linear.h"
#include "tests/numbers.h"

matrix zero(size_t rows, size_t columns)
{
    matrix m = {.rows = rows, .columns = columns};
    return m;
}

matrix diagonal(size_t n, const double *values)
{
    matrix m = zero(n, n);
    for (size_t i = 0; i < n; i++)
        m.a[i][i] = values ? values[i] : 1;
    return m;
}

matrix times(matrix a, matrix b)
{
    matrix m = zero(a.rows, b.columns);
    for (size_t i = 0; i < m.rows; i++) {
        for (size_t j = 0; j < m.columns; j++) {
            for (size_t k = 0; k < a.columns; k++)
                m.a[i][j] += a.a[i][k] * b.a[k][j];
        }
    }
    return m;
}

matrix plus(matrix a, double scale, const matrix *b, size_t row, size_t column)
{
    for (size_t i = 0; i < b->rows; i++) {
        for (size_t j = 0; j < b->columns; j++)
            a.a[row + i][column + j] += scale * b->a[i][j];
    }
    return a;
}

matrix part(const matrix *a, size_t row, size_t column, size_t rows, size_t columns)
{
    matrix m = zero(rows, columns);
    for (size_t i = 0; i < rows; i++)
        memcpy(m.a[i], &a->a[row + i][column], columns * sizeof m.a[i][0]);
    return m;
}

matrix transposed(matrix a)
{
    matrix m = zero(a.columns, a.rows);
    for (size_t i = 0; i < a.rows * a.columns; i++)
        m.a[i % a.columns][i / a.columns] = a.a[i / a.columns][i % a.columns];
    return m;
}

matrix inverse(matrix a)
{
    double packed[MATRIX_MOST * MATRIX_MOST], unit[MATRIX_MOST * MATRIX_MOST];
    size_t n = a.rows, pivot[MATRIX_MOST];
    for (size_t i = 0; i < n * n; i++) {
        packed[i] = a.a[i / n][i % n];
        unit[i] = i / n == i % n;
    }
    ck_assert_int_eq(gst_lu_factor(n, packed, pivot), GST_OK);
    gst_lu_solve(n, packed, pivot, n, unit);
    for (size_t i = 0; i < n * n; i++)
        a.a[i / n][i % n] = unit[i];
    return a;
}
