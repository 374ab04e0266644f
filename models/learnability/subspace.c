/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subspace.c - canonical orthonormal bases of subspaces of the target space.
 *
 * Singular vectors, by one-sided Jacobi on the rows of A (few rows, many columns; small singular values come
 * out as accurate as large ones, which the eigenvalues of A A^T would not):
 *   1. Rotate pairs of rows until all are orthogonal, and the frame with them: row i of the frame is then a
 *      left singular vector, the length of row i of A its singular value.
 *   2. Sort; keep the values above zero; replace the vectors of equal values by the reduced basis of their
 *      span; fix the signs. */
#include "models/learnability/subspace.h"

#include "giantstep/target.h"

#include <math.h>
#include <string.h>

/* Singular values this close, relatively, are taken for equal. */
#define DEGENERATE 1e-6
/* Shorter than this, the part of a projected axis outside the basis so far is taken for zero. */
#define DEPENDENT 1e-7
/* Components below this do not decide the sign of a row. */
#define NEGLIGIBLE 1e-6
/* Rows of cosine below this are orthogonal. */
#define ORTHOGONAL 1e-14
/* Jacobi converges quadratically: four rows need about six sweeps. */
#define SWEEPS 60

enum { R = GST_TARGET_DIM_MAX };

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += x[k] * y[k];
    return sum;
}

/* ---- reduced bases ------------------------------------------------------------------------------ */

/* x <- P x, P[i*r + j]. */
static void project(size_t r, const double *P, double *x)
{
    double image[R];
    for (size_t i = 0; i < r; i++)
        image[i] = dot(r, P + i * r, x);
    memcpy(x, image, r * sizeof *x);
}

/* x without its part in the first `count` rows of the basis, scaled to length one; returns the length. */
static double orthonormalise(size_t r, size_t count, const double *basis, double *x)
{
    for (size_t i = 0; i < count; i++) {
        double part = dot(r, basis + i * r, x);
        for (size_t j = 0; j < r; j++)
            x[j] -= part * basis[i * r + j];
    }
    double length = sqrt(dot(r, x, x));
    for (size_t j = 0; j < r && length > 0.0; j++)
        x[j] /= length;
    return length;
}

/* The reduced basis of the range of the projector P, of dimension `wanted`.  The second pass removes what
 * rounding left of a short first one. */
static void reduce(size_t r, const double *P, size_t wanted, double *basis)
{
    size_t count = 0;
    for (size_t axis = 0; axis < r && count < wanted; axis++) {
        double *x = basis + count * r;
        for (size_t j = 0; j < r; j++)
            x[j] = j == axis ? 1.0 : 0.0;
        project(r, P, x);
        if (!(orthonormalise(r, count, basis, x) > DEPENDENT))
            continue;
        project(r, P, x);
        orthonormalise(r, count, basis, x);
        count++;
    }
}

/* P = sign U^T U (+ I if sign < 0) of t rows: the projector on their span or on its complement. */
static void projector(size_t r, size_t t, const double *U, double sign, double *P)
{
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++) {
            P[i * r + j] = i == j && sign < 0.0 ? 1.0 : 0.0;
            for (size_t l = 0; l < t; l++)
                P[i * r + j] += sign * U[l * r + i] * U[l * r + j];
        }
    }
}

void gst_subspace_complement(size_t r, size_t t, const double *U, double *basis)
{
    double P[R * R];
    projector(r, t, U, -1.0, P);
    reduce(r, P, r - t, basis);
}

/* ---- singular vectors --------------------------------------------------------------------------- */

static void rotate(size_t n, double c, double s, double *x, double *y)
{
    for (size_t k = 0; k < n; k++) {
        double old = x[k];
        x[k] = c * old - s * y[k];
        y[k] = s * old + c * y[k];
    }
}

/* Make rows i and j of A orthogonal; 1 if they were not. */
static int orthogonalise_pair(size_t n, double *A, size_t r, double *vectors, size_t i, size_t j)
{
    double *x = A + i * n, *y = A + j * n;
    double xx = dot(n, x, x), yy = dot(n, y, y), xy = dot(n, x, y);
    if (!(fabs(xy) > ORTHOGONAL * sqrt(xx) * sqrt(yy)))
        return 0;
    double zeta = (yy - xx) / (2.0 * xy);
    double t = copysign(1.0, zeta) / (fabs(zeta) + hypot(1.0, zeta)), c = 1.0 / hypot(1.0, t);
    rotate(n, c, c * t, x, y);
    rotate(r, c, c * t, vectors + i * r, vectors + j * r);
    return 1;
}

static void swap_rows(size_t r, double *values, double *vectors, size_t i, size_t j)
{
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
    for (size_t k = 0; k < r; k++) {
        double component = vectors[i * r + k];
        vectors[i * r + k] = vectors[j * r + k];
        vectors[j * r + k] = component;
    }
}

static void sort_descending(size_t q, size_t r, double *values, double *vectors)
{
    for (size_t i = 0; i < q; i++)
        for (size_t j = i + 1; j < q; j++)
            if (values[j] > values[i])
                swap_rows(r, values, vectors, i, j);
}

static void fix_sign(size_t r, double *x)
{
    size_t j = 0;
    while (j + 1 < r && !(fabs(x[j]) > NEGLIGIBLE))
        j++;
    double sign = x[j] < 0.0 ? -1.0 : 1.0;
    for (size_t k = 0; k < r; k++)
        x[k] *= sign;
}

/* Step 2 for sorted values. */
static void canonicalise(size_t r, size_t count, const double *values, double *vectors)
{
    for (size_t first = 0, next; first < count; first = next) {
        next = first + 1;
        while (next < count && values[next] >= (1.0 - DEGENERATE) * values[next - 1])
            next++;
        if (next - first > 1) {
            double P[R * R];
            projector(r, next - first, vectors + first * r, 1.0, P);
            reduce(r, P, next - first, vectors + first * r);
        }
    }
    for (size_t i = 0; i < count; i++)
        fix_sign(r, vectors + i * r);
}

void gst_subspace_singular(size_t q, size_t n, double *A, size_t r, const double *frame,
                           double zero, double *values, double *vectors, size_t *count)
{
    int rotated = 1;
    memcpy(vectors, frame, q * r * sizeof *vectors);
    for (size_t sweep = 0; rotated && sweep < SWEEPS; sweep++) {
        rotated = 0;
        for (size_t i = 0; i < q; i++)
            for (size_t j = i + 1; j < q; j++)
                rotated |= orthogonalise_pair(n, A, r, vectors, i, j);
    }
    for (size_t i = 0; i < q; i++)
        values[i] = sqrt(dot(n, A + i * n, A + i * n));
    sort_descending(q, r, values, vectors);
    *count = 0;
    while (*count < q && values[*count] > zero)
        ++*count;
    canonicalise(r, *count, values, vectors);
}
