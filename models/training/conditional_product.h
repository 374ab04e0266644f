/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional_product.h - the target given the spikes where both are products of axes (private to conditional*.c). */
#ifndef GST_CONDITIONAL_PRODUCT_H
#define GST_CONDITIONAL_PRODUCT_H

#include "models/training/conditional_aligned.h"

/* gst_aligned_tabulate of a smooth target at kappa whose E[u_i|kappa] lie on a grid, as those of gst_kappa_mesh do.
 * GST_UNBUILT: they do not, or g has kinks. */
int gst_product_tabulate(gst_aligned *a, const gst_expression *g, double finest, size_t n,
                         const double *kappa, int half, double *h, double *h1, double *rest);

#endif
