/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation_sizes.c - checks, sizes and memory of a simulation, without computing. */
#include "giantstep/simulation.h"
#include "giantstep/given_spikes.h"
#include "giantstep/second_layer.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include "models/data/data.h"
#include "models/loss/loss.h"
#include "models/training/regime.h"

#include <math.h>
#include <stdlib.h>

#include "validate/networks/blas.h"
#include "validate/networks/giant_step.h"
#include "base/memory.h"
#include "validate/networks/first_layer.h"
#include "validate/networks/label_risks.h"
#include "validate/networks/readouts.h"
#include "validate/networks/simulation_private.h"

/* Exact risks of targets of more directions cost more than test points do. */
enum { POPULATION_DIM_MAX = 2 };

gst_weights gst_weights_choose(const gst_problem *problem)
{
    return gst_training_has_batch(&problem->training) ? GST_WEIGHTS_GD : GST_WEIGHTS_SRF;
}

/* size = floor(ratio*d + 0.5), at least 1. */
static int round_size(double ratio, size_t d, const char *field, const char *what, size_t *size,
                      gst_message *message)
{
    double value = floor(ratio * (double)d + 0.5);
    if (!(ratio > 0) || !isfinite(ratio))
        return gst_fail(message, GST_INVALID, "%s: '%.15g' is not a positive number", field, ratio);
    if (!(value >= 1))
        return gst_fail(message, GST_INVALID, "%s: '%.15g' gives %s = 0 at d = %zu", field, ratio,
                        what, d);
    if (!(value <= 2147483647.0))
        return gst_fail(message, GST_INVALID, "%s: '%.15g' gives %s = %.0f at d = %zu, too large",
                        field, ratio, what, value, d);
    *size = (size_t)value;
    return GST_OK;
}

/* Steps that are listed and taken. */
static size_t count_taken(const gst_training *t)
{
    return t->steps < t->listed ? t->steps : t->listed;
}

/* The first alpha0 of a step that acts, on a batch that is finite or not as asked; NAN: there is none. */
static double find_batch(const gst_training *t, int finite)
{
    for (size_t i = 0; !t->spikes && i < count_taken(t); i++)
        if (gst_step_acts(&t->step[i]) && (isfinite(t->step[i].alpha0) != 0) == finite)
            return t->step[i].alpha0;
    return NAN;
}

/* Whether some step changes the weights on a batch that an earlier one took. */
static int takes_again(const gst_training *t)
{
    if (t->spikes || t->steps < 2)
        return 0;
    for (size_t i = t->listed > 1; i < count_taken(t); i++)
        if (t->step[i].reused && gst_step_acts(&t->step[i]))
            return 1;
    return 0;
}

static int check_weights(const gst_simulation *s, gst_message *message)
{
    const gst_training *t = &s->problem->training;
    if (s->weights == GST_WEIGHTS_GD && t->spikes)
        return gst_fail(message, GST_INVALID,
                        "weights: 'gd' trains; `spikes` leaves nothing to train");
    if (s->weights == GST_WEIGHTS_GD && isinf(find_batch(t, 0)))
        return gst_fail(message, GST_INVALID, "weights: 'gd' needs a finite `alpha0`");
    if (s->weights == GST_WEIGHTS_SRF && gst_training_has_batch(t) && t->bulk == GST_BULK_EXACT)
        return gst_fail(message, GST_INVALID,
                        "weights: 'srf' at `alpha0` %.15g needs `bulk` isotropic",
                        find_batch(t, 1));
    if (s->weights == GST_WEIGHTS_SRF && gst_training_has_batch(t) &&
        gst_data_of(s->problem->data)->covariance)
        return gst_fail(message, GST_INVALID,
                        "weights: 'srf' at `alpha0` %.15g is for inputs without a `covariance`",
                        find_batch(t, 1));
    if (s->weights == GST_WEIGHTS_SRF && takes_again(t))
        return gst_fail(
            message, GST_INVALID,
            "weights: 'srf' draws from a theory, and there is none of a `reused` batch");
    if (s->weights == GST_WEIGHTS_SRF && s->problem->layer->law != GST_LAYER_VALUES &&
        (gst_training_changes(t) || t->spikes))
        return gst_fail(message, GST_INVALID,
                        "weights: srf draws rows by groups: a continuous `layer` wants gd, "
                        "and a finite `alpha0`");
    return s->weights == GST_WEIGHTS_SRF ? gst_regime_check(s->problem, message) : GST_OK;
}

/* Losses of the margin are defined for labels +-1. */
static int check_losses(const gst_problem *problem, gst_message *message)
{
    if (problem->labels == GST_LABELS_SIGN)
        return GST_OK;
    if (gst_loss_of(problem->loss)->margin || gst_loss_of(problem->training.loss)->margin)
        return gst_fail(message, GST_INVALID, "loss: one of the margin needs `labels` sign");
    return GST_OK;
}

static int check_numbers(const gst_simulation *s, gst_message *message)
{
    size_t least = gst_target_dim(s->problem->target);
    if (s->problem->training.spikes)
        least += s->problem->training.spikes->m;
    if (s->d < 2)
        return gst_fail(message, GST_INVALID, "d: '%zu' is less than 2", s->d);
    if (s->d < least + 2)
        return gst_fail(message, GST_INVALID, "d: '%zu' is too small for %zu special directions",
                        s->d, least);
    if (!gst_dense_fits(s->d) || !gst_dense_fits(s->test_samples))
        return gst_fail(message, GST_INVALID, "`d` or `test_samples`: too large");
    if (s->alpha_count < 1 || s->lambda_count < 1)
        return gst_fail(message, GST_INVALID, "no value of alpha or lambda");
    if (!(s->problem->training.noise >= 0) || !isfinite(s->problem->training.noise))
        return gst_fail(message, GST_INVALID, "noise: %g is negative or not finite",
                        s->problem->training.noise);
    for (size_t l = 0; l < s->lambda_count; l++)
        if (!(s->lambdas[l] >= 0) || !isfinite(s->lambdas[l]))
            return gst_fail(message, GST_INVALID, "lambdas: %g is negative or not finite",
                            s->lambdas[l]);
    return GST_OK;
}

size_t gst_readout_block(size_t rows)
{
    return rows < 1024 ? rows : 1024;
}

gst_population_options gst_simulation_population(void)
{
    return (gst_population_options){.epsrel = 1e-6, .nodes = (size_t)1 << 18};
}

int gst_simulation_is_exact(const gst_problem *problem)
{
    return !gst_data_has_nodes(problem->data) &&
           gst_target_dim(problem->target) <= POPULATION_DIM_MAX &&
           gst_population_is_known(problem->activation);
}

/* Exact risks, or how many test points; losses and classes have them in any case. */
static void choose_risks(const gst_simulation *s, gst_simulation_sizes *sizes)
{
    const gst_problem *t = s->problem;
    sizes->population = s->test_samples == 0 && gst_simulation_is_exact(t);
    int sampled = !sizes->population || gst_problem_has_losses(t);
    sizes->test_samples = s->test_samples == 0 && sampled ? 4 * s->d : s->test_samples;
}

/* Sample numbers in increasing order. */
static int compare_sizes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The largest batch of the training. */
static int measure_batches(const gst_simulation *s, gst_simulation_sizes *sizes,
                           gst_message *message)
{
    const gst_training *t = &s->problem->training;
    int trained = s->weights == GST_WEIGHTS_GD && gst_training_changes(t), status = GST_OK;
    for (size_t i = 0; trained && i < count_taken(t) && status == GST_OK; i++) {
        size_t n0 = 0;
        if (gst_step_acts(&t->step[i]))
            status = round_size(t->step[i].alpha0, s->d, "alpha0", "n0", &n0, message);
        sizes->n0 = n0 > sizes->n0 ? n0 : sizes->n0;
    }
    return status;
}

/* Samples of all steps together. */
static double count_batches(const gst_simulation *s)
{
    const gst_training *t = &s->problem->training;
    size_t taken = count_taken(t);
    double sum = 0;
    for (size_t i = 0; i < taken; i++)
        sum += (double)gst_step_samples(&t->step[i], s->d) *
               (i + 1 < taken ? 1.0 : (double)(t->steps - i));
    return sum;
}

static void fill_costs(const gst_simulation *s, const size_t *n, gst_simulation_sizes *sizes)
{
    double d = (double)s->d, p = (double)sizes->p, unit = gst_precision_doubles(s->precision);
    double most = (double)n[s->alpha_count - 1], test = (double)sizes->test_samples;
    double fits = (double)s->alpha_count * (double)s->lambda_count, batches = 0;
    double readout = gst_readouts_doubles(s->problem, sizes->p, s->precision, s->alpha_count, n,
                                          s->lambda_count);
    double block = (double)gst_readout_block(
        n[s->alpha_count - 1] > sizes->test_samples ? n[s->alpha_count - 1] : sizes->test_samples);
    double training = 0;
    readout += block * (unit * (d + p) + 1 + fits);
    if (gst_problem_has_losses(s->problem))
        readout += block * GST_LABEL_RISK_WORK + fits * 4;
    if (sizes->population)
        readout += gst_population_doubles(
            sizes->p, s->d, s->precision, s->alpha_count * s->lambda_count,
            gst_target_dim(s->problem->target), gst_simulation_population().nodes);
    if (sizes->n0 > 0) {
        batches = count_batches(s);
        training = unit * (p * d + (double)gst_step_block(sizes->n0) * (d + 2 * p)) +
                   2 * (double)gst_step_block(sizes->n0) + p + d;
    }
    double bytes = sizeof(double) * (unit * p * d + d + fmax(training, readout));
    sizes->bytes = bytes < 0x1p62 ? (size_t)bytes : (size_t)1 << 62;
    sizes->flops = 4 * batches * p * d + 2 * (most + test) * p * d + 2 * test * p * fits;
    double kept = 0;
    for (size_t k = 0; k < s->alpha_count; k++) {
        kept = (double)n[k] <= p ? (double)n[k] : kept;
        if ((double)n[k] > p)
            sizes->flops += (double)s->lambda_count * p * p * p / 3;
    }
    sizes->flops += (most > p ? most * p * p : 0) + kept * kept * p +
                    (double)s->lambda_count * kept * kept * kept / 3;
    sizes->flops += gst_readouts_flops(s->problem, sizes->p, s->alpha_count, n, s->lambda_count);
    if (sizes->population)
        sizes->flops += p * p * (2 * d + 2 * fits + 60);
    /* a normal number and an activation take as long as some 100 and 60 operations of a product */
    sizes->flops += 100 * d * (most + test + batches + p) + 60 * p * (most + test + batches);
}

int gst_simulation_measure(const gst_simulation *simulation, gst_simulation_sizes *sizes, size_t *n,
                           size_t *group, gst_message *message)
{
    const gst_simulation *s = simulation;
    const gst_problem *t = s->problem;
    *sizes = (gst_simulation_sizes){.p = 0};
    int status = gst_problem_validate(s->problem, message);
    if (status == GST_OK)
        status = check_losses(s->problem, message);
    if (status == GST_OK)
        status = check_numbers(s, message);
    if (status == GST_OK)
        status = check_weights(s, message);
    if (status == GST_OK)
        status = round_size(s->beta, s->d, "beta", "p", &sizes->p, message);
    if (status == GST_OK)
        status = measure_batches(s, sizes, message);
    if (status != GST_OK)
        return status;
    choose_risks(s, sizes);
    size_t *sorted = gst_alloc(s->alpha_count, sizeof *sorted);
    if (!sorted)
        return gst_fail(message, GST_NO_MEMORY, "not enough memory");
    for (size_t a = 0; status == GST_OK && a < s->alpha_count; a++) {
        status = round_size(s->alphas[a], s->d, "alphas", "n", &sorted[a], message);
        if (n)
            n[a] = sorted[a];
    }
    if (status == GST_OK) {
        qsort(sorted, s->alpha_count, sizeof *sorted, compare_sizes);
        fill_costs(s, sorted, sizes);
    }
    if (status == GST_OK && group)
        gst_groups_split(t->layer->K, t->layer->pi, sizes->p, group);
    free(sorted);
    return status;
}
