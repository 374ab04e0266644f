/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expectation.h - Gaussian expectations to a requested tolerance, each value with its error. */
#ifndef GST_EXPECTATION_H
#define GST_EXPECTATION_H

#include "giantstep/status.h"
#include "integrals/integrand.h"

#ifdef __cplusplus
extern "C" {
#endif

/* E f_c over the variables first .. kinks.dim-1 for c < components; those below `first` are fixed
 * (they are passed to f like the others).  f reads kinks.dim coordinates: x[j*n + k],
 * j < kinks.dim.  first = kinks.dim is allowed: f at the fixed point. */
typedef struct {
    gst_kinks kinks; /* kinks.dim = number of variables of f; kinks.count = 0 if smooth */
    size_t components;
    gst_integrand *f;
    void *params;
    size_t first; /* 0 unless variables are held fixed */
} gst_expectand;

/* epsabs, epsrel: error <= epsabs + epsrel*scale is asked of every component, scale = E|f_c|.
 * spacing: over one variable, f is sampled about once per spacing to begin with; a feature that is narrower
 * (away from kinks) may be missed, one that is not is resolved wherever it is.
 * order_first: over several, the first order that may be accepted (doubled until the tolerance holds, until all
 * that misses it is cut off at the ends of the box and of the panels, or until three doublings in a
 * row have not made small errors smaller); even; taken as a multiple of 4 and at least 32, below which errors
 * cannot be judged.  A feature much narrower than 24/order_first (away from kinks) may fall between the nodes.
 * evaluations, >= 33: at most about this many points at a time (the first mesh, if split by kinks, may have
 * more); past that, smooth or not, adaptive cubature is tried when two or more variables are integrated.
 * stop: NULL, or a flag that ends the work when it becomes non-zero. */
typedef struct {
    double epsabs, epsrel, spacing;
    size_t order_first, evaluations;
    volatile const int *stop;
} gst_expectation_options;

gst_expectation_options
gst_expectation_defaults(void); /* 1e-15, 1e-14, 0.01, 32, 4 million, NULL */

/* value[c], half[c] (the value by a companion rule, which shares no node with the first, moved away from value[c] by
 * the integrand's size at the ends, which both cut off alike) and error[c] >= 0; half and error may be NULL;
 * fixed may be NULL if first = 0.
 * One variable: panels on which f is resolved (axis_expectation.c).  Several: a product mesh and a companion of
 * another spacing, shifted against it by an irrational part of a step (doubled.c), before which functions with kinks try
 * Gauss panels between these (pieces.c).  Over one variable the
 * companion is left out when neither half nor error is asked for, and the status only says what is not resolved.
 * The error is |value - half| (or, if larger, what the orders before say of the full rule) plus what is not
 * resolved, plus the integrand's size at the ends of the box and of the panels, so that a divergent or truncated
 * integral is never reported as accurate, plus rounding; it is what has to meet the tolerance.
 * Returns GST_OK, GST_LOOSE (values returned, tolerance missed, errors say by how much), GST_FAILED
 * (an integrand value that is not finite at a node of non-negligible weight, more kinks than can be
 * split, so many variables that no mesh has fewer points than `evaluations`), GST_INVALID (options,
 * no components, first > kinks.dim), GST_NO_MEMORY, GST_INTERRUPTED. */
int gst_expectation(const gst_expectand *e, const double *fixed,
                    const gst_expectation_options *options, double *value, double *half,
                    double *error);

/* Hermite coefficients E[f(z) He_k(z)], k = 0..order (probabilists' He_k, not normalised):
 * value[k], error[k] (may be NULL); f has one component and one variable, else GST_INVALID.  Status
 * as gst_expectation. */
int gst_hermite_coefficients(const gst_expectand *f, size_t order,
                             const gst_expectation_options *options, double *value, double *error);

/* He_k(x) for k = 0..order at n points: out[k*n + i].  Three-term recurrence. */
void gst_hermite_polynomials(size_t order, size_t n, const double *x, double *out);

#ifdef __cplusplus
}
#endif

#endif
