/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance.h - inputs x ~ N(0, Omega) (theory 7.7).
 *
 * Only the eigenvalues of Omega matter, as a law: nodes (omega_j, mu_j), sum mu = 1, scaled so that sum mu omega = 1 (the
 * trace of Omega is d), and how much of the teacher is in the eigenvectors of each: T_j, r x r, sum_j T_j = I, of the
 * directions w*_1 .. w*_r for which z_i = w*_i.x are independent N(0, 1). */
#ifndef GST_COVARIANCE_H
#define GST_COVARIANCE_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_data gst_data;

/* From a text:
 *   identity                 Omega = I: *data = NULL, which means that everywhere
 *   power:a[:shift]          omega(u) ~ (u + shift)^-a, u uniform on (0, 1), a >= 0, shift > 0, 1/dimension where left out
 *                            (dimension: NAN if there is none)
 *   levels:omega,weight;..   weights are divided by their sum
 *   file:NAME                a line per eigenvalue: omega [weight [s_1 .. s_r]], s_i the energy of w*_i, as a vector of
 *                            the raw inputs, in that node: T_j = diag(omega_j s_ij)/sum.  Empty lines, and what follows #,
 *                            are left out.
 * Equal eigenvalues are one node.  T_j ~ mu_j omega_j^source where a file does not say (source 1: a teacher that is isotropic
 * as a vector of the raw inputs); source = NAN: 1, else a file may not say.
 * GST_INVALID with a message that begins with `covariance' or `teacher_source', GST_IO, GST_NO_MEMORY.  Owner: caller,
 * gst_covariance_free. */
int gst_covariance_parse(gst_data **data, const char *text, double source, double dimension,
                         gst_message *message);

/* From J nodes: omega > 0, weight > 0; teacher: NULL, or T_j at teacher + j*r*r, symmetric and not negative, of sum I to
 * rounding. */
int gst_covariance_nodes(gst_data **data, size_t J, const double *omega, const double *weight,
                         size_t r, const double *teacher, double source, gst_message *message);
void gst_covariance_free(gst_data *data);

/* Makes the L <= GST_EXPLICIT_MAX largest eigenvalues explicit in d dimensions, for targets of one variable: a row's component
 * on such an eigenvector is no part of its bulk but the label of a group, sqrt(omega_l/d) times a point of a Gauss rule for
 * N(0, 1), of five points (L = 1) or four.  A problem with this law has a layer with every group as often as there are
 * points, group g*points + k with the weight of point k.  A power law becomes its d eigenvalues.  GST_INVALID with a message that begins with `explicit': an
 * eigenvalue of more than one eigenvector, or none of the target's; GST_NO_MEMORY. */
enum { GST_EXPLICIT_MAX = 2 };
int gst_covariance_make_explicit(gst_data **data, size_t L, double d, gst_message *message);

/* Number of points, 1 without explicit eigenvectors; the weight of point k. */
size_t gst_covariance_points(const gst_data *data);
double gst_covariance_point_weight(const gst_data *data, size_t k);

/* Number of nodes, 0 if the law is no covariance; node j. */
size_t gst_covariance_count(const gst_data *data);
void gst_covariance_node(const gst_data *data, size_t j, double *omega, double *mu);

#ifdef __cplusplus
}
#endif

#endif
