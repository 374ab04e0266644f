/* SPDX-License-Identifier: GPL-3.0-or-later */
/* anderson.c - Anderson's acceleration (J. ACM 12, 547, 1965) by a QR factorisation of the differences, newest first, by
 * the modified Gram-Schmidt process: what is left of a difference may be rounding, and it is then left out. */
#include "solver/readout/coupled/anderson.h"

#include <math.h>
#include <string.h>

/* A difference of which less than this is left has nothing new to say. */
#define DEPENDENT 1e-8

void gst_anderson_shift(gst_anderson *a)
{
    size_t n = a->n, keep = a->held < GST_ANDERSON_DEPTH ? a->held : GST_ANDERSON_DEPTH;
    memmove(a->u + n, a->u, keep * n * sizeof *a->u);
    memmove(a->f + n, a->f, keep * n * sizeof *a->f);
    a->held = keep + 1;
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

void gst_anderson_next(gst_anderson *a, const double *unit, double *out)
{
    size_t n = a->n, columns = 0, index[GST_ANDERSON_DEPTH];
    double gamma[GST_ANDERSON_DEPTH];
    for (size_t j = 0; j + 1 < a->held; j++) {
        double *q = a->q + columns * n, *r = a->triangle + columns * GST_ANDERSON_DEPTH;
        for (size_t i = 0; i < n; i++)
            q[i] = (a->f[j * n + i] - a->f[(j + 1) * n + i]) / unit[i];
        double size = sqrt(dot(n, q, q));
        for (size_t k = 0; k < columns; k++) {
            r[k] = dot(n, a->q + k * n, q);
            for (size_t i = 0; i < n; i++)
                q[i] -= r[k] * a->q[k * n + i];
        }
        r[columns] = sqrt(dot(n, q, q));
        if (!(r[columns] > DEPENDENT * size))
            continue;
        for (size_t i = 0; i < n; i++)
            q[i] /= r[columns];
        index[columns++] = j;
    }
    for (size_t k = 0; k < columns; k++) {
        gamma[k] = 0.0;
        for (size_t i = 0; i < n; i++)
            gamma[k] += a->q[k * n + i] * a->f[i] / unit[i];
    }
    for (size_t k = columns; k-- > 0;) {
        for (size_t l = k + 1; l < columns; l++)
            gamma[k] -= a->triangle[l * GST_ANDERSON_DEPTH + k] * gamma[l];
        gamma[k] /= a->triangle[k * GST_ANDERSON_DEPTH + k];
    }
    for (size_t i = 0; i < n; i++)
        out[i] = a->u[i] + a->f[i];
    for (size_t k = 0; k < columns; k++) {
        const double *u = a->u + index[k] * n, *f = a->f + index[k] * n;
        for (size_t i = 0; i < n; i++)
            out[i] -= gamma[k] * (u[i] - u[n + i] + f[i] - f[n + i]);
    }
}
