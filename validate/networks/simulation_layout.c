/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation_layout.c - many replicates on several cores.
 *
 * Replicates in parallel, one BLAS thread each, leave no core waiting; but each needs its memory.  So:
 *   1. As many at once as threads, replicates and free memory allow.
 *   2. If that would leave half of the threads or more without work, and a replicate is large enough for
 *      BLAS to use several threads well, one at a time with all threads.
 * Results are delivered in order; what a replicate computes does not depend on which thread it ran. */
#include "giantstep/simulation.h"

#include <math.h>
#include <stdlib.h>

#include "validate/networks/blas.h"
#include "base/free_memory.h"
#include "base/memory.h"
#include "base/parallel.h"

/* Part of the free memory that may be used, and the size of a product from which threads pay. */
#define MEMORY_PART 0.8
#define THREADED_PRODUCT 1e8

int gst_simulation_plan(const gst_simulation *simulation, size_t trials, size_t threads,
                        gst_simulation_layout *layout, gst_message *message)
{
    gst_simulation_sizes sizes;
    int status = gst_simulation_measure(simulation, &sizes, NULL, NULL, message);
    if (status != GST_OK)
        return status;
    if (trials < 1)
        return gst_fail(message, GST_INVALID, "trials: 0 is less than 1");
    if (threads < 1)
        return gst_fail(message, GST_INVALID, "threads: 0 is less than 1");
    double bytes = (double)sizes.bytes, memory = MEMORY_PART * gst_memory_available();
    double space = gst_memory_address_space();
    double fit = floor(fmin(memory / bytes, space / (bytes + (double)GST_DENSE_BUFFER)));
    memory = fmin(memory, space);
    layout->available = memory < 0x1p62 ? (size_t)memory : (size_t)1 << 62;
    if (!(fit >= 1))
        return gst_fail(message, GST_NO_MEMORY,
                        "d: %zu with p = %zu needs %zu bytes of memory, %zu are available",
                        simulation->d, sizes.p,
                        sizes.bytes + (isfinite(space) ? GST_DENSE_BUFFER : 0), layout->available);
    size_t most = threads < trials ? threads : trials;
    layout->parallel = fit < (double)most ? (size_t)fit : most;
    layout->blas_threads = 1;
    double product = (double)simulation->d * (double)sizes.p * 1024;
    if (layout->parallel * 2 <= threads && product >= THREADED_PRODUCT) {
        layout->parallel = 1;
        layout->blas_threads = threads < 1024 ? (int)threads : 1024;
    }
    layout->bytes = layout->parallel * sizes.bytes;
    return GST_OK;
}

typedef struct {
    const gst_simulation *s;
    size_t slots;
    gst_sample *samples; /* of the replicates in work, by slot */
    int *status;
    gst_message *reason;
    int (*emit)(void *context, size_t replicate, int status, const gst_sample *samples);
    void *context;
    gst_message *message;
} loop_state;

/* parallel.h's work. */
static int work(void *context, size_t thread, size_t replicate)
{
    loop_state *state = context;
    size_t slot = replicate % state->slots;
    size_t count = state->s->alpha_count * state->s->lambda_count;
    (void)thread;
    state->status[slot] = gst_simulation_run(state->s, replicate, state->samples + slot * count,
                                             &state->reason[slot]);
    return 0;
}

/* parallel.h's emit. */
static int deliver(void *context, size_t replicate)
{
    loop_state *state = context;
    size_t slot = replicate % state->slots;
    size_t count = state->s->alpha_count * state->s->lambda_count;
    int status = state->status[slot];
    if (status < 0)
        gst_fail(state->message, status, "%s", state->reason[slot].text);
    if (status < 0 && status != GST_FAILED)
        return status;
    return state->emit(state->context, replicate, status, state->samples + slot * count);
}

int gst_simulation_replicates(const gst_simulation *simulation, const gst_simulation_layout *layout,
                              size_t trials,
                              int (*emit)(void *context, size_t replicate, int status,
                                          const gst_sample *samples),
                              void *context, gst_message *message)
{
    size_t slots = 2 * layout->parallel, count = simulation->alpha_count * simulation->lambda_count;
    loop_state state = {
        .s = simulation,
        .slots = slots,
        .samples = gst_alloc(slots * count, sizeof *state.samples),
        .status = gst_alloc(slots, sizeof *state.status),
        .reason = gst_alloc(slots, sizeof *state.reason),
        .emit = emit,
        .context = context,
        .message = message,
    };
    gst_parallel_loop loop = {
        .chunks = trials,
        .threads = layout->parallel,
        .slots = slots,
        .work = work,
        .emit = deliver,
        .context = &state,
    };
    int status = GST_NO_MEMORY;
    gst_dense_set_threads(layout->blas_threads);
    if (state.samples && state.status && state.reason)
        status = gst_parallel_run(&loop);
    if (status == GST_NO_MEMORY && message && message->text[0] == '\0')
        gst_fail(message, status, "not enough memory");
    free(state.samples);
    free(state.status);
    free(state.reason);
    return status;
}
