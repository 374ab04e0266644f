/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel.c - a loop whose chunks are worked on by several threads and delivered in order.
 *
 * Every thread repeats: take the next chunk, as long as fewer than `slots` are in flight; work on it;
 * then, unless another thread is doing so, emit what is next in order and finished.  The calling thread
 * is thread 0; if the system gives fewer threads than asked, the loop runs with those. */
#include "base/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "giantstep/status.h"

typedef struct {
    const gst_parallel_loop *loop;
    size_t slots;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t begun, emitted;
    char *done; /* done[chunk % slots]: 1 finished well, 2 failed */
    int emitting, stop, status;
    size_t status_chunk;
} state;

typedef struct {
    state *s;
    size_t thread;
    pthread_t handle;
} worker;

/* Called with the lock held. */
static void note_status(state *s, size_t chunk, int status)
{
    if (status == 0)
        return;
    s->stop = 1;
    if (s->status == 0 || chunk < s->status_chunk) {
        s->status = status;
        s->status_chunk = chunk;
    }
}

/* Emit all that is next in order; called with the lock held, which is given up while emitting. */
static void emit_finished(state *s)
{
    if (s->emitting)
        return;
    s->emitting = 1;
    while (s->emitted < s->begun && s->done[s->emitted % s->slots] == 1) {
        size_t chunk = s->emitted;
        pthread_mutex_unlock(&s->lock);
        int status = s->loop->emit(s->loop->context, chunk);
        pthread_mutex_lock(&s->lock);
        note_status(s, chunk, status);
        s->done[chunk % s->slots] = status == 0 ? 0 : 2;
        s->emitted += status == 0;
        pthread_cond_broadcast(&s->changed);
    }
    s->emitting = 0;
}

/* The next chunk to work on, or loop->chunks if there is none; called with the lock held. */
static size_t take_chunk(state *s)
{
    while (!s->stop && s->begun < s->loop->chunks && s->begun - s->emitted >= s->slots)
        pthread_cond_wait(&s->changed, &s->lock);
    return s->stop || s->begun >= s->loop->chunks ? s->loop->chunks : s->begun++;
}

static void *run_thread(void *argument)
{
    worker *w = argument;
    state *s = w->s;
    const gst_parallel_loop *loop = s->loop;
    pthread_mutex_lock(&s->lock);
    for (size_t chunk; (chunk = take_chunk(s)) < loop->chunks;) {
        pthread_mutex_unlock(&s->lock);
        int status = loop->work(loop->context, w->thread, chunk);
        pthread_mutex_lock(&s->lock);
        note_status(s, chunk, status);
        s->done[chunk % s->slots] = status == 0 ? 1 : 2;
        emit_finished(s);
        pthread_cond_broadcast(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void run_threads(state *s, worker *workers, size_t threads)
{
    size_t started = 1;
    workers[0] = (worker){.s = s, .thread = 0};
    for (; started < threads; started++) {
        workers[started] = (worker){.s = s, .thread = started};
        if (pthread_create(&workers[started].handle, NULL, run_thread, &workers[started]) != 0)
            break;
    }
    run_thread(&workers[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(workers[i].handle, NULL);
}

int gst_parallel_run(const gst_parallel_loop *loop)
{
    size_t threads = loop->threads > 0 ? loop->threads : 1;
    state s = {.loop = loop, .slots = loop->slots > 0 ? loop->slots : 1};
    s.begun = s.emitted = loop->first;
    worker *workers = gst_alloc(threads, sizeof *workers);
    int status = GST_NO_MEMORY;
    s.done = gst_alloc(s.slots, 1);
    if (workers && s.done && pthread_mutex_init(&s.lock, NULL) == 0) {
        if (pthread_cond_init(&s.changed, NULL) == 0) {
            run_threads(&s, workers, threads);
            status = s.status;
            pthread_cond_destroy(&s.changed);
        }
        pthread_mutex_destroy(&s.lock);
    }
    free(s.done);
    free(workers);
    return status;
}
