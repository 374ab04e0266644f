/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_forms_complex.c - the pencil and its forms for complex numbers (chain.h). */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define TIMES(a, b) times(a, b)
#define PARTS 2
#define MAKE(x) ((x)[0] + (x)[1] * I)
#define SPLIT(x, to, step) split(x, to, step)
#define SQUARE(x, step) ((x)[0] - (x)[(step) + 1] + ((x)[1] + (x)[step]) * I)
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
#define gst_chain_forms gst_chain_forms_complex
#define PENCIL(name) name##_complex

/* Real and imaginary part. */
static inline void split(double complex x, double *to, size_t step)
{
    to[0] = creal(x);
    to[step] = cimag(x);
}

/* A product without the detour that C takes for infinite factors. */
static inline double complex times(double complex a, double complex b)
{
    return creal(a) * creal(b) - cimag(a) * cimag(b) +
           (creal(a) * cimag(b) + cimag(a) * creal(b)) * I;
}
#define RISE_LONG(b, s, slope, dG, rise) 0
#define RECORD_STEP(b, t, v) (void)(t)
#define RECORD_END(b, probes, v) (void)(probes)

#include "base/dense.inc"
#include "base/memory.h"
#include "solver/bulk/chain_pencil.inc"
#include "solver/bulk/chain_forms.inc"
