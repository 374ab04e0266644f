/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apart.c - a measurement that may take too long, in a process of its own.
 *
 * 1. A child is forked; its result comes back through a pipe, whole or not at all.
 * 2. The parent waits for it with poll, until the time is over or a signal comes, and then kills it.
 * 3. The child dies of its own alarm if the parent is gone. */
#include "cli/process/apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/process/interrupt.h"
#include "base/memory.h"
#include "cli/process/progress.h"
#include "giantstep/status.h"

/* Never returns. */
static void be_child(int fd, void (*work)(void *, void *), void *context, void *result,
                     size_t bytes, double seconds)
{
    static const int defaults[] = {SIGINT, SIGTERM, SIGALRM, SIGPIPE};
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        signal(defaults[i], SIG_DFL);
    alarm(2 + (unsigned)seconds);
    work(context, result);
    for (size_t done = 0; done < bytes;) {
        ssize_t written = write(fd, (const char *)result + done, bytes - done);
        if (written < 0 && errno != EINTR)
            _exit(1);
        done += written > 0 ? (size_t)written : 0;
    }
    _exit(0);
}

/* Read all of the result: GST_OK, GST_LOOSE, GST_INTERRUPTED, GST_FAILED. */
static int receive(int fd, char *result, size_t bytes, double seconds)
{
    double end = gst_seconds() + seconds;
    for (size_t done = 0; done < bytes;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        double left = end - gst_seconds();
        if (*gst_interrupt_flag() != 0)
            return GST_INTERRUPTED;
        if (!(left > 0))
            return GST_LOOSE;
        if (poll(&ready, 1, 1 + (int)(1e3 * left)) <= 0)
            continue;
        ssize_t length = read(fd, result + done, bytes - done);
        if (length == 0 || (length < 0 && errno != EINTR))
            return GST_FAILED;
        done += length > 0 ? (size_t)length : 0;
    }
    return GST_OK;
}

static int run(const int pipe[2], void (*work)(void *, void *), void *context, void *result,
               size_t bytes, double seconds)
{
    char *received = gst_alloc(bytes, 1);
    pid_t child = received ? fork() : -1;
    int status = GST_FAILED;
    if (child == 0)
        be_child(pipe[1], work, context, result, bytes, seconds);
    close(pipe[1]);
    if (child > 0) {
        status = receive(pipe[0], received, bytes, seconds);
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (status == GST_OK)
        memcpy(result, received, bytes);
    free(received);
    return status;
}

int gst_apart_run(void (*work)(void *context, void *result), void *context, void *result,
                  size_t bytes, double seconds)
{
    int ends[2];
    if (pipe(ends) != 0)
        return GST_FAILED;
    int status = run(ends, work, context, result, bytes, seconds);
    close(ends[0]);
    return status;
}
