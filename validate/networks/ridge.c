/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ridge.c - ridge regressions on nested data sets (theory 1).
 *
 * Phi is n x p, l = lambda p.  Two forms, the smaller matrix of the two:
 *   n <= p   (Phi Phi^T + l) alpha = y,  c = Phi^T alpha,  residual y - Phi c = l alpha.
 *   n > p    (Phi^T Phi + l) c = b = Phi^T y,  squared residual |y|^2 - 2 b.c + c.(Phi^T Phi) c.
 *
 *   1. Rows up to the largest n <= p are kept.  When they are complete, K = Phi Phi^T is formed and, per
 *      lambda, factorised once: the factor of a smaller n is a leading block of it.  Only if that factor
 *      does not exist, every n gets its own.
 *   2. For larger n, Phi^T Phi, b and |y|^2 are accumulated as rows arrive; at each n, per lambda, a
 *      factorisation of its own.
 * The Gram matrix and its factor are halves of one square: the matrix above the diagonal, which is kept apart, the factor
 * below and on it.
 * At lambda = 0 both forms give the minimum-norm solution. */
#include "validate/networks/ridge.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "base/memory.h"
#include "giantstep/status.h"

/* The squared ratio of the factor's diagonal bounds the condition number from below, seldom by more than a
 * factor 1e3: only beyond RCOND_SUSPECT is the condition number itself estimated. */
#define RCOND_SUSPECT 1e-9
#define RCOND_LOOSE 1e-13
#define SINGLE_SUSPECT 1e-3

/* Rows and columns of a square that is transposed at a time. */
enum { TILE = 32 };

struct gst_ridge {
    size_t p, n_count, lambda_count;
    const size_t *n;
    const double *lambda;
    size_t narrow;     /* fits 0 .. narrow-1 have n <= p */
    size_t kept, seen; /* rows to keep; rows so far */
    gst_numbers phi;   /* kept rows */
    double *y;
    gst_numbers sums;         /* gst_gram_work */
    double *gram, *diagonal;  /* the square, and the matrix's diagonal */
    double *b, *work, square; /* Phi^T y, |y|^2 */
    double *alpha;            /* narrow rows of length kept */
    volatile const int *stop;
    gst_ridge_fit *fit;
    double *c;
};

static size_t count_narrow(size_t p, size_t n_count, const size_t *n)
{
    size_t count = 0;
    while (count < n_count && n[count] <= p)
        count++;
    return count;
}

static size_t gram_size(size_t p, size_t narrow, size_t n_count, size_t kept)
{
    return narrow < n_count ? p : kept;
}

double gst_ridge_doubles(size_t p, gst_precision precision, size_t n_count, const size_t *n,
                         size_t lambda_count)
{
    size_t narrow = count_narrow(p, n_count, n), kept = narrow > 0 ? n[narrow - 1] : 0;
    double size = (double)gram_size(p, narrow, n_count, kept), rows = (double)kept;
    double fits = (double)n_count * (double)lambda_count;
    double numbers = rows * (double)p + (double)gst_gram_work(precision, p);
    return size * size + gst_precision_doubles(precision) * numbers + rows * (double)(narrow + 1) +
           (3 + fits) * (double)p + 2 * fits;
}

int gst_ridge_alloc(gst_ridge **ridge, size_t p, gst_precision precision, size_t n_count,
                    const size_t *n, size_t lambda_count, const double *lambda,
                    volatile const int *stop)
{
    gst_ridge *r = *ridge = gst_alloc(1, sizeof *r);
    if (!r)
        return GST_NO_MEMORY;
    r->p = p;
    r->n_count = n_count;
    r->lambda_count = lambda_count;
    r->n = n;
    r->lambda = lambda;
    r->stop = stop;
    r->narrow = count_narrow(p, n_count, n);
    r->kept = r->narrow > 0 ? n[r->narrow - 1] : 0;
    size_t size = gram_size(p, r->narrow, n_count, r->kept);
    r->y = gst_alloc_doubles(r->kept);
    r->gram = gst_alloc_doubles(size * size);
    r->diagonal = gst_alloc_doubles(p);
    r->b = gst_alloc_doubles(p);
    r->work = gst_alloc_doubles(p);
    r->alpha = gst_alloc_doubles(r->narrow * r->kept);
    r->fit = gst_alloc(n_count * lambda_count, sizeof *r->fit);
    r->c = gst_alloc_doubles(n_count * lambda_count * p);
    if (gst_numbers_alloc(&r->phi, precision, r->kept * p) == GST_OK &&
        gst_numbers_alloc(&r->sums, precision, gst_gram_work(precision, p)) == GST_OK && r->y &&
        r->gram && r->diagonal && r->b && r->work && r->alpha && r->fit && r->c)
        return GST_OK;
    gst_ridge_free(r);
    *ridge = NULL;
    return GST_NO_MEMORY;
}

void gst_ridge_free(gst_ridge *ridge)
{
    if (!ridge)
        return;
    gst_numbers_free(&ridge->phi);
    gst_numbers_free(&ridge->sums);
    free(ridge->y);
    free(ridge->gram);
    free(ridge->diagonal);
    free(ridge->b);
    free(ridge->work);
    free(ridge->alpha);
    free(ridge->fit);
    free(ridge->c);
    free(ridge);
}

/* One triangle of the leading n x n block, without the diagonal, becomes the mirror image of the other: up != 0, the upper. */
static void mirror(size_t n, size_t ld, int up, double *S)
{
    for (size_t top = 0; top < n; top += TILE)
        for (size_t left = 0; left <= top; left += TILE)
            for (size_t i = top; i < n && i < top + TILE; i++)
                for (size_t j = left; j < i && j < left + TILE; j++) {
                    if (up)
                        S[j * ld + i] = S[i * ld + j];
                    else
                        S[i * ld + j] = S[j * ld + i];
                }
}

/* The matrix, in the lower triangle, goes to where no factor is written. */
static void set_aside(const gst_ridge *r, size_t n)
{
    mirror(n, n, 1, r->gram);
    for (size_t i = 0; i < n; i++)
        r->diagonal[i] = r->gram[i * n + i];
}

/* Lower triangle of the leading n x n block (leading dimension ld) = the matrix that was set aside, plus l on the diagonal. */
static void shift(const gst_ridge *r, size_t n, size_t ld, double l)
{
    mirror(n, ld, 0, r->gram);
    for (size_t i = 0; i < n; i++)
        r->gram[i * ld + i] = r->diagonal[i] + l;
}

/* Largest absolute row sum of the matrix set aside. */
static double norm_of(const gst_ridge *r, size_t n, size_t ld)
{
    double *factor = r->work, norm;
    for (size_t i = 0; i < n; i++) {
        factor[i] = r->gram[i * ld + i];
        r->gram[i * ld + i] = r->diagonal[i];
    }
    norm = gst_dense_norm_above(n, ld, r->gram);
    for (size_t i = 0; i < n; i++)
        r->gram[i * ld + i] = factor[i];
    return norm;
}

static int stopped(const gst_ridge *r)
{
    return r->stop && *r->stop;
}

/* Factorise gram + l; 0 if it is not positive definite. */
static int factorise(const gst_ridge *r, size_t n, size_t ld, double l)
{
    shift(r, n, ld, l);
    return gst_dense_cholesky(n, ld, r->gram) == 0;
}

/* Norm of the rounding of a Gram matrix of size `order` made in single precision: entries of independent signs and, since
 * partial sums may be as large, FLT_EPSILON/2 times the mean of the diagonal; the norm is 2 sqrt(order) times as large. */
static double rounding(const gst_ridge *r, size_t order)
{
    double trace = 0;
    for (size_t i = 0; i < order; i++)
        trace += r->diagonal[i];
    return r->phi.single ? FLT_EPSILON * trace / sqrt((double)order) : 0;
}

/* GST_OK or GST_LOOSE, from the factor of gram + l. */
static int judge(const gst_ridge *r, size_t order, size_t ld, double l)
{
    double least = r->gram[0], most = r->gram[0], noise = rounding(r, order);
    double allowed = DBL_EPSILON / RCOND_LOOSE;
    for (size_t i = 1; i < order; i++) {
        least = fmin(least, r->gram[i * ld + i]);
        most = fmax(most, r->gram[i * ld + i]);
    }
    if (least * least > RCOND_SUSPECT * most * most &&
        noise <= SINGLE_SUSPECT * allowed * least * least)
        return GST_OK;
    double norm = norm_of(r, order, ld) + l;
    double rcond = gst_dense_cholesky_rcond(order, ld, r->gram, norm);
    return isgreaterequal(rcond, RCOND_LOOSE) && islessequal(noise, allowed * rcond * norm)
               ? GST_OK
               : GST_LOOSE;
}

/* ---- n <= p ------------------------------------------------------------------------------------- */

/* alpha (zeros after n[k] rows) and fit k from the factor of at least n[k] rows. */
static gst_ridge_fit solve_narrow(gst_ridge *r, size_t k, double l, double *alpha)
{
    size_t n = r->n[k];
    gst_ridge_fit fit;
    memcpy(alpha, r->y, n * sizeof *alpha);
    gst_dense_cholesky_solve(n, r->kept, r->gram, alpha);
    fit.train_error = l * l * gst_dense_dot(n, alpha, alpha) / (double)n;
    fit.status = judge(r, n, r->kept, l);
    return fit;
}

/* c = Phi^T alpha of all n <= p, c[k*p + i]. */
static void combine_rows(const gst_ridge *r, double *c)
{
    if (r->phi.wide)
        gst_dense_multiply(GST_AS_IS, GST_AS_IS, r->narrow, r->p, r->kept, r->alpha, r->phi.wide, 0,
                           c);
    for (size_t k = 0; r->phi.single && k < r->narrow; k++)
        gst_numbers_gather(r->n[k], r->p, r->phi, r->alpha + k * r->kept, c + k * r->p);
}

static void fit_narrow(gst_ridge *r)
{
    gst_numbers_gram_rows(r->kept, r->p, r->phi, r->sums, r->gram);
    set_aside(r, r->kept);
    for (size_t index = 0; index < r->lambda_count && !stopped(r); index++) {
        double l = r->lambda[index] * (double)r->p;
        int shared = factorise(r, r->kept, r->kept, l);
        memset(r->alpha, 0, r->narrow * r->kept * sizeof *r->alpha);
        for (size_t k = 0; k < r->narrow && !stopped(r); k++) {
            gst_ridge_fit *fit = r->fit + index * r->n_count + k;
            *fit = (gst_ridge_fit){.train_error = NAN, .status = GST_FAILED};
            if (shared || factorise(r, r->n[k], r->kept, l))
                *fit = solve_narrow(r, k, l, r->alpha + k * r->kept);
        }
        combine_rows(r, r->c + index * r->n_count * r->p);
    }
}

/* ---- n > p -------------------------------------------------------------------------------------- */

static void fit_wide(gst_ridge *r, size_t k)
{
    size_t p = r->p;
    set_aside(r, p);
    for (size_t index = 0; index < r->lambda_count && !stopped(r); index++) {
        double l = r->lambda[index] * (double)p;
        double *c = r->c + (index * r->n_count + k) * p;
        gst_ridge_fit *fit = r->fit + index * r->n_count + k;
        *fit = (gst_ridge_fit){.train_error = NAN, .status = GST_FAILED};
        if (!factorise(r, p, p, l))
            continue;
        memcpy(c, r->b, p * sizeof *c);
        gst_dense_cholesky_solve(p, p, r->gram, c);
        fit->status = judge(r, p, p, l);
        shift(r, p, p, 0);
        double residual =
            r->square - 2 * gst_dense_dot(p, r->b, c) + gst_dense_form(p, r->gram, c, r->work);
        fit->train_error = fmax(residual, 0) / (double)r->n[k];
    }
    shift(r, p, p, 0);
}

/* Rows that no kept matrix holds: they enter the p x p Gram matrix. */
static void add_wide(gst_ridge *r, size_t rows, gst_numbers phi, const double *y)
{
    gst_numbers_gram_add(r->p, rows, phi, r->sums, r->gram);
    gst_numbers_gather(rows, r->p, phi, y, r->b);
    r->square += gst_dense_dot(rows, y, y);
}

/* ---- rows --------------------------------------------------------------------------------------- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Keep rows for n <= p; returns how many were taken. */
static size_t keep(gst_ridge *r, size_t rows, gst_numbers phi, const double *y)
{
    if (r->seen >= r->kept)
        return 0;
    size_t taken = smaller(rows, r->kept - r->seen);
    gst_numbers_copy(taken * r->p, phi, gst_numbers_from(r->phi, r->seen * r->p));
    memcpy(r->y + r->seen, y, taken * sizeof *y);
    r->seen += taken;
    if (r->seen < r->kept)
        return taken;
    fit_narrow(r);
    if (r->narrow < r->n_count) {
        memset(r->gram, 0, r->p * r->p * sizeof *r->gram);
        add_wide(r, r->kept, r->phi, r->y);
    }
    return taken;
}

int gst_ridge_add(gst_ridge *ridge, size_t rows, gst_numbers phi, const double *y)
{
    gst_ridge *r = ridge;
    size_t k = r->narrow, done = keep(r, rows, phi, y);
    while (k < r->n_count && r->n[k] <= r->seen)
        k++;
    while (done < rows && k < r->n_count && !stopped(r)) {
        size_t part = smaller(rows - done, r->n[k] - r->seen);
        add_wide(r, part, gst_numbers_from(phi, done * r->p), y + done);
        r->seen += part;
        done += part;
        for (; k < r->n_count && r->n[k] == r->seen; k++)
            fit_wide(r, k);
    }
    return stopped(r) ? GST_INTERRUPTED : GST_OK;
}

const gst_ridge_fit *gst_ridge_fits(const gst_ridge *ridge)
{
    return ridge->fit;
}

const double *gst_ridge_coefficients(const gst_ridge *ridge)
{
    return ridge->c;
}
