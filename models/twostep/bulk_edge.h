/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk_edge.h - end of the singular values of a matrix with independent rows of unequal variance. */
#ifndef GST_BULK_EDGE_H
#define GST_BULK_EDGE_H

#include <stddef.h>

/* Rows in d dimensions with variance c[i]/d > 0 per entry, a fraction weight[i] of them each (NULL: equal
 * fractions), beta = rows/d: the largest singular value tends to the root of
 *   min_{0 < m < 1/max c} 1/m + beta sum_i weight[i] c[i]/(1 - c[i] m);   c = 1: 1 + sqrt(beta).
 * Cost: 100 n. */
double gst_bulk_edge(double beta, size_t n, const double *c, const double *weight);

/* x^2(m) = 1/m + beta sum_i weight[i] c[i]/(1 - c[i] m), its derivative, and where it is least: singular values
 * x outside the bulk belong to smaller m > 0, which is the trace of (x^2 - W^T W)^{-1} over d. */
double gst_bulk_square(double beta, size_t n, const double *c, const double *weight, double m);
double gst_bulk_square_slope(double beta, size_t n, const double *c, const double *weight,
                             double m);
double gst_bulk_edge_point(double beta, size_t n, const double *c, const double *weight);

#endif
