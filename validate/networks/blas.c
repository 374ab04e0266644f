/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.c - the BLAS and LAPACK calls of the simulator.
 *
 * LAPACK is column-major: the lower triangle of a row-major symmetric matrix is its upper triangle there,
 * so that nothing is copied. */
#include "validate/networks/blas.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/free_memory.h"
#include "base/memory.h"

/* The most buffers held, as many as threads OpenBLAS is built for in Debian; what a thread takes besides. */
enum { BUFFERS = 64 };
#define STACK ((size_t)10 << 20)

enum { ROOT_MAX = 16 };
#define ROOT_CUT 1e-12
#define ROOT_NEGATIVE -1e-9

int gst_dense_fits(size_t size)
{
    return size <= INT_MAX;
}

static int to_int(size_t size)
{
    return gst_dense_fits(size) ? (int)size : 0;
}

static CBLAS_TRANSPOSE to_blas(gst_transpose transpose)
{
    return transpose == GST_TRANSPOSED ? CblasTrans : CblasNoTrans;
}

void gst_dense_set_threads(int threads)
{
    if (openblas_get_num_threads() != threads)
        openblas_set_num_threads(threads);
}

/* OpenBLAS's own: a buffer is mapped at the first call that finds none free, and kept.  Another BLAS need not
 * have them. */
extern void *blas_memory_alloc(int position) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));

/* Have OpenBLAS map that many buffers, which are then free for its calls. */
static void hold_buffers(size_t count)
{
    void *held[BUFFERS];
    size_t taken = 0;
    if (!blas_memory_alloc || !blas_memory_free)
        return;
    while (taken < count && (held[taken] = blas_memory_alloc(0)))
        taken++;
    while (taken > 0)
        blas_memory_free(held[--taken]);
}

int gst_dense_prepare(size_t callers, int threads, gst_message *message)
{
    size_t count = callers * (size_t)(threads > 1 ? threads : 1);
    count = count < BUFFERS ? count : BUFFERS;
    if (!gst_memory_can_take(count, GST_DENSE_BUFFER + STACK))
        return gst_fail(
            message, GST_NO_MEMORY,
            "threads: BLAS needs %zu bytes of address space for %zu threads, less is left",
            count * (GST_DENSE_BUFFER + STACK), count);
    hold_buffers(count);
    gst_dense_set_threads(threads);
    return GST_OK;
}

void gst_dense_multiply(gst_transpose a, gst_transpose b, size_t m, size_t n, size_t k,
                        const double *A, const double *B, double keep, double *C)
{
    int lda = to_int(a == GST_TRANSPOSED ? m : k), ldb = to_int(b == GST_TRANSPOSED ? k : n);
    if (m > 0 && n > 0 && k > 0)
        cblas_dgemm(CblasRowMajor, to_blas(a), to_blas(b), to_int(m), to_int(n), to_int(k), 1, A,
                    lda, B, ldb, keep, C, to_int(n));
}

void gst_dense_apply(gst_transpose a, size_t m, size_t n, const double *A, const double *x,
                     double keep, double *y)
{
    if (m > 0 && n > 0)
        cblas_dgemv(CblasRowMajor, to_blas(a), to_int(m), to_int(n), 1, A, to_int(n), x, 1, keep, y,
                    1);
}

double gst_dense_dot(size_t n, const double *x, const double *y)
{
    return cblas_ddot(to_int(n), x, 1, y, 1);
}

double gst_dense_form(size_t n, const double *S, const double *x, double *work)
{
    cblas_dsymv(CblasRowMajor, CblasLower, to_int(n), 1, S, to_int(n), x, 1, 0, work, 1);
    return gst_dense_dot(n, x, work);
}

void gst_dense_gram_rows(size_t n, size_t k, const double *A, double *S)
{
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, to_int(n), to_int(k), 1, A, to_int(k), 0,
                S, to_int(n));
}

void gst_dense_gram_add(size_t n, size_t k, const double *A, double *S)
{
    if (k > 0)
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, to_int(n), to_int(k), 1, A, to_int(n), 1,
                    S, to_int(n));
}

size_t gst_dense_cholesky(size_t n, size_t ld, double *S)
{
    int info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', to_int(n), S, to_int(ld));
    return info < 0 ? 1 : (size_t)info;
}

void gst_dense_cholesky_solve(size_t n, size_t ld, const double *L, double *x)
{
    LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', to_int(n), 1, L, to_int(ld), x, to_int(n));
}

double gst_dense_norm_above(size_t n, size_t ld, const double *S)
{
    return LAPACKE_dlansy(LAPACK_COL_MAJOR, '1', 'L', to_int(n), S, to_int(ld));
}

double gst_dense_cholesky_rcond(size_t n, size_t ld, const double *L, double norm)
{
    double rcond = 0;
    int info = LAPACKE_dpocon(LAPACK_COL_MAJOR, 'U', to_int(n), L, to_int(ld), norm, &rcond);
    return info == 0 ? rcond : 0;
}

int gst_dense_root(size_t n, const double *S, double *R)
{
    double vectors[ROOT_MAX * ROOT_MAX], values[ROOT_MAX];
    if (n > ROOT_MAX)
        return 1;
    memcpy(vectors, S, n * n * sizeof *S);
    int info = LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'L', to_int(n), vectors, to_int(n), values);
    if (info != 0 || !(values[0] >= ROOT_NEGATIVE * values[n - 1]))
        return 1;
    for (size_t j = 0; j < n; j++) {
        double root = values[j] > ROOT_CUT * values[n - 1] ? sqrt(values[j]) : 0;
        for (size_t i = 0; i < n; i++)
            R[i * n + j] = vectors[i * n + j] * root;
    }
    return 0;
}

int gst_dense_spectrum(size_t n, double *S, double *values, size_t count, double *vectors)
{
    int size = to_int(n), found = 0, *support = gst_alloc(2 * (count + 1), sizeof *support);
    double *copy = count > 0 ? gst_alloc_doubles(n * n) : NULL;
    double *largest = gst_alloc_doubles(n);
    int info = support && largest && (copy || count == 0) ? 0 : -1;
    if (info == 0 && copy)
        memcpy(copy, S, n * n * sizeof *S);
    if (info == 0)
        info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'N', 'A', 'U', size, S, size, 0, 0, 0, 0, 0, &found,
                              values, NULL, 1, support);
    if (info == 0 && copy)
        info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'U', size, copy, size, 0, 0,
                              size - to_int(count) + 1, size, 0, &found, largest, vectors, size,
                              support);
    free(support);
    free(copy);
    free(largest);
    return info;
}
