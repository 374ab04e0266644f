/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.c - SIGINT and SIGTERM: a flag first, the end of the process soon after.
 *
 * 1. The first signal sets the flag that every long loop reads, says so, and starts an alarm.
 * 2. Loops that see the flag return, and the command closes its table; gst_interrupt_seen takes the alarm
 *    back as soon as one has, so that the closing is never cut short.
 * 3. If nobody has within GRACE (a factorisation of a large matrix cannot be stopped), the alarm ends the
 *    process.  Rows are handed to the system as they are finished: what is in the file stays there, whole.
 * 4. The second signal ends the process at once.
 * Handlers call async-signal-safe functions only. */
#include "cli/process/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Microseconds from the first signal to the end of a process that does not react. */
enum { GRACE = 700000 };

static volatile sig_atomic_t interrupted, speaks, seen;

static void say(const char *line)
{
    if (speaks && write(STDERR_FILENO, line, strlen(line)) < 0)
        return;
}

static void set_alarm(long microseconds)
{
    struct itimerval timer = {.it_value = {.tv_usec = microseconds}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void note_signal(int number)
{
    if (interrupted)
        _exit(128 + number);
    interrupted = number;
    say("giantstep: stopping; once more to quit at once\n");
    set_alarm(GRACE);
}

static void lose_patience(int number)
{
    (void)number;
    if (!interrupted || seen)
        return;
    say("giantstep: stopped in the middle of a computation; rows already written stay\n");
    _exit(128 + interrupted);
}

void gst_interrupt_install(int speak)
{
    struct sigaction noted = {.sa_handler = note_signal}, late = {.sa_handler = lose_patience};
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    speaks = speak;
    sigemptyset(&noted.sa_mask);
    sigemptyset(&late.sa_mask);
    sigemptyset(&ignored.sa_mask);
    sigaction(SIGINT, &noted, NULL);
    sigaction(SIGTERM, &noted, NULL);
    sigaction(SIGALRM, &late, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
    sigaction(SIGXFSZ, &ignored, NULL);
}

volatile const int *gst_interrupt_flag(void)
{
    return &interrupted;
}

void gst_interrupt_seen(void)
{
    seen = 1;
    set_alarm(0);
}
