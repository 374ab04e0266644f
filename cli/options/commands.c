/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of commands. */
#include "cli/options/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

#define ROW(command, short_name, argument, text, crossed) \
    {.name = #command, .letter = short_name, .operand = argument, .help = text, .axes = crossed},
const gst_command gst_command_table[GST_COMMANDS] = {GST_COMMAND_LIST(ROW)};

const gst_command *gst_command_find(const char *name)
{
    for (size_t i = 0; i < GST_COMMANDS; i++)
        if (strcmp(gst_command_table[i].name, name) == 0)
            return &gst_command_table[i];
    return NULL;
}

void gst_command_suggest(const char *name, char text[80])
{
    gst_nearest nearest = {0};
    text[0] = '\0';
    for (size_t i = 0; i < GST_COMMANDS; i++)
        gst_nearest_try(&nearest, name, strlen(name), gst_command_table[i].name);
    if (nearest.known)
        snprintf(text, 80, ", did you mean %s?", nearest.known);
}
