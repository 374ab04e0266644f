/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_simulation.h - first layers of finite size after two real gradient steps at linear width
 * (theory 9), and what there is to measure on them.
 *
 * W (N x d) starts with rows uniform on the unit sphere; a_i ~ N(0, 1/N); f(x) = N^{-1/2} sum_i a_i
 * sigma(w_i.x).  Step t of size eta_t = N^{a_t} on n_t samples:
 *   w_i <- w_i + eta_t a_i (1/n_t) sum_mu e_mu sigma'(w_i.x_mu) x_mu,
 * e = y - f(x; W) for the squared loss, e = y for the correlation loss -y f. */
#ifndef GST_TWO_STEP_SIMULATION_H
#define GST_TWO_STEP_SIMULATION_H

#include <stddef.h>
#include <stdint.h>

#include "giantstep/two_step.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_activation gst_activation;

typedef enum { GST_LOSS_SQUARED, GST_LOSS_CORRELATION } gst_two_step_loss;

/* Pointers are borrowed; phi, phi1, noise, order and target are those of `problem`, whose batch is not used:
 * both second batches are tried on the same first step.  With phi1 = phi both start from the same first
 * batch; otherwise the reused one has the ratio phi and its own first step. */
typedef struct {
    const gst_two_step *problem;
    const gst_activation *activation;
    double a1, a2, beta; /* beta = N/d */
    size_t d;
    gst_two_step_loss loss;
    uint64_t seed;
    volatile const int *stop; /* NULL, or a flag that becomes non-zero */
} gst_two_step_simulation;

/* N, n, n1 = floor(ratio + 0.5); bytes: memory of one replicate. */
typedef struct {
    size_t N, n, n1;
    double bytes;
} gst_two_step_sizes;

/* What one network shows, k = 0 .. order, i < r:
 *   overlap[k*r + i]  of b_k, orthogonalised against b_0 .. b_{k-1}, with direction i of the target;
 *   value[k]          the (k+1)-th singular value of W;
 *   vector[k*r + i]   the overlap of its right singular vector, turned to the side of direction k above;
 *   edge              end of the bulk: bulk_edge.h for rows as long as those of W outside the span of beta1
 *                     and the b_k;
 *   outliers          number of singular values above edge (1 + 2 min(N, d)^{-2/3}). */
typedef struct {
    double overlap[(GST_TWO_STEP_ORDER_MAX + 1) * GST_TARGET_DIM_MAX];
    double value[GST_TWO_STEP_ORDER_MAX + 1];
    double vector[(GST_TWO_STEP_ORDER_MAX + 1) * GST_TARGET_DIM_MAX];
    double edge, outliers;
} gst_two_step_sample;

/* GST_INVALID with the field named: a size that rounds to 0, or less than order + 8 rows or columns. */
int gst_two_step_simulation_measure(const gst_two_step_simulation *simulation,
                                    gst_two_step_sizes *sizes, gst_message *message);

/* One replicate: samples[batch], batch as in gst_second_batch.  Re-entrant; draws depend on (seed, replicate)
 * alone.  GST_OK, GST_FAILED (values that are not finite, an eigenvalue routine that failed), GST_NO_MEMORY,
 * GST_INTERRUPTED.  Cost per batch: 4 n N d for a step, N d min(N, d) and 4/3 min(N, d)^3 for the singular
 * values. */
int gst_two_step_simulation_run(const gst_two_step_simulation *simulation, size_t replicate,
                                gst_two_step_sample samples[GST_BATCH_REUSED + 1]);

#ifdef __cplusplus
}
#endif

#endif
