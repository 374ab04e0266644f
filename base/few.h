/* SPDX-License-Identifier: GPL-3.0-or-later */
/* few.h - small sizes that the compiler knows: one text for any size, and no loops where it is constant.
 *
 * LU factors of a few unknowns, to be compiled into their caller: of one unknown nothing is left but a division.  They are
 * what gst_lu_factor and gst_lu_solve (linear.h) call for up to three. */
#ifndef GST_FEW_H
#define GST_FEW_H

#include "base/wide.h"
#include "giantstep/status.h"

#include <math.h>
#include <stddef.h>

/* function(K, ...), a GST_INLINE one, compiled once more for the constant K = 1, in which no loops over groups are left. */
#define GST_FOR_GROUPS(K, function, ...) \
    ((K) == 1 ? function(1, __VA_ARGS__) : function((K), __VA_ARGS__))

GST_INLINE void gst_few_swap(size_t n, double *a, size_t i, size_t j)
{
    for (size_t k = 0; k < n; k++) {
        double kept = a[i * n + k];
        a[i * n + k] = a[j * n + k];
        a[j * n + k] = kept;
    }
}

/* Columns from .. to-1 of a matrix that is up to date; GST_FAILED: singular. */
GST_INLINE int gst_few_columns(size_t n, size_t from, size_t to, double *a, size_t *pivot)
{
    for (size_t k = from; k < to; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++) {
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        }
        pivot[k] = best;
        if (best != k)
            gst_few_swap(n, a, k, best);
        double diagonal = a[k * n + k];
        if (!isfinite(diagonal) || diagonal == 0.0)
            return GST_FAILED;
        for (size_t i = k + 1; i < n; i++) {
            double factor = a[i * n + k] /= diagonal;
            for (size_t j = k + 1; j < to; j++)
                a[i * n + j] -= factor * a[k * n + j];
        }
    }
    return GST_OK;
}

GST_INLINE int gst_few_factor(size_t n, double *a, size_t *pivot)
{
    return gst_few_columns(n, 0, n, a, pivot);
}

/* Column by column. */
GST_INLINE void gst_few_solve(size_t n, const double *a, const size_t *pivot, size_t columns,
                              double *b)
{
    for (size_t j = 0; j < columns; j++) {
        double *x = b + j;
        for (size_t k = 0; k + 1 < n; k++) {
            double kept = x[k * columns];
            x[k * columns] = x[pivot[k] * columns];
            x[pivot[k] * columns] = kept;
        }
        for (size_t i = 1; i < n; i++) {
            for (size_t k = 0; k < i; k++)
                x[i * columns] -= a[i * n + k] * x[k * columns];
        }
        for (size_t i = n; i-- > 0;) {
            for (size_t k = i + 1; k < n; k++)
                x[i * columns] -= a[i * n + k] * x[k * columns];
            x[i * columns] /= a[i * n + i];
        }
    }
}

#endif
