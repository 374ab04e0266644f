/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem.c - problems made, checked and compared. */
#include "giantstep/problem.h"

#include "models/training/regime.h"
#include "models/functions/activation_moments.h"
#include "models/functions/expression.h"
#include "models/data/data.h"
#include "models/loss/loss.h"

#include <math.h>

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

static int acts(const gst_step *step)
{
    return step->alpha0 > 0.0 && step->eta != 0.0;
}

/* Whether some step acts, on a batch that is finite or not as asked (-1: either). */
static int some_step(const gst_training *t, int finite)
{
    for (size_t i = 0; i < t->steps && i < t->listed; i++)
        if (acts(&t->step[i]) && (finite < 0 || (isfinite(t->step[i].alpha0) != 0) == finite))
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

/* The loss and the data law of the steps need nothing else. */
static int check_steps(const gst_problem *problem, gst_message *message)
{
    const gst_training *t = &problem->training;
    int status = t->listed > 0 && t->listed <= GST_SCHEDULE_MAX
                     ? GST_OK
                     : gst_fail(message, GST_INVALID, "%zu listed steps, not 1 to %d", t->listed,
                                GST_SCHEDULE_MAX);
    for (size_t i = 0; i < t->listed && status == GST_OK; i++)
        status = check_step(&t->step[i], message);
    if (status != GST_OK)
        return status;
    if (!(t->noise >= 0.0) || !isfinite(t->noise))
        return gst_fail(message, GST_INVALID, "noise: %g is negative or not finite", t->noise);
    if (gst_training_changes(t) && gst_activation_is_discontinuous(problem->activation))
        return gst_fail(message, GST_INVALID,
                        "activation: '%.120s' is discontinuous and has no gradient for a step",
                        gst_expression_text(gst_activation_expression(problem->activation)));
    return GST_OK;
}

int gst_problem_validate(const gst_problem *problem, gst_message *message)
{
    const gst_spikes *spikes = problem->training.spikes;
    if (spikes && spikes->K != problem->layer->K)
        return gst_fail(message, GST_INVALID, "layer: %zu weights for %zu groups of `spikes`",
                        problem->layer->K, spikes->K);
    return spikes ? GST_OK : check_steps(problem, message);
}

/* ---- comparison --------------------------------------------------------------------------------- */

/* Whether labels are drawn for some step, be its size zero. */
static int has_labels(const gst_training *t)
{
    for (size_t i = 0; i < t->steps && i < t->listed; i++)
        if (t->step[i].alpha0 > 0.0 && isfinite(t->step[i].alpha0))
            return 1;
    return 0;
}

gst_problem gst_problem_key(const gst_problem *problem)
{
    gst_problem key = *problem;
    if (key.training.spikes)
        key.training = (gst_training){.spikes = problem->training.spikes};
    else if (!has_labels(&key.training))
        key.training.noise = 0.0;
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
           a->layer == b->layer && a->loss == b->loss && steps_equal(s, t) &&
           s->noise == t->noise && s->bulk == t->bulk && s->spikes == t->spikes;
}
