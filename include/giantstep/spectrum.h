/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h - eigenvalues of the features' empirical covariance Phi^T Phi/p, n x p features, p x p (theory 8).
 *
 * In the limit: bulks with a continuous density, an atom at 0, and outliers that carry no mass but depend on
 * the width p.  A spectrum belongs to one network, one alpha = n/d and one beta = p/d.  As in model.h, every
 * number is computed with all quadratures and with their companions, and the difference is its error.  A spectrum is used by one thread at a time. */
#ifndef GST_SPECTRUM_H
#define GST_SPECTRUM_H

#include <stddef.h>

#include "giantstep/status.h"
#include "giantstep/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_problem gst_problem;

#define GST_BULKS_MAX 32

typedef struct gst_spectrum gst_spectrum;

/* What ends a bulk.  ROOT: a gap, where no sample makes 1 + V(kappa) vanish; the density is a root there.  HARD: 0,
 * where it diverges (as many samples as the features have ranks).  TAIL: nothing; samples as rare as one likes make
 * up the density beyond, and the bulk is cut where it is below 1e-9 of |V2|/pi, 1e-7 of all samples are left out
 * or 1e-11 of its right end is reached. */
typedef enum { GST_EDGE_ROOT, GST_EDGE_HARD, GST_EDGE_TAIL } gst_edge_kind;

/* "root", "hard" or "tail". */
const char *gst_edge_kind_name(gst_edge_kind kind);

/* The support: bulks[b] = [low, high] in increasing order, and what ends them.
 * edge_error: largest difference of a ROOT from the companion's, INFINITY if that has other bulks.
 * atom: mass at 0.  mass: atom plus the integral of the density, 1 up to mass_error, of which left_out are the
 * rare samples beyond the cuts of tails. */
typedef struct {
    size_t bulks;
    double low[GST_BULKS_MAX], high[GST_BULKS_MAX];
    gst_edge_kind low_kind[GST_BULKS_MAX], high_kind[GST_BULKS_MAX];
    double edge_error, atom, mass, mass_error, left_out;
} gst_support;

/* alpha, beta > 0; tol in [1e-14, 0.1] as gst_solve_options.  problem and all it points to must outlive the
 * result.  stop: NULL, or a flag that ends long searches when it becomes non-zero.  GST_OK, or GST_INVALID,
 * GST_UNBUILT, GST_FAILED, GST_NO_MEMORY with a message. */
int gst_spectrum_alloc(gst_spectrum **spectrum, const gst_problem *problem, double alpha,
                       double beta, double tol, volatile const int *stop, gst_message *message);
void gst_spectrum_free(gst_spectrum *spectrum);

/* Finds the support; needed by everything below but gst_spectrum_stieltjes.  GST_OK; GST_LOOSE: the mass is not
 * 1 within 1e4 tol; GST_FAILED, GST_NO_MEMORY, GST_INTERRUPTED.  An uncertain edge is told by edge_error and the
 * kinds alone. */
int gst_spectrum_find(gst_spectrum *spectrum, gst_message *message);

const gst_support *gst_spectrum_support(const gst_spectrum *spectrum);

/* Number of groups and spikes; m = 0 without. */
void gst_spectrum_shape(const gst_spectrum *spectrum, size_t *K, size_t *m);

/* One value with its absolute error.  GST_OK iff error <= tolerance, GST_LOOSE, or GST_FAILED (NaN). */
typedef struct {
    double value, error;
    int status;
} gst_spectral_value;

/* Density at x > 0, zero outside the bulks; group[g]: its share, sum_g group[g] = value, K numbers.
 * Tolerance: 1e4 tol (value + 1/mean eigenvalue of the bulks): a density is a root near its edges. */
gst_spectral_value gst_spectrum_density(gst_spectrum *spectrum, double x, double *group);

/* Grid over the bulks, finer at edges: i = 1 .. intervals-1 per bulk of
 *   sqrt(x) = (sqrt(low) + sqrt(high))/2 - (sqrt(high) - sqrt(low))/2 cos(pi i/intervals),
 * sqrt(x) = sqrt(high) sin(pi i/(2 intervals)) if low = 0.
 * x: NULL, or room for bulks*(intervals - 1) points; returns their number. */
size_t gst_spectrum_grid(const gst_support *support, size_t intervals, double *x);

/* Mass at and below each x[i] (in increasing order), atom included. */
int gst_spectrum_distribution(gst_spectrum *spectrum, size_t count, const double *x, double *below);

/* (1/p) tr (Phi^T Phi/p + lambda)^{-1} at lambda > 0; group[g] = V2_g.  Tolerance: tol*value. */
gst_spectral_value gst_spectrum_stieltjes(gst_spectrum *spectrum, double lambda, double *group);

/* An eigenvalue outside the bulks at width p, and its unit eigenvector's overlaps with the indicator of each
 * group, mean[g] = sum_{i in g} a_i/sqrt(p_g), and with the weights along each spike, spike[l] = a.(W v_l)/
 * |W v_l|; the signs make the largest mean overlap positive. */
typedef struct {
    double x, error;
    double mean[64], spike[GST_SPIKES_MAX];
    int status;
} gst_outlier;

/* Outliers in increasing order at finite width; at most `room` of them are stored, *count is their number. */
int gst_spectrum_outliers(gst_spectrum *spectrum, double width, size_t room, gst_outlier *outliers,
                          size_t *count);

#ifdef __cplusplus
}
#endif

#endif
