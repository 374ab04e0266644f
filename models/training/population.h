/* SPDX-License-Identifier: GPL-3.0-or-later */
/* population.h - giant steps on fresh batches, n_t/d -> inf: the law of the rows of W (theory 7.5).
 *
 * On the r directions of the target a row of group g is U_g + f, f Gaussian; with delta = |f|^2 - c_g its
 * r+1 special directions (f.e_1, .., f.e_r, delta) have covariance C_g/d.  Everything starts at U = 0,
 * c = 1, C = diag(I_r, 0): rows of exact norm one. */
#ifndef GST_POPULATION_H
#define GST_POPULATION_H

#include "giantstep/activation.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    size_t K, r, steps; /* steps taken */
    double *U;          /* U[g*r + j] */
    double *c;          /* c[g] > 0 */
    double *C;          /* C[(g*s + a)*s + b], s = r+1, the norm last */
    double rounding;    /* components of U not above this are rounding of zero */
} gst_row_law;

/* What a step needs of group g, res = g(z) - f(z), f(z) = sum_h pi_h A_h E_xi sigma(U_h.z + sqrt(c_h) xi),
 * derivatives of sigma at U_g.z + sqrt(c_g) xi; averages over z ~ N(0, I_r) and xi ~ N(0,1). */
typedef struct {
    double drift[GST_TARGET_DIM_MAX];                        /* E[res sigma' z_j] */
    double second;                                           /* E[res sigma''] */
    double hessian[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX]; /* E[res sigma'' z_j z_k], [j*r + k] */
    double third[GST_TARGET_DIM_MAX];                        /* E[res sigma''' z_j] */
    double fourth;                                           /* E[res sigma''''] */
    double rounding; /* averages not above this are rounding of zero */
} gst_step_averages;

/* The law before any step.  GST_NO_MEMORY.  Owner: caller, gst_row_law_free (NULL-safe). */
int gst_row_law_alloc(gst_row_law **law, size_t K, size_t r);
void gst_row_law_free(gst_row_law *law);

/* One step of size eta: with e = eta A_g and the averages before the step,
 *   U_g <- U_g + e E[res sigma' z],  qg = 1 + e E[res sigma''],  c_g <- c_g qg^2,  C_g <- D_g C_g D_g^T,
 *   D_g = [[ I + e E[res sigma'' z z^T], (e/2) E[res sigma''' z] ],
 *          [ 2 c_g qg e E[res sigma''' z]^T, qg^2 + c_g qg e E[res sigma''''] ]].
 * half != 0: a companion on other nodes, for error estimates.  GST_OK, GST_LOOSE (a quadrature missed its tolerance),
 * GST_FAILED (averages not finite, or a row of length zero), GST_NO_MEMORY. */
int gst_row_law_step(gst_row_law *law, const gst_activation *activation, const gst_target *target,
                     const gst_second_layer *layer, double eta, int half);

/* The two routes to the averages[K] of a step: by r-dimensional quadrature at any law; and at the start,
 * where sigma and target separate, from their moments.  Status as above. */
int gst_step_averages_at(const gst_row_law *law, const gst_activation *activation,
                         const gst_target *target, const gst_second_layer *layer, int half,
                         gst_step_averages *averages);
int gst_step_averages_at_start(const gst_row_law *law, const gst_activation *activation,
                               const gst_target *target, const gst_second_layer *layer, int half,
                               gst_step_averages *averages);

/* Number m of directions spanned by the U_g, and an orthogonal matrix basis[j*r + l] whose first m columns
 * span them, in the order of decreasing singular value; the identity if m = r.  Singular values not above
 * law->rounding count as zero.  GST_NO_MEMORY, GST_FAILED. */
int gst_row_law_span(const gst_row_law *law, size_t *m, double *basis);

/* C <- D C D^T, both s x s, s <= GST_TARGET_DIM_MAX + 1. */
void gst_congruence(size_t s, const double *D, double *C);

#ifdef __cplusplus
}
#endif

#endif
