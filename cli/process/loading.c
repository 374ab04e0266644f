/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loading.c - libraries that ask for memory while they are loaded, where address space is limited.
 *
 * OpenBLAS starts threads, and from version 0.3.22 or so takes a first buffer, when it is loaded, before main; where
 * there is no memory it asks for ever, and the process can never end.  The function below runs before it is loaded:
 *   1. with a limit of address space, start again with one thread, to which threads are added when there is memory
 *      for them (blas.h): OpenBLAS reads its environment only then;
 *   2. if loading takes a second of processor time all the same, say so and end. */
#include "cli/process/loading.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/process/report.h"

/* Seconds of processor time; loading takes hundredths of one. */
enum { PATIENCE = 1 };

/* Variables of an environment that is handed on; with more, step 1 is left out. */
enum { VARIABLES = 4000 };

/* Before main the sanitizers' own memory is not there yet. */
#if defined __GNUC__
#define UNCHECKED __attribute__((no_sanitize("address", "undefined")))
#else
#define UNCHECKED
#endif

static char one_thread[] = "OPENBLAS_NUM_THREADS=1";
static char *handed_on[VARIABLES + 2];

UNCHECKED static void give_up(int signal)
{
    static const char text[] =
        "giantstep: not enough memory: a library that is loaded finds none within the limit of "
        "address space (ulimit -v)\n";
    (void)signal;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(GST_EXIT_RUNTIME);
    _exit(GST_EXIT_RUNTIME);
}

/* Returns only if the process is such a one already, or cannot be started again. */
UNCHECKED static void start_with_one_thread(char **argv, char **environment)
{
    size_t count = 0, name = strlen(one_thread) - 1;
    for (char **at = environment; *at; at++) {
        if (strcmp(*at, one_thread) == 0 || count == VARIABLES)
            return;
        if (strncmp(*at, one_thread, name) != 0)
            handed_on[count++] = *at;
    }
    handed_on[count] = one_thread;
    execve("/proc/self/exe", argv, handed_on);
}

UNCHECKED static void set_patience(int seconds)
{
    struct itimerval timer = {.it_value = {.tv_sec = seconds}};
    signal(SIGPROF, seconds > 0 ? give_up : SIG_DFL);
    setitimer(ITIMER_PROF, &timer, NULL);
}

UNCHECKED static void before_libraries(int argc, char **argv, char **environment)
{
    struct rlimit limit;
    (void)argc;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    start_with_one_thread(argv, environment);
    set_patience(PATIENCE);
}

__attribute__((section(".preinit_array"),
               used)) static void (*const first)(int, char **, char **) = before_libraries;

void gst_loading_done(void)
{
    set_patience(0);
}
