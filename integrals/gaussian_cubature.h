/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian_cubature.h - adaptive cubature (Johnson's hcubature) that cannot report a value it does
 * not have.
 *
 * hcubature returns 0 when its evaluation limit was hit and when the integrand gave NaN; this
 * wrapper checks the achieved error of every component and the finiteness of every value. */
#ifndef GST_GAUSSIAN_CUBATURE_H
#define GST_GAUSSIAN_CUBATURE_H

#include "giantstep/status.h"
#include "integrals/integrand.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Plain integral of `components` functions over the box [low_j, high_j], dim >= 1: GST_OK iff
 * error[c] <= max(epsabs, epsrel*|value[c]|) for every c (ERROR_INDIVIDUAL) and no value was NaN or
 * infinite; GST_LOOSE when the evaluation limit was hit (values and errors returned); GST_FAILED
 * for values that are not finite or an error of the library (value = NaN). */
int gst_cubature_box(size_t components, gst_integrand *f, void *params, size_t dim,
                     const double *low, const double *high, double epsabs, double epsrel,
                     size_t evaluations, double *value, double *error);

/* E f_c(z), z ~ N(0, I_count), 1 <= count <= 16, the first `first` of first+count variables fixed,
 * on the Gaussian box of mesh.h by gst_cubature_box in stretched variables, cell by cell (on the
 * whole box at once hcubature samples the tails and reports 0 +- 0); status as there.  At least one
 * rule is evaluated in each of 4^count (count <= 2) or 2^count cells, whatever `evaluations`
 * says. */
int gst_cubature_gaussian(size_t components, gst_integrand *f, void *params, size_t first,
                          size_t count, const double *fixed, double epsabs, double epsrel,
                          size_t evaluations, double *value, double *error);

#ifdef __cplusplus
}
#endif

#endif
