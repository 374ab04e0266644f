/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages.c - label_averages.inc for real and for complex numbers. */
#include "solver/bulk/label_averages.h"

#include <math.h>
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

size_t gst_exact_workspace(const gst_exact_forms *forms)
{
    size_t n = forms->nb, m = n * forms->r, terms = forms->batch->law->terms;
    return (terms + 12) * n * n + 5 * m * m + 16 * n * m;
}

int gst_exact_response_real(const gst_exact_forms *forms, const double *P, const double *M,
                            double *H, double *G, double *work)
{
    set_X_real(forms, M, work);
    return respond_real(forms, P, work, 1, H, G, work + forms->nb * forms->nb);
}

int gst_exact_response_complex(const gst_exact_forms *forms, const double complex *P,
                               const double complex *M, double complex *H, double complex *G,
                               double complex *work)
{
    set_X_complex(forms, M, work);
    return respond_complex(forms, P, work, 1, H, G, work + forms->nb * forms->nb);
}

int gst_exact_mean_complex(const gst_exact_forms *forms, const double complex *G, double complex *M,
                           double complex *work)
{
    if (forms->K == 1)
        return gst_exact_single(forms, G, M, NULL);
    return mean_complex(forms, G, M, work);
}

int gst_exact_mean_real(const gst_exact_forms *forms, const double *G, double *M, double *work)
{
    return mean_real(forms, G, M, work);
}

int gst_exact_node_real(const gst_exact_forms *forms, double y, const double *G, double *Q,
                        double *work)
{
    return node_real(forms, y, G, Q, work);
}

int gst_exact_node_complex(const gst_exact_forms *forms, double y, const double complex *G,
                           double complex *Q, double complex *work)
{
    return node_complex(forms, y, G, Q, work);
}

int gst_exact_directions_real(const gst_exact_forms *forms, const double *P, const double *M,
                              double *N, double *work)
{
    return directions_real(forms, P, M, N, work);
}

int gst_exact_directions_complex(const gst_exact_forms *forms, const double complex *P,
                                 const double complex *M, double complex *N, double complex *work)
{
    return directions_complex(forms, P, M, N, work);
}
