/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_layers.c - models whatever their second layer: K values, or a law (docs/theory, continuous second layers).
 *
 * Of a law the excess risk at finite width is an average over A that converges in the number K of its values:
 *   1. a point is solved with rules of more and more values, from the one before that which its predecessor needed;
 *   2. the difference from the rule before is the error that K leaves, and added to quad_error: it is the error of the
 *      coarser rule, far more than that of the finer;
 *   3. until quad_error holds the tolerance.  Where no rule does, the answer of the smallest error is kept, and flagged.
 * At infinite width there is nothing to converge to, and no answer. */
#include "solver/readout/model_private.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include "models/training/layer_rules.h"

#include <math.h>
#include <stdlib.h>

/* Values of the rules.  Gauss rules of even and of odd numbers err to different sides, with and without a value at 0, and
 * take turns; beside a bulk with a trajectory no more than so many: it costs K^6. */
static const size_t groups[GST_MODEL_LAYERS] = {GST_LAYER_FIRST_RULE, 9, 14, 19, 28, 44, 64};
enum { LAYERS_OF_TRAJECTORY = 3 };

static const gst_second_layer *law_of(const gst_model *model)
{
    return model->features->problem.layer;
}

static int is_law(const gst_model *model)
{
    return law_of(model)->law != GST_LAYER_VALUES;
}

int gst_model_alloc(gst_model **model, const gst_problem *problem, gst_message *message)
{
    return gst_model_alloc_values(model, problem, message);
}

void gst_model_free(gst_model *model)
{
    for (size_t i = 0; model && i < GST_MODEL_LAYERS; i++) {
        gst_model_free_values(model->layers[i].model);
        gst_second_layer_clear(&model->layers[i].layer);
    }
    gst_model_free_values(model);
}

void gst_model_reset(gst_model *model)
{
    for (size_t i = 0; i < GST_MODEL_LAYERS; i++)
        if (model->layers[i].model)
            gst_model_reset_values(model->layers[i].model);
    model->layer = 0;
    gst_model_reset_values(model);
}

/* The model of rule i, and whether that is the law itself. */
static int layer_model(gst_model *model, size_t i, gst_model **found, int *exact)
{
    gst_layer_level *level = &model->layers[i];
    *found = i == 0 ? model : level->model;
    *exact = level->exact;
    if (*found)
        return GST_OK;
    gst_second_layer_clear(&level->layer);
    int status = gst_second_layer_rule(law_of(model), groups[i], &level->layer, &level->exact);
    if (status != GST_OK)
        return status;
    level->problem = model->features->problem;
    level->problem.layer = &level->layer;
    status = gst_model_alloc_values(&level->model, &level->problem, NULL);
    if (status < 0) {
        level->model = NULL;
        return status;
    }
    *found = level->model;
    *exact = level->exact;
    return GST_OK;
}

static int solve_layer(gst_model *model, size_t i, const gst_point *point,
                       const gst_solve_options *options, gst_risk *risk, int *exact)
{
    gst_model *rule;
    *risk = gst_risk_failed(point->lambda, "the moment tables are not finite");
    int status = layer_model(model, i, &rule, exact);
    return status < 0 ? status : gst_model_solve_values(rule, point, options, risk, NULL);
}

/* Adds the error that the number of values leaves, and flags what misses the tolerance. */
static void judge(const gst_model *model, const gst_solve_options *options, double error,
                  gst_risk *risk)
{
    risk->quad_error += error;
    risk->excess_low -= error; /* NaN without an enclosure */
    risk->excess_high += error;
    int accurate = risk->quad_error <= options->tol * (fabs(risk->excess_risk) + model->variance);
    if (risk->status != GST_OK || accurate)
        return;
    risk->status = GST_LOOSE;
    risk->reason = "the second layer's quadrature misses the tolerance";
}

static int solve_law(gst_model *model, const gst_point *point, const gst_solve_options *options,
                     gst_risk *risk)
{
    size_t most = model->features->bulk->trajectory ? LAYERS_OF_TRAJECTORY : GST_MODEL_LAYERS;
    gst_risk before, trial;
    int exact, found = 0;
    size_t i = model->layer > 1 ? model->layer - 1 : 0;
    int status = solve_layer(model, i, point, options, &before, &exact);
    *risk = before;
    while (status >= 0 && ++i < most) {
        status = solve_layer(model, i, point, options, &trial, &exact);
        if (status < 0)
            break;
        judge(model, options, exact ? 0.0 : gst_model_difference(model, &before, &trial), &trial);
        if (!found || trial.quad_error < risk->quad_error) {
            *risk = trial;
            model->layer = i;
        }
        found = 1;
        if (exact || trial.status == GST_OK)
            break;
        before = trial;
    }
    return found && (status >= 0 || status == GST_FAILED) ? risk->status : status;
}

int gst_model_solve(gst_model *model, const gst_point *point, const gst_solve_options *options,
                    gst_risk *risk, gst_solution *solution)
{
    if (!is_law(model))
        return gst_model_solve_values(model, point, options, risk, solution);
    if (solution || !isfinite(point->width))
        return GST_INVALID;
    return solve_law(model, point, options, risk);
}
