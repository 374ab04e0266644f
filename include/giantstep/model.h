/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.h - the generalisation error of a readout on the features of a trained network: ridge regression, or any convex
 * loss, sum_mu l(y_mu, f_mu) + (lambda/2) |a|^2, of which ridge regression is (y - f)^2/2.
 *
 * A model holds the moment tables of one feature model and target, for every order of quadrature that a point has
 * asked for so far, and uses them again at every (alpha, beta, lambda, noise, width).  The excess risk is computed
 * twice, with all quadratures (training, activation moments, target moments, average over kappa) and with their
 * companions on other nodes.  The difference, ten times where a table missed its tolerance, with what the box of kappa
 * may have cut off and with rounding is the quadrature error that is reported; the order is doubled until it meets the
 * tolerance or doubling no longer pays.  A model is used by one thread at a time. */
#ifndef GST_MODEL_H
#define GST_MODEL_H

#include <stddef.h>

#include "giantstep/status.h"
#include "giantstep/solution.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_problem gst_problem;

typedef struct gst_model gst_model;

/* The readout's problem (theory 1): alpha = n/d > 0, beta = p/d > 0, lambda >= 0 (0 = minimum norm),
 * noise = Delta >= 0, width = p > 0 for the finite-width correction (theory 6), INFINITY without. */
typedef struct {
    double alpha, beta, lambda, noise, width;
} gst_point;

/* Losses but the squared one, and labels +-1, have GST_METHOD_NEWTON alone. */
typedef enum { GST_METHOD_NEWTON, GST_METHOD_DAMPED, GST_METHOD_ENCLOSE } gst_method;

/* What a ridge can be the best for. */
typedef enum { GST_BEST_EXCESS_RISK, GST_BEST_TEST_LOSS, GST_BEST_TEST_CLASS } gst_criterion;

typedef struct {
    gst_method method;
    double damping;          /* in (0, 1]: new = damping*map + (1-damping)*old */
    size_t max_iterations;   /* 0: 1000 for newton, a million for the others */
    double tol;              /* in [1e-14, 0.1] */
    int order_parameters;    /* also return them */
    int rare_share;          /* also fill gst_risk.rare_share: of the linear equations */
    gst_criterion criterion; /* of gst_model_optimise_lambda */
    volatile const int
        *stop; /* NULL, or a flag that ends long iterations when it becomes non-zero */
} gst_solve_options;

gst_solve_options gst_solve_defaults(void);
int gst_solve_validate(const gst_solve_options *options, gst_message *message);
int gst_point_validate(const gst_point *point, gst_message *message);

/* One answer.  status GST_OK iff residual <= tol and quad_error <= tol*(excess_risk + Var g), GST_LOOSE:
 * values usable, tolerance missed; GST_FAILED: numbers are NaN and `reason` says why. */
typedef struct {
    double excess_risk, test_error,
        train_error;              /* E(E[y|x]-f)^2, E(y-f)^2, mean (y-f)^2, for every loss */
    double test_loss, train_loss; /* E l, mean l; NaN where it is infinite (hard margin) */
    double test_class,
        train_class; /* shares of labels +-1 of the other sign than f; NaN for real labels */
    double lambda;   /* the ridge used (the minimiser for gst_model_optimise_lambda) */
    double residual; /* max change by one more plain map, relative (V1_gh: to sqrt(V1_gg V1_hh)) */
    double quad_error; /* absolute error estimate of excess_risk: all quadratures, and rounding */
    double excess_low, excess_high; /* GST_METHOD_ENCLOSE: certificate; else NaN */
    size_t iterations;              /* at the order of quadrature of the answer */
    int status;
    const char *reason; /* static text, "" if ok */
    const char *note;   /* static text, "" if there is nothing to say of an answer that is ok */
    /* Share of excess_risk made by fitting training samples that a network of this width does not meet, n p =
     * alpha/beta*width samples and width neurons (a million samples if it is infinite): rare_samples.h.  Above a few per
     * cent the limit is not that of such networks.  NaN if not asked for. */
    double rare_share;
} gst_risk;

/* What a failed solve at ridge `lambda` (NaN: unknown) returns: all other numbers NaN, no iterations, status
 * GST_FAILED; `reason` is kept as it is, a text that outlives the answer. */
gst_risk gst_risk_failed(double lambda, const char *reason);

/* Build for a training protocol, with its first tables.  GST_INVALID (also moments that overflow or diverge),
 * GST_UNBUILT, GST_NO_MEMORY, GST_FAILED (rows of length zero) with a message. */
int gst_model_alloc(gst_model **model, const gst_problem *problem, gst_message *message);
void gst_model_free(gst_model *model);

/* Number of groups K, spikes m, residual directions q; Var g. */
void gst_model_shape(const gst_model *model, size_t *K, size_t *m, size_t *q);
double gst_model_target_variance(const gst_model *model);

/* Forget the previous point: the next solve starts cold, at the lowest order.  Otherwise a solve starts
 * from its predecessor, which changes its answer only within the tolerance. */
void gst_model_reset(gst_model *model);

/* Solve sections 3-6 at one point.  solution: NULL, or one of the model's shape, which is filled unless the status
 * is negative.  The minimum-norm limit diverges at n = p: lambda = 0 at alpha = beta is GST_FAILED.  Returns
 * risk->status, or GST_INVALID (also a solution of another shape) / GST_NO_MEMORY / GST_INTERRUPTED. */
int gst_model_solve(gst_model *model, const gst_point *point, const gst_solve_options *options,
                    gst_risk *risk, gst_solution *solution);

/* The same at the ridge in [low, high] that minimises options->criterion (point->lambda is ignored); a
 * minimum on the boundary gives GST_LOOSE.  GST_INVALID also where the criterion is not defined: classes of real labels,
 * the loss of a hard margin. */
int gst_model_optimise_lambda(gst_model *model, const gst_point *point, double low, double high,
                              const gst_solve_options *options, gst_risk *risk,
                              gst_solution *solution);

/* Up to alpha_c = n/d samples some readout classifies them all, beyond none does (labels +-1). */
typedef struct {
    double alpha_c; /* INFINITY: the groups' means separate all labels */
    double error;   /* absolute, from all quadratures */
    double residual;
    size_t iterations;
    int status; /* GST_OK iff residual <= tol and error <= tol*alpha_c */
    const char *reason;
} gst_separability;

/* At beta, noise and width of the point (alpha and lambda are ignored).  Returns result->status, or GST_INVALID (labels
 * that are no signs, point or options out of their domain) / GST_NO_MEMORY / GST_INTERRUPTED. */
int gst_model_separability(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, gst_separability *result);

#ifdef __cplusplus
}
#endif

#endif
