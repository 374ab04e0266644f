/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime.c - the table of regimes (docs/theory, training).
 *
 *   given        the spikes themselves;
 *   untrained    U = 0, c = 1;
 *   population   any number of steps with the population gradient, alpha0 = inf;
 *   isotropic    one step on a finite batch, with an isotropic bulk of the same variance (Cui et al. 2402.04980);
 *   batches      any number of steps on fresh batches, with the bulk that they leave;
 *   coloured     inputs whose covariance is not the identity: untrained and population, one finite batch, and its
 *                isotropic approximation. */
#include "models/training/regime.h"
#include "giantstep/features.h"
#include "giantstep/problem.h"

#include <math.h>

#include "models/data/covariance.h"
#include "models/data/data.h"
#include "models/training/exposed.h"
#include "models/training/spectral.h"

static int is_given(const gst_problem *p)
{
    return p->training.spikes != NULL;
}

static int is_untrained(const gst_problem *p)
{
    return !gst_training_changes(&p->training);
}

static int is_population(const gst_problem *p)
{
    return !gst_training_has_batch(&p->training);
}

static size_t count_steps(const gst_training *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->steps; i++)
        count += (size_t)gst_step_acts(gst_training_step(t, i));
    return count;
}

static int is_reused(const gst_problem *p)
{
    for (size_t i = 1; i < p->training.steps; i++) {
        const gst_step *step = gst_training_step(&p->training, i);
        if (step->reused && gst_step_acts(step))
            return 1;
    }
    return 0;
}

static int no_theory_of_reuse(const gst_problem *p, gst_message *message)
{
    (void)p;
    return gst_fail(message, GST_INVALID,
                    "reused: there is no theory of steps on a batch that was used before");
}

static int wants_isotropic(const gst_problem *p)
{
    return p->training.bulk == GST_BULK_ISOTROPIC;
}

static int is_isotropic(const gst_problem *p)
{
    return wants_isotropic(p) && count_steps(&p->training) == 1;
}

static int no_isotropic_law(const gst_problem *p, gst_message *message)
{
    const gst_training *t = &p->training;
    size_t i = 0;
    while (!gst_step_acts(gst_training_step(t, i)) || isinf(gst_training_step(t, i)->alpha0))
        i++;
    return gst_fail(message, GST_INVALID,
                    "bulk: after %zu steps an isotropic one needs `alpha0` inf, not %g",
                    count_steps(t), gst_training_step(t, i)->alpha0);
}

static int is_any(const gst_problem *p)
{
    (void)p;
    return 1;
}

static int is_coloured(const gst_problem *p)
{
    return gst_data_of(p->data)->covariance != NULL;
}

static int is_coloured_given(const gst_problem *p)
{
    return is_coloured(p) && is_given(p);
}

static int no_spikes_of_colour(const gst_problem *p, gst_message *message)
{
    (void)p;
    return gst_fail(message, GST_INVALID,
                    "spikes: given ones have an isotropic bulk, a `covariance` has another");
}

static int is_explicit_batch(const gst_problem *p)
{
    return is_coloured(p) && gst_data_of(p->data)->covariance->explicit > 0 && !is_population(p);
}

static int no_explicit_batch(const gst_problem *p, gst_message *message)
{
    (void)p;
    return gst_fail(message, GST_INVALID,
                    "explicit: there is theory of explicit eigenvectors at `alpha0` inf or 0 only");
}

static int is_coloured_population(const gst_problem *p)
{
    return is_coloured(p) && is_population(p);
}

static int is_coloured_batch(const gst_problem *p)
{
    return is_coloured(p) && !wants_isotropic(p) && count_steps(&p->training) == 1;
}

static int is_coloured_isotropic(const gst_problem *p)
{
    return is_coloured(p) && is_isotropic(p);
}

static int no_law_of_colour(const gst_problem *p, gst_message *message)
{
    return gst_fail(message, GST_INVALID,
                    "covariance: there is theory of one step on a finite batch and of any number "
                    "with `alpha0` inf, not of %zu steps on finite batches",
                    count_steps(&p->training));
}

static const gst_regime regimes[] = {
    {.name = "given coloured", .applies = is_coloured_given, .why_not = no_spikes_of_colour},
    {.name = "given",
     .applies = is_given,
     .train = gst_features_given,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "explicit batch", .applies = is_explicit_batch, .why_not = no_explicit_batch},
    {.name = "coloured population",
     .applies = is_coloured_population,
     .train = gst_features_spectral,
     .bulk = &gst_bulk_law_spectral},
    {.name = "untrained",
     .applies = is_untrained,
     .train = gst_features_untrained,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "reused", .applies = is_reused, .why_not = no_theory_of_reuse},
    {.name = "coloured batch",
     .applies = is_coloured_batch,
     .train = gst_features_spectral_batch,
     .bulk = &gst_bulk_law_coloured},
    {.name = "coloured isotropic",
     .applies = is_coloured_isotropic,
     .train = gst_features_spectral_isotropic,
     .bulk = &gst_bulk_law_spectral},
    {.name = "coloured", .applies = is_coloured, .why_not = no_law_of_colour},
    {.name = "population",
     .applies = is_population,
     .train = gst_features_trained,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "isotropic",
     .applies = is_isotropic,
     .train = gst_features_trained,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "no isotropic law", .applies = wants_isotropic, .why_not = no_isotropic_law},
    {.name = "batches",
     .applies = is_any,
     .train = gst_features_trained,
     .bulk = &gst_bulk_law_chain},
};

const gst_regime *gst_regime_of(const gst_problem *problem)
{
    const gst_regime *regime = regimes;
    while (!regime->applies(problem))
        regime++;
    return regime;
}

int gst_regime_check(const gst_problem *problem, gst_message *message)
{
    const gst_regime *regime = gst_regime_of(problem);
    return regime->why_not ? regime->why_not(problem, message) : GST_OK;
}

/* Status is that of the training, or why there is nothing left. */
static int expose(gst_features **features, int status, gst_message *message)
{
    gst_features *hidden = *features;
    int exposed = gst_features_expose(features, hidden);
    size_t directions = hidden->m + hidden->q;
    gst_features_free(hidden);
    if (exposed == GST_OK)
        return status;
    return exposed == GST_INVALID
               ? gst_fail(message, exposed,
                          "mixture: the training leaves %zu special directions, more than %d",
                          directions, GST_SPIKES_MAX)
               : gst_fail(message, exposed, "no memory");
}

int gst_features_train(gst_features **features, const gst_problem *problem, int half,
                       gst_message *message)
{
    *features = NULL;
    int status = gst_problem_validate(problem, message);
    if (status != GST_OK)
        return status;
    const gst_regime *regime = gst_regime_of(problem);
    status = regime->train ? regime->train(features, problem, half, message)
                           : regime->why_not(problem, message);
    if (status >= 0) {
        (*features)->problem = *problem;
        (*features)->bulk = regime->bulk;
    }
    return status >= 0 && gst_data_has_nodes(problem->data) ? expose(features, status, message)
                                                            : status;
}
