/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regimes.h - every step size: one step of eta = K0 p^(s - 1/2), 0 <= s <= 1/2, in the limit p -> infinity at fixed s
 * (theory 6.2), by the isotropic bulk.
 *
 * A second layer A spreads the mean features mu0 over powers of A kappa: kappa^k costs the readout p^(2k(1/2 - s) - 1), which
 * is nothing for s > (k - 1)/(2k).  So there are stages, l = 1, 2, ... for (l - 1)/(2l) < s < l/(2l + 2), in which polynomials of
 * degree l are free, the untrained network as l = 0, and at s = (k - 1)/(2k) thresholds, with a finite cost. */
#ifndef GST_REGIMES_H
#define GST_REGIMES_H

#include "giantstep/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The highest power of kappa. */
#define GST_REGIMES_ORDER_MAX 10

typedef struct gst_regimes gst_regimes;

/* Stage l, or the threshold at which kappa^l begins. */
typedef struct {
    double s_low, s_high;            /* equal at a threshold; -INFINITY at l = 0 */
    double excess_risk, train_error; /* E(g - f)^2; mean squared residual */
    double
        objective; /* the training objective over n: train_error + lambda |a|^2/n; its differences are what a stage gains */
    size_t
        spikes; /* separated eigenvalues of the features' covariance beside that of the constant */
    double error;    /* absolute, of excess_risk, from all quadratures */
    double residual; /* of the self-consistent equation, relative */
    int status; /* GST_OK iff residual <= tol and error <= tol*(excess_risk + Var g); GST_FAILED: numbers are NaN */
    const char *reason;
} gst_stage;

/* The first layer at s = 0, which had rows of unit length: its leading singular value as d -> infinity, and
 * |<u, w*>| of its right vector with the direction of E[g z], of Ba et al. 2205.01445. */
typedef struct {
    double singular_value, overlap;
    double
        K0_threshold; /* beyond it the value is separated from the bulk, whose edge is 1 + sqrt(beta) */
    double theta1,
        theta2;   /* strengths of the step along its own direction and along the target's */
    double error; /* of singular_value */
    int status;
} gst_weight_spike;

/* tau* = inf_k E(g - E[sigma(k e.z + x)|z])^2, e the direction of E[g z]: the bound of Ba et al. on the excess risk after a giant step
 * of any size; and what a fixed kernel keeps, E g^2 - (E g)^2 - |E[g z]|^2. */
typedef struct {
    double tau, argument, kernel, error;
    int status;
    const char *reason;
} gst_step_bound;

/* Borrows problem's pointers: activation, target and second layer; training.step[0] is K0 (in eta) and alpha0, training.noise the
 * noise of its labels.  order: of the highest power, 1 .. GST_REGIMES_ORDER_MAX.  lambda of the point > 0 unless alpha > beta; its
 * width is ignored.  GST_INVALID (with the field named), GST_FAILED (moments that are not finite), GST_NO_MEMORY. */
int gst_regimes_alloc(gst_regimes **regimes, const gst_problem *problem, const gst_point *point,
                      size_t order, double tol, gst_message *message);
void gst_regimes_free(gst_regimes *regimes);

/* Stage l <= order, or, threshold != 0, that at which kappa^l begins, 1 <= l <= order.  Returns its status, GST_INVALID. */
int gst_regimes_stage(const gst_regimes *regimes, size_t l, int threshold, gst_stage *stage);

/* Both return their status. */
int gst_regimes_weights(const gst_regimes *regimes, gst_weight_spike *spike);
int gst_regimes_bound(const gst_regimes *regimes, gst_step_bound *bound);

#ifdef __cplusplus
}
#endif

#endif
