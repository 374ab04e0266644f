/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_moments.h - averages over one sample of the second batch (private to models/).
 *
 * z in R^r, u and xi are independent standard normal; y = g(z) + sqrt(Delta) xi;
 *   kappa = C1.z + sqrt(phi1 Y2) u,   C1 = E[y z],   Y2 = E[y^2],
 * is the sample's projection on beta1 = X^T y/n1 without the sample's own term.  In a batch that is used
 * again beta1.x = kappa + phi y.
 *
 * A basis is a list of functions f_j(kappa, y), polynomials of degree <= degree in both together, with
 * f_0 = 1 and values of the order of 1 (moments are accurate to 1e-14 of that).  Each stands for the vector b_j = (1/n) sum_mu f_j(kappa_mu, y_mu) y_mu x_mu. */
#ifndef GST_TWO_STEP_MOMENTS_H
#define GST_TWO_STEP_MOMENTS_H

#include "integrals/growing_box.h"
#include "giantstep/two_step.h"

/* Points a basis is evaluated at, at once at most. */
#define GST_TWO_STEP_CHUNK GST_BOX_POINTS

/* value[j*n + i] = f_j(kappa_i, y_i), slope[j*n + i] = its derivative in kappa. */
typedef void gst_two_step_basis(const void *params, size_t n, const double *kappa, const double *y,
                                double *value, double *slope);

/* C1, Y2, E y; a component of C1 within its error of 0 is 0.  error: of each of them at most. */
typedef struct {
    size_t r;
    double C1[GST_TARGET_DIM_MAX], Y2, mean, error;
} gst_two_step_label;

/* What a basis of `count` functions gives, each number with its error:
 *   square[j*count + k] = E[f_j f_k y^2],  z[j*r + i] = E[f_j y z_i],  u[j] = E[f_j y u],
 *   slope[j] = E[y df_j/dkappa]. */
typedef struct {
    size_t count, r, components;
    double *value, *error; /* packed: square (j <= k), z, u, slope */
} gst_two_step_moments;

/* Positions in value and error. */
size_t gst_two_step_at_square(const gst_two_step_moments *m, size_t j, size_t k);
size_t gst_two_step_at_z(const gst_two_step_moments *m, size_t j, size_t i);
size_t gst_two_step_at_u(const gst_two_step_moments *m, size_t j);
size_t gst_two_step_at_slope(const gst_two_step_moments *m, size_t j);

/* GST_INVALID, with the field named, unless phi, phi1, noise and order are in their domains. */
int gst_two_step_check(const gst_two_step *problem, gst_message *message);

/* GST_OK, GST_LOOSE (errors say by how much), GST_INVALID (the integral does not settle as its box grows:
 * the message says which moment), GST_NO_MEMORY. */
int gst_two_step_label_compute(const gst_two_step *problem, gst_two_step_label *label,
                               gst_message *message);

/* The average over z is adaptive, kinks split off; those over u and xi are Gauss-Hermite sums that are exact
 * for polynomials.  A moment within its error of 0 is 0.  Status as above.  Owner: caller,
 * gst_two_step_moments_clear.  Cost: (degree + 2) evaluations of the basis per point of z, its square with
 * noise. */
int gst_two_step_moments_compute(const gst_two_step *problem, const gst_two_step_label *label,
                                 size_t count, size_t degree, gst_two_step_basis *basis,
                                 const void *params, gst_two_step_moments *moments,
                                 gst_message *message);
void gst_two_step_moments_clear(gst_two_step_moments *moments);

/* <b_j, b_k> in the limit (theory 9):
 *   phi E[f_j f_k y^2] + E[f_j y z].E[f_k y z] + E[f_j y u] E[f_k y u]
 *   and, for a batch used again, + phi (E[y df_j] E[f_k y^2] + E[y df_k] E[f_j y^2]). */
double gst_two_step_product(const gst_two_step *problem, const gst_two_step_moments *moments,
                            size_t j, size_t k);

/* Vectors of the terms, v_0 .. v_L, and last beta1 of the first batch.  gram[j*(L+2) + k]; target[k*r + i]: the
 * product of vector k with direction i of the target.
 * slopes NULL: b_k = width[k] v_k.  Else, slopes as in two_step_slopes.h, width[k] v_k belongs to
 *   (1/k!) sum_j binom(k, j) (mu1 kappa)^{k-j} (phi y)^j slopes[k][j]   in a batch that is used again, and
 *   (1/k!) (mu1 kappa)^k slopes[k][0]   in a fresh one;   v_0 = b_0. */
typedef struct {
    gst_two_step_label label;
    double width[GST_TWO_STEP_ORDER_MAX + 1];
    double gram[GST_TWO_STEP_VECTORS * GST_TWO_STEP_VECTORS];
    double target[GST_TWO_STEP_VECTORS * GST_TARGET_DIM_MAX];
} gst_two_step_vectors;

/* Status as gst_two_step_overlaps_compute. */
int gst_two_step_vectors_compute(const gst_two_step *problem, const double *slopes,
                                 gst_two_step_vectors *vectors, gst_message *message);

#endif
