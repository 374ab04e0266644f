/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.h - the table of commands (command_list.h). */
#ifndef GST_COMMANDS_H
#define GST_COMMANDS_H

#include <stddef.h>

#include "cli/options/command_list.h"

/* The columns of command_list.h. */
typedef struct {
    const char *name;
    char letter;
    const char *operand, *help, *axes;
} gst_command;

#define GST_COUNT_COMMAND(...) +1
enum { GST_COMMANDS = GST_COMMAND_LIST(GST_COUNT_COMMAND) };
extern const gst_command gst_command_table[GST_COMMANDS];

/* The command of that name, or NULL. */
const gst_command *gst_command_find(const char *name);

/* "", or ", did you mean NAME?" of the nearest command. */
void gst_command_suggest(const char *name, char text[80]);

#endif
