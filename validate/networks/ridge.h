/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ridge.h - ridge regressions on nested data sets: the first n[0], n[1], ... of the same samples. */
#ifndef GST_RIDGE_H
#define GST_RIDGE_H

#include <stddef.h>

#include "validate/networks/numbers.h"

typedef struct gst_ridge gst_ridge;

/* One fit: minimises sum_i (y_i - a.phi_i/sqrt(p))^2 + lambda |a|^2 over the first n samples (lambda = 0: the
 * minimum-norm solution).  c = a/sqrt(p), so that the prediction is c.phi; train_error = (1/n) sum of squared
 * residuals.  GST_OK, GST_LOOSE (reciprocal condition number of the normal equations below 1e-13; of features in single
 * precision: what rounding of the Gram matrix comes to above as large a part of the least eigenvalue),
 * GST_FAILED (they are not positive definite; then c = 0 and train_error = NaN). */
typedef struct {
    double train_error;
    int status;
} gst_ridge_fit;

/* precision: of the features.  n increasing (equal values allowed), lambda >= 0; both borrowed, as is stop (may be NULL).  Owner: caller,
 * gst_ridge_free. */
int gst_ridge_alloc(gst_ridge **ridge, size_t p, gst_precision precision, size_t n_count,
                    const size_t *n, size_t lambda_count, const double *lambda,
                    volatile const int *stop);
void gst_ridge_free(gst_ridge *ridge);

/* Memory of gst_ridge_alloc in doubles. */
double gst_ridge_doubles(size_t p, gst_precision precision, size_t n_count, const size_t *n,
                         size_t lambda_count);

/* The next rows of features phi[i*p + k] and labels y[i]; every fit is made when its last sample arrives.
 * Cost per fit beyond the Gram matrix of size min(n, p): one Cholesky factorisation; those of all n <= p
 * share one.  GST_INTERRUPTED once *stop is not zero: the fits are
 * not complete. */
int gst_ridge_add(gst_ridge *ridge, size_t rows, gst_numbers phi, const double *y);

/* fit[l*n_count + k] and its coefficients c[(l*n_count + k)*p + i]. */
const gst_ridge_fit *gst_ridge_fits(const gst_ridge *ridge);
const double *gst_ridge_coefficients(const gst_ridge *ridge);

#endif
