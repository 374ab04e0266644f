/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readouts.h - readouts of a problem's loss on nested data sets: the first n[0], n[1], ... of the same samples. */
#ifndef GST_READOUTS_H
#define GST_READOUTS_H

#include <stddef.h>

#include "validate/networks/numbers.h"

typedef struct gst_problem gst_problem;

typedef struct gst_readouts gst_readouts;

/* Why there is no readout, or why it is loose; texts in readouts.c. */
typedef enum {
    GST_READOUT_FITTED,
    GST_READOUT_EQUATIONS, /* of ridge regression: ridge.h */
    GST_READOUT_INSEPARABLE,
    GST_READOUT_SINGULAR,
    GST_READOUT_GAP
} gst_readout_reason;

/* One fit, min over a of sum_i l(y_i, a.phi_i/sqrt(p)) + (lambda/2)|a|^2, c = a/sqrt(p).  train_error mean (y - f)^2,
 * train_loss mean l, train_share of labels of the other sign (NaN for real ones).
 *
 * lambda = 0 is the limit: the hard margin (losses of the margin) where the samples can be separated, the interpolation of
 * least norm (others) at n <= p; else the minimiser itself.  limit: 1 if the loss has no such minimum but at infinity, as the
 * logistic one: then only the direction of c, and shares, mean something to it.
 * GST_OK, GST_LOOSE (ridge.h), GST_FAILED (c = 0, errors NaN). */
typedef struct {
    double train_error, train_loss, train_share;
    int status, limit;
    gst_readout_reason reason;
} gst_readout_fit;

/* precision: of the features.  n increasing (equal values allowed), lambda >= 0; both borrowed, as are the problem and stop (may be NULL).  Owner: caller,
 * gst_readouts_free. */
int gst_readouts_alloc(gst_readouts **readouts, const gst_problem *problem, size_t p,
                       gst_precision precision, size_t n_count, const size_t *n,
                       size_t lambda_count, const double *lambda, volatile const int *stop);
void gst_readouts_free(gst_readouts *readouts);

/* Memory of gst_readouts_alloc in doubles, and floating point operations of all fits but ridge regressions. */
double gst_readouts_doubles(const gst_problem *problem, size_t p, gst_precision precision,
                            size_t n_count, const size_t *n, size_t lambda_count);
double gst_readouts_flops(const gst_problem *problem, size_t p, size_t n_count, const size_t *n,
                          size_t lambda_count);

/* The next rows of features phi[i*p + k] and labels y[i]; every fit is made when its last sample arrives, those of labels +-1
 * and of other losses than the squared one keep all rows.  GST_INTERRUPTED once *stop is not zero. */
int gst_readouts_add(gst_readouts *readouts, size_t rows, gst_numbers phi, const double *y);

/* fit[l*n_count + k] and its coefficients c[(l*n_count + k)*p + i]. */
const gst_readout_fit *gst_readouts_fits(const gst_readouts *readouts);
const double *gst_readouts_coefficients(const gst_readouts *readouts);

/* Text of a reason, "" of the first two. */
const char *gst_readout_reason_text(gst_readout_reason reason);

#endif
