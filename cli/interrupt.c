/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.c - SIGINT and SIGTERM set a flag; the second one ends the process at once. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void note_signal(int signal)
{
    interrupted = signal;
}

void gst_interrupt_install(void)
{
    struct sigaction noted = {.sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigemptyset(&noted.sa_mask);
    sigemptyset(&ignored.sa_mask);
    sigaction(SIGINT, &noted, NULL);
    sigaction(SIGTERM, &noted, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
    sigaction(SIGXFSZ, &ignored, NULL);
}

volatile const int *gst_interrupt_flag(void)
{
    return &interrupted;
}
