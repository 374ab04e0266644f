/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_simulation.c - eigenvalues of the feature covariance of networks of finite size.
 *
 *   1. a first layer as in simulation.c, features of n fresh inputs in blocks;
 *   2. the smaller of Phi^T Phi/p and Phi Phi^T/p, and its eigenvalues;
 *   3. for the largest ones eigenvectors too: u of Phi Phi^T/p gives Phi^T u/|Phi^T u|. */
#include "validate/networks/spectrum_simulation.h"
#include "giantstep/second_layer.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "validate/networks/first_layer.h"
#include "validate/networks/giant_step.h"
#include "base/memory.h"
#include "validate/networks/simulation_private.h"
#include "validate/networks/make_network.h"

typedef struct {
    const gst_spectrum_simulation *s;
    gst_first_layer network;
    size_t p, n, size; /* size = min(n, p) */
    int drawn;         /* rows from their law: spikes are the first axes */
    gst_numbers x, phi, work;
    double *gram, *u, *a;
} replicate_state;

int gst_spectrum_simulation_measure(const gst_spectrum_simulation *s, size_t *p, size_t *n,
                                    size_t *group, gst_message *message)
{
    double lambda = 1.0;
    gst_simulation_sizes sizes;
    gst_simulation simulation = {.problem = s->problem,
                                 .weights = s->weights,
                                 .d = s->d,
                                 .beta = s->beta,
                                 .alphas = &s->alpha,
                                 .lambdas = &lambda,
                                 .alpha_count = 1,
                                 .lambda_count = 1,
                                 .precision = s->precision,
                                 .test_samples = 1,
                                 .seed = s->seed};
    int status = gst_simulation_measure(&simulation, &sizes, n, group, message);
    *p = sizes.p;
    return status;
}

/* ---- Gram matrix -------------------------------------------------------------------------------- */

static int fill_gram(replicate_state *state, int keep)
{
    size_t p = state->p, n = state->n, d = state->s->d, block = keep ? n : gst_readout_block(n);
    gst_precision precision = state->s->precision;
    state->gram = gst_alloc_doubles(state->size * state->size);
    if (!state->gram ||
        gst_numbers_alloc(&state->x, precision, gst_readout_block(n) * d) != GST_OK ||
        gst_numbers_alloc(&state->phi, precision, block * p) != GST_OK ||
        gst_numbers_alloc(&state->work, precision, gst_gram_work(precision, state->size)) != GST_OK)
        return GST_NO_MEMORY;
    for (size_t first = 0; first < n; first += gst_readout_block(n)) {
        size_t rows = n - first < gst_readout_block(n) ? n - first : gst_readout_block(n);
        gst_numbers phi = gst_numbers_from(state->phi, keep ? first * p : 0);
        if (state->s->stop && *state->s->stop)
            return GST_INTERRUPTED;
        gst_first_layer_inputs(&state->network, GST_STREAM_DATA, first, rows, state->x);
        gst_first_layer_features(&state->network, rows, state->x, phi, (gst_numbers){0});
        if (p <= n)
            gst_numbers_gram_add(p, rows, phi, state->work, state->gram);
    }
    if (p > n)
        gst_numbers_gram_rows(n, p, state->phi, state->work, state->gram);
    for (size_t i = 0; i < state->size * state->size; i++)
        state->gram[i] /= (double)p;
    return state->s->stop && *state->s->stop ? GST_INTERRUPTED : GST_OK;
}

/* ---- eigenvectors ------------------------------------------------------------------------------- */

static double length(size_t n, const double *x)
{
    return sqrt(gst_dense_dot(n, x, x));
}

/* Overlaps of the unit vector a (p). */
static void take_overlaps(const replicate_state *state, const double *a, gst_simulated_vector *to)
{
    const gst_first_layer *network = &state->network;
    gst_numbers W = gst_first_layer_weights(network);
    size_t K = network->problem->layer->K, p = state->p, d = state->s->d, most = 0;
    for (size_t g = 0; g < K; g++) {
        size_t count = network->first[g + 1] - network->first[g];
        to->mean[g] = 0;
        for (size_t i = network->first[g]; i < network->first[g + 1]; i++)
            to->mean[g] += a[i] / sqrt((double)count);
        most = fabs(to->mean[g]) > fabs(to->mean[most]) ? g : most;
    }
    double sign = to->mean[most] < 0 ? -1 : 1;
    for (size_t g = 0; g < K; g++)
        to->mean[g] *= sign;
    for (size_t l = 0; l < GST_SPIKES_MAX; l++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < p; i++) {
            double w = gst_number(W, i * d + l);
            sum += a[i] * w;
            square += w * w;
        }
        to->spike[l] = state->drawn && l < network->s ? sign * sum / sqrt(square) : NAN;
    }
}

/* a = Phi^T u. */
static void set_vector(const replicate_state *state, const double *u)
{
    if (state->phi.wide) {
        gst_dense_apply(GST_TRANSPOSED, state->size, state->p, state->phi.wide, u, 0, state->a);
        return;
    }
    memset(state->a, 0, state->p * sizeof *state->a);
    gst_numbers_gather(state->size, state->p, state->phi, u, state->a);
}

static int take_vectors(replicate_state *state, size_t count, const double *values,
                        gst_simulated_vector *vectors)
{
    size_t p = state->p, size = state->size;
    state->a = gst_alloc_doubles(p);
    if (!state->a)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < count; k++) {
        const double *u = state->u + k * size;
        if (p <= state->n)
            memcpy(state->a, u, p * sizeof *u);
        else
            set_vector(state, u);
        double norm = length(p, state->a);
        for (size_t i = 0; i < p; i++)
            state->a[i] /= norm;
        vectors[k].value = values[size - count + k];
        take_overlaps(state, state->a, &vectors[k]);
    }
    return GST_OK;
}

/* ------------------------------------------------------------------------------------------------- */

static int run(replicate_state *state, size_t replicate, double *values, size_t count,
               gst_simulated_vector *vectors, gst_message *message)
{
    const gst_spectrum_simulation *s = state->s;
    int status = gst_spectrum_simulation_measure(state->s, &state->p, &state->n, NULL, message);
    if (status == GST_OK)
        status =
            gst_make_network(&state->network, s->problem, s->weights, s->d, state->p, s->precision,
                             (gst_random){.seed = s->seed, .replicate = (uint32_t)replicate},
                             s->stop, &state->drawn, message);
    if (status != GST_OK)
        return status;
    state->size = state->n < state->p ? state->n : state->p;
    state->u = gst_alloc_doubles(count * state->size);
    status = state->u ? fill_gram(state, state->p > state->n) : GST_NO_MEMORY;
    if (status == GST_OK && gst_dense_spectrum(state->size, state->gram, values, count, state->u))
        status = GST_FAILED;
    if (status != GST_OK)
        return gst_fail(message, status, "%s",
                        status == GST_NO_MEMORY ? "not enough memory" : "no eigenvalues");
    return count > 0 ? take_vectors(state, count, values, vectors) : GST_OK;
}

int gst_spectrum_simulation_run(const gst_spectrum_simulation *simulation, size_t replicate,
                                double *values, size_t count, gst_simulated_vector *vectors,
                                gst_message *message)
{
    replicate_state state = {.s = simulation};
    if (replicate > UINT32_MAX)
        return gst_fail(message, GST_INVALID, "trials: replicate %zu has no random numbers",
                        replicate);
    int status = run(&state, replicate, values, count, vectors, message);
    gst_first_layer_clear(&state.network);
    gst_numbers_free(&state.x);
    gst_numbers_free(&state.phi);
    gst_numbers_free(&state.work);
    free(state.gram);
    free(state.u);
    free(state.a);
    return status;
}

double gst_spectrum_distance(size_t p, size_t count, const double *below)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        double before = (double)(p - count + i) / (double)p, after = before + 1 / (double)p;
        largest = fmax(largest, fmax(fabs(below[i] - before), fabs(below[i] - after)));
    }
    return largest;
}
