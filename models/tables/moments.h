/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moments.h - everything the self-consistent equations need of features and target, as tables over
 * kappa (theory 2).  They do not depend on alpha, beta, lambda, noise of the readout or width. */
#ifndef GST_MOMENTS_H
#define GST_MOMENTS_H

#include <stddef.h>

#include "base/arena.h"

typedef struct gst_activation gst_activation;
typedef struct gst_features gst_features;
typedef struct gst_second_layer gst_second_layer;
typedef struct gst_target gst_target;

/* Expectations over kappa are sum_k w[k] F(k).  Rows are contiguous: mu0[g*n + k].  In units of the bulk of the inputs, which
 * is N(0, 1) but in a mixture: kappa_l = v_l.x/bulk, mu1 and nu the derivatives of E sigma(U_g.(v x) + bulk sqrt(c_g) z) by
 * bulk-units of the argument, mu1 = bulk E sigma', and by c_g.
 * Nodes come in order of decreasing share: weight times squares of all tables at the node, relative to
 * their sum, so that averages with bounded weights may stop where the shares become negligible. */
typedef struct {
    size_t K, m, q, n;
    int normal;                     /* kappa ~ N(0, I_m) */
    double *w;                      /* weights */
    double *kappa;                  /* kappa[l*n + k] */
    double *bulk;                   /* standard deviation of the inputs' bulk */
    double *radius;                 /* length of kappa, in a mixture of its standard variables */
    double *mu0, *mu1, *mu2sq, *nu; /* of group g at node k */
    double *h;                      /* E[g | kappa] */
    double *h1;                     /* h1[j*n + k] = E[g s_j | kappa] */
    double *rest;                   /* E[(g - h - sum_j h1_j s_j)^2 | kappa] >= 0 */
    double *share;                  /* decreasing; sum 1 */
    double *edge;                   /* 1 at nodes within one unit of the ends of the box, else 0 */
    gst_arena memory;               /* behind the arrays above */
} gst_moments;

/* half, for averages of the features alone: they vary over a known length, so that no oscillation can hide, and the
 * companion may keep to the mesh's own lattice, on which poles between nodes are corrected best. */
enum { GST_MOMENTS_COARSER = 2 };

/* Tables on a mesh of `order` intervals per spike (and per panel, where the target has kinks in kappa).
 * order: a multiple of 8.  half != 0: a companion for error estimates, on a mesh of 3/4 of the
 * order, or on other panels, with the companions' answers for the inner integrals, and with what the box of kappa
 * may cut off added to the weights at its ends.
 * GST_OK, GST_LOOSE (an inner quadrature missed its tolerance; full and half then differ), GST_FAILED
 * (values that are not finite, averages that the box of kappa cuts off), GST_NO_MEMORY.  Owner: caller, gst_moments_free. */
int gst_moments_tabulate(gst_moments **moments, const gst_features *features,
                         const gst_activation *activation, const gst_target *target, size_t order,
                         int half);

/* The same tables at `count` given values of a single spike's kappa (m = 1), with weights zero. */
int gst_moments_at(gst_moments **moments, const gst_features *features,
                   const gst_activation *activation, const gst_target *target, size_t count,
                   const double *kappa);

void gst_moments_free(gst_moments *moments);

/* E(g - f)^2 of the network as it was trained, before any readout: f = sum_g pi_g A_g sigma(w_g.x) averages to
 * f0(kappa) = sum_g pi_g A_g mu0_g, so that this is E[(h - f0)^2 + |h1|^2 + rest]; label noise is not in it. */
double gst_moments_own_error(const gst_moments *moments, const gst_second_layer *layer);

#endif
