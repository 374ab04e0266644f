/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bounds.h - bounds on the excess risk after one step with the population gradient (theory 11). */
#ifndef GST_BOUNDS_H
#define GST_BOUNDS_H

#include "giantstep/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    double upper, lower, lower_published, kernel;
    double error; /* absolute quadrature error of the worst of them */
    int status;   /* GST_OK iff error <= tol * Var g */
} gst_bounds;

/* training must have alpha0 = INFINITY and no spikes; any K.  tol as in gst_solve_options. */
int gst_bounds_compute(const gst_problem *problem, double tol, gst_bounds *bounds,
                       gst_message *message);

/* The functions of kappa that attain them, at `count` values of kappa (K = 1): E[g|kappa], and the
 * minimisers of upper, lower and lower_published. */
int gst_bounds_functions(const gst_problem *problem, size_t count, const double *kappa,
                         double *target, double *upper, double *lower, double *lower_published,
                         gst_message *message);

#ifdef __cplusplus
}
#endif

#endif
