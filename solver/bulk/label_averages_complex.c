/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages_complex.c - the forms of label_averages.h for complex numbers. */
#include "solver/bulk/label_averages.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define gst_exact_work gst_exact_work_complex
#define gst_exact_work_alloc gst_exact_work_alloc_complex
#define gst_exact_work_free gst_exact_work_free_complex
#define gst_exact_response gst_exact_response_complex
#define gst_exact_label_Q gst_exact_label_Q_complex
#define gst_exact_mean_Q gst_exact_mean_Q_complex
#define gst_exact_special_N gst_exact_special_N_complex
#include "base/dense.inc"
#include "solver/bulk/label_averages.inc"
#include "solver/bulk/special_directions.inc"
