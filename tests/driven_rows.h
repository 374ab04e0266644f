/* SPDX-License-Identifier: GPL-3.0-or-later */
/* driven_rows.h - the law of the rows after steps on real batches, as explicit matrices.
 *
 * A batch of n_t = alpha_t d Gaussian samples X drives rows w = omega_g + f, (f, delta) Gaussian, as
 *   f <- (I + e M) f + delta v_a + noise,   delta <- D delta + v_1.f + nu,   omega_g <- omega_g + v_u,
 *   M = X^T diag(om) X/n,  d Cov(noise) = X^T diag(a) X/n,  v_psi = X^T psi/n,  d Cov(nu, noise) = v_2,  d Var nu = Om. */
#ifndef DRIVEN_ROWS_H
#define DRIVEN_ROWS_H

#include <gsl/gsl_rng.h>

#include "tests/trained_chain.h"

/* Groups one after the other: omega (d), Sigma (d x d), Q = d Cov(f, delta) (d); var = d Var delta. */
typedef struct {
    size_t d, K;
    double *omega, *Sigma, *Q, var[CHAIN_GROUPS], c[CHAIN_GROUPS];
} rows;

/* g of all d coordinates of a sample. */
typedef double rows_target(const double *x);

/* Rows on the sphere.  Owner: caller, rows_close. */
void rows_open(rows *r, size_t d, size_t K);
void rows_close(rows *r);

/* Step t of the network's training on a batch of its own; sigma = tanh(z + shift). */
void rows_step(rows *r, const network *net, size_t t, rows_target *target, double shift,
               gsl_rng *rng);

#endif
