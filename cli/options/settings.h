/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - the options of one run: default < config file < flag. */
#ifndef GST_SETTINGS_H
#define GST_SETTINGS_H

#include <stddef.h>

#include "cli/options/commands.h"
#include "cli/options/options.h"

/* One option's value: its text as given (trimmed), where it came from (line > 0: that line of the config
 * file; flag: the command line; neither: the default) and, for NUMBER, SIZE, FLAG and CHOICE, its
 * number (FLAG: 0 or 1; CHOICE: the index of the word). */
typedef struct {
    char *text; /* NULL: not given and no default */
    double number;
    size_t line;
    int flag;
} gst_setting;

typedef struct gst_settings gst_settings;
struct gst_settings {
    const gst_command *command;
    int (*run)(const gst_settings *); /* runs settings' command, for `merge': that of its parts */
    const char *config;               /* path of the config file, NULL without */
    int help;                         /* --help was given */
    int argc;
    char **argv; /* the command line, for the preamble */
    size_t operands;
    char **operand; /* of argv, what is no option: of commands that take it */
    gst_setting value[GST_OPTIONS];
    struct gst_journal *part; /* of `merge': where the job's items are (items.h) */
    size_t parts;
};

/* Read a command line (argv[2...] after the command's name), then the config file it names, then the
 * defaults; check every value except axes (grid.h) and texts.  Returns 0 or an exit code, the message
 * printed.  On any return the caller clears the settings. */
int gst_settings_read(gst_settings *settings, const gst_command *command, int argc, char **argv);
void gst_settings_clear(gst_settings *settings);

/* The settings that made a table, by its preamble: lines `key: value`; name: of the file, for messages.  argc and argv
 * are those of `run`.  0 or an exit code, the message printed; on any return the caller clears them. */
int gst_settings_read_preamble(gst_settings *settings, const gst_settings *run,
                               const char *preamble, const char *name);

/* The steps of gst_settings_read: arguments.c, config.c, and the rest in settings_complete.c. */
int gst_settings_read_arguments(gst_settings *settings);
int gst_settings_read_config(gst_settings *settings, const char *path);
int gst_settings_complete(gst_settings *settings);

/* Store a value (trimmed copy of `length` characters) unless it is there already, from line `line` of
 * the config file, or from a flag if line = 0. */
int gst_setting_store(gst_settings *settings, gst_option_id id, const char *text, size_t length,
                      size_t line);

const char *gst_setting_text(const gst_settings *settings, gst_option_id id);
double gst_setting_number(const gst_settings *settings, gst_option_id id);
int gst_setting_is_on(const gst_settings *settings, gst_option_id id);

/* 1 if the user gave it, by flag or in the config file. */
int gst_setting_is_given(const gst_settings *settings, gst_option_id id);

/* A command's own default, NULL: none. */
const char *gst_setting_initial(const gst_command *command, gst_option_id id);

/* 1 if the command takes the option. */
int gst_command_takes(const gst_command *command, gst_option_id id);

/* Report `--name: 'token' ...` (or `file:line: name: 'token' ...`); token NULL: the whole value.
 * Returns GST_EXIT_USAGE. */
int gst_setting_refuse(const gst_settings *settings, gst_option_id id, const char *token,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Report the message of a failed library call about that option; one that names a field (fields.h)
 * is about the option of that field instead.  Returns the exit code of the status. */
int gst_setting_refuse_status(const gst_settings *settings, gst_option_id id, int status,
                              const char *message);

#endif
