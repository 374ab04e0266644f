/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout.h - the trained readout: mean prediction, fluctuations, errors (theory 4, 5, 6). */
#ifndef GST_READOUT_H
#define GST_READOUT_H

#include "base/arena.h"
#include "solver/readout/state.h"

/* Scratch of mean_prediction.c: its normal equations. */
typedef struct {
    double *gram;     /* terms x terms */
    double *target;   /* terms: rho E[S_i h/(t+V)] */
    double *system;   /* ks x ks */
    double *response; /* ks x (K+1): columns of N_perp G_tm and of N_perp r_t */
    double *schur;    /* K x K */
    double *scale;    /* K */
    size_t *pivot;    /* ks */
} gst_normal_equations;

/* Order parameters and errors at one solution of the self-consistent equations; s = m+q+1. */
typedef struct {
    size_t K, m, q;
    double *mean;   /* m_g, K */
    double *t;      /* K s: (theta, psi, eps) per group */
    double *fields; /* K s: t = N_perp fields */
    double *forces; /* K: mh_g, zero at infinite width */
    double *Q;      /* K x K */
    double *q2;     /* K */
    /* n: (h - yb)^2 + rest + sum_j (h1_j - psi_j.mu1)^2 at each node, without noise and without fluctuations */
    double *error2;
    double excess_risk, test_error, train_error;
    /* of test_error, relative: rounding of the tables amplified by nearly dependent mu0_g; 0 when they are far from
     * that */
    double rounding;
    int unresolved; /* 1 if least squares kept directions in which rounding hides the target */
    int leave_out;  /* set to 1 to solve once more without those */
    double noise;   /* of a projection of the target, times the singular value of its direction */
    double *N_perp; /* (K s) x (K s) */
    /* scratch: of mean_prediction.c, */
    gst_normal_equations normal;
    double *coefficient, *sum; /* terms */
    size_t *place;             /* terms: gst_readout_place */
    /* and of fluctuations.c */
    double *y, *source, *gradient, *scaled; /* L */
    gst_arena memory;
} gst_readout;

/* For states of the shape of this one.  GST_OK, GST_NO_MEMORY. */
int gst_readout_alloc(gst_readout **readout, const gst_state *state);
void gst_readout_free(gst_readout *readout);

/* Mean prediction, theory 4 in the form
 *   min over (m, t) of  rho E[(h-yb)^2/(t+V)] + t^T N_perp^{-1} t - 2 psih.psi + sum_g m_g^2/(p V2_g)
 * at a linearised state.  Well-conditioned systems by Cholesky of the Schur complement of m,
 * others (collinear mu0_g) by minimum-norm least squares, with `rounding`.  GST_OK, GST_FAILED, GST_NO_MEMORY. */
int gst_readout_mean(gst_readout *readout, const gst_state *state);

/* Fluctuations and the three errors, theory 5; needs gst_readout_mean at the same state.  GST_FAILED if an
 * error or a fluctuation comes out negative or not finite. */
int gst_readout_errors(gst_readout *readout, const gst_state *state);

/* Number of special directions m+q+1 of a group; index in t of prediction term i >= K. */
static inline size_t gst_readout_special(const gst_readout *readout)
{
    return readout->m + readout->q + 1;
}

static inline size_t gst_readout_place(const gst_readout *readout, size_t i)
{
    return readout->place[i];
}

/* mean_least_squares.c, for mean_prediction.c: mean and t by least squares from N_perp and the residual fields. */
int gst_readout_collinear(gst_readout *r, const gst_state *state);

#endif
