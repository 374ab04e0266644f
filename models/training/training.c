/* SPDX-License-Identifier: GPL-3.0-or-later */
/* training.c - from a training protocol to its spiked random-features model (docs/theory, training).
 *
 * Notation: z ~ N(0,1), mu1 = E sigma', c2 = E sigma'', c3 = E sigma''', s2 = E(sigma'-mu1)^2 - c2^2;
 * f0 = sum_g pi_g A_g E sigma the output at initialisation, yt = y - f0 the residual the step sees,
 * c1 = E[yt z] in R^r, e = eta A_g.
 *
 *   untrained             U = 0, c = 1; every target direction is residual.
 *   alpha0 = inf          T steps of the population dynamics (population.h).  The directions spanned by the U_g
 *                         become spikes, the rest of the target's variables residual directions, and C_g
 *                         turns with them.
 *   finite, isotropic     |v|^2 = |c1|^2 + E yt^2/alpha0, U_g = e mu1 |v|, gamma = c1/|v|,
 *                         b = e c2, w = e^2 s2/alpha0,
 *                         c_g = 1 + 2 b E yt + b^2 (E yt^2/alpha0 + (E yt)^2) + w E yt^2.
 * Source of the isotropic law: Cui et al. 2402.04980. */
#include "models/training/training.h"

#include "models/training/population.h"
#include "base/memory.h"
#include "models/training/residual_directions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int gst_training_validate(const gst_training *training, gst_message *message)
{
    if (training->spikes && training->spikes->K != training->layer->K)
        return gst_fail(message, GST_INVALID, "layer: %zu weights for %zu groups of `spikes`",
                        training->layer->K, training->spikes->K);
    if (training->spikes)
        return GST_OK;
    if (!isfinite(training->eta))
        return gst_fail(message, GST_INVALID, "eta: %g is not finite", training->eta);
    if (!(training->alpha0 >= 0.0))
        return gst_fail(message, GST_INVALID, "alpha0: %g is negative or not a number",
                        training->alpha0);
    if (!(training->noise >= 0.0) || !isfinite(training->noise))
        return gst_fail(message, GST_INVALID, "noise: %g is negative or not finite",
                        training->noise);
    int trained = training->alpha0 > 0.0 && training->steps > 0 && training->eta != 0.0;
    if (trained && gst_activation_is_discontinuous(training->activation))
        return gst_fail(message, GST_INVALID,
                        "activation: '%.120s' is discontinuous and has no gradient for a step",
                        gst_expression_text(gst_activation_expression(training->activation)));
    if (training->alpha0 > 0.0 && isfinite(training->alpha0) && training->steps > 1)
        return gst_fail(
            message, GST_INVALID,
            "steps: the theory of %zu steps needs `alpha0` inf, not %g (simulate trains "
            "networks on finite batches)",
            training->steps, training->alpha0);
    return GST_OK;
}

/* ---- the container ------------------------------------------------------------------------------ */

static int features_alloc(gst_features **features, size_t K, size_t m, size_t q, size_t r)
{
    size_t s = m + q + 1;
    gst_features *f = *features = gst_alloc(1, sizeof *f);
    if (!f)
        return GST_NO_MEMORY;
    f->K = K;
    f->m = m;
    f->q = q;
    f->r = r;
    f->pi = gst_alloc_doubles(K);
    f->U = gst_alloc_doubles(K * m);
    f->c = gst_alloc_doubles(K);
    f->C = gst_alloc_doubles(K * s * s);
    f->gamma = gst_alloc_doubles(r * m);
    f->rest = gst_alloc_doubles(r * q);
    if (f->pi && f->U && f->c && f->C && f->gamma && f->rest)
        return GST_OK;
    gst_features_free(f);
    *features = NULL;
    return GST_NO_MEMORY;
}

void gst_features_free(gst_features *features)
{
    if (!features)
        return;
    free(features->pi);
    free(features->U);
    free(features->c);
    free(features->C);
    free(features->gamma);
    free(features->rest);
    free(features);
}

/* C_g of rows of exact norm: diag(c_g, .., c_g, 0). */
static void default_covariance(gst_features *f)
{
    size_t s = f->m + f->q + 1;
    for (size_t g = 0; g < f->K; g++) {
        for (size_t a = 0; a + 1 < s; a++)
            f->C[(g * s + a) * s + a] = f->c[g];
    }
}

/* ---- the protocols ------------------------------------------------------------------------------ */

/* What the step depends on besides the group. */
typedef struct {
    gst_gradient_moments sigma;
    gst_target_moments g;
    double mean_residual;   /* E yt */
    double square_residual; /* E yt^2, label noise included */
    double c1;              /* |c1| */
} step_moments;

static int step_moments_compute(step_moments *step, const gst_training *t, int half)
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
    step->square_residual = step->g.variance + step->mean_residual * step->mean_residual + t->noise;
    step->c1 = sqrt(square);
    return sigma != GST_OK ? sigma : target;
}

static int train_nothing(gst_features **features, const gst_training *t)
{
    size_t r = gst_target_dim(t->target);
    int status = features_alloc(features, t->layer->K, 0, r, r);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    for (size_t g = 0; g < f->K; g++) {
        f->pi[g] = t->layer->pi[g];
        f->c[g] = 1.0;
    }
    for (size_t j = 0; j < r; j++)
        f->rest[j * r + j] = 1.0;
    default_covariance(f);
    return GST_OK;
}

/* C_g of the law in the basis (columns of `basis`, norm). */
static void rotate_covariance(size_t r, const double *basis, const double *C, double *rotated)
{
    size_t s = r + 1;
    double turn[(GST_TARGET_DIM_MAX + 1) * (GST_TARGET_DIM_MAX + 1)] = {0.0};
    turn[r * s + r] = 1.0;
    for (size_t l = 0; l < r; l++) {
        for (size_t j = 0; j < r; j++)
            turn[l * s + j] = basis[j * r + l];
    }
    memcpy(rotated, C, s * s * sizeof *rotated);
    gst_congruence(s, turn, rotated);
}

/* The law of the rows as features: spikes are the first m columns of the basis. */
static void take_law(gst_features *f, const gst_row_law *law, const gst_second_layer *layer,
                     const double *basis)
{
    size_t r = f->r, s = r + 1;
    for (size_t g = 0; g < f->K; g++) {
        f->pi[g] = layer->pi[g];
        f->c[g] = law->c[g];
        for (size_t l = 0; l < f->m; l++) {
            for (size_t j = 0; j < r; j++)
                f->U[g * f->m + l] += law->U[g * r + j] * basis[j * r + l];
        }
        rotate_covariance(r, basis, law->C + g * s * s, f->C + g * s * s);
    }
    for (size_t j = 0; j < r; j++) {
        for (size_t l = 0; l < f->m; l++)
            f->gamma[j * f->m + l] = basis[j * r + l];
        for (size_t i = 0; i < f->q; i++)
            f->rest[j * f->q + i] = basis[j * r + f->m + i];
    }
}

static int train_population(gst_features **features, const gst_training *t, int half,
                            gst_message *message)
{
    size_t r = gst_target_dim(t->target), m;
    double basis[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    gst_row_law *law;
    int worst = GST_OK, status = gst_row_law_alloc(&law, t->layer->K, r);
    if (status != GST_OK)
        return gst_fail(message, status, "no memory");
    for (size_t step = 0; step < t->steps && worst >= 0; step++) {
        status = gst_row_law_step(law, t->activation, t->target, t->layer, t->eta, half);
        worst = status != GST_OK ? status : worst;
        if (worst < 0)
            gst_fail(message, worst, "step %zu leaves a row of length zero or not finite",
                     step + 1);
    }
    if (worst >= 0) {
        status = gst_row_law_span(law, &m, basis);
        if (status == GST_OK)
            status = features_alloc(features, t->layer->K, m, r - m, r);
        if (status == GST_OK)
            take_law(*features, law, t->layer, basis);
        else
            gst_fail(message, status, "the features could not be set up");
    }
    gst_row_law_free(law);
    return worst < 0 || status < 0 ? (worst < 0 ? worst : status) : worst;
}

static int train_isotropic(gst_features **features, const gst_training *t, const step_moments *step)
{
    size_t r = step->g.r, q;
    double gamma[GST_TARGET_DIM_MAX], rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    double square = step->square_residual / t->alpha0, mean = step->mean_residual;
    double norm = sqrt(step->c1 * step->c1 + square);
    for (size_t j = 0; j < r; j++)
        gamma[j] = step->g.c1[j] / norm;
    int status = gst_residual_directions(r, 1, gamma, rest, &q);
    if (status == GST_OK)
        status = features_alloc(features, t->layer->K, 1, q, r);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    for (size_t g = 0; g < f->K; g++) {
        double e = t->eta * t->layer->A[g], b = e * step->sigma.c2;
        double w = e * e * step->sigma.s2 / t->alpha0;
        f->pi[g] = t->layer->pi[g];
        f->U[g] = e * step->sigma.mu1 * norm;
        f->c[g] = 1.0 + 2.0 * b * mean + b * b * (square + mean * mean) + w * step->square_residual;
    }
    memcpy(f->gamma, gamma, r * sizeof *gamma);
    memcpy(f->rest, rest, r * q * sizeof *rest);
    default_covariance(f);
    return GST_OK;
}

static int take_spikes(gst_features **features, const gst_training *t)
{
    const gst_spikes *spikes = t->spikes;
    size_t r = spikes->r, q;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    int status = gst_residual_directions(r, spikes->m, spikes->gamma, rest, &q);
    if (status == GST_OK)
        status = features_alloc(features, spikes->K, spikes->m, q, r);
    if (status != GST_OK)
        return status;
    gst_features *f = *features;
    memcpy(f->pi, t->layer->pi, f->K * sizeof *f->pi);
    memcpy(f->U, spikes->U, f->K * f->m * sizeof *f->U);
    memcpy(f->c, spikes->c, f->K * sizeof *f->c);
    memcpy(f->gamma, spikes->gamma, r * f->m * sizeof *f->gamma);
    memcpy(f->rest, rest, r * q * sizeof *rest);
    default_covariance(f);
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

static int train_finite(gst_features **features, const gst_training *t, int half,
                        gst_message *message)
{
    step_moments step;
    int quality = step_moments_compute(&step, t, half);
    if (quality < 0)
        return gst_fail(message, quality, "the moments of the step are not finite");
    int status = train_isotropic(features, t, &step);
    if (status != GST_OK)
        return gst_fail(message, status, "the features could not be set up");
    status = check_lengths(features, message);
    return status == GST_OK ? quality : status;
}

int gst_features_train(gst_features **features, const gst_training *training, int half,
                       gst_message *message)
{
    *features = NULL;
    int status = gst_training_validate(training, message);
    if (status != GST_OK)
        return status;
    int trained = training->alpha0 != 0.0 && training->steps > 0 && training->eta != 0.0;
    if (!training->spikes && trained)
        return isinf(training->alpha0) ? train_population(features, training, half, message)
                                       : train_finite(features, training, half, message);
    status = training->spikes ? take_spikes(features, training) : train_nothing(features, training);
    return status == GST_OK ? GST_OK
                            : gst_fail(message, status, "the features could not be set up");
}

int gst_training_has_batch(const gst_training *training)
{
    return !training->spikes && training->bulk == GST_BULK_EXACT && training->eta != 0.0 &&
           training->steps > 0 && training->alpha0 > 0.0 && isfinite(training->alpha0);
}

typedef int label_rule(gst_label_law **law, const gst_target *target, double f0, double noise,
                       size_t order, size_t nodes, int companion);

static int train_batch(gst_batch **batch, const gst_training *training, label_rule *rule,
                       size_t order, size_t nodes, int half)
{
    step_moments step;
    gst_label_law *law;
    *batch = NULL;
    int quality = step_moments_compute(&step, training, half);
    if (quality < 0)
        return quality;
    int status = rule(&law, training->target, step.g.mean - step.mean_residual, training->noise,
                      order, nodes, half);
    if (status != GST_OK)
        return status;
    status =
        gst_batch_build(batch, &step.sigma, law, training->layer, training->eta, training->alpha0);
    if (status != GST_OK)
        gst_label_law_free(law);
    return status != GST_OK ? status : quality;
}

int gst_batch_train(gst_batch **batch, const gst_training *training, size_t order, size_t nodes,
                    int half)
{
    return train_batch(batch, training, gst_label_law_build, order, nodes, half);
}

int gst_batch_train_dense(gst_batch **batch, const gst_training *training, size_t order,
                          size_t nodes, int half)
{
    return train_batch(batch, training, gst_label_law_mesh, order, nodes, half);
}
