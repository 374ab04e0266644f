/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_features.c - features after one step on a finite batch, and the law of its bulk (docs/theory, training).
 *
 * Notation: z ~ N(0,1), mu1 = E sigma', c2 = E sigma'', c3 = E sigma''', s2 = E(sigma'-mu1)^2 - c2^2;
 * f0 = sum_g pi_g A_g E sigma the output at initialisation, yt = y - f0 the residual the step sees,
 * c1 = E[yt z] in R^r, e = eta A_g.
 *
 *   |v|^2 = |c1|^2 + E yt^2/alpha0, U_g = e mu1 |v|, gamma = c1/|v|,  b = e c2, w = e^2 s2/alpha0,
 *   c_g = 1 + 2 b E yt + b^2 (E yt^2/alpha0 + (E yt)^2) + w E yt^2.
 * Source of the isotropic law: Cui et al. 2402.04980; of the bulk with the batch's own covariance: batch.h. */
#include "models/training/regime.h"
#include "models/functions/activation_moments.h"
#include "models/training/bulk_law.h"
#include "models/training/residual_directions.h"

#include <math.h>
#include <string.h>

/* What one step depends on besides the group. */
typedef struct {
    gst_gradient_moments sigma;
    gst_target_moments g;
    double mean_residual;   /* E yt */
    double square_residual; /* E yt^2, label noise included */
    double c1;              /* |c1| */
} step_moments;

static int step_moments_compute(step_moments *step, const gst_problem *t, int half)
{
    int sigma = gst_activation_gradient_moments(t->activation, half, &step->sigma);
    if (sigma < 0)
        return sigma;
    int target = gst_target_moments_compute(t->target, half, &step->g);
    if (target < 0)
        return target;
    double f0 = gst_second_layer_mean(t->layer) * step->sigma.mean, square = 0.0;
    for (size_t j = 0; j < step->g.r; j++)
        square += step->g.c1[j] * step->g.c1[j];
    step->mean_residual = step->g.mean - f0;
    step->square_residual =
        step->g.variance + step->mean_residual * step->mean_residual + t->training.noise;
    step->c1 = sqrt(square);
    return sigma != GST_OK ? sigma : target;
}

static int set_up(gst_features **features, const gst_problem *t, const step_moments *step)
{
    size_t r = step->g.r, q;
    double gamma[GST_TARGET_DIM_MAX], rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    double square = step->square_residual / t->training.step[0].alpha0, mean = step->mean_residual;
    double norm = sqrt(step->c1 * step->c1 + square);
    for (size_t j = 0; j < r; j++)
        gamma[j] = step->g.c1[j] / norm;
    int status = gst_residual_directions(r, 1, gamma, rest, &q);
    if (status == GST_OK)
        status = gst_features_alloc(features, t->layer->K, 1, q, r);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    for (size_t g = 0; g < f->K; g++) {
        double e = t->training.step[0].eta * t->layer->A[g], b = e * step->sigma.c2;
        double w = e * e * step->sigma.s2 / t->training.step[0].alpha0;
        f->pi[g] = t->layer->pi[g];
        f->U[g] = e * step->sigma.mu1 * norm;
        f->c[g] = 1.0 + 2.0 * b * mean + b * b * (square + mean * mean) + w * step->square_residual;
    }
    memcpy(f->gamma, gamma, r * sizeof *gamma);
    memcpy(f->rest, rest, r * q * sizeof *rest);
    gst_features_fix_norms(f);
    return GST_OK;
}

static int check_lengths(gst_features **features, gst_message *message)
{
    gst_features *f = *features;
    for (size_t g = 0; g < f->K; g++) {
        if (f->c[g] > 0.0 && isfinite(f->c[g]))
            continue;
        gst_fail(message, GST_FAILED, "the step leaves group %zu with bulk variance %g", g + 1,
                 f->c[g]);
        gst_features_free(f);
        *features = NULL;
        return GST_FAILED;
    }
    return GST_OK;
}

int gst_features_one_batch(gst_features **features, const gst_problem *t, int half,
                           gst_message *message)
{
    step_moments step;
    int quality = step_moments_compute(&step, t, half);
    if (quality < 0)
        return gst_fail(message, quality, "the moments of the step are not finite");
    int status = set_up(features, t, &step);
    if (status != GST_OK)
        return gst_fail(message, status, "the features could not be set up");
    status = check_lengths(features, message);
    return status == GST_OK ? quality : status;
}

/* ---- the bulk ----------------------------------------------------------------------------------- */

#include "models/training/trajectory.h"
const gst_bulk_law gst_bulk_law_isotropic = {.name = "isotropic"};
const gst_bulk_law gst_bulk_law_chain = {.name = "chain", .trajectory = gst_trajectory_build};
