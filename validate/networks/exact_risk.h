/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_risk.h - the excess risk of a network of finite size, without test samples. */
#ifndef GST_EXACT_RISK_H
#define GST_EXACT_RISK_H

#include "validate/networks/first_layer.h"

typedef struct gst_activation gst_activation;

/* epsrel: error <= epsrel*(risk + E g^2) is asked.  nodes: at most this many nodes over z. */
typedef struct {
    double epsrel;
    size_t nodes;
} gst_population_options;

gst_population_options gst_population_defaults(void); /* 1e-10, 2^20 */
int gst_population_validate(const gst_population_options *options, gst_message *message);

/* error >= 0: estimate of the absolute error of `risk`, quadrature over z and rounding together. */
typedef struct {
    double risk, error;
    int status;
} gst_population_risk;

/* Whether gst_population_risks knows the activation: erf, relu, linear, sin, cos of a multiple of z. */
int gst_population_is_known(const gst_activation *activation);

/* risk = E (g(z) - f(x))^2 over x ~ N(0, I_d) of readouts f(x) = sum_i c_i sigma(w_i.x) of one first layer,
 *   = E g^2 - 2 sum_i c_i E[g sigma(w_i.x)] + sum_ij c_i c_j E[sigma(w_i.x) sigma(w_j.x)],
 * for `fits` readouts c[k*p + i] (ridge.h's normalisation), into risks[k].  Each has its own status: GST_OK,
 * GST_LOOSE (risk and error stand, tolerance missed) or GST_FAILED (both NaN).  Returns the worst of them;
 * with no risk at all GST_INVALID (an activation without closed kernel, options), GST_FAILED (g not finite,
 * kinks that cannot be split, fewer nodes than the coarsest rules take), GST_NO_MEMORY, GST_INTERRUPTED (stop
 * became non-zero; may be NULL).
 * Cost: a product of p^2 d operations, p^2/2 kernels, p^2 fits operations, and p N kernels for N nodes over
 * z (for smooth targets some 100 at r = 1, 1e4 at r = 2, 4e5 at r = 3; 3e6 or more at r = 4, beyond the
 * default).  Memory: gst_population_doubles. */
int gst_population_risks(const gst_first_layer *network, size_t fits, const double *c,
                         const gst_population_options *options, volatile const int *stop,
                         gst_population_risk *risks);

/* Memory in doubles; r: dimension of the target. */
double gst_population_doubles(size_t p, size_t d, gst_precision precision, size_t fits, size_t r,
                              size_t nodes);

#endif
