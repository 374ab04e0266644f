/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convex_fit.h - the readout that minimises a convex loss on one set of samples, with a certificate. */
#ifndef GST_CONVEX_FIT_H
#define GST_CONVEX_FIT_H

#include <stddef.h>

#include "models/loss/loss.h"

/* min over c in R^p of P(c) = sum_i l(y_i, c.phi_i) + (L/2)|c|^2, n samples phi[i*p + k], y[i]; L = ridge >= 0.  With
 * c = a/sqrt(p) and L = lambda p that is sum l + (lambda/2)|a|^2.  Losses to which the ridge does not matter (the hard
 * margin) take any: it is not looked at.  stop: NULL, or a flag that becomes non-zero when the caller wants to stop. */
typedef struct {
    size_t n, p;
    const double *phi, *y;
    const gst_loss *loss;
    double ridge;
    volatile const int *stop;
} gst_convex_samples;

/* Why there is no fit. */
typedef enum {
    GST_CONVEX_FITTED,
    GST_CONVEX_INSEPARABLE, /* no c has margins > 0 that rounding leaves */
    GST_CONVEX_SINGULAR,    /* ridge 0, and not one minimiser only */
    GST_CONVEX_GAP          /* the gap stays above what is accepted */
} gst_convex_reason;

/* objective P(c); gap >= P(c) - min P by weak duality, a sum of terms >= 0 each (with ridge 0, where the dual has a
 * constraint, an estimate of first order: |grad P| |c| stands for what that is missed by).  GST_OK iff
 * gap <= 1e-8 objective; GST_FAILED (c = 0), reason says why; GST_INTERRUPTED.  steps: of Newton. */
typedef struct {
    double objective, gap;
    size_t steps;
    int status;
    gst_convex_reason reason;
} gst_convex_result;

/* Room for fits of up to n samples of p features.  Owner: caller, gst_convex_free. */
typedef struct gst_convex gst_convex;
int gst_convex_alloc(gst_convex **work, size_t n, size_t p);
void gst_convex_free(gst_convex *work);

/* Memory of gst_convex_alloc in doubles. */
double gst_convex_doubles(size_t n, size_t p);

/* Fill c and f = Phi c.  Cost: some ten to fifty Newton steps, each n p min(n, p) operations. */
gst_convex_result gst_convex_fit(gst_convex *work, const gst_convex_samples *samples, double *c,
                                 double *f);

/* The interpolation of least norm, c = Phi^T (Phi Phi^T)^{-1} y, n <= p: the limit L -> 0 of losses of the residual.  GST_OK,
 * or GST_FAILED (c = 0): Phi Phi^T is singular. */
int gst_convex_interpolate(gst_convex *work, const gst_convex_samples *samples, double *c,
                           double *f);

#endif
