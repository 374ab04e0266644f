/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime.c - the table of regimes (docs/theory, training).
 *
 *   given        the spikes themselves;
 *   untrained    U = 0, c = 1;
 *   population   T steps with the population gradient, alpha0 = inf;
 *   one batch    one step on a finite batch, with the bulk it leaves;
 *   isotropic    the same with an isotropic bulk of the same variance (Cui et al. 2402.04980). */
#include "models/training/regime.h"

#include <math.h>

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

static int is_one_batch(const gst_problem *p)
{
    return p->training.steps == 1 && p->training.bulk == GST_BULK_EXACT;
}

static int is_isotropic(const gst_problem *p)
{
    return p->training.steps == 1;
}

static int is_any(const gst_problem *p)
{
    (void)p;
    return 1;
}

int several_batches(const gst_problem *p, gst_message *message);
int several_batches(const gst_problem *p, gst_message *message)
{
    return gst_fail(message, GST_INVALID,
                    "steps: the theory of %zu steps needs `alpha0` inf, not %g (simulate trains "
                    "networks on finite batches)",
                    p->training.steps, p->training.step[0].alpha0);
}

static const gst_regime regimes[] = {
    {.name = "given",
     .applies = is_given,
     .train = gst_features_given,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "untrained",
     .applies = is_untrained,
     .train = gst_features_untrained,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "population",
     .applies = is_population,
     .train = gst_features_population,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "one batch",
     .applies = is_one_batch,
     .train = gst_features_one_batch,
     .bulk = &gst_bulk_law_chain},
    {.name = "isotropic",
     .applies = is_isotropic,
     .train = gst_features_one_batch,
     .bulk = &gst_bulk_law_isotropic},
    {.name = "several batches", .applies = is_any, .train = gst_features_trained, .bulk = &gst_bulk_law_chain},
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
    return status;
}
