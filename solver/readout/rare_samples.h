/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rare_samples.h - how much of the excess risk is made by samples and neurons rarer than a network of finite size has.
 *
 * A training sample at kappa is rare for n samples if fewer than one is expected as far out, n P(|kappa'| >
 * |kappa|) < 1 (for one spike: |kappa| beyond the two-sided 1/n quantile), or if the features have their
 * variance there from neurons of which fewer than one is expected among p: half of Var_z sigma(U.kappa +
 * sqrt(c) z) lies beyond |z| = zeta, and p P(|z| > zeta) < 1.
 *   rare_share = E[ sum_a mult_a y_a B_a ]/excess risk,
 *   y = (I - T')^{-1} ( - tangent rho E[ 1_rare B (error2 + Delta)/(t+V)^2 ] ):
 * the fluctuations (Q, q2) are linear in the squared errors of the training samples, and y is what those of
 * rare ones add, with all that follows from it.  Test samples count alike, rare or not.
 * First order: V and the mean prediction are those with the rare samples in.  Nodes are rare or not as a
 * whole, so that the radius is as coarse as the mesh of kappa (0.2 at first). */
#ifndef GST_RARE_SAMPLES_H
#define GST_RARE_SAMPLES_H

#include "base/arena.h"
#include "solver/readout/readout.h"

typedef struct {
    double *sample, *neuron; /* P(|kappa'| > |kappa_k|), P(|z| > zeta_k) at node k */
    double *variance;        /* sum_g pi_g Var_g sigma at node k */
    double *mean;            /* E B_a, L */
    double *y, *source;      /* L */
    gst_arena memory;
} gst_rare;

/* Of the tables of a state.  GST_OK, GST_NO_MEMORY. */
int gst_rare_alloc(gst_rare **rare, const gst_state *state, const gst_features *features,
                   const gst_activation *activation);
void gst_rare_free(gst_rare *rare);

/* After gst_readout_errors at the same state; samples n, neurons p. */
double gst_rare_share(gst_rare *rare, const gst_readout *readout, const gst_state *state, double n,
                      double p);

#endif
