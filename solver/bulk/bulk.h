/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bulk.h - the law of the features' bulk, as the self-consistent equations see it.
 *
 * Packed order parameters: L = K(K+1)/2 + K numbers, the upper triangle of a symmetric K x K matrix row by
 * row, then K values:  x = (V1, V2),  hat = (V1h, D).  An off-diagonal entry stands for both of its
 * places; contractions weigh it by its multiplicity 2 (gst_packed_multiplicity).
 *
 * Scaling: hats and (V1, V2) may come multiplied by t and 1/t (averages.h); no bulk depends on it.
 * The special directions are (spikes, residual directions, norm) per group: s = m+q+1, index g*s + a. */
#ifndef GST_BULK_H
#define GST_BULK_H

#include <complex.h>
#include <stddef.h>

#include "models/training/bulk_law.h"

typedef struct gst_features gst_features;

typedef struct gst_bulk gst_bulk;

/* What an implementation supplies.  All but `map` refer to the last point given to `map`. */
typedef struct {
    const char *name;
    /* x = (V1, V2) solving the bulk's equations at hat = (V1h, D).  On entry x holds a starting point or
     * V2 <= 0 for none; the bulk's own unknowns start from its last solution, which changes the answer within
     * rounding.  GST_OK; GST_FAILED if there is no positive solution. */
    int (*map)(gst_bulk *bulk, double beta, const double *hat, double *x);
    /* dx = derivative of the map along dhat. */
    int (*tangent)(gst_bulk *bulk, const double *dhat, double *dx);
    /* NULL, or tangent[a*L + b] = d x_a/d hat_b, all at once. */
    int (*tangents)(gst_bulk *bulk, double *tangent);
    /* NULL, or, where tangents cost much, the linearised equations with u = (the bulk's own unknowns, ln V2), inner + K numbers,
     * besides: dx of the map and dv of what one plain step makes of u, along (dhat, du).  A tangent has du = dv. */
    void (*linear)(gst_bulk *bulk, const double *dhat, const double *du, double *dx, double *dv);
    /* NULL, or the derivative between nodes: with b_k = (mu1_g mu1_h, mu2_g^2) at node k (mu1[g*stride + k], mu2sq alike),
     * responses[j*n + k] = sum_a multiplicity_a b_ja (d map/d hat . b_k)_a, j, k < n.  scratch: n (n + 2K) numbers. */
    int (*responses)(gst_bulk *bulk, size_t n, size_t stride, const double *mu1,
                     const double *mu2sq, double *scratch, double *responses);
    /* N_perp, (K s) x (K s) symmetric: the special directions respond to fields as t = N_perp fields once
     * the spikes' own part V1h is taken out. */
    int (*directions)(gst_bulk *bulk, double *N_perp);
    /* gradient[a] = d S / d hat_a, S = fields^T N_perp fields with the fields held fixed. */
    int (*directions_tangent)(gst_bulk *bulk, const double *fields, double *gradient);
    /* map and directions at complex hats (complex ridge); x holds the starting point on entry.  Products
     * are plain transposes. */
    int (*map_complex)(gst_bulk *bulk, double beta, const double complex *hat, double complex *x);
    int (*directions_complex)(gst_bulk *bulk, double complex *N_perp);
    /* The bulk's own equations at complex hats, unsolved, for Newton's iteration on all unknowns at once.
     * State u = (V2, inner), K + inner numbers, symmetric blocks packed.  value = (V1, V2', inner'), L + inner
     * numbers: V1 explicitly, the rest by one plain step; slope[i*(L + K + inner) + j] = d value_i / d (hat,
     * u)_j.  `directions_complex` may follow once value and state agree. */
    int (*relations)(gst_bulk *bulk, double beta, const double complex *hat,
                     const double complex *u, double complex *value, double complex *slope);
    /* Forget the last solution: what follows is what a bulk just made would give, to the byte. */
    void (*reset)(gst_bulk *bulk);
    void (*release)(gst_bulk *bulk);
} gst_bulk_type;

/* Implementations embed this at their start. */
struct gst_bulk {
    const gst_bulk_type *type;
    size_t K, m, q, L;
    size_t inner; /* unknowns of the bulk's own besides V2 */
    double
        beyond; /* after `relations` at real hats and state: share of the bulk's own averages beyond a pole */
    const double *pi, *c; /* fractions and bulk variances, borrowed from the features */
};

/* How often the orders of the averages over the samples of the steps may be doubled: indices below this are worth trying;
 * SIZE_MAX where the law has no trajectory.  half != 0: the companion, of 3/4 of the orders. */
size_t gst_bulk_resolution_count(const gst_features *features);
gst_label_resolution gst_bulk_resolution(const gst_features *features, size_t index, int half);

/* The bulk of the features' own law (bulk_law.h), at a resolution that only laws with a trajectory look at.  features must
 * outlive it.  GST_OK, GST_LOOSE (a quadrature of the steps missed its tolerance), GST_UNBUILT, GST_FAILED,
 * GST_NO_MEMORY. */
int gst_bulk_alloc(gst_bulk **bulk, const gst_features *features, gst_label_resolution resolution);

/* The same with the trajectory of another bulk of the same law, which must have one; other must be freed after the
 * result's last use. */
int gst_bulk_share(gst_bulk **bulk, const gst_features *features, const gst_bulk *other);

/* The implementations of GST_BULK_LIST.  NAME_alloc: features and the trajectory of their law (NULL if it has none), which
 * becomes the bulk's own, also on failure.  NAME_share: with the trajectory of `other`.
 *   isotropic   theory 3, 4, 5
 *   chain       theory 7.4
 *   spectral    theory 7.7, population steps
 *   coloured    theory 7.7, one finite batch */
#define GST_DECLARE_BULK(name)                                                 \
    int gst_bulk_##name##_alloc(gst_bulk **bulk, const gst_features *features, \
                                gst_trajectory *trajectory);                   \
    int gst_bulk_##name##_share(gst_bulk **bulk, const gst_features *features, \
                                const gst_bulk *other);
GST_BULK_LIST(GST_DECLARE_BULK)
#undef GST_DECLARE_BULK

/* C[(g*s + a)*s + b], s = m+q+1: d * covariance of the special directions of a row of group g, its norm last; what an
 * isotropic bulk has in features->C, of trained rows N~(0).  half != 0: from the companion's quadratures.  Status as
 * gst_bulk_alloc. */
int gst_bulk_covariance(const gst_features *features, int half, double *C);

/* NULL-safe, both. */
void gst_bulk_reset(gst_bulk *bulk);
void gst_bulk_free(gst_bulk *bulk);

/* Packed index of entry (g, h), and of V2_g; multiplicity of entry a. */
static inline size_t gst_packed_length(size_t K)
{
    return K * (K + 1) / 2 + K;
}

static inline size_t gst_packed_pair(size_t K, size_t g, size_t h)
{
    size_t low = g < h ? g : h, high = g < h ? h : g;
    return low * K - low * (low + 1) / 2 + high;
}

static inline size_t gst_packed_value(size_t K, size_t g)
{
    return K * (K + 1) / 2 + g;
}

double gst_packed_multiplicity(size_t K, size_t a);

/* Full symmetric K x K matrix of the first K(K+1)/2 entries. */
static inline void gst_packed_expand(size_t K, const double *packed, double *matrix)
{
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            matrix[g * K + h] = matrix[h * K + g] = packed[gst_packed_pair(K, g, h)];
    }
}

#endif
