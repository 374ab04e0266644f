/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem.c - problems made, checked and compared. */
#include "giantstep/problem.h"
#include "giantstep/given_spikes.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"

#include <math.h>
#include <string.h>

#include "models/data/covariance.h"
#include "models/data/data.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "models/loss/loss.h"
#include "models/training/regime.h"

/* By how much the sum of the fractions may miss 1. */
#define FRACTIONS_ROUNDING 1e-9

gst_training gst_training_equal_steps(size_t steps, double eta, double alpha0)
{
    return (gst_training){
        .steps = steps, .listed = 1, .step = {{.eta = eta, .alpha0 = alpha0, .reused = 0}}};
}

const gst_step *gst_training_step(const gst_training *training, size_t i)
{
    size_t last = training->listed > 0 ? training->listed - 1 : 0;
    return &training->step[i < last ? i : last];
}

int gst_step_acts(const gst_step *step)
{
    return step->alpha0 > 0.0 && step->eta != 0.0;
}

size_t gst_training_batch(const gst_training *training, size_t i)
{
    while (i > 0 && gst_training_step(training, i)->reused)
        i--;
    return i;
}

/* Whether some step acts, on a batch that is finite or not as asked (-1: either). */
static int some_step(const gst_training *t, int finite)
{
    for (size_t i = 0; i < t->steps && i < t->listed; i++)
        if (gst_step_acts(&t->step[i]) &&
            (finite < 0 || (isfinite(t->step[i].alpha0) != 0) == finite))
            return 1;
    return 0;
}

int gst_training_changes(const gst_training *training)
{
    return !training->spikes && some_step(training, -1);
}

int gst_training_has_batch(const gst_training *training)
{
    return !training->spikes && some_step(training, 1);
}

/* ---- checks ------------------------------------------------------------------------------------- */

static int check_step(const gst_step *step, gst_message *message)
{
    if (!isfinite(step->eta))
        return gst_fail(message, GST_INVALID, "eta: %g is not finite", step->eta);
    if (!(step->alpha0 >= 0.0))
        return gst_fail(message, GST_INVALID, "alpha0: %g is negative or not a number",
                        step->alpha0);
    return GST_OK;
}

/* One batch has one size. */
static int check_reuse(const gst_training *t, gst_message *message)
{
    for (size_t i = 1; i < t->listed; i++)
        if (t->step[i].reused && t->step[i].alpha0 != t->step[i - 1].alpha0)
            return gst_fail(message, GST_INVALID,
                            "reused: step %zu takes the batch of the step before, but has `alpha0` "
                            "%g, not %g",
                            i + 1, t->step[i].alpha0, t->step[i - 1].alpha0);
    return GST_OK;
}

/* With spikes the values A_g are not used. */
static int check_layer(const gst_second_layer *layer, int fractions_only, gst_message *message)
{
    double sum = 0.0;
    if (!layer || !layer->pi || (!layer->A && !fractions_only))
        return gst_fail(message, GST_INVALID, "layer: NULL, or without its arrays");
    if (layer->K < 1 || layer->K > GST_GROUPS_MAX)
        return gst_fail(message, GST_INVALID, "layer: %zu groups, not 1 to %d", layer->K,
                        GST_GROUPS_MAX);
    for (size_t g = 0; g < layer->K; g++) {
        if (!(layer->pi[g] > 0.0) || (!fractions_only && !isfinite(layer->A[g])))
            return gst_fail(message, GST_INVALID,
                            "layer: group %zu has no fraction > 0, or no finite value", g);
        sum += layer->pi[g];
    }
    if (!(fabs(sum - 1.0) <= FRACTIONS_ROUNDING))
        return gst_fail(message, GST_INVALID, "layer: fractions add up to %.15g", sum);
    return GST_OK;
}

static int check_spikes(const gst_problem *problem, gst_message *message)
{
    const gst_spikes *spikes = problem->training.spikes;
    size_t r = gst_target_dim(problem->target);
    if (spikes->K != problem->layer->K)
        return gst_fail(message, GST_INVALID, "layer: %zu weights for %zu groups of `spikes`",
                        problem->layer->K, spikes->K);
    if (spikes->r != r)
        return gst_fail(message, GST_INVALID, "spikes: overlaps with %zu directions, not %zu",
                        spikes->r, r);
    if (spikes->m < 1 || spikes->m > GST_SPIKES_MAX || !spikes->U || !spikes->gamma || !spikes->c)
        return gst_fail(message, GST_INVALID, "spikes: %zu, not 1 to %d, or without their arrays",
                        spikes->m, GST_SPIKES_MAX);
    return GST_OK;
}

/* Losses that the theory of the steps takes. */
static const gst_loss *const losses_of_steps[] = {&gst_loss_squared, &gst_loss_logistic,
                                                  &gst_loss_huber};

static int check_step_loss(const gst_problem *problem, gst_message *message)
{
    const gst_loss *loss = gst_loss_of(problem->training.loss);
    size_t count = sizeof losses_of_steps / sizeof *losses_of_steps, i = 0;
    while (i < count && strcmp(losses_of_steps[i]->name, loss->name) != 0)
        i++;
    if (i == count)
        return gst_fail(message, GST_INVALID,
                        "step_loss: %s is none of the steps': squared, logistic, huber",
                        loss->name);
    if (loss->parameter_name && !(loss->parameter > 0.0 && isfinite(loss->parameter)))
        return gst_fail(message, GST_INVALID, "step_loss: %s of %g is not positive and finite",
                        loss->name, loss->parameter);
    if (loss->margin && problem->labels != GST_LABELS_SIGN)
        return gst_fail(message, GST_INVALID, "step_loss: %s wants `labels` that are signs",
                        loss->name);
    return GST_OK;
}

/* Without steps none need be listed. */
static int check_steps(const gst_problem *problem, gst_message *message)
{
    const gst_training *t = &problem->training;
    int status = t->listed >= (t->steps > 0) && t->listed <= GST_SCHEDULE_MAX
                     ? GST_OK
                     : gst_fail(message, GST_INVALID, "listed: %zu steps, not 1 to %d", t->listed,
                                GST_SCHEDULE_MAX);
    for (size_t i = 0; i < t->listed && status == GST_OK; i++)
        status = check_step(&t->step[i], message);
    if (status == GST_OK)
        status = check_reuse(t, message);
    if (status != GST_OK)
        return status;
    if (!(t->noise >= 0.0) || !isfinite(t->noise))
        return gst_fail(message, GST_INVALID, "noise: %g is negative or not finite", t->noise);
    if (t->bulk != GST_BULK_EXACT && t->bulk != GST_BULK_ISOTROPIC)
        return gst_fail(message, GST_INVALID, "bulk: %d is no choice", (int)t->bulk);
    status = check_step_loss(problem, message);
    if (status != GST_OK)
        return status;
    if (gst_training_changes(t) && gst_activation_is_discontinuous(problem->activation))
        return gst_fail(message, GST_INVALID,
                        "activation: '%.120s' is discontinuous and has no gradient for a step",
                        gst_expression_text(gst_activation_expression(problem->activation)));
    return GST_OK;
}

/* Losses of the margin y f are none of real labels. */
static int check_labels(const gst_problem *problem, gst_message *message)
{
    const gst_loss *loss = gst_loss_of(problem->loss);
    if (problem->labels != GST_LABELS_REAL && problem->labels != GST_LABELS_SIGN)
        return gst_fail(message, GST_INVALID, "labels: %d is no choice", (int)problem->labels);
    if (loss->margin && problem->labels != GST_LABELS_SIGN)
        return gst_fail(message, GST_INVALID, "loss: %s wants `labels` that are signs", loss->name);
    return GST_OK;
}

static int check_data(const gst_problem *problem, gst_message *message)
{
    const gst_data *data = gst_data_of(problem->data);
    size_t r = gst_target_dim(problem->target);
    if (data->clusters > 0 && data->dim != r)
        return gst_fail(message, GST_INVALID,
                        "mixture: %zu means for the %zu variables of `target`", data->dim, r);
    if (data->covariance && data->covariance->r > 0 && data->covariance->r != r)
        return gst_fail(message, GST_INVALID,
                        "covariance: energies of %zu directions for the %zu variables of `target`",
                        data->covariance->r, r);
    if (data->covariance && data->covariance->explicit > 0 &&
        (r != 1 || problem->layer->K % data->covariance->points != 0))
        return gst_fail(message, GST_INVALID,
                        "explicit: eigenvectors are so for a `target` of one variable, not %zu", r);
    if (data->labelled && problem->labels != GST_LABELS_SIGN)
        return gst_fail(message, GST_INVALID,
                        "mixture: labels of clusters want `labels` that are "
                        "signs");
    return GST_OK;
}

int gst_problem_validate(const gst_problem *problem, gst_message *message)
{
    const gst_spikes *spikes = problem->training.spikes;
    if (!problem->target)
        return gst_fail(message, GST_INVALID, "target: NULL");
    if (!problem->activation)
        return gst_fail(message, GST_INVALID, "activation: NULL");
    int status = check_data(problem, message);
    if (status == GST_OK)
        status = check_layer(problem->layer, spikes != NULL, message);
    if (status == GST_OK)
        status = check_labels(problem, message);
    if (status != GST_OK)
        return status;
    return spikes ? check_spikes(problem, message) : check_steps(problem, message);
}

/* ---- comparison --------------------------------------------------------------------------------- */

int gst_problem_has_losses(const gst_problem *problem)
{
    return problem->labels != GST_LABELS_REAL || !gst_loss_equal(problem->loss, NULL);
}

/* Whether labels are drawn for some step, be its size zero. */
static int has_labels(const gst_training *t)
{
    for (size_t i = 0; i < t->steps && i < t->listed; i++)
        if (t->step[i].alpha0 > 0.0 && isfinite(t->step[i].alpha0))
            return 1;
    return 0;
}

/* The mean label that a population has depends on the noise of signs, and of labels that a loss cuts. */
static int noise_matters(const gst_problem *p)
{
    int linear = p->labels == GST_LABELS_REAL && gst_loss_equal(p->training.loss, NULL);
    return has_labels(&p->training) || (gst_training_changes(&p->training) && !linear);
}

gst_problem gst_problem_key(const gst_problem *problem)
{
    gst_problem key = *problem;
    if (key.training.spikes)
        key.training = (gst_training){.spikes = problem->training.spikes};
    else if (!noise_matters(problem))
        key.training.noise = 0.0;
    if (!gst_training_changes(&key.training))
        key.training.loss = NULL;
    key.training.loss = gst_loss_of(key.training.loss);
    key.data = gst_data_of(key.data);
    key.loss = gst_loss_of(key.loss);
    return key;
}

static int steps_equal(const gst_training *a, const gst_training *b)
{
    if (a->steps != b->steps || a->listed != b->listed)
        return 0;
    for (size_t i = 0; i < a->listed; i++) {
        const gst_step *x = &a->step[i], *y = &b->step[i];
        if (x->eta != y->eta || x->alpha0 != y->alpha0 || x->reused != y->reused)
            return 0;
    }
    return 1;
}

int gst_problem_equal(const gst_problem *a, const gst_problem *b)
{
    const gst_training *s = &a->training, *t = &b->training;
    return a->data == b->data && a->target == b->target && a->activation == b->activation &&
           a->layer == b->layer && a->labels == b->labels && gst_loss_equal(a->loss, b->loss) &&
           gst_loss_equal(s->loss, t->loss) && steps_equal(s, t) && s->noise == t->noise &&
           s->bulk == t->bulk && s->spikes == t->spikes;
}
