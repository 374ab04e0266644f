/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - help texts and the manual pages, generated from the tables of commands and options. */
#ifndef GST_HELP_H
#define GST_HELP_H

#include <stdio.h>

#include "cli/options/commands.h"

/* What to type, one line per command. */
void gst_help_usage(FILE *file);

/* A command's options with their defaults. */
void gst_help_command(FILE *file, const gst_command *command);

/* giantstep(1), troff with man macros; giantstep-COMMAND(1) of a command. */
void gst_help_manual(FILE *file);
void gst_help_manual_of(FILE *file, const gst_command *command);

#endif
