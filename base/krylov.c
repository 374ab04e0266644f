/* SPDX-License-Identifier: GPL-3.0-or-later */
/* krylov.c - generalised minimal residuals (Saad and Schultz, SIAM J. Sci. Stat. Comput. 7, 856, 1986), without restarts.
 *
 *   1. Arnoldi: A basis = basis H, orthogonalised twice, so that the basis is orthonormal to rounding;
 *   2. rotations keep H triangular, and the residual of the best combination is the last entry of the rotated side;
 *   3. x = basis H^{-1} side. */
#include "base/krylov.h"

#include "base/arena.h"
#include "base/products.h"

#include <math.h>
#include <string.h>

int gst_krylov_alloc(gst_krylov *krylov, size_t n, size_t most)
{
    *krylov = (gst_krylov){.most = most};
    const gst_array arrays[] = {GST_MATRIX(krylov->basis, most + 1, n),
                                GST_MATRIX(krylov->column, most, most + 1),
                                GST_VECTOR(krylov->cosine, most), GST_VECTOR(krylov->sine, most),
                                GST_VECTOR(krylov->side, most + 1)};
    return gst_arena_take(&krylov->memory, sizeof arrays / sizeof *arrays, arrays);
}

void gst_krylov_clear(gst_krylov *krylov)
{
    gst_arena_free(&krylov->memory);
    *krylov = (gst_krylov){.most = 0};
}

static void divide(size_t n, double norm, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] /= norm;
}

/* w = A basis_k without its parts along the basis, which go to h; its norm behind them. */
static void add_vector(gst_krylov *v, size_t n, size_t k, gst_linear_map map, void *context)
{
    double *w = v->basis + (k + 1) * n, *h = v->column + k * (v->most + 1);
    double *part = v->side + k + 1; /* free still */
    map(context, v->basis + k * n, w);
    memset(h, 0, (k + 1) * sizeof *h);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t j = 0; j <= k; j++) {
            *part = gst_product(n, v->basis + j * n, w);
            gst_subtract_rows(n, 1, n, part, v->basis + j * n, w);
            h[j] += *part;
        }
    }
    h[k + 1] = sqrt(gst_product(n, w, w));
    divide(n, h[k + 1], w);
}

static void rotate(double c, double s, double *x, double *y)
{
    double kept = *x;
    *x = c * kept + s * *y;
    *y = c * *y - s * kept;
}

/* Column k made triangular; the residual that is left. */
static double rotate_column(gst_krylov *v, size_t k)
{
    double *h = v->column + k * (v->most + 1);
    for (size_t j = 0; j < k; j++)
        rotate(v->cosine[j], v->sine[j], &h[j], &h[j + 1]);
    double length = hypot(h[k], h[k + 1]);
    v->cosine[k] = h[k] / length;
    v->sine[k] = h[k + 1] / length;
    rotate(v->cosine[k], v->sine[k], &h[k], &h[k + 1]);
    v->side[k + 1] = 0.0;
    rotate(v->cosine[k], v->sine[k], &v->side[k], &v->side[k + 1]);
    return fabs(v->side[k + 1]);
}

/* x of the first `count' vectors. */
static void combine(gst_krylov *v, size_t n, size_t count, double *x)
{
    for (size_t k = count; k-- > 0;) {
        for (size_t j = k + 1; j < count; j++)
            v->side[k] -= v->column[j * (v->most + 1) + k] * v->side[j];
        v->side[k] /= v->column[k * (v->most + 1) + k];
    }
    memset(x, 0, n * sizeof *x);
    gst_subtract_rows(n, count, n, v->side, v->basis, x);
    for (size_t i = 0; i < n; i++)
        x[i] = -x[i];
}

void gst_krylov_solve(gst_krylov *krylov, size_t n, gst_linear_map map, void *context, double tol,
                      double *b)
{
    double norm = sqrt(gst_product(n, b, b)), left = norm;
    size_t count = 0;
    if (norm == 0.0)
        return;
    memcpy(krylov->basis, b, n * sizeof *b);
    divide(n, norm, krylov->basis);
    krylov->side[0] = norm;
    while (left > tol * norm && count < krylov->most) {
        add_vector(krylov, n, count, map, context);
        left = rotate_column(krylov, count++);
    }
    combine(krylov, n, count, b);
    for (size_t i = 0; !(left <= tol * norm) && i < n; i++)
        b[i] = NAN;
}
