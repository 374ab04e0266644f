/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_simulation.c - two real gradient steps on a first layer at linear width (theory 9).
 *
 *   1. W uniform on the sphere, a_i ~ N(0, 1/N), both from (seed, replicate).
 *   2. First step on n1 samples; beta1 = X^T y/n1 on the way.
 *   3. Second step, on fresh samples and on those of the first step again; b_k = (1/n) sum (beta1.x/s)^k y x
 *      on the way, s = |beta1|, which only changes their lengths.
 *   4. two_step_measure.c.
 * Batches are streamed in blocks of rows, drawn again when they are used again. */
#include "validate/networks/two_step_simulation.h"
#include "giantstep/target.h"
#include "giantstep/second_layer.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validate/networks/blas.h"
#include "validate/networks/first_layer.h"
#include "base/memory.h"
#include "validate/networks/two_step_measure.h"

enum { BLOCK = 1024, BATCHES = GST_BATCH_REUSED + 1 };

typedef struct {
    const gst_two_step_simulation *s;
    gst_two_step_sizes sizes;
    size_t rows;             /* of B: b_0 .. b_L, beta1 */
    gst_first_layer network; /* W: where the gradient is taken */
    double *a, *start, *first, *gradient, *B;
    double *x, *value, *slope, *y, *work;
} run;

/* One step: `n` samples of batch `step`, eta; `directions`: b_k are accumulated, else beta1. */
typedef struct {
    size_t n, batch;
    double eta;
    int directions;
} step_plan;

int gst_two_step_simulation_measure(const gst_two_step_simulation *s, gst_two_step_sizes *sizes,
                                    gst_message *message)
{
    double d = (double)s->d, N = floor(s->beta * d + 0.5);
    double n = floor(d / s->problem->phi + 0.5), n1 = floor(d / s->problem->phi1 + 0.5);
    double least = (double)s->problem->order + 8, small = fmin(N, d);
    if (!(d >= least) || !(N >= least))
        return gst_fail(message, GST_INVALID, "d: %zu with N = %.0f: both must be at least %.0f",
                        s->d, N, least);
    if (!(n >= 1 && n1 >= 1))
        return gst_fail(message, GST_INVALID, "phi: no samples at d = %zu", s->d);
    if (!(fmax(fmax(d, N), fmax(n, n1)) < 2147483647.0))
        return gst_fail(message, GST_INVALID, "d: %zu gives sizes above 2^31", s->d);
    double block = fmin(fmax(n, n1), BLOCK);
    *sizes = (gst_two_step_sizes){.N = (size_t)N, .n = (size_t)n, .n1 = (size_t)n1};
    sizes->bytes =
        8 * (4 * N * d + block * (d + 2 * N + 2) + 2 * small * small + (2 * least + 4) * (N + d));
    return GST_OK;
}

static int allocate(run *t)
{
    size_t N = t->sizes.N, d = t->s->d, most = t->sizes.n > t->sizes.n1 ? t->sizes.n : t->sizes.n1;
    size_t block = most < BLOCK ? most : BLOCK;
    t->a = gst_alloc_doubles(N);
    t->start = gst_alloc_doubles(N * d);
    t->first = gst_alloc_doubles(N * d);
    t->gradient = gst_alloc_doubles(N * d);
    t->B = gst_alloc_doubles(t->rows * d);
    t->x = gst_alloc_doubles(block * d);
    t->value = gst_alloc_doubles(block * N);
    t->slope = gst_alloc_doubles(block * N);
    t->y = gst_alloc_doubles(block);
    t->work = gst_alloc_doubles(2 * block);
    return t->a && t->start && t->first && t->gradient && t->B && t->x && t->value && t->slope &&
                   t->y && t->work
               ? GST_OK
               : GST_NO_MEMORY;
}

static void release(run *t)
{
    gst_first_layer_clear(&t->network);
    free(t->a);
    free(t->start);
    free(t->first);
    free(t->gradient);
    free(t->B);
    free(t->x);
    free(t->value);
    free(t->slope);
    free(t->y);
    free(t->work);
}

static void draw(run *t)
{
    size_t N = t->sizes.N;
    gst_first_layer_draw_sphere(&t->network);
    memcpy(t->start, t->network.W, N * t->s->d * sizeof *t->start);
    gst_random_rows(&t->network.random, GST_STREAM_SPECIAL, 0, 1, N, t->a);
    for (size_t i = 0; i < N; i++)
        t->a[i] /= sqrt((double)N);
}

/* Add this block's share to beta1, or to all b_k. */
static void add_directions(run *t, const step_plan *plan, size_t rows)
{
    size_t d = t->s->d;
    double *beta1 = t->B + (t->rows - 1) * d, *kappa = t->work, *weight = t->work + rows;
    if (!plan->directions) {
        gst_dense_apply(GST_TRANSPOSED, rows, d, t->x, t->y, 1, beta1);
        return;
    }
    double unit = 1 / sqrt(gst_dense_dot(d, beta1, beta1));
    gst_dense_apply(GST_AS_IS, rows, d, t->x, beta1, 0, kappa);
    memcpy(weight, t->y, rows * sizeof *weight);
    for (size_t k = 0; k + 1 < t->rows; k++) {
        gst_dense_apply(GST_TRANSPOSED, rows, d, t->x, weight, 1, t->B + k * d);
        for (size_t i = 0; i < rows; i++)
            weight[i] *= unit * kappa[i];
    }
}

static void add_block(run *t, const step_plan *plan, size_t first, size_t rows)
{
    const gst_first_layer *network = &t->network;
    size_t N = t->sizes.N, d = t->s->d;
    uint32_t stream = GST_STREAM_STEPS + 2 * (uint32_t)plan->batch;
    double scale = t->s->loss == GST_LOSS_SQUARED ? 1 / sqrt((double)N) : 0;
    gst_first_layer_inputs(network, stream, first, rows, gst_doubles(t->x));
    gst_first_layer_targets(network, stream, first, rows, gst_doubles(t->x), t->y);
    gst_first_layer_add_noise(network, stream + 1, first, rows, t->y);
    gst_first_layer_features(network, rows, gst_doubles(t->x), gst_doubles(t->value),
                             gst_doubles(t->slope));
    add_directions(t, plan, rows);
    for (size_t i = 0; i < rows; i++) {
        double e = t->y[i] - scale * gst_dense_dot(N, t->value + i * N, t->a);
        for (size_t k = 0; k < N; k++)
            t->slope[i * N + k] *= e;
    }
    gst_dense_multiply(GST_TRANSPOSED, GST_AS_IS, N, d, rows, t->slope, t->x, 1, t->gradient);
}

/* network.W takes a step. */
static int take_step(run *t, const step_plan *plan)
{
    size_t N = t->sizes.N, d = t->s->d;
    double *beta1 = t->B + (t->rows - 1) * d, sum = 0;
    memset(t->gradient, 0, N * d * sizeof *t->gradient);
    if (plan->directions)
        memset(t->B, 0, (t->rows - 1) * d * sizeof *t->B);
    else
        memset(beta1, 0, d * sizeof *beta1);
    for (size_t first = 0; first < plan->n; first += BLOCK) {
        if (t->s->stop && *t->s->stop)
            return GST_INTERRUPTED;
        add_block(t, plan, first, plan->n - first < BLOCK ? plan->n - first : BLOCK);
    }
    for (size_t j = 0; j < d && !plan->directions; j++)
        beta1[j] /= (double)plan->n;
    for (size_t i = 0; i < N; i++) {
        double size = plan->eta * t->a[i] / (double)plan->n;
        for (size_t j = 0; j < d; j++) {
            t->network.W[i * d + j] += size * t->gradient[i * d + j];
            sum += 0 * t->network.W[i * d + j];
        }
    }
    return sum == 0 ? GST_OK : GST_FAILED;
}

static int take_first(run *t, size_t n)
{
    size_t count = t->sizes.N * t->s->d;
    step_plan plan = {.n = n, .batch = 0, .eta = pow((double)t->sizes.N, t->s->a1)};
    memcpy(t->network.W, t->start, count * sizeof *t->start);
    int status = take_step(t, &plan);
    memcpy(t->first, t->network.W, count * sizeof *t->first);
    return status;
}

static int take_second(run *t, gst_second_batch batch, gst_two_step_sample *sample)
{
    size_t count = t->sizes.N * t->s->d;
    step_plan plan = {.n = t->sizes.n,
                      .batch = batch == GST_BATCH_REUSED ? 0 : 1,
                      .eta = pow((double)t->sizes.N, t->s->a2),
                      .directions = 1};
    size_t last = (t->rows - 1) * t->s->d;
    double *beta1 = gst_alloc_doubles(t->s->d);
    if (!beta1)
        return GST_NO_MEMORY;
    memcpy(beta1, t->B + last, t->s->d * sizeof *beta1);
    memcpy(t->network.W, t->first, count * sizeof *t->first);
    int status = take_step(t, &plan);
    if (status == GST_OK)
        status = gst_two_step_sample_measure(t->sizes.N, t->s->d, t->s->problem->order,
                                             gst_target_dim(t->s->problem->target), t->network.W,
                                             t->B, sample);
    memcpy(t->B + last, beta1, t->s->d * sizeof *beta1);
    free(beta1);
    return status;
}

static int take_both(run *t, gst_two_step_sample samples[BATCHES])
{
    int status = take_first(t, t->sizes.n1);
    if (status == GST_OK)
        status = take_second(t, GST_BATCH_FRESH, &samples[GST_BATCH_FRESH]);
    if (status == GST_OK && t->sizes.n != t->sizes.n1)
        status = take_first(t, t->sizes.n);
    if (status == GST_OK)
        status = take_second(t, GST_BATCH_REUSED, &samples[GST_BATCH_REUSED]);
    return status;
}

int gst_two_step_simulation_run(const gst_two_step_simulation *s, size_t replicate,
                                gst_two_step_sample samples[BATCHES])
{
    double one = 1;
    gst_second_layer layer = {.K = 1, .A = &one, .pi = &one};
    gst_problem problem = {.activation = s->activation,
                           .target = s->problem->target,
                           .layer = &layer,
                           .training = {.noise = s->problem->noise}};
    run t = {.s = s, .rows = s->problem->order + 2};
    int status = gst_two_step_simulation_measure(s, &t.sizes, NULL);
    if (status != GST_OK)
        return status;
    gst_random random = {.seed = s->seed, .replicate = (uint32_t)replicate};
    status = gst_first_layer_init(&t.network, &problem, s->d, t.sizes.N, random);
    if (status == GST_OK)
        status = allocate(&t);
    if (status == GST_OK) {
        draw(&t);
        status = take_both(&t, samples);
    }
    release(&t);
    return status;
}
