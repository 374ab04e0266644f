/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_polynomial.h - polynomial targets given the spikes: averages over s ~ N(0, I_q) by products of Gauss-Hermite
 * rules that are exact for them. */
#ifndef GST_CONDITIONAL_POLYNOMIAL_H
#define GST_CONDITIONAL_POLYNOMIAL_H

#include "models/training/conditional.h"

enum { GST_POLYNOMIAL_NODES = 20 }; /* most per direction */

/* One direction's rule. */
typedef struct {
    size_t n;
    double x[GST_POLYNOMIAL_NODES], w[GST_POLYNOMIAL_NODES];
} gst_polynomial_rule;

/* What a target of degree p needs: exact up to degree max(2p, 2) + 1, or one node more (companion != 0; the two share none
 * but 0).  GST_UNBUILT: no polynomial, or one of too high a degree. */
int gst_polynomial_rule_set(gst_polynomial_rule *rule, const gst_conditional_target *t,
                            int companion);

/* At n points kappa[l*n + k]: h, h1 and rest as gst_conditional_tabulate and, unless NULL,
 *   h2[(i*q + j)*n + k] = E[g s_i s_j|kappa].
 * GST_FAILED: not finite. */
int gst_polynomial_tabulate(const gst_polynomial_rule *rule, const gst_conditional_target *t,
                            size_t n, const double *kappa, double *h, double *h1, double *h2,
                            double *rest);

#endif
