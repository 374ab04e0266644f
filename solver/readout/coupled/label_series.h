/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_series.h - the probability of the label +1 given the output, by Hermite polynomials (docs/theory 6.1).
 *
 * om = yb + tau zeta, tau^2 = v + |b|^2, and with e = b/|b|, c = |b|/tau the residual directions given zeta are
 * s = c e zeta + (I - c^2 e e^T)^{1/2} w, w ~ N(0, I).  For P(s) = P(y = 1 | kappa, s) and the orthonormal h_k = He_k/sqrt(k!)
 *   E[P | zeta]     = sum_k c^k h_k(zeta) T_k(e),     T_k(e) = E[P h_k(e.s)] = sum_{|a| = k} sqrt(k!/a!) p_a e^a,
 *   E[s_j P | zeta] = sum_k c^k h_k(zeta) (d_j T_{k+1}(e)/sqrt(k+1) + e_j sqrt(k) T_{k-1}(e)),
 * p_a = E[P prod_j h_{a_j}(s_j)]: a rule over s enters once, for all that b and v may become. */
#ifndef GST_LABEL_SERIES_H
#define GST_LABEL_SERIES_H

#include <stddef.h>

#include "base/arena.h"

/* Nodes of s at one site: s[j*count + i], lexicographic; P(y = 1) or the target at each. */
typedef struct {
    size_t count;
    double *weight, *value, *s;
} gst_label_nodes;

/* Terms of a series, at most. */
enum { GST_LABEL_TERMS_MAX = 300 };

typedef struct {
    size_t q, degree; /* the largest |a|; 0: there is no series */
    size_t count;     /* of a site */
    double *p;        /* sqrt(|a|!/a!) p_a at p[k*count ..], a_q fastest, |a| <= degree */
    double *
        rest; /* rest[k*(degree+2) + i]: largest sum_{|a|=j} p_a^2, j >= i, as its root times the share of k */
    gst_arena memory;
} gst_label_series;

/* Of n sites, with room for all coefficients.  Clear in any case.  GST_OK, GST_NO_MEMORY. */
int gst_label_series_init(gst_label_series *series, size_t n, size_t q);
/* Those of site k; share: its weight in the averages.  GST_OK, GST_NO_MEMORY. */
int gst_label_series_set(gst_label_series *series, size_t k, const gst_label_nodes *nodes,
                         double share);
void gst_label_series_clear(gst_label_series *series);

/* Terms that leave nothing but rounding at site k; 0 where more than there are would be needed. */
size_t gst_label_series_terms(const gst_label_series *series, size_t k, double c);

/* Coefficients of h_i(zeta), i < terms: of E[P | zeta] at coefficient[i], of E[s_j P | zeta] at
 * coefficient[(j+1)*terms + i]; e is a unit vector, scratch has room for (q+1)(terms+1) numbers. */
void gst_label_series_along(const gst_label_series *series, size_t k, size_t terms, double c,
                            const double *e, double *scratch, double *coefficient);

/* sum[j*n + i] = sum_k coefficient[j*terms + k] h_k(zeta_i), j < rows; scratch: 2n. */
void gst_label_series_sum(size_t rows, size_t terms, const double *coefficient, size_t n,
                          const double *zeta, double *scratch, double *sum);

#endif
