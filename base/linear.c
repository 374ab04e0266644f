/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c - dense linear algebra for systems of a few dozen unknowns. */
#include "base/linear.h"

#include "base/few.h"
#include "base/memory.h"
#include "base/products.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Off-diagonal entries of this size, relative to the matrix, are zero; sweeps it takes to get there at most. */
#define JACOBI_SMALL 1e-18
#define JACOBI_SWEEPS 50

/* Columns factored together: rows are then read once for all of them. */
enum { PANEL = 16 };
/* Rows shorter than this are summed as they come. */
enum { LONG = 64 };

static int factor_panels(size_t n, double *a, size_t *pivot)
{
    for (size_t from = 0; from < n; from += PANEL) {
        size_t to = n - from < PANEL ? n : from + PANEL;
        if (gst_few_columns(n, from, to, a, pivot) != GST_OK)
            return GST_FAILED;
        for (size_t i = from + 1; i < n && to < n; i++)
            gst_subtract_rows(n - to, (i < to ? i : to) - from, n, a + i * n + from,
                              a + from * n + to, a + i * n + to);
    }
    return GST_OK;
}

/* Systems of one to three unknowns, which most are: of a size known to the compiler, without loops. */
int gst_lu_factor(size_t n, double *a, size_t *pivot)
{
    switch (n) {
    case 1:
        return gst_few_factor(1, a, pivot);
    case 2:
        return gst_few_factor(2, a, pivot);
    case 3:
        return gst_few_factor(3, a, pivot);
    default:
        return factor_panels(n, a, pivot);
    }
}

static void swap_solution_rows(size_t n, const size_t *pivot, size_t columns, double *b)
{
    for (size_t k = 0; k < n; k++) {
        for (size_t j = 0; pivot[k] != k && j < columns; j++) {
            double kept = b[k * columns + j];
            b[k * columns + j] = b[pivot[k] * columns + j];
            b[pivot[k] * columns + j] = kept;
        }
    }
}

static double row_product(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    if (n > LONG)
        return gst_product(n, a, b);
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* One column: sums along rows. */
static void solve_column(size_t n, const double *a, double *b)
{
    for (size_t i = 1; i < n; i++)
        b[i] -= row_product(i, a + i * n, b);
    for (size_t i = n; i-- > 0;)
        b[i] = (b[i] - row_product(n - i - 1, a + i * n + i + 1, b + i + 1)) / a[i * n + i];
}

/* Many: rows of b, a panel of them at a time, are subtracted from all the others. */
static void solve_columns(size_t n, const double *a, size_t columns, double *b)
{
    for (size_t from = 0; from < n; from += PANEL) {
        size_t to = n - from < PANEL ? n : from + PANEL;
        for (size_t i = from + 1; i < n; i++)
            gst_subtract_rows(columns, (i < to ? i : to) - from, columns, a + i * n + from,
                              b + from * columns, b + i * columns);
    }
    for (size_t to = n, from; to > 0; to = from) {
        from = to < PANEL ? 0 : to - PANEL;
        for (size_t i = to; i-- > 0;) {
            size_t first = i < from ? from : i + 1;
            gst_subtract_rows(columns, to - first, columns, a + i * n + first, b + first * columns,
                              b + i * columns);
            for (size_t j = 0; i >= from && j < columns; j++)
                b[i * columns + j] /= a[i * n + i];
        }
    }
}

void gst_lu_solve(size_t n, const double *a, const size_t *pivot, size_t columns, double *b)
{
    switch (n) {
    case 1:
        gst_few_solve(1, a, pivot, columns, b);
        break;
    case 2:
        gst_few_solve(2, a, pivot, columns, b);
        break;
    case 3:
        gst_few_solve(3, a, pivot, columns, b);
        break;
    default:
        swap_solution_rows(n, pivot, columns, b);
        if (columns == 1)
            solve_column(n, a, b);
        else
            solve_columns(n, a, columns, b);
    }
}

void gst_lu_solve_transposed(size_t n, const double *a, const size_t *pivot, double *b)
{
    for (size_t i = 0; i < n; i++) {
        b[i] /= a[i * n + i];
        for (size_t j = i + 1; j < n; j++)
            b[j] -= a[i * n + j] * b[i];
    }
    for (size_t i = n; i-- > 1;) {
        for (size_t j = 0; j < i; j++)
            b[j] -= a[i * n + j] * b[i];
    }
    for (size_t k = n; k-- > 0;) {
        double kept = b[k];
        b[k] = b[pivot[k]];
        b[pivot[k]] = kept;
    }
}

int gst_cholesky_factor(size_t n, double *a, double *scale, double threshold)
{
    for (size_t i = 0; i < n; i++) {
        if (!(a[i * n + i] > 0.0))
            return GST_FAILED;
        scale[i] = sqrt(a[i * n + i]);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = i == j ? 1.0 : a[i * n + j] / (scale[i] * scale[j]);
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i != j)
                a[i * n + j] = sum / a[j * n + j];
            else if (sum > threshold)
                a[i * n + i] = sqrt(sum);
            else
                return GST_FAILED;
        }
    }
    return GST_OK;
}

void gst_cholesky_solve(size_t n, const double *a, const double *scale, double *b)
{
    for (size_t i = 0; i < n; i++) {
        b[i] /= scale[i];
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = 0; i < n; i++)
        b[i] /= scale[i];
}

/* x[first..] of the square triangle R x = c by singular values of its trailing block. */
static int solve_trailing(size_t columns, size_t first, const double *a, const double *c,
                          double cut, double noise, double *work, double *x, double *values,
                          double *projections)
{
    size_t n = columns - first;
    double *u = work, *v = u + n * n;
    memset(u, 0, n * n * sizeof *u);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            u[i * n + j] = a[(first + i) * columns + first + j];
    }
    gsl_matrix_view U = gsl_matrix_view_array(u, n, n), V = gsl_matrix_view_array(v, n, n);
    gsl_vector_view S = gsl_vector_view_array(values, n);
    if (gsl_linalg_SV_decomp_jacobi(&U.matrix, &V.matrix, &S.vector))
        return GST_FAILED;
    memset(x + first, 0, n * sizeof *x);
    for (size_t k = 0; k < n; k++) {
        projections[k] = 0.0;
        for (size_t i = 0; i < n; i++)
            projections[k] += u[i * n + k] * c[first + i];
        int kept = values[k] > cut && fabs(projections[k]) >= noise / values[k];
        for (size_t i = 0; kept && i < n; i++)
            x[first + i] += v[i * n + k] * projections[k] / values[k];
    }
    return isfinite(values[0]) ? GST_OK : GST_FAILED;
}

/* x[..first] from x[first..]: back substitution. */
static void solve_leading(size_t columns, size_t first, const double *a, const double *c, double *x)
{
    for (size_t i = first; i-- > 0;) {
        x[i] = c[i];
        for (size_t j = i + 1; j < columns; j++)
            x[i] -= a[i * columns + j] * x[j];
        x[i] /= a[i * columns + i];
    }
}

int gst_least_squares(size_t rows, size_t columns, size_t first, double *a, double *b, double cut,
                      double noise, double *x, double *values, double *projections)
{
    size_t n = columns - first;
    double *work = gst_alloc_doubles(2 * n * n + columns);
    if (!work)
        return GST_NO_MEMORY;
    double *tau = work + 2 * n * n;
    gsl_matrix_view A = gsl_matrix_view_array(a, rows, columns);
    gsl_vector_view T = gsl_vector_view_array(tau, columns), B = gsl_vector_view_array(b, rows);
    int status =
        gsl_linalg_QR_decomp(&A.matrix, &T.vector) ||
                gsl_linalg_QR_QTvec(&A.matrix, &T.vector, &B.vector)
            ? GST_FAILED
            : solve_trailing(columns, first, a, b, cut, noise, work, x, values, projections);
    if (status == GST_OK)
        solve_leading(columns, first, a, b, x);
    free(work);
    return status;
}

/* out_ij = a_ij / (scale_i scale_j), scale the roots of a's diagonal; rows whose diagonal is zero are zero. */
static int divide_by_diagonal(size_t n, const double *a, double *scale, double *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!(a[i * n + i] >= 0.0))
            return GST_FAILED;
        scale[i] = sqrt(a[i * n + i]);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            out[i * n + j] =
                scale[i] > 0.0 && scale[j] > 0.0 ? a[i * n + j] / scale[i] / scale[j] : 0.0;
    }
    return GST_OK;
}

/* The root of `correlation`, destroyed, rows multiplied by scale; workspace and values of size n. */
static int root_of_scaled(size_t n, double *correlation, const double *scale, double slack,
                          gsl_eigen_symmv_workspace *workspace, double *values, double *root)
{
    double largest = 0.0;
    gsl_matrix_view A = gsl_matrix_view_array(correlation, n, n),
                    R = gsl_matrix_view_array(root, n, n);
    gsl_vector_view S = gsl_vector_view_array(values, n);
    if (gsl_eigen_symmv(&A.matrix, &S.vector, &R.matrix, workspace))
        return GST_FAILED;
    for (size_t k = 0; k < n; k++)
        largest = fmax(largest, fabs(values[k]));
    for (size_t k = 0; k < n; k++) {
        if (!(values[k] >= -slack * largest))
            return GST_FAILED;
        for (size_t i = 0; i < n; i++)
            root[i * n + k] *= scale[i] * sqrt(fmax(values[k], 0.0));
    }
    return GST_OK;
}

int gst_symmetric_root(size_t n, const double *a, double slack, double *root)
{
    double *work = gst_alloc_doubles(n * n + 2 * n);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(n);
    int status = GST_NO_MEMORY;
    if (work && workspace) {
        double *scale = work + n * n, *values = scale + n;
        status = divide_by_diagonal(n, a, scale, work);
        if (status == GST_OK)
            status = root_of_scaled(n, work, scale, slack, workspace, values, root);
    }
    if (workspace)
        gsl_eigen_symmv_free(workspace);
    free(work);
    return status;
}

void gst_square_multiply(size_t n, const double *a, const double *c, double *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < n; k++)
                sum += a[i * n + k] * c[k * n + j];
            out[i * n + j] = sum;
        }
    }
}

/* The rotation that makes a_ij zero, i < j, applied to rows and columns of a and to the vectors. */
static void rotate(size_t n, double *a, double *vectors, size_t i, size_t j)
{
    double theta = 0.5 * (a[j * n + j] - a[i * n + i]) / a[i * n + j];
    double t = copysign(1.0, theta) / (fabs(theta) + hypot(theta, 1.0));
    double c = 1.0 / hypot(t, 1.0), s = t * c;
    for (size_t k = 0; k < n; k++) {
        double x = a[k * n + i], y = a[k * n + j];
        a[k * n + i] = c * x - s * y;
        a[k * n + j] = s * x + c * y;
    }
    for (size_t k = 0; k < n; k++) {
        double x = a[i * n + k], y = a[j * n + k];
        a[i * n + k] = c * x - s * y;
        a[j * n + k] = s * x + c * y;
        x = vectors[k * n + i];
        y = vectors[k * n + j];
        vectors[k * n + i] = c * x - s * y;
        vectors[k * n + j] = s * x + c * y;
    }
    a[i * n + j] = a[j * n + i] = 0.0;
}

int gst_symmetric_eigen(size_t n, double *a, double *values, double *vectors)
{
    double whole = 0.0, off = 1.0;
    for (size_t i = 0; i < n * n; i++) {
        vectors[i] = i / n == i % n;
        whole += a[i] * a[i];
    }
    if (!isfinite(whole))
        return GST_FAILED;
    for (int sweep = 0; sweep < JACOBI_SWEEPS && off > 0.0; sweep++) {
        off = 0.0;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i + 1; j < n; j++) {
                if (!(a[i * n + j] * a[i * n + j] > JACOBI_SMALL * JACOBI_SMALL * whole))
                    continue;
                off += a[i * n + j] * a[i * n + j];
                rotate(n, a, vectors, i, j);
            }
        }
    }
    for (size_t i = 0; i < n; i++)
        values[i] = a[i * n + i];
    return off > 0.0 ? GST_FAILED : GST_OK;
}
