/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coupled.h - the readout of any convex loss: all order parameters are coupled (docs/theory 6.1).
 *
 * With l the loss, minimise sum_mu l(y_mu, f_mu) + (lambda/2) |a|^2.  Unknowns, packed as bulk.h says:
 *   u = ( V1, V2 | Q0, q2 | m | t ),   t = (theta, psi, eps) per group,
 * 2L + K + K s numbers, s = m+q+1.  The equations are the fixed point of one pass (coupled_pass.c); any bulk of bulk.h
 * will do. */
#ifndef GST_COUPLED_H
#define GST_COUPLED_H

#include "base/arena.h"
#include "giantstep/solution.h"
#include "solver/bulk/bulk.h"
#include "solver/readout/averages.h"
#include "solver/readout/coupled/scalar_problem.h"

/* lambda >= 0, width = p or INFINITY. */
typedef struct {
    double rho, beta, lambda, width;
} gst_coupled_point;

typedef struct {
    double tol;
    size_t max_iterations;
    volatile const int *stop; /* NULL or a flag that ends the iteration */
} gst_coupled_options;

typedef struct {
    size_t iterations; /* passes */
    double residual;   /* max change by one more pass, in natural units */
    const char *reason;
    int none; /* of a failure: there is no solution, at whatever order of quadrature */
} gst_coupled_info;

/* What a solution predicts; E[Var(y|x)] is not in excess_risk.  NaN: not defined for this loss and these labels. */
typedef struct {
    double excess_risk, train_error, test_loss, train_loss, test_class, train_class;
    double norm2; /* |a|^2/p */
} gst_coupled_errors;

/* Everything a pass needs, at one resolution.  Members from `V` on are scratch, each array of one step of a pass. */
typedef struct {
    const gst_features *features;
    const gst_moments *moments;
    gst_bulk *bulk;
    gst_averages *tables;   /* owned, for the rows B and S alone */
    const gst_state *state; /* of it */
    gst_label_sites sites;  /* owned */
    gst_scalar_problem scalar;
    size_t K, L, q, s, ks, terms, N, active;
    /* at the nodes: inputs, and rho w times averages */
    double *V, *v, *yb, *b;                               /* n, n, n, q x n */
    double *weight_G, *weight_G2, *weight_dG, *weight_sG; /* n, n, n, q x n */
    double *x;                                            /* L, or terms: coefficients of rows */
    /* conjugates */
    double *hat, *hat2;     /* L: (V1h, D), (q1h, q2h) */
    double *force, *fields; /* K: mh; ks: F, with V1h psi added on psi */
    double *V1h;            /* K x K */
    /* mean step */
    double *N_perp, *system, *response, *gram, *schur,
        *scale;            /* ks x ks, twice; ks x (K+1); terms^2; K x K; K */
    double *eigen, *modes; /* K; K x K */
    double *curvature;     /* n */
    double rho;            /* of the averages */
    int unresolved; /* groups so nearly collinear that the last pass lost a direction of m to rounding */
    size_t *pivot;
    double *dt, *dm; /* ks, K */
    /* closure */
    double *tangent, *gradient, *positive, *pivot_size; /* L, L, K x K, K */
    /* iterations */
    double *next, *unit, *history_u, *history_f, *qr, *gamma; /* N, N, N x depth, .. */
    double *log_u, *log_value, *jacobian, *newton_step, *previous, *secant; /* N .. N x N */
    size_t *newton_pivot;
    double *start; /* N */
    gst_arena memory;
} gst_coupled;

/* moments (of the mean label, label_target.h), bulk and features are borrowed.  order, finer: of the averages over s and
 * zeta.  GST_OK, GST_FAILED, GST_NO_MEMORY; clear in any case. */
int gst_coupled_init(gst_coupled *c, const gst_features *features, const gst_moments *moments,
                     gst_bulk *bulk, const gst_target *mean, gst_label_noise noise, size_t order,
                     int finer);
void gst_coupled_clear(gst_coupled *c);

/* Where the parts of u begin. */
static inline size_t gst_coupled_fluctuations(const gst_coupled *c)
{
    return c->L;
}
static inline size_t gst_coupled_mean(const gst_coupled *c)
{
    return 2 * c->L;
}
static inline size_t gst_coupled_special(const gst_coupled *c)
{
    return 2 * c->L + c->K;
}

/* Index in t of term i >= K of the prediction (state.h). */
static inline size_t gst_coupled_place_of(const gst_coupled *c, size_t i)
{
    size_t m = c->s - c->q - 1, g = (i - c->K) / (m + 1), l = (i - c->K) % (m + 1);
    return g * c->s + (l < m ? l : c->s - 1);
}

/* The point all iterations may start from: V2 = pi/(lambda+1), V1 = diag(c V2), Q0 = V1, q2 = V2, m = t = 0. */
void gst_coupled_cold_start(const gst_coupled *c, double lambda, double *u);

/* out = one pass from u.  GST_OK, GST_FAILED: u is no state (V1 or Q0 not positive semidefinite, V2, q2 <= 0), or the bulk
 * has no solution at its conjugates. */
int gst_coupled_pass(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                     const double *u, double *out);

/* Steps of it: V, v, yb, b at the nodes; the averages; m, t and the fields of the new m, t from those at hand, with
 * c->hat, c->V1h and the bulk's last map, predictions moving by `radius' at most. */
void gst_coupled_place(gst_coupled *c, const double *u);
void gst_coupled_average(gst_coupled *c, const gst_loss *loss, double rho);
int gst_coupled_mean_step(gst_coupled *c, const gst_coupled_point *point, double radius,
                          const double *V2, const double *u, double *out);

/* Natural units of u: roots of products of diagonals, and what m and t add to the output's deviation. */
void gst_coupled_units(gst_coupled *c, const double *u, double *unit);

/* Whether u may be a state. */
int gst_coupled_positive(gst_coupled *c, const double *u);

/* Passes accelerated by Anderson's method from u until the residual meets options->tol; u is the solution then, and the
 * residual has been taken at u itself.  GST_OK, GST_LOOSE (not settled), GST_FAILED, GST_INTERRUPTED. */
int gst_coupled_anderson(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                         const gst_coupled_options *options, double *u, gst_coupled_info *info);

/* Newton's iteration on the pass, by differences.  The same. */
int gst_coupled_newton(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                       const gst_coupled_options *options, double *u, gst_coupled_info *info);

/* Errors at a solution of `loss'; limit != 0: of loss->without_loss.  Where a limit's predictions grow beyond all bounds,
 * those scaled to a margin of 1 are taken. */
gst_coupled_errors gst_coupled_errors_at(gst_coupled *c, const gst_loss *loss, int limit,
                                         const double *u);

/* The solution at any lambda >= 0 into u.  start: NULL, or a solution nearby, of this shape.  *limit = 1 where it is that
 * of loss->without_loss, which stands for lambda -> 0.  GST_OK, GST_LOOSE, GST_FAILED (info->reason), GST_INTERRUPTED. */
int gst_coupled_solve(gst_coupled *c, const gst_loss *loss, const gst_coupled_point *point,
                      const double *start, const gst_coupled_options *options, double *u,
                      int *limit, gst_coupled_info *info);

/* alpha_c/beta: up to so many samples per feature some readout has no negative margin.  width as in the point, u as above:
 * the direction, scaled to |a|^2/p = 1.  GST_OK, GST_LOOSE, GST_FAILED, GST_INTERRUPTED. */
int gst_coupled_separate(gst_coupled *c, double beta, double width,
                         const gst_coupled_options *options, double *rho, double *u,
                         gst_coupled_info *info);

/* Whether sum_g m_g mu0_g of u has every label's sign, up to rounding: at infinite width, where m costs nothing, all samples are
 * separated then however many. */
int gst_coupled_means_separate(gst_coupled *c, double width, const double *u);

/* Order parameters of u by name. */
void gst_coupled_take_solution(const gst_coupled *c, const double *u, gst_solution *solution);

#endif
