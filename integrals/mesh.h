/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mesh.h - nodes and weights for Gaussian integrals, with kinks split off, and their half meshes.
 *
 * Conventions (one page, used by all of integrals/)
 *   points      x[j*n + k], coordinate j of point k (structure of arrays)
 *   integrands  out[c*n + k], component c at point k
 *   measure     the standard normal density prod_j exp(-x_j^2/2)/sqrt(2 pi), contained in the
 *               weights: E f = sum_k w[k] f(x_k)
 *   order       number of intervals n along an axis (or along a panel of a split axis); even
 *   companion   the mesh with every rule shifted by GST_COMPANION_SHIFT of a step: it shares no node with the
 *               mesh of any order, so that the two cannot take a fast oscillation for the same slow one
 *   half mesh   (not of a companion) every second node of every axis with the weights of the rule of order n/2:
 *               w_half[k], zero where the node is not in it.  The same evaluations thus give two
 *               values, and |value - half| bounds the error of the half rule, generously that of
 *               the full one. */
#ifndef GST_MESH_H
#define GST_MESH_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_kinks gst_kinks;

/* The box of every axis is [-GST_GAUSSIAN_BOX, GST_GAUSSIAN_BOX]: density 5e-33 at its ends, so an
 * integrand as large as exp(4|x|) is still cut below 1e-14 of its value. */
#define GST_GAUSSIAN_BOX 12.0

#define GST_COMPANION_SHIFT 0.73205080756887729353 /* sqrt(3) - 1 */

typedef struct {
    size_t dim, n;
    double *x;      /* x[j*n + k], j < dim = first + count: the fixed coordinates are repeated */
    double *w;      /* weights of the full rule */
    double *w_half; /* weights of the half rule, 0 at nodes outside it */
    double *edge;   /* sum_k edge[k] |f(x_k)| estimates what the box and its panels cut off */
} gst_mesh;

/* A mesh over axes first .. first+count-1 of a function of kinks->dim variables, the axes below
 * `first` held at the values `fixed` (NULL if first = 0).  Axis by axis, outermost first: an axis
 * without kinks gets the trapezoid rule of `order` intervals (spectrally accurate for analytic
 * integrands); an axis with kinks is cut into panels there, each with the double-exponential
 * (tanh-sinh) rule of `order` intervals.  On the last axis of all (first+count = dim, innermost)
 * every root of every argument is a kink; on an outer axis only roots that stay put when the axes
 * inside it move are, since the inner integral smooths the others.
 * kinks may have count = 0, then dim is only used to check first+count <= dim.  count = 0 gives one
 * point of weight one.
 * GST_INVALID: odd order, order < 2, first+count > dim; GST_NO_MEMORY; GST_FAILED: more than 64
 * kinks on one axis, or an argument that is not finite.  On failure *mesh is empty.  Owner: caller,
 * gst_mesh_clear. */
int gst_mesh_build(gst_mesh *mesh, const gst_kinks *kinks, size_t first, size_t count,
                   const double *fixed, size_t order, int companion);

/* A mesh of one variable from panels ends[0] < .. < ends[panels], each with the Gauss-Legendre rule of `points`
 * nodes: for functions that those resolve (partition.h).  GST_INVALID (panels or points 0), GST_NO_MEMORY. */
int gst_mesh_of_panels(gst_mesh *mesh, size_t panels, const double *ends, size_t points);

void gst_mesh_clear(gst_mesh *mesh);

/* Gauss-Hermite nodes and weights for the standard normal, n >= 1 points, x ascending, weights
 * summing to one: exact for polynomials of degree 2n-1.  GST_INVALID for n = 0 or n > 256, where
 * the weights underflow. */
int gst_rule_hermite(size_t n, double *x, double *w);

/* Zeros in [low, high] of all arguments along axis `axis`, the other coordinates held at the values
 * `at` (kinks->dim values, at[axis] ignored): sign changes on a grid of spacing <= 0.05, refined by
 * bisection to the last bit, zeros that touch without a sign change included where the grid sees
 * them.  Writes at most `most` sorted, distinct roots and their number; GST_FAILED if there are
 * more, or if an argument is not finite anywhere on the grid. */
int gst_kinks_along(const gst_kinks *kinks, size_t axis, const double *at, double low, double high,
                    size_t most, double *roots, size_t *found);

#ifdef __cplusplus
}
#endif

#endif
