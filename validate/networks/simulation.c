/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation.c - one replicate: a network, its readouts, their risks (theory 1).
 *
 *   1. First layer: rows on the sphere and gradient steps (giant_step.h), or rows drawn from their law
 *      (srf_rows.h).
 *   2. Readouts: data rows in blocks, features, fits as their samples complete (readouts.h).
 *   3. Risks: exactly where that is possible (exact_risk.h); else noiseless test points in blocks, excess
 *      risk = mean of (g - prediction)^2.  Losses and classes on test points, averaged over the labels' noise
 *      (label_risks.h). */
#include "giantstep/simulation.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>

#include "validate/networks/blas.h"
#include "validate/networks/giant_step.h"
#include "base/memory.h"
#include "validate/networks/first_layer.h"
#include "validate/networks/exact_risk.h"
#include "validate/networks/label_risks.h"
#include "validate/networks/readouts.h"
#include "validate/networks/make_network.h"
#include "validate/networks/simulation_private.h"
#include "models/data/data.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "models/loss/loss.h"
#include "models/training/label_target.h"

typedef struct {
    const gst_simulation *s;
    gst_simulation_sizes sizes;
    gst_first_layer network;
    gst_readouts *readouts;
    size_t *n;     /* sample numbers in increasing order */
    size_t *order; /* order[k]: which alpha has n[k] */
    gst_numbers x, phi;
    double *y, *prediction;
    gst_population_risk *risk; /* of each fit; sampled ones have error 0 */
    gst_label_risk *label;     /* of each fit, with losses; else NULL */
    double *work, *chance;     /* chance: of the block's labels */
    double floor;              /* E Var(y|x), beside exact excess risks */
} replicate_state;

static size_t count_fits(const replicate_state *state)
{
    return state->s->alpha_count * state->s->lambda_count;
}

static int stopped(const replicate_state *state)
{
    return state->s->stop && *state->s->stop;
}

/* ---- readouts ----------------------------------------------------------------------------------- */

/* Sort the sample numbers, remembering where they came from. */
static void sort_sizes(replicate_state *state)
{
    for (size_t k = 1; k < state->s->alpha_count; k++) {
        size_t n = state->n[k], a = state->order[k], i = k;
        for (; i > 0 && state->n[i - 1] > n; i--) {
            state->n[i] = state->n[i - 1];
            state->order[i] = state->order[i - 1];
        }
        state->n[i] = n;
        state->order[i] = a;
    }
}

static int allocate_readout(replicate_state *state)
{
    const gst_simulation *s = state->s;
    size_t test = state->sizes.test_samples, most = state->n[s->alpha_count - 1];
    size_t block = gst_readout_block(most > test ? most : test);
    size_t fits = count_fits(state);
    if (gst_numbers_alloc(&state->x, s->precision, block * s->d) != GST_OK ||
        gst_numbers_alloc(&state->phi, s->precision, block * state->sizes.p) != GST_OK)
        return GST_NO_MEMORY;
    state->y = gst_alloc_doubles(block);
    state->prediction = gst_alloc_doubles(block * fits);
    state->risk = gst_alloc(fits, sizeof *state->risk);
    if (!state->y || !state->prediction || !state->risk)
        return GST_NO_MEMORY;
    if (gst_problem_has_losses(s->problem)) {
        state->label = gst_alloc(fits, sizeof *state->label);
        state->work = gst_alloc_doubles(block * GST_LABEL_RISK_WORK);
        state->chance = gst_alloc_doubles(block);
        if (!state->label || !state->work || !state->chance)
            return GST_NO_MEMORY;
    }
    return gst_readouts_alloc(&state->readouts, s->problem, state->sizes.p, s->precision,
                              s->alpha_count, state->n, s->lambda_count, s->lambdas, s->stop);
}

static int fit_readouts(replicate_state *state)
{
    const gst_first_layer *network = &state->network;
    size_t most = state->n[state->s->alpha_count - 1], block = gst_readout_block(most);
    for (size_t first = 0; first < most; first += block) {
        size_t rows = most - first < block ? most - first : block;
        if (stopped(state))
            return GST_INTERRUPTED;
        gst_first_layer_inputs(network, GST_STREAM_DATA, first, rows, state->x);
        gst_first_layer_labels(network, GST_STREAM_DATA, first, rows, state->x, state->y);
        gst_first_layer_features(network, rows, state->x, state->phi, (gst_numbers){0});
        if (gst_readouts_add(state->readouts, rows, state->phi, state->y) != GST_OK)
            return GST_INTERRUPTED;
    }
    return GST_OK;
}

/* ---- risks -------------------------------------------------------------------------------------- */

static void add_squares(replicate_state *state, size_t rows)
{
    size_t fits = count_fits(state);
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < fits; k++) {
            double error = state->y[i] - state->prediction[i * fits + k];
            state->risk[k].risk += error * error / (double)state->sizes.test_samples;
        }
    }
}

/* P(y = 1|x) at the test points of the block where clusters have labels; NULL where the target says it. */
static const double *set_chances(replicate_state *state, size_t first, size_t rows)
{
    const gst_problem *problem = state->s->problem;
    const gst_data *data = gst_data_of(problem->data);
    double one[GST_CLUSTERS_MAX];
    if (!data->labelled)
        return NULL;
    for (size_t c = 0; c < data->clusters; c++) {
        double z[GST_TARGET_DIM_MAX] = {data->cluster[c].label}, g;
        gst_expression_evaluate(gst_target_expression(problem->target), 1, z, &g, NULL);
        one[c] = gst_chance_of_one(g, problem->training.noise);
    }
    gst_first_layer_mean(&state->network, GST_STREAM_TEST, first, rows, state->x, one,
                         state->chance);
    return state->chance;
}

/* Losses and classes of all fits on the block, and the sampled excess risk. */
static void add_labels(replicate_state *state, size_t first, size_t rows)
{
    size_t fits = count_fits(state);
    const double *chance = set_chances(state, first, rows);
    double part = (double)rows / (double)state->sizes.test_samples;
    for (size_t k = 0; k < fits; k++) {
        gst_label_risk r = gst_label_risks(state->s->problem, rows, state->y, chance,
                                           state->prediction + k, fits, state->work);
        gst_label_risk *to = state->label + k;
        to->error += part * r.error;
        to->loss += part * r.loss;
        to->share += part * r.share;
        if (!state->sizes.population)
            state->risk[k].risk += part * r.excess;
    }
}

static int sample_risks(replicate_state *state)
{
    const gst_first_layer *network = &state->network;
    size_t test = state->sizes.test_samples, block = gst_readout_block(test);
    size_t fits = count_fits(state), p = state->sizes.p;
    for (size_t first = 0; first < test; first += block) {
        size_t rows = test - first < block ? test - first : block;
        if (stopped(state))
            return GST_INTERRUPTED;
        gst_first_layer_inputs(network, GST_STREAM_TEST, first, rows, state->x);
        gst_first_layer_targets(network, GST_STREAM_TEST, first, rows, state->x, state->y);
        gst_first_layer_features(network, rows, state->x, state->phi, (gst_numbers){0});
        gst_numbers_predict(rows, fits, p, state->phi, gst_readouts_coefficients(state->readouts),
                            state->prediction);
        if (state->label)
            add_labels(state, first, rows);
        else
            add_squares(state, rows);
    }
    return GST_OK;
}

/* Exact excess risks, of the labels' mean.  Failures of single readouts stay with them. */
static int compute_risks(replicate_state *state)
{
    gst_population_options options = gst_simulation_population();
    gst_first_layer network = state->network;
    gst_problem problem;
    gst_target *mean;
    int status = gst_label_mean(state->s->problem, &problem, &mean);
    network.problem = &problem;
    if (status == GST_OK)
        status = gst_population_risks(&network, count_fits(state),
                                      gst_readouts_coefficients(state->readouts), &options,
                                      state->s->stop, state->risk);
    gst_target_free(mean);
    return status == GST_LOOSE || status == GST_FAILED ? GST_OK : status;
}

static int find_risks(replicate_state *state)
{
    int status = GST_OK;
    if (state->sizes.test_samples > 0)
        status = sample_risks(state);
    if (status != GST_OK || !state->sizes.population)
        return status;
    status = gst_label_floor(state->s->problem, &state->floor);
    return status < 0 ? status : compute_risks(state);
}

static gst_sample failed_sample(int reason)
{
    return (gst_sample){.excess_risk = NAN,
                        .test_error = NAN,
                        .train_error = NAN,
                        .test_loss = NAN,
                        .train_loss = NAN,
                        .test_class = NAN,
                        .train_class = NAN,
                        .status = GST_FAILED,
                        .reason = reason};
}

/* A square system without a ridge: its solution exists, the mean of its risk does not. */
static int has_no_mean(const replicate_state *state, size_t k, size_t l)
{
    return state->s->lambdas[l] == 0 && state->n[k] == state->sizes.p &&
           !gst_loss_of(state->s->problem->loss)->margin;
}

/* Losses and classes: without them, NaN. */
static void add_losses(const replicate_state *state, size_t fit, gst_sample *sample)
{
    const gst_readout_fit *readout = gst_readouts_fits(state->readouts) + fit;
    sample->test_loss = sample->train_loss = sample->test_class = sample->train_class = NAN;
    if (!state->label)
        return;
    const gst_label_risk *risk = state->label + fit;
    sample->test_error = state->sizes.population ? sample->excess_risk + state->floor : risk->error;
    sample->test_loss = readout->limit ? NAN : risk->loss;
    sample->train_loss = readout->train_loss;
    sample->test_class = risk->share;
    sample->train_class = readout->train_share;
}

static gst_sample sample_of(const replicate_state *state, size_t fit)
{
    const gst_readout_fit *readout = gst_readouts_fits(state->readouts) + fit;
    const gst_population_risk *risk = state->risk + fit;
    double excess = risk->risk;
    if (readout->status < 0 || !isfinite(excess) || !isfinite(readout->train_error))
        return failed_sample((int)readout->reason);
    gst_sample sample = {.excess_risk = excess,
                         .test_error = excess + state->s->problem->training.noise,
                         .train_error = readout->train_error,
                         .status = readout->status != GST_OK ? readout->status : risk->status,
                         .reason = (int)readout->reason};
    add_losses(state, fit, &sample);
    return sample;
}

const char *gst_sample_reason(const gst_sample *sample)
{
    return gst_readout_reason_text((gst_readout_reason)sample->reason);
}

static void deliver(const replicate_state *state, gst_sample *samples)
{
    size_t alphas = state->s->alpha_count, lambdas = state->s->lambda_count;
    for (size_t k = 0; k < alphas; k++)
        for (size_t l = 0; l < lambdas; l++)
            samples[state->order[k] * lambdas + l] =
                has_no_mean(state, k, l) ? failed_sample(0) : sample_of(state, l * alphas + k);
}

/* ---- a replicate -------------------------------------------------------------------------------- */

static int prepare(replicate_state *state, size_t replicate, gst_message *message)
{
    const gst_simulation *s = state->s;
    state->n = gst_alloc(s->alpha_count, sizeof *state->n);
    state->order = gst_alloc(s->alpha_count, sizeof *state->order);
    if (!state->n || !state->order)
        return gst_fail(message, GST_NO_MEMORY, "not enough memory");
    if (replicate > UINT32_MAX)
        return gst_fail(message, GST_INVALID, "trials: replicate %zu has no random numbers",
                        replicate);
    for (size_t a = 0; a < s->alpha_count; a++)
        state->order[a] = a;
    int status = gst_simulation_measure(s, &state->sizes, state->n, NULL, message);
    if (status == GST_OK)
        sort_sizes(state);
    return status;
}

static int run(replicate_state *state, size_t replicate, gst_message *message)
{
    int drawn;
    const gst_simulation *s = state->s;
    int status = prepare(state, replicate, message);
    if (status == GST_OK)
        status = gst_make_network(&state->network, s->problem, s->weights, s->d, state->sizes.p,
                                  s->precision,
                                  (gst_random){.seed = s->seed, .replicate = (uint32_t)replicate},
                                  s->stop, &drawn, message);
    if (status != GST_OK)
        return status;
    status = allocate_readout(state);
    if (status != GST_OK)
        return gst_fail(message, status, "not enough memory");
    status = fit_readouts(state);
    if (status == GST_OK)
        status = find_risks(state);
    return status;
}

int gst_simulation_run(const gst_simulation *simulation, size_t replicate, gst_sample *samples,
                       gst_message *message)
{
    replicate_state state = {.s = simulation};
    int status = run(&state, replicate, message);
    size_t count = simulation->alpha_count * simulation->lambda_count;
    for (size_t i = 0; status != GST_OK && i < count; i++)
        samples[i] = failed_sample(0);
    if (status == GST_OK)
        deliver(&state, samples);
    gst_readouts_free(state.readouts);
    gst_first_layer_clear(&state.network);
    free(state.n);
    free(state.order);
    gst_numbers_free(&state.x);
    gst_numbers_free(&state.phi);
    free(state.y);
    free(state.prediction);
    free(state.risk);
    free(state.label);
    free(state.work);
    free(state.chance);
    return status;
}
