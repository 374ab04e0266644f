/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral_complex.c - the spectral bulk's functions of X for complex numbers (spectral.h). */
#include "solver/bulk/spectral.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define TIMES(a, b) times(a, b)
#define OF(nodes, name) ((nodes)->name##c)
#define gst_chain_work gst_chain_work_complex
#define gst_spectral_response gst_spectral_response_complex
#define gst_spectral_move_X gst_spectral_move_X_complex
#define gst_spectral_special_N gst_spectral_special_N_complex

/* A product without the detour that C takes for infinite factors. */
static inline double complex times(double complex a, double complex b)
{
    return creal(a) * creal(b) - cimag(a) * cimag(b) +
           (creal(a) * cimag(b) + cimag(a) * creal(b)) * I;
}

#include "base/dense.inc"
#include "solver/bulk/spectral_pencil.inc"
