/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral.h - the bulk that population steps leave of inputs of any covariance: private to solver/bulk/spectral*.c (theory
 * 6.3).
 *
 * At X, node by node of the spectrum, C0(omega) = omega (1 + omega Pi X Pi)^{-1}, Pi = diag Pi_g(omega), and
 *   R(X) = E_mu P,   P = Pi C0 Pi,   dR = - E_mu[P dX P].
 * Scalars, each a functional (models/training/spectral.h):
 *   outputs      <a|f_g> of all directions and delta_g of all groups, in the order of N~;
 *   xi_gk        what the vectors V_gk carry;
 *   theta_hk     sum_g X_gh <V_hk Pi_g|f0_g>,
 * have the covariance C at C0, and with the perturbation P, 1 on (theta_hk, xi_hk) and X_gh <V_gk,V_hl> on (xi_gk, xi_hl),
 *   N~ = (1 + C P)^{-1} C  on the outputs. */
#ifndef GST_BULK_SPECTRAL_H
#define GST_BULK_SPECTRAL_H

#include "models/training/spectral.h"
#include "solver/bulk/chain.h"

typedef struct {
    const gst_spectral *s;
    size_t K, R, J, outputs, base, all; /* outputs; with xi; with theta */
    size_t *kind;                       /* all: its group, K more for theta: row of Q */
    double *b;                    /* all, [(a*R + i)*J + j]: root^T b; of theta that of V alone */
    double *norm;                 /* base x base: what the norms add to C */
    double *product;              /* <V_gk, V_hl>, [(g*vectors + k)*K*vectors + ..] */
    double *y, *w, *part, *reach; /* all, twice; K R, twice: slope */
    double *slopes;               /* K x K */
    /* at the last X, for real and for complex numbers */
    double *C0, *P, *Q, *tensor, *C, *Y, *system, *small, *identity, *G;
    double complex *C0c, *Pc, *Qc, *tensorc, *Cc, *Yc, *systemc, *smallc, *identityc, *Gc;
    int known, knownc; /* whether tensor is that of P: E_mu[P_gk P_lh] at (g*K + k)*K*K + l*K + h */
    gst_arena memory;
} gst_spectral_nodes;

int gst_spectral_response(const gst_chain *b, const double *X, const double *M, double *G,
                          gst_chain_work *work);
int gst_spectral_response_complex(const gst_chain *b, const double complex *X,
                                  const double complex *M, double complex *G,
                                  gst_chain_work_complex *work);
void gst_spectral_move_X(const gst_chain *b, const double *G, const double *dX, double *dG);
void gst_spectral_move_X_complex(const gst_chain *b, const double complex *G,
                                 const double complex *dX, double complex *dG);
int gst_spectral_special_N(const gst_chain *b, const double *X, const double *M, double *N,
                           gst_chain_work *work);
int gst_spectral_special_N_complex(const gst_chain *b, const double complex *X,
                                   const double complex *M, double complex *N,
                                   gst_chain_work_complex *work);

#endif
