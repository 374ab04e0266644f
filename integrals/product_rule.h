/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product_rule.h - expectations over three or four variables, cheap when the integrand is smooth. */
#ifndef GST_PRODUCT_RULE_H
#define GST_PRODUCT_RULE_H

#include "integrals/expectation.h"

/* As gst_expectation without half values.  An integrand without kinks over three or more variables is first
 * given to the products of the Gauss-Hermite rules of 12 and 20 points, exact for polynomials up to degree 23
 * and 39 in each variable.  Where both agree within epsabs (or to rounding), that is the answer, and the difference (plus
 * rounding) its error; otherwise gst_expectation is asked.  Cost: 2e5 points in four variables. */
int gst_product_expectation(const gst_expectand *e, const double *fixed,
                            const gst_expectation_options *options, double *value, double *error);

#endif
