/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trajectory.h - giant steps on fresh batches, one after the other: what each leaves in the rows of W (theory 7.4).
 *
 * Given the batches a row of group g is w = omega_g + f, and (f, delta = |f|^2 - c_g) is a Gaussian vector that the
 * step on the samples x_mu, residual labels yt_mu, mu = 1 .. n_t, e = eta A_g, drives linearly:
 *   f     <- (I + M_b) f + delta v_a + noise of covariance M_a/d,     delta <- D delta + v_1.f + nu,
 *   M_w = (1/n_t) sum_mu w_mu x_mu x_mu^T with the weights a_g, b_g,  v_psi = (1/n_t) sum_mu psi_mu x_mu,
 *   d Cov(nu, noise) = v_2,   d Var nu = Om,   omega_g <- omega_g + v_u.
 * The weights are functions of the sample's spike coordinates kappa_l = v_l.x and of its residual label alone,
 *   a_g = a_g(kappa) yt^2,   b_g = b_g(kappa) yt,   psi = sum_p psi_p(kappa) yt^p, p = 1..3,
 * so that averages over a sample are sums over nodes of kappa and, given kappa, over the law of its label, in which the
 * coordinates zeta_i.x of the residual directions take the place of the target's variables. */
#ifndef GST_TRAJECTORY_H
#define GST_TRAJECTORY_H

#include <stddef.h>

#include "base/arena.h"
#include "models/training/bulk_law.h"
#include "models/training/label_law.h"

typedef struct gst_features gst_features;

/* The special vectors v_psi of a group. */
typedef enum {
    GST_PSI_MEAN,      /* v_u: omega_g moves by it */
    GST_PSI_DIRECTION, /* v_a: where the norm pushes f */
    GST_PSI_NORM,      /* v_1: what of f the norm takes up */
    GST_PSI_NOISE,     /* v_2: common noise of both */
    GST_PSI_KINDS
} gst_psi;

enum { GST_PSI_POWERS = 3 };

/* The samples of one kappa. */
typedef struct {
    double weight;         /* of the rule over kappa */
    const double *kappa;   /* `given' of them */
    const double *a, *b;   /* K each: a_g/yt^2 >= 0, b_g/yt */
    const double *psi;     /* psi_p: [(g*GST_PSI_KINDS + kind)*GST_PSI_POWERS + p-1] */
    gst_label_law *labels; /* of yt given kappa; its z are the coordinates that are left */
} gst_step_node;

typedef struct {
    const gst_features *before; /* the rows it finds: K, m, q, U, c, gamma, rest */
    double phi;                 /* d/n_t, 0: the population */
    size_t given;               /* of the m + q coordinates, those that the nodes hold */
    int linear;                 /* 0: all b_g vanish */
    double *D, *Om;             /* K each */
    double
        start; /* d Var delta before it, 0: on the sphere; otherwise D is d Cov(delta, delta before) */
    size_t n;
    gst_step_node *node;
    gst_arena memory; /* behind the arrays above */
} gst_step_law;

/* The steps that change the weights, and the rows between them: state[t], t = 0 .. steps, as features, owned. */
struct gst_trajectory {
    size_t steps;
    gst_step_law *step;
    gst_features **state;
};

/* At one resolution of all averages.  GST_OK, GST_LOOSE (a quadrature missed its tolerance), GST_FAILED (rows of length
 * zero, moments that are not finite), GST_UNBUILT (dense: more nodes would be needed), GST_INVALID (more spikes than
 * GST_SPIKES_MAX), GST_NO_MEMORY.  Owner: caller, gst_trajectory_free (NULL-safe). */
int gst_trajectory_build(gst_trajectory **trajectory, const gst_problem *problem,
                         gst_label_resolution resolution, gst_message *message);
void gst_trajectory_free(gst_trajectory *trajectory);

#endif
