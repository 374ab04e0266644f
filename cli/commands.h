/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.h - the table of commands. */
#ifndef GST_COMMANDS_H
#define GST_COMMANDS_H

#include <stddef.h>

typedef struct gst_settings gst_settings;

typedef struct {
    const char *name;
    char letter;                              /* how option_list.h refers to it */
    int (*run)(const gst_settings *settings); /* returns an exit code; NULL: not built yet */
    const char *operand; /* what may follow the name besides options, or NULL */
    const char *help;
    const char *axes; /* what its help says of AXIS, NULL: lists and ranges */
} gst_command;

#define GST_COMMANDS 11
extern const gst_command gst_command_table[GST_COMMANDS];

/* The command of that name, or NULL. */
const gst_command *gst_command_find(const char *name);

/* "", or ", did you mean NAME?" of the nearest command. */
void gst_command_suggest(const char *name, char text[80]);

int gst_command_curve(const gst_settings *settings);
int gst_command_simulate(const gst_settings *settings);
int gst_command_validate(const gst_settings *settings);
int gst_command_bounds(const gst_settings *settings);
int gst_command_steps(const gst_settings *settings);
int gst_command_spectrum(const gst_settings *settings);
int gst_command_twostep(const gst_settings *settings);
int gst_command_merge(const gst_settings *settings);
int gst_command_list(const gst_settings *settings);
int gst_command_info(const gst_settings *settings);
int gst_command_help(const gst_settings *settings);

#endif
