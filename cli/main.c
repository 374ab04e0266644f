/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - giantstep: find the command, read its settings, run it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <gsl/gsl_errno.h>

#include "cli/process/farm.h"
#include "giantstep/giantstep.h"
#include "cli/commands/help/help.h"
#include "cli/commands/help/option_table.h"
#include "cli/commands/run.h"
#include "cli/process/interrupt.h"
#include "cli/process/loading.h"
#include "cli/process/progress.h"
#include "cli/process/report.h"
#include "cli/process/report_json.h"
#include "cli/options/settings.h"
#include "cli/process/version.h"

/* A closed standard stream would lend its number to the next file opened.  A closed stdout stays one
 * that cannot be written. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 &&
            open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return;
}

/* What all processes of a farm do together; everything else is done by the first one. */
static int is_shared(const gst_settings *settings)
{
    int networks = !gst_command_takes(settings->command, GST_OPTION_SIMULATE) ||
                   gst_setting_is_on(settings, GST_OPTION_SIMULATE);
    return gst_command_takes(settings->command, GST_OPTION_SHARD) && networks && !settings->help &&
           !gst_setting_is_on(settings, GST_OPTION_DRY_RUN) &&
           !gst_setting_is_on(settings, GST_OPTION_FUNCTIONS);
}

/* Replicates allocate the same large arrays again and again: memory that one has freed is kept for the next
 * instead of being given back, page by page and with every thread interrupted (10% of a replicate). */
static void keep_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the largest that glibc allows */
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

#define RUN(name, ...) gst_command_##name,
static int (*const run_of[GST_COMMANDS])(const gst_settings *) = {GST_COMMAND_LIST(RUN)};

static int run_settings(const gst_settings *settings)
{
    return run_of[settings->command - gst_command_table](settings);
}

/* Whether the command line has `--name word', or `--name=word'. */
static int has_words(int argc, char **argv, const char *name, const char *word)
{
    size_t length = strlen(name);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, length) == 0 &&
            ((argv[i][length] == '=' && strcmp(argv[i] + length + 1, word) == 0) ||
             (argv[i][length] == '\0' && i + 1 < argc && strcmp(argv[i + 1], word) == 0)))
            return 1;
    return 0;
}

/* How this process talks: needed before its command line is read, which may be wrong. */
static void choose_speech(int argc, char **argv)
{
    if (has_words(argc, argv, "--errors", "json"))
        gst_report_json_begin();
    if (has_words(argc, argv, "--progress", "lines"))
        gst_progress_in_lines();
}

/* The same of a config file. */
static void choose_speech_again(const gst_settings *settings)
{
    if (gst_setting_is_on(settings, GST_OPTION_ERRORS))
        gst_report_json_begin();
    if (gst_setting_is_on(settings, GST_OPTION_PROGRESS))
        gst_progress_in_lines();
}

static int run_command(const gst_command *command, int argc, char **argv)
{
    gst_settings settings;
    int code = gst_settings_read(&settings, command, argc, argv);
    choose_speech_again(&settings);
    settings.run = run_settings;
    if (gst_farm_rank() > 0 && !is_shared(&settings))
        code = 0;
    else if (code == 0 && settings.help)
        gst_help_command(stdout, command);
    else if (code == 0)
        code = run_settings(&settings);
    gst_settings_clear(&settings);
    return code;
}

static int run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    const gst_command *command = gst_command_find(name);
    if (!command && gst_farm_rank() > 0)
        return 0;
    if (argc < 2) {
        gst_help_usage(stderr);
        return GST_EXIT_USAGE;
    }
    if (command)
        return run_command(command, argc, argv);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        printf("giantstep %s (%s)\n", GST_VERSION, gst_version_git());
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        gst_help_usage(stdout);
    else if (strcmp(name, "--list-options") == 0)
        gst_option_table_write(stdout, NULL);
    else {
        char meant[80];
        gst_command_suggest(name, meant);
        return gst_report(GST_EXIT_USAGE, "'%.200s' is not a command%s", name,
                          *meant ? meant : ", see `giantstep help'");
    }
    return 0;
}

int main(int argc, char **argv)
{
    gst_loading_done();
    hold_standard_streams();
    choose_speech(argc, argv);
    gst_farm_begin(&argc, &argv);
    gst_interrupt_install(gst_farm_rank() == 0 && !gst_report_json_is_on());
    keep_memory();
    gsl_set_error_handler_off();
    gst_version_blas_single();
    int code = run(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && errno == EPIPE)
        code = GST_EXIT_PIPE;
    else if (ferror(stdout))
        code = gst_exit_worse(code, gst_report(GST_EXIT_RUNTIME, "stdout: %s", strerror(errno)));
    gst_report_json_end(stderr, code);
    return gst_farm_end(code);
}
