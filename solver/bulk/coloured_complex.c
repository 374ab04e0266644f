/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coloured_complex.c - the coloured bulk's pencil for complex numbers (coloured.h). */
#include "solver/bulk/coloured.h"
#include "giantstep/features.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define TIMES(a, b) times(a, b)
#define OF(nodes, name) ((nodes)->name##c)
#define gst_chain_work gst_chain_work_complex
#define gst_coloured_response gst_coloured_response_complex
#define gst_coloured_move_X gst_coloured_move_X_complex
#define gst_coloured_move_M gst_coloured_move_M_complex
#define gst_coloured_forms gst_coloured_forms_complex

/* A product without the detour that C takes for infinite factors. */
static inline double complex times(double complex a, double complex b)
{
    return creal(a) * creal(b) - cimag(a) * cimag(b) +
           (creal(a) * cimag(b) + cimag(a) * creal(b)) * I;
}

#include "base/dense.inc"
#include "solver/bulk/coloured_pencil.inc"
