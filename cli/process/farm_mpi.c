/* SPDX-License-Identifier: GPL-3.0-or-later */
/* farm_mpi.c - a farm of the processes of an MPI job.
 *
 * Process 0 hands out the chunks of a loop in order, in batches of consecutive ones that shrink towards the
 * end of the loop, to whoever asks; results come back as the bytes of their slots and are emitted in order.
 * Its own second thread asks too, so that two processes are two workers; only the first thread speaks MPI, and
 * sleeps between looks at its mail rather than keep a core busy.
 *   1. A worker sends ASK with the number of its loop, gets TASK with a batch, works on it, sends RESULT,
 *      and asks again; an empty batch ends its loop.
 *   2. A chunk is handed out only while its slot is free (parallel.h); until then the worker waits.
 *   3. After a status that ends the loop nothing is handed out any more, but what is out is waited for.
 *   4. At the end of the program process 0 answers ASK with the empty batch until all have sent BYE, so
 *      that it may end, on an error, without having run the loops of the others. */
#include "cli/process/farm.h"

#include <mpi.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "giantstep/status.h"

enum { ASK = 1, TASK, RESULT, BYE };

/* The most chunks in a batch, and the batches each worker should have left at the end of a loop. */
enum { BATCH_MOST = 8, BATCHES_LEFT = 4 };

static int rank, size = 1;
static unsigned long loops; /* begun by this process */
static int gone;            /* processes that have sent BYE to this one */

/* Chunks first .. first+count-1. */
typedef struct {
    unsigned long loop, first, count;
} batch;

void gst_farm_begin(int *argc, char ***argv)
{
    int provided;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
}

int gst_farm_rank(void)
{
    return rank;
}

int gst_farm_size(void)
{
    return size;
}

size_t gst_farm_threads(size_t threads)
{
    return size > 1 ? 1 : threads;
}

size_t gst_farm_slots(size_t threads)
{
    if (size == 1)
        return 16 * threads;
    return rank == 0 ? (size_t)size * BATCH_MOST * 2 : 1;
}

static void nap(void)
{
    const struct timespec moment = {.tv_nsec = 20000};
    nanosleep(&moment, NULL);
}

/* ---- processes 1, 2, ... ------------------------------------------------------------------------ */

static batch ask(unsigned long loop)
{
    batch task;
    MPI_Request request;
    int arrived = 0;
    MPI_Send(&loop, 1, MPI_UNSIGNED_LONG, 0, ASK, MPI_COMM_WORLD);
    MPI_Irecv(&task, sizeof task, MPI_BYTE, 0, TASK, MPI_COMM_WORLD, &request);
    for (MPI_Test(&request, &arrived, MPI_STATUS_IGNORE); !arrived;
         MPI_Test(&request, &arrived, MPI_STATUS_IGNORE))
        nap();
    return task;
}

/* RESULT: the chunk's number, then its slot. */
static int send_result(const gst_parallel_loop *loop, unsigned long chunk, char *message)
{
    memcpy(message, &chunk, sizeof chunk);
    memcpy(message + sizeof chunk, loop->slot(loop->context, chunk), loop->slot_bytes);
    return MPI_Send(message, (int)(sizeof chunk + loop->slot_bytes), MPI_BYTE, 0, RESULT,
                    MPI_COMM_WORLD);
}

static int run_worker(const gst_parallel_loop *loop)
{
    char *message = gst_alloc(1, sizeof(unsigned long) + loop->slot_bytes);
    if (!message)
        return GST_NO_MEMORY;
    for (batch task = ask(loops); task.count > 0; task = ask(loops))
        for (unsigned long i = 0; i < task.count; i++) {
            loop->work(loop->context, 0, task.first + i);
            send_result(loop, task.first + i, message);
        }
    free(message);
    return GST_OK;
}

/* ---- process 0 ---------------------------------------------------------------------------------- */

typedef struct {
    const gst_parallel_loop *loop;
    size_t begun, emitted, out; /* out: chunks handed out whose results are not here */
    char *done;                 /* done[chunk % slots] */
    char *message;
    int *waiting, waiters; /* ranks that asked and could not be served, in the order of asking */
    int status;
    pthread_t thread;
    pthread_mutex_t lock; /* of the batch of this process's own worker, `own`, and of these: */
    pthread_cond_t given;
    batch own;
    size_t own_done; /* chunks of it that are finished */
    int idle, stop;
} farm;

/* Process 0's worker: waits to be given a batch, works, is idle again. */
static void *run_own(void *argument)
{
    farm *f = argument;
    pthread_mutex_lock(&f->lock);
    while (!f->stop) {
        if (f->idle) {
            pthread_cond_wait(&f->given, &f->lock);
            continue;
        }
        size_t chunk = f->own.first + f->own_done;
        pthread_mutex_unlock(&f->lock);
        f->loop->work(f->loop->context, 0, chunk);
        pthread_mutex_lock(&f->lock);
        f->own_done++;
        f->idle = f->own_done == f->own.count;
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

/* The next batch; count 0 if there is none or, *later, none yet. */
static batch next_batch(const farm *f, int *later)
{
    const gst_parallel_loop *loop = f->loop;
    size_t left = loop->chunks > f->begun ? loop->chunks - f->begun : 0;
    size_t room = loop->slots - (f->begun - f->emitted);
    size_t count = left / ((size_t)size * BATCHES_LEFT);
    count = count < 1 ? 1 : count > BATCH_MOST ? BATCH_MOST : count;
    count = count > left ? left : count;
    *later = f->status == 0 && left > 0 && room < count;
    return (batch){
        .loop = loops, .first = f->begun, .count = f->status == 0 && !*later ? count : 0};
}

static void hand_out(farm *f, const batch *task)
{
    for (size_t i = 0; i < task->count; i++)
        f->done[(task->first + i) % f->loop->slots] = 0;
    f->begun += task->count;
    f->out += task->count;
}

/* Answer a worker of loop `asked`: an earlier one has ended.  0 if it has to wait. */
static int serve(farm *f, int worker, unsigned long asked)
{
    int later = 0;
    batch task = {0};
    if (asked == loops)
        task = next_batch(f, &later);
    if (later)
        return 0;
    hand_out(f, &task);
    MPI_Send(&task, sizeof task, MPI_BYTE, worker, TASK, MPI_COMM_WORLD);
    return 1;
}

static void take_result(farm *f, int worker)
{
    unsigned long chunk;
    MPI_Recv(f->message, (int)(sizeof chunk + f->loop->slot_bytes), MPI_BYTE, worker, RESULT,
             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    memcpy(&chunk, f->message, sizeof chunk);
    memcpy(f->loop->slot(f->loop->context, chunk), f->message + sizeof chunk, f->loop->slot_bytes);
    f->done[chunk % f->loop->slots] = 1;
    f->out--;
}

/* Whatever has arrived; 0 if nothing has. */
static int read_mail(farm *f)
{
    MPI_Status mail;
    int arrived;
    unsigned long asked;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, &mail);
    if (arrived && mail.MPI_TAG == RESULT)
        take_result(f, mail.MPI_SOURCE);
    else if (arrived) {
        MPI_Recv(&asked, 1, MPI_UNSIGNED_LONG, mail.MPI_SOURCE, mail.MPI_TAG, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        if (mail.MPI_TAG == BYE)
            gone++;
        else if (!serve(f, mail.MPI_SOURCE, asked))
            f->waiting[f->waiters++] = mail.MPI_SOURCE;
    }
    return arrived;
}

/* Note what process 0's worker has finished, and give it more. */
static int tend_own(farm *f, size_t *noted)
{
    int later, changed;
    pthread_mutex_lock(&f->lock);
    changed = *noted < f->own_done;
    for (; *noted < f->own_done; ++*noted, f->out--)
        f->done[(f->own.first + *noted) % f->loop->slots] = 1;
    batch task = {0};
    if (f->idle)
        task = next_batch(f, &later);
    if (task.count > 0) {
        hand_out(f, &task);
        f->own = task;
        f->own_done = *noted = 0;
        f->idle = 0;
        pthread_cond_signal(&f->given);
    }
    pthread_mutex_unlock(&f->lock);
    return changed;
}

/* Emit what is next in order, then serve who waits for the room. */
static void emit_finished(farm *f)
{
    const gst_parallel_loop *loop = f->loop;
    while (f->status == 0 && f->emitted < f->begun && f->done[f->emitted % loop->slots]) {
        f->status = loop->emit(loop->context, f->emitted);
        f->emitted++;
    }
    while (f->waiters > 0 && serve(f, f->waiting[0], loops))
        memmove(f->waiting, f->waiting + 1, (size_t)--f->waiters * sizeof *f->waiting);
}

static int run_master(farm *f)
{
    size_t noted = 0;
    int threaded = pthread_create(&f->thread, NULL, run_own, f) == 0;
    if (!threaded)
        f->idle = 0;
    while (f->out > 0 || (f->status == 0 && f->emitted < f->loop->chunks)) {
        int busy = read_mail(f);
        busy = tend_own(f, &noted) || busy;
        emit_finished(f);
        if (!busy)
            nap();
    }
    pthread_mutex_lock(&f->lock);
    f->stop = 1;
    pthread_cond_signal(&f->given);
    pthread_mutex_unlock(&f->lock);
    if (threaded)
        pthread_join(f->thread, NULL);
    emit_finished(f);
    return f->status;
}

static int run_farm(const gst_parallel_loop *loop)
{
    farm f = {.loop = loop, .begun = loop->first, .emitted = loop->first, .idle = 1};
    int status = GST_NO_MEMORY;
    f.done = gst_alloc(loop->slots, 1);
    f.message = gst_alloc(1, sizeof(unsigned long) + loop->slot_bytes);
    f.waiting = gst_alloc((size_t)size, sizeof *f.waiting);
    if (f.done && f.message && f.waiting && pthread_mutex_init(&f.lock, NULL) == 0) {
        if (pthread_cond_init(&f.given, NULL) == 0) {
            status = run_master(&f);
            pthread_cond_destroy(&f.given);
        }
        pthread_mutex_destroy(&f.lock);
    }
    free(f.done);
    free(f.message);
    free(f.waiting);
    return status;
}

/* ---- all ---------------------------------------------------------------------------------------- */

int gst_farm_run(const gst_parallel_loop *loop)
{
    loops++;
    if (size == 1)
        return gst_parallel_run(loop);
    return rank == 0 ? run_farm(loop) : run_worker(loop);
}

/* Let the others go. */
static void dismiss(void)
{
    const batch nothing = {0};
    while (gone < size - 1) {
        MPI_Status mail;
        unsigned long asked;
        int arrived;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, &mail);
        if (!arrived) {
            nap();
            continue;
        }
        MPI_Recv(&asked, 1, MPI_UNSIGNED_LONG, mail.MPI_SOURCE, mail.MPI_TAG, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        if (mail.MPI_TAG == ASK)
            MPI_Send(&nothing, sizeof nothing, MPI_BYTE, mail.MPI_SOURCE, TASK, MPI_COMM_WORLD);
        gone += mail.MPI_TAG == BYE;
    }
}

int gst_farm_end(int code)
{
    if (rank > 0)
        MPI_Send(&loops, 1, MPI_UNSIGNED_LONG, 0, BYE, MPI_COMM_WORLD);
    else
        dismiss();
    MPI_Finalize();
    return rank == 0 ? code : 0;
}
