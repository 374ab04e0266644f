/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c - every number of a second layer of K values, with its quadrature error (docs/theory, errors).
 *
 *   1. a model keeps two versions of its features, trained with the full quadratures and with their companions, and per order
 *      N of the average over kappa a full resolution (N intervals) and a companion (3N/4 intervals, or other panels,
 *      and companions for everything inside): the two share no node but by accident, and neither can take what it
 *      does not see for what the other does not see;
 *   2. a point is solved on both; quad_error is the difference of their excess risks, plus what the box of
 *      kappa may have cut off, plus rounding, amplified where groups are nearly collinear;
 *   3. while it misses the tolerance orders are doubled, up to the largest that pay (orders.h); then the answer of the
 *      smallest error is kept and flagged loose. */
#include "solver/readout/model_private.h"
#include "giantstep/features.h"
#include "giantstep/target.h"
#include "integrals/mesh.h"
#include "models/data/data.h"

#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounding in sums of order one, for one group: sums over groups round independently, like sqrt(K). */
#define ROUNDING (4.0 * DBL_EPSILON)
/* Where a table missed its tolerance, or the loss has bends, full answer and companion may have more error in common than
 * converged ones: their difference counts so many times. */
#define DOUBT 10.0
/* Relative errors above this are not the floor of rounding or of an inner quadrature. */
#define NEAR 1e-6
/* Orders tried after one at which nothing settled: where averages jump from node to node, the next may see what is between. */
#define AGAIN_MOST 2

/* ---- options ------------------------------------------------------------------------------------ */

gst_solve_options gst_solve_defaults(void)
{
    return (gst_solve_options){.method = GST_METHOD_NEWTON, .damping = 0.5, .tol = 1e-10};
}

int gst_solve_validate(const gst_solve_options *o, gst_message *message)
{
    if (!(o->damping > 0.0 && o->damping <= 1.0))
        return gst_fail(message, GST_INVALID, "damping: %g is outside (0, 1]", o->damping);
    if (!(o->tol >= 1e-14 && o->tol <= 0.1))
        return gst_fail(message, GST_INVALID, "tol: %g is outside [1e-14, 0.1]", o->tol);
    return GST_OK;
}

int gst_point_validate(const gst_point *point, gst_message *message)
{
    const struct {
        const char *name;
        double value;
    } ratios[] = {{"alpha", point->alpha}, {"beta", point->beta}};
    for (size_t i = 0; i < 2; i++) {
        if (!(ratios[i].value > 0.0 && isfinite(ratios[i].value)))
            return gst_fail(message, GST_INVALID, "%s: %g is not positive and finite",
                            ratios[i].name, ratios[i].value);
    }
    if (!(point->lambda >= 0.0 && isfinite(point->lambda)))
        return gst_fail(message, GST_INVALID, "lambda: %g is negative or not finite",
                        point->lambda);
    if (!(point->noise >= 0.0 && isfinite(point->noise)))
        return gst_fail(message, GST_INVALID, "noise: %g is negative or not finite", point->noise);
    if (!(point->width > 0.0))
        return gst_fail(message, GST_INVALID, "width: %g is not positive", point->width);
    return GST_OK;
}

/* ---- life --------------------------------------------------------------------------------------- */

static gst_resolution_pair *pair_at(gst_model *model, gst_orders at)
{
    return &model->pairs[at.kappa * GST_MODEL_LABELS + at.labels];
}

/* Those with the same tables over kappa and with the same laws of the labels that are there, or NULL. */
static const gst_resolution_pair *same_tables(gst_model *model, gst_orders at)
{
    for (at.labels = 0; at.labels < model->levels.labels; at.labels++)
        if (pair_at(model, at)->built)
            return pair_at(model, at);
    return NULL;
}

static const gst_resolution_pair *same_laws(gst_model *model, gst_orders at)
{
    for (at.kappa = 0; at.kappa < model->levels.kappa; at.kappa++)
        if (pair_at(model, at)->built)
            return pair_at(model, at);
    return NULL;
}

int gst_model_pair(gst_model *model, gst_orders at, gst_resolution_pair **pair)
{
    *pair = pair_at(model, at);
    if ((*pair)->built)
        return GST_OK;
    const gst_resolution_pair *tables = same_tables(model, at), *laws = same_laws(model, at);
    int status = gst_resolution_at(&(*pair)->full, model->features, at, 0,
                                   tables ? &tables->full : NULL, laws ? &laws->full : NULL);
    if (status == GST_OK)
        status = gst_resolution_at(&(*pair)->half, model->features_half, at, 1,
                                   tables ? &tables->half : NULL, laws ? &laws->half : NULL);
    (*pair)->built = status == GST_OK;
    if (status != GST_OK)
        gst_resolution_clear(&(*pair)->full);
    return status;
}

#define DIVERGENT                                                                       \
    "activation: its moments given %s overflow, or do not converge within %g standard " \
    "deviations"

/* The tables every answer needs: what they cannot hold has no answer at any point. */
static int build_first(gst_model *model, gst_message *message)
{
    gst_resolution_pair *pair;
    int status = gst_model_pair(model, model->current, &pair);
    if (status == GST_FAILED && model->features->problem.training.spikes)
        return gst_fail(message, GST_INVALID, DIVERGENT, "`spikes`", GST_GAUSSIAN_BOX);
    if (status == GST_FAILED)
        return gst_fail(message, GST_INVALID, DIVERGENT " (`eta` %g)", "the step's spikes",
                        GST_GAUSSIAN_BOX, model->features->problem.training.step[0].eta);
    return status == GST_OK
               ? GST_OK
               : gst_fail(message, status, "the tables of moments: %s", gst_status_name(status));
}

/* Var E[y|x] where the tables hold that. */
static double variance_of_nodes(const gst_moments *t)
{
    double mean = 0.0, square = 0.0;
    for (size_t k = 0; k < t->n; k++)
        mean += t->w[k] * t->h[k];
    for (size_t k = 0; k < t->n; k++)
        square += t->w[k] * (t->h[k] - mean) * (t->h[k] - mean);
    return square;
}

int gst_model_alloc_values(gst_model **model, const gst_problem *problem, gst_message *message)
{
    gst_target_moments moments;
    *model = NULL;
    gst_model *made = gst_alloc(1, sizeof *made);
    if (!made)
        return gst_fail(message, GST_NO_MEMORY, "no memory");
    int status = gst_features_train(&made->features, problem, 0, message);
    if (status >= 0)
        status = gst_features_train(&made->features_half, problem, 1, message);
    if (status >= 0 && made->features->m != made->features_half->m)
        status =
            gst_fail(message, GST_FAILED, "the quadrature cannot tell whether there is a spike");
    if (status >= 0) {
        status = gst_target_moments_compute(problem->target, 0, &moments);
        if (status < 0)
            gst_fail(message, status, "the moments of the target: %s", gst_status_name(status));
    }
    if (status < 0) {
        gst_model_free_values(made);
        return status;
    }
    made->variance = problem->labels == GST_LABELS_SIGN ? 1.0 : moments.variance;
    made->levels = gst_orders_levels(made->features);
    status = build_first(made, message);
    if (status == GST_OK && gst_data_has_nodes(problem->data))
        made->variance = variance_of_nodes(pair_at(made, made->current)->full.moments);
    if (status < 0) {
        gst_model_free_values(made);
        return status;
    }
    *model = made;
    return GST_OK;
}

void gst_model_free_values(gst_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < GST_MODEL_ORDERS; i++) {
        gst_resolution_clear(&model->pairs[i].full);
        gst_resolution_clear(&model->pairs[i].half);
    }
    gst_features_free(model->features);
    gst_features_free(model->features_half);
    free(model);
}

void gst_model_shape(const gst_model *model, size_t *K, size_t *m, size_t *q)
{
    *K = model->features->K;
    *m = model->features->m;
    *q = model->features->q;
}

double gst_model_target_variance(const gst_model *model)
{
    return model->variance;
}

void gst_model_reset_values(gst_model *model)
{
    for (size_t i = 0; i < GST_MODEL_ORDERS; i++) {
        gst_resolution_reset(&model->pairs[i].full);
        gst_resolution_reset(&model->pairs[i].half);
    }
    model->current = (gst_orders){.kappa = 0};
}

/* ---- one point ---------------------------------------------------------------------------------- */

/* Of the excess risk; where equations are coupled the largest of those of all errors, which are not equally smooth. */
double gst_model_difference(const gst_model *model, const gst_risk *a, const gst_risk *b)
{
    double worst = fabs(a->excess_risk - b->excess_risk);
    if (!gst_problem_has_losses(&model->features->problem))
        return worst;
    worst = fmax(worst, fabs(a->train_error - b->train_error));
    worst = fmax(worst, fabs(a->test_loss - b->test_loss));
    worst = fmax(worst, fabs(a->train_loss - b->train_loss));
    worst = fmax(worst, fabs(a->test_class - b->test_class));
    return fmax(worst, fabs(a->train_class - b->train_class));
}

/* Solves at one order; risk->quad_error compares full and half.  *again: one of the two failed, but need not do so at the
 * next order. */
static int solve_pair(const gst_model *model, gst_resolution_pair *pair, const gst_point *point,
                      const gst_solve_options *options, gst_risk *risk, int *again)
{
    gst_risk half;
    gst_solve_options newton = *options;
    newton.method = GST_METHOD_NEWTON;
    newton.max_iterations = 0;
    int status = gst_resolution_solve(&pair->full, point, options, NULL, risk);
    *again = pair->full.unsettled;
    if (status < 0)
        return status;
    int other = gst_resolution_solve(&pair->half, point, &newton, &pair->full, &half);
    if (other < 0) {
        *again = pair->half.unsettled;
        risk->reason = "the solution at half the order of quadrature failed";
        risk->quad_error = INFINITY;
        return other == GST_FAILED ? GST_LOOSE : other;
    }
    int smooth = gst_loss_of(pair->full.loss)->strip > 0.0;
    double doubt = pair->full.quality == GST_OK && smooth ? 1.0 : DOUBT;
    risk->quad_error = doubt * gst_model_difference(model, risk, &half) +
                       gst_resolution_truncation(&pair->full) * fabs(risk->excess_risk) +
                       pair->full.rounding;
    return status;
}

static double size_of(const gst_model *model, const gst_risk *risk)
{
    return fabs(risk->excess_risk) + model->variance;
}

/* Whether no order of quadrature can meet the tolerance. */
static int rounding_decides(const gst_model *model, const gst_resolution_pair *pair,
                            const gst_solve_options *options, const gst_risk *risk)
{
    return !(pair->full.rounding <= options->tol * size_of(model, risk));
}

/* The status that residual, quadrature error and tables deserve, and why. */
static void judge(const gst_model *model, const gst_resolution_pair *pair,
                  const gst_solve_options *options, int status, gst_risk *risk)
{
    double size = size_of(model, risk);
    risk->quad_error += ROUNDING * sqrt((double)model->features->K) * size;
    if (options->method == GST_METHOD_ENCLOSE) {
        risk->excess_low -= risk->quad_error;
        risk->excess_high += risk->quad_error;
    }
    int accurate = risk->quad_error <= options->tol * size;
    int converged = status == GST_OK && risk->residual <= options->tol;
    risk->status = accurate && converged ? GST_OK : GST_LOOSE;
    if (risk->status == GST_OK)
        risk->reason = "";
    else if (!converged && risk->reason[0] == '\0')
        risk->reason = "the residual misses the tolerance";
    else if (converged && rounding_decides(model, pair, options, risk))
        risk->reason = "nearly collinear groups amplify rounding";
    else if (converged)
        risk->reason = "the quadrature error misses the tolerance";
}

static int check_request(const gst_model *model, const gst_point *point,
                         const gst_solve_options *options, const gst_solution *solution)
{
    const gst_features *f = model->features;
    if (solution && (solution->K != f->K || solution->m != f->m || solution->q != f->q))
        return GST_INVALID;
    int status = gst_point_validate(point, NULL);
    if (options->method != GST_METHOD_NEWTON && gst_problem_has_losses(&f->problem))
        return GST_INVALID;
    return status == GST_OK ? gst_solve_validate(options, NULL) : status;
}

/* Errors are not small yet: they need not shrink before the mesh resolves what there is. */
static int is_coarse(const gst_model *model, const gst_risk *risk)
{
    return !(risk->quad_error <= NEAR * (fabs(risk->excess_risk) + model->variance));
}

/* Samples that stand for the limit n -> inf. */
#define MANY 1e6

static int set_rare_share(gst_model *model, const gst_point *point, gst_risk *risk)
{
    double n = isfinite(point->width) ? point->alpha / point->beta * point->width : MANY;
    return gst_resolution_rare_share(&pair_at(model, model->current)->full, model->features,
                                     model->features->problem.activation, n,
                                     n * point->beta / point->alpha, &risk->rare_share);
}

int gst_model_solve_values(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, gst_risk *risk, gst_solution *solution)
{
    gst_order_search search = gst_order_search_from(model->features, model->levels, model->current);
    gst_orders best = model->current;
    int status = check_request(model, point, options, solution), found = 0, failures = 0;
    if (status != GST_OK)
        return status;
    if (point->lambda == 0.0 && point->alpha == point->beta &&
        !gst_loss_of(model->features->problem.loss)->margin) {
        *risk = gst_risk_failed(0, "lambda = 0 has no limit at n = p");
        return GST_FAILED;
    }
    for (;;) {
        gst_resolution_pair *pair;
        gst_risk trial = gst_risk_failed(point->lambda, "the moment tables are not finite");
        int again = 0;
        if (options->stop && *options->stop)
            return GST_INTERRUPTED;
        status = gst_model_pair(model, search.at, &pair);
        if (status == GST_OK)
            status = solve_pair(model, pair, point, options, &trial, &again);
        if (status < 0 && status != GST_FAILED)
            return status;
        again = again && ++failures <= AGAIN_MOST;
        if (status < 0) {
            if (!found)
                *risk = trial;
            if (again && gst_order_search_next(&search, INFINITY, 1))
                continue;
            break;
        }
        judge(model, pair, options, status, &trial);
        if (!found || trial.quad_error < risk->quad_error) {
            *risk = trial;
            best = search.at;
        }
        found = 1;
        if (trial.status == GST_OK || (status != GST_OK && !again) ||
            rounding_decides(model, pair, options, &trial) ||
            !gst_order_search_next(&search, trial.quad_error, is_coarse(model, &trial)))
            break;
    }
    if (!found)
        return status;
    model->current = best;
    if (options->rare_share && risk->status >= 0 && !pair_at(model, best)->full.coupled)
        status = set_rare_share(model, point, risk);
    if (status < 0 && status != GST_FAILED)
        return status;
    if (solution)
        gst_resolution_take_solution(&pair_at(model, best)->full, solution);
    return risk->status;
}
