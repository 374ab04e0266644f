/* SPDX-License-Identifier: GPL-3.0-or-later */
/* separability.c - the threshold of separability with its quadrature error (docs/theory 6.1): on tables and on
 * their companions, orders doubled until the two agree, as in model.c. */
#include "solver/readout/model_private.h"
#include "giantstep/features.h"

#include <math.h>

/* Doubling pays if it leaves less than this. */
#define PAYS 0.5

static int check_request(const gst_model *model, const gst_point *point,
                         const gst_solve_options *options)
{
    gst_point at = *point;
    at.alpha = 1.0;
    at.lambda = 1.0;
    if (model->features->problem.labels != GST_LABELS_SIGN)
        return GST_INVALID;
    int status = gst_point_validate(&at, NULL);
    return status == GST_OK ? gst_solve_validate(options, NULL) : status;
}

/* At one order. */
static int separate_pair(gst_resolution_pair *pair, const gst_point *point,
                         const gst_solve_options *options, gst_separability *found)
{
    gst_coupled_info info, other_info;
    double other;
    int status = gst_resolution_separate(&pair->full, point, options, &found->alpha_c, &info);
    found->residual = info.residual;
    found->iterations = info.iterations;
    found->reason = info.reason;
    if (status < 0)
        return status;
    int half = gst_resolution_separate(&pair->half, point, options, &other, &other_info);
    found->error = half < 0                  ? INFINITY
                   : found->alpha_c == other ? 0.0
                                             : fabs(found->alpha_c - other);
    return half < 0 && half != GST_FAILED ? half : status;
}

static int judge(const gst_solve_options *options, int status, gst_separability *found)
{
    if (found->alpha_c == INFINITY)
        return GST_OK;
    if (found->error <= options->tol * found->alpha_c && found->residual <= options->tol)
        return GST_OK;
    if (status == GST_OK)
        found->reason = "the quadrature error misses the tolerance";
    return GST_LOOSE;
}

int gst_model_separability(gst_model *model, const gst_point *point,
                           const gst_solve_options *options, gst_separability *result)
{
    size_t levels = gst_orders_count(model->features);
    double before = INFINITY;
    int status = check_request(model, point, options), found = 0;
    *result = (gst_separability){
        .alpha_c = NAN, .error = NAN, .residual = NAN, .status = status, .reason = ""};
    for (size_t index = 0; status >= 0 && index < levels; index++) {
        gst_resolution_pair *pair;
        gst_separability trial = {.reason = "the moment tables are not finite"};
        status = gst_model_pair(model, gst_orders_doubled(model->features, index), &pair);
        if (status == GST_OK)
            status = separate_pair(pair, point, options, &trial);
        if (status < 0)
            break;
        trial.status = judge(options, status, &trial);
        if (!found || trial.error < result->error)
            *result = trial;
        found = 1;
        if (trial.status == GST_OK || !(trial.error < PAYS * before))
            break;
        before = trial.error;
    }
    if (!found)
        result->status = status;
    return status < 0 && status != GST_FAILED ? status : result->status;
}
