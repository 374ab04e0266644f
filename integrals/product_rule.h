/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product_rule.h - expectations over three or four variables, cheap when the integrand is smooth. */
#ifndef GST_PRODUCT_RULE_H
#define GST_PRODUCT_RULE_H

#include "integrals/expectation.h"

/* As gst_expectation, private to it.  Integrands without kinks over three or more variables: the products of the Gauss-Hermite
 * rules of 20 and (half) 12 points, exact for polynomials up to degree 39 and 23 in each variable, which share no node.
 * GST_OK: both agree within the tolerance, or to rounding; their difference (plus rounding) is the error.  GST_LOOSE: they do
 * not, or the integrand is none of these.  GST_NO_MEMORY.  Cost: 2e5 points in four variables. */
int gst_product_rule(const gst_expectand *e, const double *fixed,
                     const gst_expectation_options *options, double *value, double *half,
                     double *error);

#endif
