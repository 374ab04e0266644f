/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coloured.h - the bulk that one finite batch leaves of inputs of any covariance: private to solver/bulk/coloured*.c
 * (theory 7.7).
 *
 * The chain of one step (chain.h) with a pencil for each eigenvalue omega: on fields (f_1, u, f_0),
 *   B = (f_1,f_1): -X, (f_1,u): 1, (u,f_0): -omega^(1/2), (f_0,f_0): -1,
 * which samples and special directions touch through channels C: f_1, omega f_1, omega u, omega^(1/2) f_0, in this order 4K
 * fields of the chain.  With H = C (B + Ct^T M Ct)^{-1} C^T, Ct the channels that the step touches,
 *   G = E_mu H,   F before the step = sum_j T_j (x) H(omega_j),   dG = E_mu[H (dX on f_1, - dM on Ct) H]. */
#ifndef GST_BULK_COLOURED_H
#define GST_BULK_COLOURED_H

#include "models/training/spectral.h"
#include "solver/bulk/chain.h"

typedef struct {
    size_t K, R, J;
    const double *omega, *mu,
        *T; /* borrowed from the features; T_j R x R, the first r x r of which are the teacher's */
    double *H, *B, *inverse; /* H at [(a*4K + c)*J + j] */
    double complex *Hc, *Bc, *inversec;
    gst_arena memory;
} gst_coloured_nodes;

int gst_coloured_response(const gst_chain *b, const double *X, const double *M, double *G,
                          gst_chain_work *work);
int gst_coloured_response_complex(const gst_chain *b, const double complex *X,
                                  const double complex *M, double complex *G,
                                  gst_chain_work_complex *work);
void gst_coloured_move_X(const gst_chain *b, const double *G, const double *dX, double *dG);
void gst_coloured_move_X_complex(const gst_chain *b, const double complex *G,
                                 const double complex *dX, double complex *dG);
void gst_coloured_move_M(const gst_chain *b, const double *G, size_t t, size_t i, size_t j,
                         double *dG);
void gst_coloured_move_M_complex(const gst_chain *b, const double complex *G, size_t t, size_t i,
                                 size_t j, double complex *dG);
void gst_coloured_forms(const gst_chain *b, const double *G, double *F);
void gst_coloured_forms_complex(const gst_chain *b, const double complex *G, double complex *F);

#endif
