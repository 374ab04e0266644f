/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_direct.h - the target given the spikes, at every kappa by itself: private to conditional*.c. */
#ifndef GST_CONDITIONAL_DIRECT_H
#define GST_CONDITIONAL_DIRECT_H

#include "models/training/conditional.h"
#include "models/functions/expression.h"

/* gst_conditional_setup for features that need not be those of a network. */
void gst_conditional_along(gst_conditional_target *t, const gst_features *f,
                           const gst_expression *g);

/* g[k] at n points of (kappa, s), x[j*n + k]. */
void gst_conditional_values(const gst_conditional_target *t, size_t n, const double *x, double *g);

/* gst_conditional_tabulate for every kappa by itself. */
int gst_conditional_each(gst_conditional_target *t, size_t n, const double *kappa, int half,
                         double *h, double *h1, double *rest);

#endif
