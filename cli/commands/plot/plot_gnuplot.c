/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_gnuplot.c - gnuplot run on a script.
 *
 * Its standard streams are three files, so that neither side waits for the other; it is gone when this returns. */
#include "cli/commands/plot/plot_gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/process/report.h"

extern char **environ;

static const char *program(void)
{
    const char *name = getenv("GNUPLOT");
    return name && *name != '\0' ? name : "gnuplot";
}

/* The first line that says something is wrong: gnuplot repeats the command and marks the place before it. */
static int complain(FILE *said, int status)
{
    char line[512], kept[512] = "";
    rewind(said);
    while (fgets(line, sizeof line, said)) {
        char *text = line + strspn(line, " \t\n^");
        text[strcspn(text, "\n")] = '\0';
        if (*text != '\0' && *text != '>' && *text != '|')
            snprintf(kept, sizeof kept, "%s", text);
    }
    return gst_report(GST_EXIT_RUNTIME, "plot: %.100s failed (%d)%s%.300s", program(), status,
                      *kept ? ": " : "", kept);
}

static int spawn(FILE *script, FILE *printed, FILE *said, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    char *const arguments[] = {(char *)program(), "-", NULL};
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    error |= posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
    error |= posix_spawn_file_actions_adddup2(&actions, fileno(printed), STDOUT_FILENO);
    error |= posix_spawn_file_actions_adddup2(&actions, fileno(said), STDERR_FILENO);
    if (error == 0)
        error = posix_spawnp(child, program(), &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int gst_plot_gnuplot_run(FILE *script, FILE *printed)
{
    FILE *said = tmpfile();
    pid_t child;
    int status = 0, code = 0;
    if (!said || fflush(script) != 0 || lseek(fileno(script), 0, SEEK_SET) != 0) {
        code = gst_report(GST_EXIT_RUNTIME, "plot: a temporary file: %s", strerror(errno));
        if (said)
            fclose(said);
        return code;
    }
    setenv("LC_ALL", "C.UTF-8", 1); /* cairo draws the Greek letters only then */
    int error = spawn(script, printed, said, &child);
    if (error == ENOENT)
        code = gst_report(GST_EXIT_RUNTIME,
                          "plot: '%.200s' is not found: install gnuplot, or write the script "
                          "with --script",
                          program());
    else if (error != 0)
        code = gst_report(GST_EXIT_RUNTIME, "plot: '%.200s': %s", program(), strerror(error));
    else {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        if (status != 0)
            code = complain(said, WIFEXITED(status) ? WEXITSTATUS(status) : status);
    }
    fclose(said);
    return code;
}
