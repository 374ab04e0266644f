/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_forms_complex.c - the pencil and its forms for complex numbers (chain.h). */
#include "solver/bulk/chain.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define TIMES(a, b) times(a, b)
#define gst_chain_work gst_chain_work_complex
#define gst_chain_work_alloc gst_chain_work_alloc_complex
#define gst_chain_work_free gst_chain_work_free_complex
#define gst_chain_response gst_chain_response_complex
#define gst_chain_average gst_chain_average_complex
#define gst_chain_single gst_chain_single_complex
#define gst_chain_move_X gst_chain_move_X_complex
#define gst_chain_move_M gst_chain_move_M_complex
#define gst_chain_rise gst_chain_rise_complex
#define gst_chain_special_N gst_chain_special_N_complex

/* A product without the detour that C takes for infinite factors. */
static inline double complex times(double complex a, double complex b)
{
    return CMPLX(creal(a) * creal(b) - cimag(a) * cimag(b),
                 creal(a) * cimag(b) + cimag(a) * creal(b));
}

static void add_square(size_t p, double weight, const double complex *q, double complex *sums)
{
    for (size_t a = 0; a < p; a++) {
        double *row = (double *)(sums + a * p), x = weight * creal(q[a]), y = weight * cimag(q[a]);
        const double *other = (const double *)q;
        for (size_t c = 0; c < p; c++) {
            row[2 * c] += x * other[2 * c] - y * other[2 * c + 1];
            row[2 * c + 1] += x * other[2 * c + 1] + y * other[2 * c];
        }
    }
}

#include "base/dense.inc"
#include "solver/bulk/chain_pencil.inc"
#include "solver/bulk/chain_forms.inc"
