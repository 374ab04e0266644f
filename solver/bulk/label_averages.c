/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages.c - label_averages.inc for real and for complex numbers. */
#include "solver/bulk/label_averages.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#define NAME(stem) stem##_real
#include "base/dense.inc"
#include "solver/bulk/label_averages.inc"
#undef SCALAR
#undef SIZE
#undef NAME

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#define NAME(stem) stem##_complex
#include "base/dense.inc"
#include "solver/bulk/label_averages.inc"
#undef SCALAR
#undef SIZE
#undef NAME

int gst_exact_work_alloc_real(gst_exact_work_real **work, const gst_exact_forms *forms)
{
    return alloc_work_real(work, forms);
}

int gst_exact_work_alloc_complex(gst_exact_work_complex **work, const gst_exact_forms *forms)
{
    return alloc_work_complex(work, forms);
}

void gst_exact_work_free_real(gst_exact_work_real *work)
{
    free_work_real(work);
}

void gst_exact_work_free_complex(gst_exact_work_complex *work)
{
    free_work_complex(work);
}

int gst_exact_response_real(const gst_exact_forms *forms, const double *P, const double *M,
                            double *H, double *G, gst_exact_work_real *work)
{
    set_X_real(forms, M, work->X);
    return respond_real(forms, P, work->X, 1, H, G, work->solve);
}

int gst_exact_response_complex(const gst_exact_forms *forms, const double complex *P,
                               const double complex *M, double complex *H, double complex *G,
                               gst_exact_work_complex *work)
{
    set_X_complex(forms, M, work->X);
    return respond_complex(forms, P, work->X, 1, H, G, work->solve);
}

int gst_exact_mean_complex(const gst_exact_forms *forms, const double complex *G, double complex *M,
                           gst_exact_work_complex *work)
{
    if (forms->K == 1)
        return gst_exact_single(forms, G, M, NULL);
    return mean_complex(forms, G, M, work);
}

int gst_exact_mean_real(const gst_exact_forms *forms, const double *G, double *M,
                        gst_exact_work_real *work)
{
    return mean_real(forms, G, M, work);
}

int gst_exact_node_real(const gst_exact_forms *forms, double y, const double *G, double *Q,
                        gst_exact_work_real *work)
{
    return node_real(forms, y, G, Q, work->solve);
}

int gst_exact_node_complex(const gst_exact_forms *forms, double y, const double complex *G,
                           double complex *Q, gst_exact_work_complex *work)
{
    return node_complex(forms, y, G, Q, work->solve);
}

int gst_exact_directions_real(const gst_exact_forms *forms, const double *P, const double *M,
                              double *N, gst_exact_work_real *work)
{
    return directions_real(forms, P, M, N, work);
}

int gst_exact_directions_complex(const gst_exact_forms *forms, const double complex *P,
                                 const double complex *M, double complex *N,
                                 gst_exact_work_complex *work)
{
    return directions_complex(forms, P, M, N, work);
}
