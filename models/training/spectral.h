/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral.h - rows of W given the spectrum of the inputs' covariance (theory 7.7).
 *
 * Everything is whitened, w -> Omega^(1/2) w.  A vector is a function of the eigenvalue, a(omega) = sum_i a_i(omega) w*_i:
 * R x J numbers, a[i*J + j], with the inner product <a,b> = sum_j a_j^T T_j b_j.  A row of group g is omega_g + f,
 *   f = Pi_g(omega) f0 + sum_k V_k xi_k,
 * f0 that of the start, of covariance Omega/d, xi_k functionals of it.  A functional is
 *   <b|f0> + Q[ph],   Q[ph] = f0^T ph(Omega) f0 less its mean:   R x J numbers b, then J numbers ph.
 * R = r, and one more where vectors have a part beyond the teacher's. */
#ifndef GST_SPECTRAL_H
#define GST_SPECTRAL_H

#include <stddef.h>

#include "models/training/trajectory.h"

typedef struct gst_features gst_features;

typedef struct gst_spectral {
    size_t K, R, J, length; /* length = (R + 1) J of a functional */
    double *omega, *mu;     /* J */
    double *variance;  /* J: d times that of f0, omega, or 0 of an eigenvector that is explicit */
    double *T, *root;  /* R x R each: T_j, and a root of it, root root^T = T_j */
    double *Pi;        /* K x J */
    size_t vectors;    /* of each group: */
    double *V;         /* [(g*vectors + k)*R*J], */
    double *xi;        /* and [(g*vectors + k)*length] */
    size_t chis;       /* the norm's: multipliers chi_s(omega), [(g*chis + s)*J], */
    double *chi, *x;   /* and their functionals */
    double *delta;     /* of the norm: [g*length] */
    double *mean;      /* omega_g: [g*R*J] */
    size_t directions; /* spikes and residual directions: */
    double *direction; /* orthonormal, [a*R*J] */
} gst_spectral;

/* With room for vectors and chis: GST_NO_MEMORY.  Free is NULL-safe. */
int gst_spectral_alloc(gst_spectral **spectral, size_t K, size_t R, size_t J, size_t vectors,
                       size_t chis);
void gst_spectral_free(gst_spectral *spectral);

/* The rows as they are drawn.  half != 0: nodes of the companion.  more: of R beyond r. */
int gst_spectral_start(gst_spectral **spectral, const gst_problem *problem, size_t more, int half);

/* E_mu[omega^power a b]; a, b NULL: 1. */
double gst_spectral_mean(const gst_spectral *s, int power, const double *a, const double *b);

/* <a, factor b>, factor of each node, NULL: 1. */
double gst_spectral_inner(const gst_spectral *s, const double *factor, const double *a,
                          const double *b);

/* d Cov of two functionals of one row. */
double gst_spectral_covariance(const gst_spectral *s, const double *one, const double *two);

/* <a|f> of a row of group g as a functional, `length' numbers. */
void gst_spectral_project(const gst_spectral *s, size_t g, const double *a, double *functional);

/* Features whose spikes span the omega_g of s, which they own then: m, q, U, gamma, rest, c, C are set, and the directions of
 * s.  rounding: what is not above it is a mean row of length zero.  GST_INVALID: more than GST_SPIKES_MAX spikes (*m of
 * them); on failure s is the caller's still. */
int gst_spectral_features(gst_features **features, gst_spectral *s, const gst_problem *problem,
                          double rounding, size_t *m);

/* zeta_i of the features as vectors, their q of them, behind m spikes that are there. */
void gst_spectral_residuals(gst_spectral *s, const gst_features *f);

/* The rows of regimes (regime.h). */
int gst_features_spectral(gst_features **features, const gst_problem *problem, int half,
                          gst_message *message);
int gst_features_spectral_batch(gst_features **features, const gst_problem *problem, int half,
                                gst_message *message);
int gst_features_spectral_isotropic(gst_features **features, const gst_problem *problem, int half,
                                    gst_message *message);

/* What the bulk needs of the one step on a finite batch: as gst_trajectory_build, with the norm's numbers and vectors of these
 * inputs (the states after the step are those of isotropic ones, and of no use). */
int gst_trajectory_coloured(gst_trajectory **trajectory, const gst_problem *problem,
                            gst_label_resolution resolution, gst_message *message);

#endif
